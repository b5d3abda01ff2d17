-- dialect: databricks, default: main.silver
MERGE INTO dim_customer AS d
USING (SELECT c.id AS merge_key, c.id, c.address, c.changed_at FROM main.bronze.customers AS c
       UNION ALL
       SELECT NULL AS merge_key, c.id, c.address, c.changed_at FROM main.bronze.customers AS c JOIN dim_customer AS o ON o.id = c.id WHERE o.is_current AND o.address <> c.address) AS s
ON d.id = s.merge_key
WHEN MATCHED AND d.is_current AND d.address <> s.address THEN UPDATE SET is_current = false, valid_to = s.changed_at
WHEN NOT MATCHED THEN INSERT (id, address, is_current, valid_from, valid_to) VALUES (s.id, s.address, true, s.changed_at, NULL)
