-- dialect: duckdb
CREATE TABLE a AS SELECT order_id FROM orders;
SELECT FROM WHERE ((;
CREATE TABLE b AS SELECT order_id FROM a
