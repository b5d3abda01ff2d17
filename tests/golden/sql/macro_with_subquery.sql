-- dialect: duckdb
CREATE MACRO paid_by(who) AS (SELECT sum(amount) FROM orders WHERE customer_id = who);
SELECT name, paid_by(customer_id) AS paid FROM customers
