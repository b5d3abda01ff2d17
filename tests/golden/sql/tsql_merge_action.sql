-- dialect: tsql
MERGE INTO stock AS t USING (SELECT id, amount FROM arrivals) AS s ON t.id = s.id
WHEN MATCHED THEN UPDATE SET amount = t.amount + s.amount
WHEN NOT MATCHED THEN INSERT (id, amount) VALUES (s.id, s.amount)
OUTPUT $action, inserted.id, deleted.amount INTO audit (act, id, before);
