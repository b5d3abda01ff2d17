-- dialect: duckdb
SELECT count(*) AS n, row_number() OVER () AS r FROM t JOIN u USING (id) WHERE EXISTS (SELECT 1 FROM w);
SELECT a FROM t NATURAL JOIN u;
INSERT INTO t SELECT * FROM t2 ON CONFLICT (id) DO NOTHING;
SELECT sum(1) AS s FROM 'x.parquet'
