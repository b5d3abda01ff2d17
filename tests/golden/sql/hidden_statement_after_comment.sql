-- dialect: duckdb
SELECT 1 AS one -- DELETE FROM orders
; /* nothing */ DELETE FROM rates
