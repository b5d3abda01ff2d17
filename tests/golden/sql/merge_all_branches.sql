-- dialect: snowflake
MERGE INTO customers AS t
USING (SELECT customer_id, email, country FROM arrivals WHERE valid) AS s
ON t.customer_id = s.customer_id
WHEN MATCHED AND s.country = 'gone' THEN DELETE
WHEN MATCHED THEN UPDATE SET email = s.email
WHEN NOT MATCHED THEN INSERT (customer_id, email) VALUES (s.customer_id, lower(s.email))
