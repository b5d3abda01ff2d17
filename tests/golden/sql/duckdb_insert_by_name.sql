-- dialect: duckdb
INSERT OR REPLACE INTO revenue BY NAME
SELECT c.country, date_trunc('month', o.ordered_on) AS month, sum(o.amount) AS total FROM orders AS o JOIN customers AS c USING (customer_id) GROUP BY ALL
