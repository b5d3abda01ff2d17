-- dialect: postgres
SELECT c.name, top.amount, tag
FROM customers AS c, LATERAL (SELECT amount FROM orders AS o WHERE o.customer_id = c.customer_id ORDER BY amount DESC LIMIT 1) AS top,
     unnest(string_to_array(c.country, ',')) AS tag
