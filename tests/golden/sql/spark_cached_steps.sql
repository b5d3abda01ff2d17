-- dialect: spark, default: lake.shop
CACHE TABLE recent AS SELECT customer_id, amount FROM orders WHERE amount > 100;
CREATE OR REPLACE TEMPORARY VIEW big AS SELECT customer_id, SUM(amount) AS spent FROM recent GROUP BY customer_id;
INSERT INTO marts.big_spenders (customer_id, email, spent) SELECT b.customer_id, sha2(c.email, 256), b.spent FROM big AS b LEFT SEMI JOIN consents AS k ON k.customer_id = b.customer_id JOIN customers AS c ON c.customer_id = b.customer_id
