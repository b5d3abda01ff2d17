from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("tsql", "DECLARE @x INT = (SELECT max(a) FROM t); INSERT INTO w (p) VALUES (@x)"),
        ("tsql", "DECLARE @x INT SET @x = (SELECT max(a) FROM t) INSERT INTO w (p) VALUES (@x)"),
        ("tsql", "SELECT @x = max(a) FROM t INSERT INTO w (p) VALUES (@x)"),
        ("bigquery", "DECLARE x INT64 DEFAULT (SELECT max(a) FROM t); INSERT INTO w (p) VALUES (x)"),
        ("bigquery", "DECLARE y, x INT64; SET x = (SELECT max(a) FROM t); INSERT INTO w (p) SELECT x"),
        ("bigquery", "SET (x, y) = (SELECT AS STRUCT max(a), 2 FROM t); INSERT INTO w (p) VALUES (x)"),
        ("bigquery", "EXECUTE IMMEDIATE 'SELECT max(a) FROM t' INTO x; INSERT INTO w (p) VALUES (x)"),
        ("mysql", "SET @x = (SELECT max(a) FROM t); INSERT INTO w (p) VALUES (@x)"),
        ("mysql", "SELECT max(a) INTO @x FROM t; INSERT INTO w (p) VALUES (@x)"),
        ("mysql", "SELECT @x := max(a) INTO @y FROM t; INSERT INTO w (p) VALUES (@x)"),
        ("duckdb", "SET VARIABLE x = (SELECT max(a) FROM t); INSERT INTO w (p) SELECT getvariable('x')"),
        ("postgres", "DO $$ DECLARE x INT; BEGIN SELECT max(a) INTO x FROM t; INSERT INTO w (p) VALUES (x); END $$"),
        ("postgres", "DO $$ DECLARE x INT := (SELECT max(a) FROM t); BEGIN INSERT INTO w (p) VALUES (x); END $$"),
        ("postgres", "DO $$ DECLARE x INT; BEGIN x := (SELECT max(a) FROM t); INSERT INTO w (p) VALUES (x); END $$"),
        ("postgres", "DO $$ DECLARE x INT; BEGIN EXECUTE 'SELECT max(a) FROM t' INTO x; INSERT INTO w (p) VALUES (x); END $$"),
        ("databricks", "DECLARE x INT; SET VAR x = (SELECT max(a) FROM t); INSERT INTO w (p) VALUES (x)"),
    ],
)
def test_a_value_goes_through_a_variable(dialect: str, sql: str) -> None:
    assert edges(sql, dialect) == {"t.a -> w.p AGGREGATION"}


@pytest.mark.parametrize(
    "sql",
    [
        "SET x = (SELECT MAX(A) FROM T); INSERT INTO W (P) SELECT $x",
        "DECLARE x INT; BEGIN SELECT MAX(A) INTO :x FROM T; INSERT INTO W (P) VALUES (:x); END",
        "BEGIN LET x := (SELECT MAX(A) FROM T); INSERT INTO W (P) SELECT :x; END",
        "BEGIN LET x INT DEFAULT (SELECT MAX(A) FROM T); INSERT INTO W (P) SELECT :x; END",
    ],
)
def test_snowflake_has_variables_of_two_kinds(sql: str) -> None:
    assert edges(sql, "snowflake") == {"T.A -> W.P AGGREGATION"}


def test_a_variable_set_anew_forgets_and_one_added_to_does_not() -> None:
    sql = "SET @x = (SELECT max(a) FROM t) SET @x {} (SELECT max(x) FROM u) INSERT INTO w (p) VALUES (@x)"
    assert edges(sql.format("="), "tsql") == {"u.x -> w.p AGGREGATION"}
    assert edges(sql.format("+="), "tsql") == {"t.a -> w.p AGGREGATION", "u.x -> w.p AGGREGATION"}


def test_a_query_brings_its_filters_into_a_variable() -> None:
    assert "t.b -> w.p FILTER" in edges("SELECT @x = a FROM t WHERE b > 1 INSERT INTO w (p) VALUES (@x)", "tsql")


def test_mysql_variables_reach_from_row_to_row() -> None:
    assert edges("SELECT @r, @r := a FROM t", "mysql") == {"t.a -> _col_0 IDENTITY", "t.a -> _col_1 IDENTITY"}


def test_a_table_variable_is_a_table() -> None:
    assert edges("DECLARE @n TABLE (k INT, l INT) INSERT INTO @n SELECT a, b FROM t SELECT * INTO z FROM @n", "tsql") == {
        "t.a -> @n.k IDENTITY",
        "t.b -> @n.l IDENTITY",
        "@n.k -> z.k IDENTITY",
        "@n.l -> z.l IDENTITY",
    }


def test_a_temporary_table_is_not_the_table_of_the_same_name() -> None:
    lineage = read("SELECT a INTO #t FROM dbo.t SELECT a FROM #t", "tsql", {"dbo.t": ("a",)})
    assert (lineage.sources, lineage.targets) == (("#t", "dbo.t"), ("#t",))


def test_what_a_function_returns_goes_to_its_reader() -> None:
    sql = "CREATE FUNCTION f(k int) RETURNS int AS $$ BEGIN RETURN (SELECT max(a) FROM t WHERE b = k); END $$ LANGUAGE plpgsql"
    assert edges(sql, "postgres") == {"t.a -> _col_0 AGGREGATION", "t.b -> * FILTER"}
    sql = "CREATE FUNCTION f() RETURNS int AS $$ DECLARE v INT := (SELECT max(a) FROM t); BEGIN RETURN v + 1; END $$ LANGUAGE plpgsql"
    assert edges(sql, "postgres") == {"t.a -> f AGGREGATION"}


def test_a_function_of_one_query_is_told_where_it_is_called() -> None:
    assert edges("CREATE FUNCTION f() RETURNS TABLE AS RETURN (SELECT a FROM t)", "tsql") == set()


def test_a_name_that_may_be_a_column_or_a_variable_is_said() -> None:
    sql = "DO $$ DECLARE k INT := (SELECT max(a) FROM t); BEGIN INSERT INTO w (p) SELECT k FROM z; END $$"
    assert codes(sql, "postgres") == ["ambiguous-column"]


def test_a_state_of_the_last_statement_is_not_followed() -> None:
    assert codes("UPDATE w SET p = 1 IF @@ROWCOUNT = 0 INSERT INTO w (p) VALUES (1)", "tsql") == ["unsupported-expression"]


def test_a_field_of_a_row_keeps_what_the_others_hold() -> None:
    sql = "DO $$ DECLARE r RECORD; BEGIN SELECT a, b INTO r FROM t; r.a := (SELECT max(x) FROM u); INSERT INTO w VALUES (r.a, r.b); END $$"
    assert {"t.b -> w.q IDENTITY", "u.x -> w.p AGGREGATION"} <= edges(sql, "postgres")


@pytest.mark.parametrize(
    ("dialect", "sql", "code"),
    [
        ("postgres", "DO $$ DECLARE n INT; BEGIN DELETE FROM w; GET DIAGNOSTICS n = ROW_COUNT; END $$", "unsupported-statement"),
        ("postgres", "DO $$ BEGIN UPDATE w SET p = 1; IF FOUND THEN DELETE FROM t; END IF; END $$", "unknown-column"),
        (
            "oracle",
            "DECLARE CURSOR c (k NUMBER) IS SELECT a FROM T WHERE b = k; v NUMBER; BEGIN SELECT MAX(x) INTO v FROM u; OPEN c (v); END;",
            "unsupported-clause",
        ),
        ("tsql", "EXEC @r = p 1", "unsupported-clause"),
    ],
)
def test_what_statements_leave_behind_unseen_is_said(dialect: str, sql: str, code: str) -> None:
    assert code in codes(sql, dialect)


def test_settings_are_no_variables() -> None:
    lineage = read("SET autocommit = 0; SET character_set_results = utf8; SET NAMES utf8; SELECT a FROM t", "mysql")
    assert (lineage.status, lineage.sources) == ("complete", ("t",))


def test_a_default_that_only_a_branch_changes_is_doubtful() -> None:
    assert "default-schema-unknown" in codes("IF @a = 1 USE other SELECT a FROM t", "tsql")


def test_overwriting_parts_ends_nothing() -> None:
    sql = "INSERT OVERWRITE TABLE w SELECT a, b FROM t"
    assert read(f"SET spark.sql.sources.partitionOverwriteMode=dynamic; {sql}", "spark").overwrites == ()
    assert read(sql, "spark").overwrites == ("w",)
