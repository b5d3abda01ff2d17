-- dialect: duckdb
SELECT customer_id, amount,
       sum(amount) OVER (PARTITION BY customer_id ORDER BY ordered_on) AS running,
       row_number() OVER recent AS position
FROM orders
WINDOW recent AS (PARTITION BY customer_id ORDER BY ordered_on DESC)
QUALIFY position <= 3
