-- dialect: redshift, default: dev.public
MERGE INTO accounts USING stage.accounts AS s ON accounts.id = s.id WHEN MATCHED THEN UPDATE SET plan = s.plan, touched = GETDATE() WHEN NOT MATCHED THEN INSERT (id, plan, touched) VALUES (s.id, NVL(s.plan, 'free'), GETDATE())
