from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("bigquery", "EXECUTE IMMEDIATE 'INSERT INTO w SELECT a, b FROM t'"),
        ("postgres", "DO $$ BEGIN EXECUTE 'INSERT INTO w SELECT a, b FROM t'; END $$"),
        ("postgres", "PREPARE p AS INSERT INTO w SELECT a, b FROM t; EXECUTE p"),
        ("duckdb", "PREPARE p AS INSERT INTO w SELECT a, b FROM t; EXECUTE p(1); DEALLOCATE p"),
        ("mysql", "PREPARE p FROM 'INSERT INTO w SELECT a, b FROM t'; EXECUTE p; DEALLOCATE PREPARE p"),
        ("mysql", "SET @s = 'INSERT INTO w SELECT a, b FROM t'; PREPARE p FROM @s; EXECUTE p"),
        ("tsql", "EXEC('INSERT INTO w SELECT a, b FROM t')"),
        ("tsql", "EXEC sp_executesql N'INSERT INTO w SELECT a, b FROM t'"),
        ("tsql", "DECLARE @s NVARCHAR(99) = N'INSERT INTO w SELECT a, b FROM t' EXEC(@s)"),
        ("tsql", "CREATE PROC p AS INSERT INTO w SELECT a, b FROM t\nGO\nEXEC p"),
        ("postgres", "EXPLAIN ANALYZE INSERT INTO w SELECT a, b FROM t"),
    ],
)
def test_a_literal_is_followed(dialect: str, sql: str) -> None:
    assert edges(sql, dialect) == {"t.a -> w.p IDENTITY", "t.b -> w.q IDENTITY"}


@pytest.mark.parametrize(
    ("dialect", "sql", "place"),
    [
        ("bigquery", "SELECT 1;\nEXECUTE IMMEDIATE CONCAT('INSERT INTO ', x)", (2, 1)),
        ("postgres", "DO $$ BEGIN EXECUTE format('DROP TABLE %s', 'w'); END $$", (1, 13)),
        ("tsql", "DECLARE @s NVARCHAR(99) = N'INSERT INTO ' + @t EXEC(@s)", (1, 48)),
        ("tsql", "DECLARE @s NVARCHAR(99) = N'SELECT 1' IF @a = 1 SET @s = N'DROP TABLE w' EXEC(@s)", (1, 74)),
        ("mysql", "PREPARE p FROM @s", (1, 1)),
        ("postgres", "DO $$ BEGIN FOR r IN EXECUTE x LOOP NULL; END LOOP; END $$", (1, 22)),
    ],
)
def test_a_computed_text_is_said_with_its_place(dialect: str, sql: str, place: tuple[int, int]) -> None:
    reasons = [reason for reason in read(sql, dialect).reasons if reason.code == "dynamic-statement"]
    assert [(reason.line, reason.column) for reason in reasons] == [place]


def test_arguments_reach_the_text() -> None:
    sql = "EXECUTE IMMEDIATE 'INSERT INTO w (p) SELECT a FROM t WHERE id = ?' USING (SELECT max(x) FROM u)"
    assert edges(sql, "databricks") == {"t.a -> w.p IDENTITY", "t.id -> w.* FILTER", "u.x -> w.* FILTER"}
    sql = "EXEC sp_executesql N'INSERT INTO w (p) VALUES (@v)', N'@v int', @v = @k"
    assert edges(f"SELECT @k = max(x) FROM u {sql}", "tsql") == {"u.x -> w.p AGGREGATION"}


def test_arguments_reach_a_routine_of_the_same_text() -> None:
    sql = "CREATE PROCEDURE p(k INT64) BEGIN INSERT INTO w (p) VALUES (k); END; CALL p((SELECT max(x) FROM u))"
    assert edges(sql, "bigquery") == {"u.x -> w.p AGGREGATION"}


@pytest.mark.parametrize(("dialect", "sql"), [("tsql", "EXEC other 1"), ("bigquery", "CALL d.other()"), ("postgres", "EXECUTE unknown(1)")])
def test_what_is_defined_elsewhere_is_a_reason(dialect: str, sql: str) -> None:
    assert set(codes(sql, dialect)) <= {"unsupported-statement", "dynamic-statement"} and codes(sql, dialect)


def test_places_inside_a_string_are_places_of_the_text() -> None:
    (reason,) = read("SELECT 1;\nEXECUTE IMMEDIATE 'SELECT k FROM t'", "bigquery").reasons
    assert (reason.code, reason.line, reason.column) == ("unknown-column", 2, 27)


def test_a_statement_inside_a_string_that_nobody_runs_is_a_string() -> None:
    assert edges("SELECT a FROM t WHERE b = 'x; DELETE FROM w' -- DELETE FROM u") == {"t.a -> a IDENTITY", "t.b -> * FILTER"}


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("mysql", "CREATE PROCEDURE p(OUT x INT) BEGIN SELECT max(a) INTO x FROM t; END; CALL p(@v); INSERT INTO w (p) VALUES (@v)"),
        ("tsql", "CREATE PROC p @x INT OUTPUT AS SELECT @x = max(a) FROM t\nGO\nEXEC p @v OUTPUT INSERT INTO w (p) VALUES (@v)"),
        ("tsql", "EXEC sp_executesql N'SELECT @x = max(a) FROM t', N'@x INT OUTPUT', @x = @v OUTPUT INSERT INTO w (p) VALUES (@v)"),
    ],
)
def test_what_is_handed_back_reaches_whoever_uses_it(dialect: str, sql: str) -> None:
    assert "t.a -> w.p AGGREGATION" in edges(sql, dialect)


def test_of_two_prepared_in_branches_either_may_run() -> None:
    sql = (
        "IF @c = 1 THEN PREPARE p FROM 'INSERT INTO w (p) SELECT ?'; ELSE PREPARE p FROM 'INSERT INTO w (q) SELECT ?'; END IF;"
        "SET @v = (SELECT max(a) FROM t); EXECUTE p USING @v"
    )
    assert edges(sql, "mysql") == {"t.a -> w.p AGGREGATION", "t.a -> w.q AGGREGATION"}


def test_a_text_run_in_a_loop_settles() -> None:
    inner = "LOOP SET x = (SELECT max(a) FROM t); LEAVE; END LOOP"
    sql = f"DECLARE x INT64; LOOP EXECUTE IMMEDIATE '{inner}'; INSERT INTO w (p) VALUES (x); END LOOP"
    assert edges(sql, "bigquery") == {"t.a -> w.p AGGREGATION"}
