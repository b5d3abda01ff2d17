-- dialect: athena, default: awsdatacatalog.web
UNLOAD (SELECT h.user_id, c.email FROM hits AS h JOIN customers AS c ON c.id = h.user_id WHERE c.country = 'DE') TO 's3://exports/german/' WITH (format = 'PARQUET', compression = 'SNAPPY')
