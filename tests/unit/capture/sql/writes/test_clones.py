from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read

WHOLE = {"t.id -> n.id IDENTITY", "t.a -> n.a IDENTITY", "t.b -> n.b IDENTITY"}


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("bigquery", "CREATE TABLE n CLONE t"),
        ("bigquery", "CREATE TABLE n COPY t"),
        ("databricks", "CREATE TABLE n SHALLOW CLONE t"),
        ("databricks", "CREATE OR REPLACE TABLE n DEEP CLONE t VERSION AS OF 3"),
        ("duckdb", "CREATE TABLE n AS FROM t"),
        ("postgres", "CREATE TABLE n AS TABLE t"),
    ],
)
def test_a_clone_has_all_columns(dialect: str, sql: str) -> None:
    assert edges(sql, dialect) == WHOLE
    assert read(sql, dialect).overwrites == ("n",)


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [("mysql", "CREATE TABLE n LIKE t"), ("postgres", "CREATE TABLE n (LIKE t INCLUDING ALL)"), ("clickhouse", "CREATE TABLE n AS t")],
)
def test_a_table_like_another_begins_empty_and_has_its_columns(dialect: str, sql: str) -> None:
    assert edges(sql, dialect) == set()
    assert edges(f"{sql}; CREATE TABLE m AS SELECT * FROM n", dialect) == {
        "n.id -> m.id IDENTITY",
        "n.a -> m.a IDENTITY",
        "n.b -> m.b IDENTITY",
    }


def test_a_partition_shares_its_rows_with_the_whole() -> None:
    found = edges("CREATE TABLE n PARTITION OF t FOR VALUES FROM (1) TO (2)", "postgres")
    assert found == WHOLE | {"n.id -> t.id IDENTITY", "n.a -> t.a IDENTITY", "n.b -> t.b IDENTITY"}


@pytest.mark.parametrize(
    ("dialect", "sql", "expected"),
    [
        ("hive", "CREATE EXTERNAL TABLE n (k INT) LOCATION 's3://b/x'", {"s3://b/x.k -> n.k IDENTITY"}),
        ("spark", "CREATE TABLE n (k INT) USING csv OPTIONS (path '/x')", {"/x.k -> n.k IDENTITY"}),
        ("bigquery", "CREATE EXTERNAL TABLE n (k INT64) OPTIONS (format = 'CSV', uris = ['gs://b/x'])", {"gs://b/x.k -> n.k IDENTITY"}),
        ("snowflake", "CREATE EXTERNAL TABLE n (k INT AS (value:c1::int)) LOCATION = @s/p", {"@s/p.VALUE -> N.K TRANSFORMATION"}),
    ],
)
def test_a_table_over_files_reads_them(dialect: str, sql: str, expected: set[str]) -> None:
    assert edges(sql, dialect) == expected


def test_files_of_unknown_columns_leave_a_gap() -> None:
    assert codes("CREATE TABLE n USING parquet LOCATION '/x'", "spark") == ["star-without-schema"]


def test_a_stream_shows_its_table() -> None:
    tables = {"T": ("A", "B")}
    lineage = read("CREATE OR REPLACE STREAM n ON TABLE t APPEND_ONLY = TRUE", "snowflake", tables)
    assert (lineage.status, lineage.sources, lineage.targets) == ("complete", ("T",), ("N",))


def test_what_chooses_the_version_of_a_clone_decides_over_every_row() -> None:
    tables = {"T": ("ID",), "U": ("X",)}
    sql = "SET n = (SELECT max(x) FROM u); CREATE TABLE z CLONE t AT (TIMESTAMP => $n)"
    assert edges(sql, "snowflake", tables) == {"T.ID -> Z.ID IDENTITY", "U.X -> Z.* FILTER"}
    sql = "CREATE TABLE z SHALLOW CLONE u TIMESTAMP AS OF (SELECT max(a) FROM t)"
    assert "t.a -> z.* FILTER" in edges(sql, "databricks")
