from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read


@pytest.mark.parametrize(
    ("sql", "overwrites"),
    [
        ("CREATE TABLE n AS SELECT a FROM t", ("n",)),
        ("CREATE OR REPLACE TABLE n AS SELECT a FROM t", ("n",)),
        ("CREATE TABLE IF NOT EXISTS n AS SELECT a FROM t", ()),
        ("CREATE VIEW n AS SELECT a FROM t", ("n",)),
        ("TRUNCATE TABLE n", ("n",)),
        ("DROP VIEW n", ("n",)),
        ("DELETE FROM n", ("n",)),
        ("DELETE FROM n WHERE k = 1", ()),
        ("UPDATE n SET k = 1", ()),
        ("INSERT INTO n (k) SELECT a FROM t", ()),
        ("COPY (SELECT a FROM t) TO 'n.csv'", ("n.csv",)),
    ],
)
def test_overwrites_are_targets_of_which_no_row_remains(sql: str, overwrites: tuple[str, ...]) -> None:
    lineage = read(sql)
    assert (lineage.status, lineage.overwrites) == ("complete", overwrites)
    assert lineage.targets in (("n",), ("n.csv",))


@pytest.mark.parametrize(
    ("dialect", "sql", "overwrites"),
    [
        ("duckdb", "BEGIN; DELETE FROM n; ROLLBACK", ()),
        ("postgres", "BEGIN; TRUNCATE n; ROLLBACK TO SAVEPOINT s; COMMIT", ()),
        ("postgres", "BEGIN; DROP TABLE n; COMMIT; BEGIN; DROP TABLE m; ROLLBACK", ("n",)),
        ("tsql", "BEGIN TRAN; DELETE FROM n; COMMIT TRAN; DELETE FROM m; ROLLBACK TRAN", ("n",)),
        ("duckdb", "BEGIN; DROP TABLE n; ABORT", ()),
    ],
)
def test_what_is_rolled_back_overwrites_nothing(dialect: str, sql: str, overwrites: tuple[str, ...]) -> None:
    assert read(sql, dialect).overwrites == overwrites


def test_columns_of_a_table_whose_making_is_rolled_back_are_not_known() -> None:
    undone = read("BEGIN; CREATE OR REPLACE TABLE n AS SELECT 1 AS k; ROLLBACK")
    assert (undone.status, undone.made) == ("complete", (("n", None),))
    assert codes("CREATE OR REPLACE TABLE n AS SELECT 1 AS k; ROLLBACK; CREATE TABLE m AS SELECT * FROM n") == ["star-without-schema"]
    assert codes("CREATE TABLE n AS SELECT 1 AS k; COMMIT; ROLLBACK; CREATE TABLE m AS SELECT * FROM n") == []


def test_views_name_their_columns_themselves_or_by_list() -> None:
    assert edges("CREATE VIEW n AS SELECT a AS k FROM t") == {"t.a -> n.k IDENTITY"}
    assert edges("CREATE VIEW n (k) AS SELECT a FROM t") == {"t.a -> n.k IDENTITY"}


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE FUNCTION f() RETURNS int LANGUAGE python AS $$ x $$",
        "CREATE SCHEMA s CLONE r",
        "CREATE TYPE k AS ENUM (SELECT a FROM t)",
    ],
)
def test_other_ways_to_make_or_change_things_are_partial(sql: str) -> None:
    assert read(sql).status != "complete"


def test_a_later_statement_sees_the_table_an_earlier_one_made() -> None:
    found = edges("CREATE TABLE n (k INT, l INT); INSERT INTO n SELECT a, b FROM t; CREATE TABLE m AS SELECT * FROM n")
    assert {"t.a -> n.k IDENTITY", "n.l -> m.l IDENTITY"} <= found


def test_a_dropped_tables_columns_are_forgotten() -> None:
    assert "star-without-schema" in codes("DROP TABLE t; CREATE TABLE n AS SELECT * FROM t")


def test_a_known_target_names_unnamed_columns() -> None:
    assert edges("CREATE TABLE w AS SELECT a, sum(b) FROM t GROUP BY a") == {
        "t.a -> w.a IDENTITY",
        "t.b -> w.q AGGREGATION",
        "t.a -> w.* GROUP_BY",
    }


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("postgres", "CREATE TABLE n (k INT, l INT GENERATED ALWAYS AS (k * 2) STORED)"),
        ("tsql", "CREATE TABLE n (k INT, l AS k * 2)"),
        ("clickhouse", "CREATE TABLE n (k Int32, l Int32 MATERIALIZED k * 2)"),
        ("postgres", "CREATE TABLE n (k INT); ALTER TABLE n ADD COLUMN l INT GENERATED ALWAYS AS (k * 2) STORED"),
    ],
)
def test_a_computed_column_is_made_of_the_others(dialect: str, sql: str) -> None:
    assert edges(sql, dialect) == {"n.k -> n.l TRANSFORMATION"}


def test_a_table_that_may_exist_already_has_columns_nobody_knows() -> None:
    assert "star-without-schema" in codes("CREATE TABLE IF NOT EXISTS w AS SELECT a FROM t; CREATE TABLE n AS SELECT * FROM w")


def test_a_query_without_data_gives_columns_and_no_rows() -> None:
    sql = "CREATE TABLE n AS SELECT a FROM t WITH NO DATA"
    assert edges(sql, "postgres") == set()
    assert edges(f"{sql}; INSERT INTO n SELECT x FROM u", "postgres") == {"u.x -> n.a IDENTITY"}


def test_a_view_that_feeds_a_table_writes_both() -> None:
    assert edges("CREATE MATERIALIZED VIEW v TO w AS SELECT a AS p FROM t", "clickhouse") == {"t.a -> v.p IDENTITY", "t.a -> w.p IDENTITY"}


def test_a_cached_query_is_a_view() -> None:
    assert edges("CACHE TABLE n AS SELECT a FROM t", "spark") == {"t.a -> n.a IDENTITY"}


def test_partitions_are_columns_too() -> None:
    sql = "CREATE EXTERNAL TABLE n (k STRING) PARTITIONED BY (d STRING) LOCATION '/n'; SELECT * FROM n"
    assert {"n.k -> k IDENTITY", "n.d -> d IDENTITY"} <= edges(sql, "hive")


def test_a_streaming_table_keeps_its_rows() -> None:
    lineage = read("CREATE OR REFRESH STREAMING TABLE n AS SELECT k FROM STREAM read_files('s3://x', format => 'json')", "databricks")
    assert (lineage.status, lineage.sources, lineage.overwrites) == ("complete", ("s3://x",), ())
    assert edges("CREATE OR REFRESH STREAMING TABLE n AS SELECT a FROM STREAM(t)", "databricks") == {"t.a -> n.a IDENTITY"}
