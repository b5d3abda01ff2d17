from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read


@pytest.mark.parametrize(
    ("call", "source"),
    [
        ("s3('https://b/x.parquet', 'Parquet')", "https://b/x.parquet"),
        ("s3('https://b/x.csv', 'key', 'secret', 'CSV', 'k String, n Nullable(Decimal(9, 2))', 'gzip')", "https://b/x.csv"),
        ("s3Cluster('main', 's3://b/*.parquet')", "s3://b/*.parquet"),
        ("url('https://h/x.csv', CSV, 'k String')", "https://h/x.csv"),
        ("file('x.tsv', 'TSV')", "x.tsv"),
        ("iceberg('s3://b/t')", "s3://b/t"),
        ("cluster('main', db, z)", "db.z"),
        ("cluster('main', db.z)", "db.z"),
        ("clusterAllReplicas('main', 'db', 'z')", "db.z"),
    ],
)
def test_what_lies_outside_is_read_by_its_name(call: str, source: str) -> None:
    assert edges(f"SELECT k FROM {call}", "clickhouse") == {f"{source}.k -> k IDENTITY"}
    assert read(f"SELECT k FROM {call}", "clickhouse").sources == (source,)


def test_a_structure_lists_all_columns() -> None:
    found = edges("SELECT * FROM url('u://h/x', CSV, 'a Array(Tuple(x Int8, y Int8)), `b c` String')", "clickhouse")
    assert found == {"u://h/x.a -> a IDENTITY", "u://h/x.b c -> b c IDENTITY"}
    assert codes("SELECT z FROM url('u://h/x', CSV, 'a String')", "clickhouse") == ["unknown-column"]


def test_without_a_structure_a_star_stays_open() -> None:
    assert codes("SELECT * FROM s3('s3://b/x', 'CSV')", "clickhouse") == ["star-without-schema"]


def test_where_a_row_lies_is_no_column_of_the_structure() -> None:
    assert edges("SELECT _file FROM url('u://h/x', CSV, 'a String')", "clickhouse") == {"u://h/x.* -> _file TRANSFORMATION"}


@pytest.mark.parametrize(
    "call", ["s3(concat('s3://', 'b'))", "s3()", "cluster('main')", "remote('h', 'db', 't')", "mysql('h', 'd', 't', 'u', 'p')"]
)
def test_what_is_named_by_no_literal_or_lies_on_another_server_is_a_gap(call: str) -> None:
    assert "unknown-table-function" in codes(f"SELECT k FROM {call}", "clickhouse")
