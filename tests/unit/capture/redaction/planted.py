"""Statements with planted data values (each holds `zebra`, or digits 7316455) and with literals that must stay (each holds `keep`)."""

from __future__ import annotations

STATEMENTS: tuple[tuple[str | None, str], ...] = (
    (None, "SELECT a FROM t WHERE name = 'zebra one'"),
    (None, "SELECT a FROM t WHERE 'zebra one' = name AND 7316455 < x AND y <> -7316455"),
    (None, "SELECT a FROM t WHERE name IN ('zebra', 'o''zebra', lower('Zebra')) AND id NOT IN (7316455, 12)"),
    (None, "SELECT a FROM t WHERE name LIKE '%zebra%' ESCAPE '!' OR name NOT ILIKE 'zebra_'"),
    (None, "SELECT a FROM t WHERE born BETWEEN DATE '1980-02-03' AND TIMESTAMP '1990-02-03 zebra'"),
    (None, "SELECT CASE name WHEN 'zebra' THEN 'zebra a' ELSE concat('zebra b', x) END AS c FROM t"),
    (None, "INSERT INTO t (a, b) VALUES (1, 'zebra'), (7316455, upper('zebra'))"),
    (None, "INSERT INTO t SELECT 7316455, 'zebra', coalesce(s.x, 'zebra') FROM s"),
    (None, "UPDATE t SET a = 'zebra', b = 7316455 WHERE t.c IS NOT DISTINCT FROM 'zebra'"),
    (None, "DELETE FROM t WHERE a = 'zebra' -- zebra asked for it\n AND b = 2 /* zebra 7316455 */"),
    (
        None,
        "MERGE INTO t USING s ON t.id = s.id AND s.k = 'zebra' WHEN MATCHED THEN UPDATE SET v = 'zebra' "
        "WHEN NOT MATCHED THEN INSERT (id) VALUES ('zebra')",
    ),
    (None, "WITH p(x) AS (SELECT 'zebra' UNION ALL SELECT 'zebra 2') SELECT p.x || 'zebra' FROM p JOIN t ON t.a = p.x"),
    (None, "SELECT a, count(*) FROM t GROUP BY a HAVING count(*) >= 11 AND max(b) = 'zebra'"),
    (None, "SELECT date_trunc('keep', d), round(x, 2) FROM t LIMIT 10 OFFSET 5"),
    ("clickhouse", "SELECT a FROM t WHERE has(tags, 'zebra') AND match(n, 'zebra')"),
    (None, "SELECT a FROM t WHERE substring(n FROM 'zebra') IS NOT NULL AND trim(LEADING 'zebra' FROM b) = 'zebra'"),
    (None, "SELECT a FROM t WHERE x = - - 7316455 AND nullif(y, 'zebra') IS NULL AND z = CAST('zebra' AS VARCHAR(20))"),
    (None, "SELECT a FROM t WHERE (name, born) = ('zebra', '7316455') AND (a = ('zebra'))"),
    (None, "SELECT a FROM t WHERE x = ANY (ARRAY['zebra', 'zebra 2']) AND y = ALL (SELECT z FROM u WHERE w = 'zebra')"),
    (None, "SELECT a FROM t WHERE lower(mail) = lower('zebra@example.org') AND strpos(a, 'zebra') > 0"),
    (None, 'SELECT "odd name", a FROM "my schema"."my table" WHERE b = \'zebra\' AND "odd name" > 7316455'),
    ("postgres", "SELECT data->>'keep_a', data #> '{keep_b}' FROM t WHERE data->>'keep_c' = 'zebra' AND doc @> '{\"n\": \"zebra\"}'"),
    ("postgres", "SELECT a FROM t WHERE b = $$zebra$$ OR b = $tag$zebra 'quoted'$tag$ OR b = E'zeb\\'zebra' OR c ~ '^zebra'"),
    ("postgres", "SELECT a::text FROM t WHERE b = 'zebra'::varchar AND c = '7316455'::int /* nested /* zebra */ still zebra */"),
    ("postgres", "INSERT INTO t VALUES ('zebra') ON CONFLICT (a) DO UPDATE SET a = excluded.a || 'zebra' RETURNING a"),
    ("mysql", "SELECT a FROM `t` WHERE name = \"zebra\" AND b = 'it\\'s zebra' # zebra\n AND c = 3"),
    ("bigquery", "SELECT a FROM `p.d.t` WHERE name = \"zebra\" AND b = r'zebra\\d' AND c = '''zebra ' one'''"),
    ("bigquery", "SELECT JSON_VALUE(j, '$.keep_a') AS x FROM `p.d.t` WHERE JSON_VALUE(j, '$.keep_b') = 'zebra'"),
    ("spark", "INSERT OVERWRITE TABLE db.t PARTITION (ds='zebra') SELECT a, get_json_object(j, '$.keep_a') FROM db.s WHERE b = \"zebra\""),
    ("spark", "SELECT * FROM t PIVOT (sum(x) FOR m IN ('keep_a', 'keep_b')) WHERE y = 'zebra'"),
    ("spark", "CREATE TABLE t USING parquet OPTIONS ('compression'='keep_a', path 'keep_b/x') AS SELECT a FROM s WHERE b = 'zebra'"),
    ("snowflake", "SELECT src:keep_a::string, t.v['keep_b'] FROM t WHERE src:name = 'zebra' // zebra\n AND a = 'it\\'s zebra'"),
    ("snowflake", "COPY INTO t FROM 's3://keep_a/path' CREDENTIALS=(AWS_KEY_ID='zebra' AWS_SECRET_KEY='zebra')"),
    (
        "duckdb",
        "CREATE TABLE t AS SELECT a, struct_extract(s, 'keep_a') "
        "FROM read_parquet('s3://keep_b/*.parquet', union_by_name = true) WHERE n = 'zebra'",
    ),
    ("duckdb", "SELECT * FROM read_csv('keep_a.csv', columns = {'keep_b': 'INT', 'keep_c': 'keep_d'}) WHERE x = 'zebra'"),
    ("duckdb", "COPY (SELECT a FROM t WHERE b = 'zebra') TO 'keep_a/out.parquet' (FORMAT parquet)"),
    ("duckdb", "PIVOT t ON city IN ('keep_a', 'keep_b') USING sum(x)"),
    ("duckdb", "SELECT {'keep_a': x, 'keep_b': 'zebra'} AS s FROM 'keep_c.parquet' WHERE y = 'zebra'"),
    ("trino", "SELECT a FROM c.s.t WHERE d >= DATE '2024-01-01' AND date_add('day', 7, d) > e AND n = U&'zebra'"),
    ("trino", "SELECT json_extract_scalar(j, '$.keep_a'), date_format(d, '%Y-%m') FROM t WHERE regexp_like(n, 'zebra') AND x = 'zebra'"),
    ("tsql", "SELECT TOP 10 [odd col] FROM [db].[dbo].[t] WHERE [odd col] = N'zebra' AND x = 0x7316455"),
    ("redshift", "SELECT a FROM t WHERE b SIMILAR TO '%zebra%' AND c = 'zebra' AND d > dateadd(day, -7, getdate())"),
    ("clickhouse", "SELECT a FROM t WHERE name = 'zeb\\'zebra' AND x IN ('zebra') LIMIT 5 BY a"),
    ("oracle", "SELECT a FROM t WHERE b = 'zebra' AND d > to_date('zebra', 'YYYY-MM-DD')"),
    ("hive", "SELECT a FROM t WHERE b = \"zebra\" AND c RLIKE 'zebra'"),
    ("sqlite", "SELECT a FROM t WHERE b = 'zebra' AND c GLOB 'zebra*' AND d = x'7316455A'"),
)
"""Dialect and statement."""

SECRETS: tuple[tuple[str | None, str], ...] = (
    ("postgres", "ALTER USER bob WITH PASSWORD 'zebra'"),
    ("mysql", "CREATE USER bob IDENTIFIED BY 'zebra'"),
    ("duckdb", "CREATE SECRET s (TYPE s3, KEY_ID 'zebra', SECRET 'zebra')"),
    ("spark", "SET spark.hadoop.fs.s3a.secret.key=zebra+zebra/zebra; SELECT a FROM t"),
    (None, "SELECT a FROM t WHERE password = 'zebra'"),
    (None, "SELECT a FROM read_parquet('https://bob:zebra@host/keep.parquet?sig=zebra&x=1')"),
    ("postgres", "COPY t FROM 's3://b/x' CREDENTIALS 'aws_access_key_id=zebra;aws_secret_access_key=zebra'"),
    (None, "SELECT a -- password=zebra\nFROM t"),
)
"""Statements in which every `zebra` is a secret."""
