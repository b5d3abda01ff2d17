-- dialect: duckdb
CREATE VIEW everything AS SELECT *, amount * 2 AS doubled FROM orders JOIN mystery USING (order_id)
