-- dialect: spark, default: lake.web
CREATE TABLE clicks USING parquet PARTITIONED BY (day) AS
SELECT get_json_object(r.value, '$.user') AS user, p.name, p.price, r.day
FROM raw.kafka AS r LATERAL VIEW OUTER explode(from_json(get_json_object(r.value, '$.items'), 'array<struct<name:string,price:double>>')) x AS p
WHERE get_json_object(r.value, '$.type') = 'click'
