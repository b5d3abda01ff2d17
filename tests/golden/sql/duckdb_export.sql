-- dialect: duckdb
COPY (SELECT o.* EXCLUDE (status), md5(c.email) AS who FROM orders AS o LEFT JOIN customers AS c USING (customer_id) WHERE o.status = 'paid') TO 's3://lake/out/orders' (FORMAT parquet, PARTITION_BY (currency))
