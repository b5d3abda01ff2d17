from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read, told

UPPER = {"T": ("ID", "A", "B")}


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("bigquery", "SELECT e FROM t, UNNEST(t.a) AS e WITH OFFSET AS o"),
        ("bigquery", "SELECT e FROM t LEFT JOIN UNNEST(t.a) AS e ON TRUE"),
        ("duckdb", "SELECT e FROM t, unnest(t.a) AS e"),
        ("duckdb", "SELECT e FROM t, unnest(t.a) WITH ORDINALITY AS q(e, o)"),
        ("trino", "SELECT e FROM t CROSS JOIN UNNEST(a) WITH ORDINALITY AS q(e, n)"),
        ("spark", "SELECT e FROM t LATERAL VIEW OUTER posexplode(t.a) v AS p, e"),
        ("spark", "SELECT e FROM t LATERAL VIEW json_tuple(t.a, 'x', 'y') j AS e, y"),
        ("postgres", "SELECT x.e FROM t, json_to_record(t.a) AS x(e int, f text)"),
        ("postgres", "SELECT e FROM t, jsonb_array_elements(t.a) AS e"),
        ("postgres", "SELECT e FROM t, ROWS FROM (unnest(t.a)) WITH ORDINALITY AS x(e, n)"),
        ("clickhouse", "SELECT e FROM t LEFT ARRAY JOIN a AS e"),
        ("clickhouse", "SELECT arrayJoin(a) AS e FROM t"),
        ("tsql", "SELECT j.e FROM t CROSS APPLY OPENJSON(t.a, '$.p') WITH (e INT '$.x', y INT) AS j"),
        ("tsql", "SELECT s.value AS e FROM t CROSS APPLY STRING_SPLIT(t.a, ',') AS s"),
        ("mysql", "SELECT j.e FROM t, JSON_TABLE(t.a, '$[*]' COLUMNS (e INT PATH '$.x', o FOR ORDINALITY)) AS j"),
    ],
)
def test_rows_made_of_a_column_hold_it_and_are_as_many_as_it_says(dialect: str, sql: str) -> None:
    assert edges(sql, dialect) == {"t.a -> e TRANSFORMATION", "t.a -> * JOIN"}


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("snowflake", "SELECT f.value:x::string AS e FROM t, LATERAL FLATTEN(input => t.a, outer => true) f"),
        ("snowflake", "SELECT f.value AS e FROM t, TABLE(FLATTEN(t.a)) f"),
        ("snowflake", "SELECT f.value AS e FROM t, TABLE(SPLIT_TO_TABLE(t.a, ',')) f"),
        ("oracle", "SELECT j.e FROM t, JSON_TABLE(t.a, '$' COLUMNS (e NUMBER PATH '$.x')) j"),
        ("oracle", "SELECT j.e FROM t, XMLTABLE('/r' PASSING t.a COLUMNS e NUMBER PATH 'x') j"),
    ],
)
def test_the_same_where_names_fold_to_upper_case(dialect: str, sql: str) -> None:
    assert edges(sql, dialect, UPPER) == {"T.A -> E TRANSFORMATION", "T.A -> * JOIN"}


def test_lists_unnested_together_keep_apart() -> None:
    found = edges("SELECT x, y, n FROM t CROSS JOIN UNNEST(a, b) WITH ORDINALITY AS q(x, y, n)", "trino")
    assert found == {"t.a -> x TRANSFORMATION", "t.b -> y TRANSFORMATION", "t.a -> * JOIN", "t.b -> * JOIN"}
    maps = edges("SELECT k, v FROM t CROSS JOIN UNNEST(a) AS q(k, v)", "trino")
    assert {"t.a -> k TRANSFORMATION", "t.a -> v TRANSFORMATION"} <= maps
    pair = edges("SELECT x, n FROM t, ROWS FROM (unnest(t.a), generate_series(1, t.b)) AS q(x, n)", "postgres")
    assert {"t.a -> x TRANSFORMATION", "t.b -> n TRANSFORMATION"} <= pair and "t.b -> x TRANSFORMATION" not in pair


def test_a_flattened_value_has_all_of_its_columns() -> None:
    found = edges("SELECT f.* FROM t, TABLE(FLATTEN(INPUT => t.a)) f", "snowflake", UPPER)
    assert {each.split(" ")[2] for each in found} == {"SEQ", "KEY", "PATH", "INDEX", "VALUE", "THIS", "*"}


def test_the_fields_of_an_unnested_struct_are_columns_in_bigquery() -> None:
    tables = {"t": ("id", "items", "items.sku", "items.price")}
    found = edges("SELECT id, sku, i.price FROM t, UNNEST(t.items) AS i", "bigquery", tables)
    assert {"t.items.sku -> sku IDENTITY", "t.items.price -> price IDENTITY", "t.id -> id IDENTITY"} <= found
    assert "t.items.price -> sku IDENTITY" not in found


@pytest.mark.parametrize(
    ("dialect", "sql", "code"),
    [
        ("bigquery", "SELECT * FROM z, UNNEST(z.a) AS e", "star-without-schema"),
        ("bigquery", "SELECT c FROM z, UNNEST(z.a) AS e", "ambiguous-column"),
        ("spark", "SELECT * FROM t LATERAL VIEW inline(t.a) e", "columns-known-when-run"),
        ("spark", "SELECT posexplode(a) FROM t", "columns-known-when-run"),
        ("hive", "SELECT TRANSFORM(a, b) USING 'script.py' AS (c, d) FROM t", "unsupported-expression"),
        ("snowflake", "SELECT f.value FROM t, TABLE(mine(t.a)) f", "unknown-table-function"),
        ("clickhouse", "SELECT * FROM remote('h', 'db', 't')", "unknown-table-function"),
        ("tsql", "SELECT * FROM OPENQUERY(srv, 'select 1')", "unknown-table-function"),
        ("postgres", "SELECT * FROM dblink('x', 'select 1') AS q(a int)", "unknown-table-function"),
        ("bigquery", "SELECT * FROM EXTERNAL_QUERY('c', 'select 1')", "unknown-table-function"),
        ("duckdb", "SELECT * FROM query_table('t')", "unknown-table-function"),
    ],
)
def test_rows_that_nobody_can_trace_are_said(dialect: str, sql: str, code: str) -> None:
    assert code in codes(sql, dialect)


def test_a_transforming_program_may_answer_with_anything() -> None:
    found = told(read("SELECT TRANSFORM(a, b) USING 'script.py' AS (c, d) FROM t", "hive"))
    assert {"t.a -> c TRANSFORMATION", "t.b -> c TRANSFORMATION", "t.a -> d TRANSFORMATION"} <= found
