-- dialect: duckdb
COPY (SELECT o.amount, f.Rate FROM read_parquet('s3://Lake/Orders/*.parquet') AS o JOIN 'data/Rates.csv' AS f ON o.currency = f.currency)
TO 's3://Lake/Out.parquet' (FORMAT parquet)
