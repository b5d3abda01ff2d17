-- dialect: duckdb
SELECT * FROM (PIVOT orders ON status USING sum(amount))
