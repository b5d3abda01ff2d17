from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read, told


def test_what_a_join_compares_reaches_every_row() -> None:
    assert edges("SELECT a, x FROM t LEFT JOIN u ON t.id = u.id AND y > 1") == {
        "t.a -> a IDENTITY",
        "u.x -> x IDENTITY",
        "t.id -> * JOIN",
        "u.id -> * JOIN",
        "u.y -> * JOIN",
    }


def test_a_cross_join_multiplies_rows() -> None:
    assert {"t.* -> * JOIN", "u.* -> * JOIN"} <= edges("SELECT a, x FROM t, u")


@pytest.mark.parametrize(
    ("join", "sources"),
    [("JOIN", {"t.id", "u.id"}), ("LEFT JOIN", {"t.id"}), ("RIGHT JOIN", {"u.id"}), ("FULL JOIN", {"t.id", "u.id"})],
)
def test_a_column_of_using_stands_for_the_sides_that_can_give_it(join: str, sources: set[str]) -> None:
    found = edges(f"SELECT id AS c FROM t {join} u USING (id)")
    assert {each.partition(" ")[0] for each in found if "IDENTITY" in each} == sources
    assert {"t.id -> * JOIN", "u.id -> * JOIN"} <= found


def test_star_over_using_follows_the_dialects_order() -> None:
    tables = {"m": ("a", "k"), "n": ("k", "b"), "w": ("p", "q", "r")}
    assert "m.a -> w.p IDENTITY" in edges("INSERT INTO w SELECT * FROM m JOIN n USING (k)", "duckdb", tables)
    assert "m.k -> w.p IDENTITY" in edges("INSERT INTO w SELECT * FROM m JOIN n USING (k)", "postgres", tables)


def test_a_natural_join_needs_both_schemas() -> None:
    assert {"t.id -> * JOIN", "u.id -> * JOIN"} <= edges("SELECT a FROM t NATURAL JOIN u")
    assert "natural-join-without-schema" in codes("SELECT a FROM t NATURAL JOIN z")


def test_the_right_side_of_a_semi_join_steers_but_is_not_seen() -> None:
    assert edges("SELECT * FROM t SEMI JOIN u ON t.id = u.id") == {
        "t.id -> id IDENTITY",
        "t.a -> a IDENTITY",
        "t.b -> b IDENTITY",
        "t.id -> * JOIN",
        "u.id -> * JOIN",
    }


def test_a_lateral_subquery_sees_the_tables_before_it() -> None:
    found = edges("SELECT l.m FROM t, LATERAL (SELECT max(x) AS m FROM u WHERE u.id = t.a) AS l", "postgres")
    assert {"u.x -> m AGGREGATION", "t.a -> * FILTER", "u.id -> * FILTER"} <= found


def test_rows_made_of_a_column_are_made_and_multiplied_by_it() -> None:
    assert edges("SELECT e FROM t, UNNEST(t.a) AS g(e)") == {"t.a -> e TRANSFORMATION", "t.a -> * JOIN"}
    assert "z.arr -> v TRANSFORMATION" in edges("SELECT v FROM z LATERAL VIEW explode(arr) e AS v", "spark")
    assert "z.arr -> v TRANSFORMATION" in edges("SELECT v FROM z, UNNEST(z.arr) AS v", "bigquery")


def test_files_are_sources_by_their_path() -> None:
    assert edges("SELECT c FROM read_parquet('S3://B/x.parquet')") == {"S3://B/x.parquet.c -> c IDENTITY"}
    assert read("SELECT f.c FROM read_csv(['a.csv', 'b.csv'], header = true) AS f").sources == ("a.csv", "b.csv")
    assert edges("SELECT c FROM 'Dir/y.csv'") == {"Dir/y.csv.c -> c IDENTITY"}


def test_a_computed_path_or_an_unknown_table_function_is_said() -> None:
    assert "unknown-table-function" in codes("SELECT c FROM read_parquet('a' || 'b')")
    assert "unknown-table-function" in codes("SELECT c FROM query('SELECT 1')")


def test_values_and_aliases_name_columns_by_position() -> None:
    assert edges("SELECT v.k, a FROM (VALUES (1), (2)) AS v(k) JOIN t ON t.id = v.k") == {"t.a -> a IDENTITY", "t.id -> * JOIN"}
    assert edges("SELECT s.q FROM (SELECT a, b FROM t) AS s(p, q)") == {"t.b -> q IDENTITY"}


def test_brackets_around_joins_change_nothing() -> None:
    plain = edges("SELECT t.a, x FROM t JOIN u ON t.id = u.id")
    assert edges("SELECT t.a, x FROM (t JOIN u ON t.id = u.id)") == plain
    assert edges("SELECT t.a, x FROM ((t) JOIN (u) ON t.id = u.id)") == plain


def test_a_subquery_without_lateral_does_not_see_its_neighbours() -> None:
    lineage = read("SELECT s.c FROM t, (SELECT a AS c FROM u) AS s", "postgres")
    assert "unknown-column" in [reason.code for reason in lineage.reasons]
    assert "t.a -> c IDENTITY" not in told(lineage)


@pytest.mark.parametrize(
    ("join", "dialect"),
    [
        ("ANY INNER JOIN", "clickhouse"),
        ("GLOBAL ANY INNER JOIN", "clickhouse"),
        ("ANY LEFT JOIN", "clickhouse"),
        ("ASOF LEFT JOIN", "clickhouse"),
        ("STRAIGHT_JOIN", "mysql"),
    ],
)
def test_joins_of_one_dialect_compare_the_columns_all_the_same(join: str, dialect: str) -> None:
    assert edges(f"SELECT t.a AS c FROM t {join} u ON t.id = u.id", dialect) == {
        "t.a -> c IDENTITY",
        "t.id -> * JOIN",
        "u.id -> * JOIN",
    }


def test_the_changes_of_a_table_have_its_columns() -> None:
    sql = "SELECT a FROM z CHANGES (INFORMATION => DEFAULT) AT (TIMESTAMP => '2026-01-01'::timestamp)"
    assert edges(sql, "snowflake") == {"Z.A -> A IDENTITY"}


@pytest.mark.parametrize(("sql", "dialect"), [('SELECT "$path" AS c FROM t', "trino"), ("SELECT INPUT__FILE__NAME AS c FROM t", "hive")])
def test_the_file_of_a_row_is_no_column(sql: str, dialect: str) -> None:
    assert edges(sql, dialect) == {"t.* -> c TRANSFORMATION"}
