-- dialect: duckdb
CREATE OR REPLACE TABLE trips AS
SELECT vendor_id, pickup_at, fare, filename FROM read_parquet('s3://lake/trips/*/*.parquet', hive_partitioning = true, filename = true) WHERE fare > 0 QUALIFY row_number() OVER (PARTITION BY vendor_id, pickup_at ORDER BY fare DESC) = 1
