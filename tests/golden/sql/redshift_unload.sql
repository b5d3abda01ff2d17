-- dialect: redshift, default: dev.public
UNLOAD ('SELECT c.country, SUM(o.amount) AS spent FROM orders AS o JOIN customers AS c ON c.id = o.customer_id GROUP BY c.country') TO 's3://exports/spent_' IAM_ROLE 'arn:aws:iam::1:role/out' FORMAT PARQUET PARTITION BY (country) ALLOWOVERWRITE
