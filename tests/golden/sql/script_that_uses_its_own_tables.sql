-- dialect: duckdb
CREATE TEMP TABLE picked (who BIGINT, spent DECIMAL);
INSERT INTO picked SELECT customer_id, sum(amount) FROM orders GROUP BY customer_id;
CREATE TABLE rich AS SELECT * FROM picked WHERE spent > 100;
INSERT INTO revenue (total, buyers) SELECT spent, who FROM rich
