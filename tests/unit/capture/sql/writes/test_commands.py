from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import edges, read


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        (
            "redshift",
            "UNLOAD ('select a from t where b = ''x''') TO 's3://b/x' IAM_ROLE 'r'",
            {"t.a -> s3://b/x.a IDENTITY", "t.b -> s3://b/x.* FILTER"},
        ),
        ("athena", "UNLOAD (SELECT a FROM t) TO 's3://b/x' WITH (format = 'parquet')", {"t.a -> s3://b/x.a IDENTITY"}),
        ("mysql", "SELECT a INTO OUTFILE 'x.csv' FROM t", {"t.a -> x.csv.a IDENTITY"}),
        ("mysql", "SELECT a FROM t INTO OUTFILE 'x.csv' FIELDS TERMINATED BY ','", {"t.a -> x.csv.a IDENTITY"}),
        (
            "mysql",
            "LOAD DATA LOCAL INFILE 'x.csv' INTO TABLE w FIELDS TERMINATED BY ',' (p, @v) SET q = @v + 1",
            {"x.csv.p -> w.p IDENTITY", "x.csv.v -> w.q TRANSFORMATION", "x.csv.* -> w.* FILTER"},
        ),
        (
            "tsql",
            "BULK INSERT w FROM 'x.csv' WITH (FIRSTROW = 2)",
            {"x.csv.p -> w.p IDENTITY", "x.csv.q -> w.q IDENTITY", "x.csv.* -> w.* FILTER"},
        ),
        ("postgres", "EXPLAIN (ANALYZE, BUFFERS) INSERT INTO w SELECT a, b FROM t", {"t.a -> w.p IDENTITY", "t.b -> w.q IDENTITY"}),
        ("postgres", "EXPLAIN (ANALYZE FALSE) INSERT INTO w SELECT a, b FROM t", set()),
        ("postgres", "EXPLAIN ANALYZE SELECT a FROM t", set()),
    ],
)
def test_statements_the_parser_does_not_read_are_followed_by_their_words(dialect: str, sql: str, expected: set[str]) -> None:
    assert edges(sql, dialect) == expected


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        (
            "postgres",
            "REFRESH MATERIALIZED VIEW v; LOCK TABLE t; REINDEX TABLE t; CREATE EXTENSION x; LISTEN c; SAVEPOINT s; DISCARD ALL; END",
        ),
        ("snowflake", "SHOW TABLES; LIST @s; ALTER WAREHOUSE x SUSPEND; ALTER SESSION SET x = 1; CREATE STAGE s; DROP TASK k; UNSET x"),
        ("tsql", "SET NOCOUNT ON PRINT 'x' WAITFOR DELAY '00:01' UPDATE STATISTICS t BEGIN TRAN COMMIT TRAN"),
        ("hive", "MSCK REPAIR TABLE t; DESCRIBE t; ANALYZE TABLE t COMPUTE STATISTICS"),
    ],
)
def test_what_moves_nothing_is_complete_and_empty(dialect: str, sql: str) -> None:
    lineage = read(sql, dialect)
    assert (lineage.status, lineage.edges, lineage.reasons) == ("complete", (), ())


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("duckdb", "EXPORT DATABASE 'x'"),
        ("duckdb", "IMPORT DATABASE 'x'"),
        ("duckdb", "COPY FROM DATABASE a TO b"),
        ("postgres", "COPY w FROM PROGRAM 'x'"),
        ("mysql", "RENAME USER a TO b"),
        ("mysql", "HANDLER t OPEN"),
    ],
)
def test_what_cannot_be_followed_is_said_with_its_place(dialect: str, sql: str) -> None:
    reasons = read(sql, dialect).reasons
    assert reasons and all(reason.line == 1 for reason in reasons)
