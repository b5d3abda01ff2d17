-- dialect: duckdb
CREATE VIEW line_items AS
SELECT id, item.sku AS sku, item.qty * item.price AS total FROM (SELECT id, unnest(from_json(body, '[{"sku":"VARCHAR","qty":"INT","price":"DOUBLE"}]')) AS item FROM 'raw/orders.json')
