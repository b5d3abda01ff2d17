-- dialect: duckdb
FROM orders SELECT customer_id, amount * 2 AS doubled WHERE status = 'paid' QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY ordered_on) = 1
