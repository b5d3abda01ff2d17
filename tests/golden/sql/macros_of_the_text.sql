-- dialect: duckdb
CREATE MACRO veiled(x) AS md5(lower(x));
CREATE MACRO spent(who) AS (SELECT sum(amount) FROM orders WHERE customer_id = who);
CREATE TABLE safe AS SELECT veiled(email) AS email, spent(c.customer_id) AS spent FROM customers AS c
