-- dialect: ansi, default: lake.shop
SELECT o.customer_id, SUM(o.amount) AS total FROM orders AS o INNER JOIN customers AS c USING (customer_id) WHERE c.email IS NOT NULL GROUP BY o.customer_id
