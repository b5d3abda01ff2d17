-- dialect: duckdb
SELECT COLUMNS('(.*)_id') AS '\1_key', max(COLUMNS(c -> c LIKE 'am%')) FROM orders GROUP BY ALL
