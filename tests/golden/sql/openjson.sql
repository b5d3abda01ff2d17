-- dialect: tsql
SELECT c.customer_id, j.mail FROM customers AS c CROSS APPLY OPENJSON(c.email, '$.all') WITH (mail NVARCHAR(100) '$.m') AS j
