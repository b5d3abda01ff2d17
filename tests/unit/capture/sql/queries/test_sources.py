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


@pytest.mark.parametrize(
    ("sql", "dialect"),
    [
        ("DECLARE @d datetime = (SELECT max(x) FROM u); SELECT id FROM t FOR SYSTEM_TIME AS OF @d", "tsql"),
        ("DECLARE @d datetime = (SELECT max(x) FROM u); SELECT id FROM t FOR SYSTEM_TIME BETWEEN '2026-01-01' AND @d", "tsql"),
        ("DECLARE d timestamp DEFAULT (SELECT max(x) FROM u); SELECT id FROM t FOR SYSTEM_TIME AS OF d", "bigquery"),
        ("DECLARE d timestamp DEFAULT (SELECT max(x) FROM u); SELECT id FROM t TIMESTAMP AS OF d", "databricks"),
        ("SELECT id FROM t AT (TIMESTAMP => (SELECT max(x) FROM u))", "duckdb"),
        ("SELECT id FROM t FOR VERSION AS OF (SELECT max(x) FROM u)", "trino"),
        ("SELECT id FROM t TABLESAMPLE bernoulli((SELECT max(x) FROM u))", "postgres"),
        ("DECLARE @n int = (SELECT max(x) FROM u); SELECT id FROM t TABLESAMPLE (@n PERCENT)", "tsql"),
    ],
)
def test_what_chooses_a_version_or_a_sample_of_a_table_decides_over_every_row(sql: str, dialect: str) -> None:
    assert edges(sql, dialect) == {"t.id -> id IDENTITY", "u.x -> * FILTER"}


@pytest.mark.parametrize(
    "sql",
    [
        "SET n = (SELECT max(x) FROM u); SELECT id FROM t AT (TIMESTAMP => $n)",
        "SET n = (SELECT max(x) FROM u); SELECT id FROM t CHANGES (INFORMATION => DEFAULT) AT (OFFSET => 1) END (TIMESTAMP => $n)",
        "SET n = (SELECT max(x) FROM u); SELECT id FROM t SAMPLE ($n ROWS)",
    ],
)
def test_a_variable_of_snowflake_may_choose_a_version_or_a_sample(sql: str) -> None:
    assert edges(sql, "snowflake", {"T": ("ID",), "U": ("X",)}) == {"T.ID -> ID IDENTITY", "U.X -> * FILTER"}


@pytest.mark.parametrize("dialect", ["hive", "spark"])
def test_the_column_that_buckets_are_made_of_decides_over_every_row(dialect: str) -> None:
    bucket = "TABLESAMPLE (BUCKET 1 OUT OF 4 ON a)"
    assert edges(f"SELECT id FROM t {bucket}", dialect) == {"t.id -> id IDENTITY", "t.a -> * FILTER"}
    assert edges("SELECT id FROM t TABLESAMPLE (BUCKET 1 OUT OF 4 ON rand())", dialect) == {"t.id -> id IDENTITY"}
    both = f"SELECT s.id FROM u JOIN t {bucket} s ON u.id = s.id"
    assert "t.a -> * FILTER" in edges(both, dialect)


def test_a_summary_tells_of_the_values_of_every_column() -> None:
    found = edges("SUMMARIZE SELECT a FROM t WHERE b > 1")
    assert {"t.a -> min AGGREGATION", "t.a -> q75 AGGREGATION", "t.* -> count AGGREGATION", "t.b -> * FILTER"} <= found
    assert not [edge for edge in found if "column_name" in edge]
    assert "t.b -> max AGGREGATION" in edges("SELECT max FROM (SUMMARIZE t)")
    assert "t.id -> copy.avg AGGREGATION" in edges("CREATE TABLE copy AS SUMMARIZE t")
    assert codes("SUMMARIZE elsewhere") == ["star-without-schema"]


@pytest.mark.parametrize(
    ("dialect", "name"),
    [
        ("clickhouse", "c2"),
        ("databricks", "col2"),
        ("duckdb", "col1"),
        ("hive", "col2"),
        ("postgres", "column2"),
        ("redshift", "column2"),
        ("spark", "col2"),
        ("trino", "_col1"),
    ],
)
def test_columns_of_literal_rows_are_named_as_the_engine_names_them(dialect: str, name: str) -> None:
    assert edges(f"SELECT {name} AS c FROM (VALUES (1, (SELECT max(a) FROM t))) AS v", dialect) == {"t.a -> c AGGREGATION"}


def test_rows_of_mysql_are_rows() -> None:
    assert edges("SELECT column_1 AS c FROM (VALUES ROW(1, (SELECT max(a) FROM t))) AS v", "mysql") == {"t.a -> c AGGREGATION"}


@pytest.mark.parametrize("clause", ["AS v(p, q)", "AS v (p, q)"])
@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "snowflake", "spark", "trino"])
def test_columns_of_literal_rows_take_the_names_given(dialect: str, clause: str) -> None:
    tables = {"T": ("A",)} if dialect == "snowflake" else {"t": ("a",)}
    found = edges(f"SELECT q AS c FROM (VALUES (1, (SELECT max(a) FROM t))) {clause}", dialect, tables)
    assert {each.lower() for each in found} == {"t.a -> c aggregation"}
