-- dialect: duckdb
SELECT order_id, risk_score(customer_id, amount) AS risk FROM orders
