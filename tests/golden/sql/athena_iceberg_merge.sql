-- dialect: athena, default: awsdatacatalog.shop
MERGE INTO orders AS t USING (SELECT id, state, row_number() OVER (PARTITION BY id ORDER BY changed_at DESC) AS rn FROM raw_orders) AS s
ON t.id = s.id AND s.rn = 1
WHEN MATCHED AND s.state = 'deleted' THEN DELETE
WHEN MATCHED THEN UPDATE SET state = s.state
WHEN NOT MATCHED THEN INSERT (id, state) VALUES (s.id, s.state)
