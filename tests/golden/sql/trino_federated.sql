-- dialect: trino, default: iceberg.marts
INSERT INTO spend_by_country (country, spent, buyers)
SELECT coalesce(c.country, 'unknown'), sum(o.amount) FILTER (WHERE o.state <> 'returned'), approx_distinct(o.customer_id)
FROM postgresql.public.customers AS c RIGHT JOIN hive.shop.orders AS o ON o.customer_id = c.id GROUP BY 1
