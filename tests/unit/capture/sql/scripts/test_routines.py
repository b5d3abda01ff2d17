from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read

BODY = {"t.a -> w.p IDENTITY", "t.b -> w.q IDENTITY"}


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("tsql", "CREATE OR ALTER PROCEDURE dbo.p (@k INT) WITH EXECUTE AS OWNER AS SET NOCOUNT ON INSERT INTO w SELECT a, b FROM t"),
        ("postgres", "CREATE FUNCTION f() RETURNS void AS $b$ BEGIN INSERT INTO w SELECT a, b FROM t; END $b$ LANGUAGE plpgsql"),
        ("postgres", "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'INSERT INTO w SELECT a, b FROM t'"),
        ("postgres", "CREATE PROCEDURE f() LANGUAGE sql BEGIN ATOMIC INSERT INTO w SELECT a, b FROM t; END"),
        ("redshift", "CREATE PROCEDURE f() AS $$ BEGIN INSERT INTO w SELECT a, b FROM t; END $$ LANGUAGE plpgsql"),
        ("mysql", "CREATE PROCEDURE p() SQL SECURITY INVOKER MODIFIES SQL DATA INSERT INTO w SELECT a, b FROM t"),
        ("mysql", "DELIMITER $$\nCREATE PROCEDURE p()\nBEGIN INSERT INTO w SELECT a, b FROM t; END $$\nDELIMITER ;"),
        ("bigquery", "CREATE OR REPLACE PROCEDURE d.p(k INT64) OPTIONS (strict_mode = TRUE) BEGIN INSERT INTO w SELECT a, b FROM t; END"),
        ("databricks", "CREATE PROCEDURE p() LANGUAGE SQL AS BEGIN INSERT INTO w SELECT a, b FROM t; END"),
        ("mysql", "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO INSERT INTO w SELECT a, b FROM t"),
        ("tsql", "CREATE PROCEDURE p @a INT, @b INT = 3 AS BEGIN INSERT INTO w SELECT a, b FROM t END"),
    ],
)
def test_a_body_is_told_as_of_its_definition(dialect: str, sql: str) -> None:
    lineage = read(sql, dialect)
    assert lineage.overwrites == ()
    assert edges(sql, dialect) == BODY


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE PROCEDURE p() RETURNS INT LANGUAGE SQL AS $$ BEGIN INSERT INTO W (P) SELECT A FROM T; RETURN 1; END $$",
        "CREATE PROCEDURE p() RETURNS INT LANGUAGE SQL EXECUTE AS CALLER AS 'BEGIN INSERT INTO W (P) SELECT A FROM T; END'",
        "CREATE TASK k WAREHOUSE = x SCHEDULE = '1 minute' AS INSERT INTO W (P) SELECT A FROM T",
        "CREATE TASK k AFTER j AS BEGIN INSERT INTO W (P) SELECT A FROM T; END",
    ],
)
def test_snowflakes_bodies_stand_in_strings(sql: str) -> None:
    assert edges(sql, "snowflake") == {"T.A -> W.P IDENTITY"}


def test_oracles_bodies_begin_with_declarations() -> None:
    body = "v NUMBER := 0; BEGIN SELECT MAX(x) INTO v FROM u; INSERT INTO w (p) VALUES (v); END p;\n/"
    sql = f"CREATE OR REPLACE PROCEDURE p (k IN NUMBER) IS {body}"
    assert edges(sql, "oracle") == {"U.X -> W.P AGGREGATION"}


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("snowflake", "CREATE PROCEDURE p() RETURNS INT LANGUAGE PYTHON AS $$ x = 1 $$"),
        ("bigquery", 'CREATE FUNCTION f(x INT64) RETURNS INT64 LANGUAGE js AS "return x"'),
        ("postgres", "CREATE TRIGGER x AFTER INSERT ON t EXECUTE FUNCTION f()"),
    ],
)
def test_a_body_in_another_language_is_a_reason(dialect: str, sql: str) -> None:
    assert codes(sql, dialect) == ["unsupported-statement"]


def test_a_function_of_its_arguments_reads_nothing() -> None:
    lineage = read("CREATE TEMP FUNCTION f(x INT64) AS (x + 1)", "bigquery")
    assert (lineage.status, lineage.edges, lineage.sources) == ("complete", (), ())
