-- dialect: databricks, default: main.bronze
COPY INTO events FROM (SELECT _c0 AS id, CAST(_c1 AS TIMESTAMP) AS at, upper(_c2) AS kind FROM 's3://landing/events') FILEFORMAT = CSV PATTERN = '*.csv' FORMAT_OPTIONS ('header' = 'false') COPY_OPTIONS ('mergeSchema' = 'true')
