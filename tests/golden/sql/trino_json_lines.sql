-- dialect: trino, default: hive.raw
INSERT INTO iceberg.marts.lines (order_id, sku, qty)
SELECT o.id, json_extract_scalar(l.item, '$.sku'), CAST(json_extract_scalar(l.item, '$.qty') AS integer)
FROM orders AS o CROSS JOIN UNNEST(CAST(json_extract(o.body, '$.lines') AS array(json))) AS l(item)
WHERE json_extract_scalar(o.body, '$.state') IN ('paid', 'sent')
