-- dialect: ansi
MERGE INTO accounts AS t USING (SELECT id, SUM(amount) AS amount FROM payments WHERE booked = DATE '2024-01-01' GROUP BY id) AS s ON t.id = s.id WHEN MATCHED THEN UPDATE SET balance = t.balance + s.amount WHEN NOT MATCHED THEN INSERT (id, balance) VALUES (s.id, s.amount)
