-- dialect: bigquery, default: proj.site
MERGE Dim.Users USING (SELECT id, name FROM Raw.Users) AS s ON Users.id = s.id WHEN MATCHED THEN UPDATE SET Name = s.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)
