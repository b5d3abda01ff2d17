-- dialect: trino, default: iceberg.marts
MERGE INTO customers AS t
USING (SELECT id, max_by(email, updated_at) AS email, max(updated_at) AS updated_at FROM hive.raw.customers WHERE dt = '2024-01-01' GROUP BY id) AS s
ON t.id = s.id
WHEN MATCHED AND s.updated_at > t.updated_at THEN UPDATE SET email = s.email, updated_at = s.updated_at
WHEN NOT MATCHED THEN INSERT (id, email, updated_at) VALUES (s.id, s.email, s.updated_at)
