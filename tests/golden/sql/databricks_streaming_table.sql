-- dialect: databricks, default: main.bronze
CREATE OR REFRESH STREAMING TABLE clicks AS SELECT user_id, url, _metadata.file_path AS file FROM STREAM read_files('s3://landing/clicks', format => 'json') WHERE user_id IS NOT NULL
