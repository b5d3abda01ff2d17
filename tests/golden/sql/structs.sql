-- dialect: duckdb, default: lake.shop
SELECT customers.address.zip AS zip, email FROM customers JOIN orders ON orders.customer_id = customers.customer_id
