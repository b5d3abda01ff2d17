from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import read


@pytest.mark.parametrize(
    ("sql", "dialect", "source"),
    [
        ("SELECT k FROM z", "postgres", "cat.sch.z"),
        ("SELECT k FROM S.Z", "postgres", "cat.s.z"),
        ("SELECT k FROM c.s.z", "postgres", "c.s.z"),
        ('SELECT k FROM "S"."Z"', "postgres", "cat.S.Z"),
        ("SELECT k FROM `p.d.Tab`", "bigquery", "p.d.Tab"),
        ("SELECT k FROM a.b.c.d", "tsql", "a.b.c.d"),
        ("SELECT k FROM [My Table]", "tsql", "cat.sch.my table"),
        ("SELECT k FROM delta.`/lake/x`", "databricks", "/lake/x"),
        ("SELECT k FROM 's3://b/k.parquet'", "duckdb", "s3://b/k.parquet"),
        ("SELECT t.k FROM @stage/path AS t", "snowflake", "@stage/path"),
    ],
)
def test_a_table_is_named_in_full(sql: str, dialect: str, source: str) -> None:
    assert read(sql, dialect, catalog="cat", schema="sch").sources == (source,)


def test_without_defaults_a_name_stays_short() -> None:
    assert read("SELECT k FROM z").sources == ("z",)
