-- dialect: postgres, default: app.public
INSERT INTO order_lines (order_id, position, sku, quantity)
SELECT r.id, line.position, line.item ->> 'sku', (line.item ->> 'qty')::int
FROM raw.orders AS r
CROSS JOIN LATERAL jsonb_array_elements(r.payload -> 'lines') WITH ORDINALITY AS line (item, position)
WHERE r.payload @> '{"state": "paid"}'
