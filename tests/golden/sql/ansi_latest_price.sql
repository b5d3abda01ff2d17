-- dialect: ansi
INSERT INTO priced (order_id, price) SELECT o.id, (SELECT p.price FROM prices AS p WHERE p.sku = o.sku AND p.valid_from <= o.at ORDER BY p.valid_from DESC FETCH FIRST 1 ROW ONLY) FROM lines AS o WHERE o.id NOT IN (SELECT order_id FROM priced)
