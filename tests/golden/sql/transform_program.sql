-- dialect: hive
SELECT TRANSFORM (name, email) USING 'python clean.py' AS (who, address) FROM customers
