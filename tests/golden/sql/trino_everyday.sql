-- dialect: trino, default: hive.web
INSERT INTO iceberg.marts.daily (k, v) SELECT t.k, try_cast(e.x AS bigint) FROM "T" AS t CROSS JOIN UNNEST(t.arr) AS e(x)
