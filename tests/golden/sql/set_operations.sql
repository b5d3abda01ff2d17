-- dialect: duckdb
SELECT customer_id FROM orders WHERE status = 'open'
UNION
SELECT customer_id FROM customers WHERE country = 'DE'
EXCEPT
SELECT order_id FROM orders ORDER BY 1 LIMIT 10
