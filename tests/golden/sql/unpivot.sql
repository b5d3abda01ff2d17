-- dialect: duckdb
UNPIVOT (SELECT customer_id, name, email FROM customers) ON name, email INTO NAME what VALUE said
