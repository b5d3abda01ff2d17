-- dialect: athena, default: awsdatacatalog.web
CREATE TABLE daily WITH (format = 'PARQUET') AS SELECT approx_distinct(user_id) AS users, date_trunc('day', at) AS day FROM hits GROUP BY 2
