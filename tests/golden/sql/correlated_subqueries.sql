-- dialect: trino
SELECT name,
       (SELECT max(amount) FROM orders AS o WHERE o.customer_id = c.customer_id) AS biggest,
       EXISTS (SELECT 1 FROM orders AS o WHERE o.customer_id = c.customer_id AND o.status = 'open') AS waiting
FROM customers AS c
WHERE country IN (SELECT country FROM revenue WHERE total > 1000)
