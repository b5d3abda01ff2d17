-- dialect: trino, default: hive.web
CREATE TABLE iceberg.marts.visits WITH (format = 'PARQUET', partitioning = ARRAY['day(at)']) AS
SELECT v.user_id, v.at, v.page, count(*) OVER (PARTITION BY v.user_id ORDER BY v.at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS nth
FROM visits AS v WHERE v.dt >= date_format(current_date - INTERVAL '7' DAY, '%Y-%m-%d')
