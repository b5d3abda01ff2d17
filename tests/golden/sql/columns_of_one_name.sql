-- dialect: duckdb
CREATE TABLE wide AS SELECT * FROM orders JOIN customers ON orders.customer_id = customers.customer_id JOIN rates ON rates.currency = orders.currency;
SELECT customer_id_1, currency_1 FROM wide
