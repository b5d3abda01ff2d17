-- dialect: duckdb
INSERT INTO revenue
SELECT c.country, date_trunc('month', o.ordered_on), sum(o.amount * r.rate), count(DISTINCT o.customer_id)
FROM orders AS o
JOIN customers AS c USING (customer_id)
LEFT JOIN rates AS r ON r.currency = o.currency AND r.day = o.ordered_on
WHERE o.status <> 'hw:str:5f2c'
GROUP BY 1, 2
HAVING count(*) > 3
