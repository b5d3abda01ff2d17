-- dialect: athena, default: awsdatacatalog.web
CREATE TABLE daily_hits WITH (format = 'PARQUET', external_location = 's3://lake/daily_hits/', partitioned_by = ARRAY['dt']) AS
SELECT country, count(*) AS hits, dt FROM hits WHERE dt BETWEEN '2024-01-01' AND '2024-01-31' GROUP BY country, dt
