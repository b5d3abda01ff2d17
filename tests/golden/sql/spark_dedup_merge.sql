-- dialect: spark, default: lake.shop
MERGE INTO customers AS t
USING (SELECT customer_id, email, op FROM (SELECT c.*, ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY ts DESC) AS rn FROM (SELECT customer_id, email, op, ts FROM raw.customer_changes) AS c) WHERE rn = 1) AS s
ON t.customer_id = s.customer_id
WHEN MATCHED AND s.op = 'D' THEN DELETE
WHEN MATCHED THEN UPDATE SET t.email = s.email
WHEN NOT MATCHED AND s.op <> 'D' THEN INSERT (customer_id, email) VALUES (s.customer_id, s.email)
