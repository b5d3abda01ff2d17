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


def test_tables_made_by_functions_of_trino() -> None:
    assert edges("SELECT * FROM TABLE(sequence(start => 1, stop => 5))", "trino") == set()
    assert edges("SELECT sequential_number + a AS c FROM t CROSS JOIN TABLE(sequence(1, 5))", "trino") >= {"t.a -> c TRANSFORMATION"}
    assert codes("SELECT nope FROM TABLE(sequence(1, 5))", "trino") == ["unknown-column"]
    sql = "SELECT * FROM TABLE(exclude_columns(input => TABLE(t), columns => DESCRIPTOR(a, id)))"
    assert edges(sql, "trino") == {"t.b -> b IDENTITY"}
    (reason,) = read("SELECT k FROM TABLE(hive.system.query(query => 'SELECT k FROM z'))", "trino").reasons
    assert (reason.code, reason.subject) == ("unknown-table-function", "query")


@pytest.mark.parametrize(
    "from_",
    ["s.t AS t, t.a AS i", "s.t AS t, t.a AS i AT p", "s.t AS t LEFT JOIN t.a AS i ON TRUE", "s.t, t.a AS i"],
)
def test_redshift_reaches_fields_of_a_member_through_its_alias_alone(from_: str) -> None:
    assert edges(f"SELECT id, i.price FROM {from_}", "redshift") == {
        "s.t.id -> id IDENTITY",
        "s.t.a -> price TRANSFORMATION",
        "s.t.a -> * JOIN",
    }


def test_redshift_takes_objects_apart_into_names_and_values() -> None:
    assert edges("SELECT k, v FROM s.t AS t, UNPIVOT t.a AS v AT k", "redshift") == {
        "s.t.a -> k TRANSFORMATION",
        "s.t.a -> v TRANSFORMATION",
        "s.t.a -> * JOIN",
    }


def test_a_schema_that_shares_its_name_with_a_table_is_no_array() -> None:
    assert read("SELECT 1 AS k FROM t.t JOIN t.u ON t.id = u.id", "redshift").sources == ("t.t", "t.u")


@pytest.mark.parametrize("use", ["e = 'x'", "e IN ('x', 'y')", "LOWER(e) = 'x'", "e > 3", "e LIKE 'x%'"])
def test_a_member_that_is_compared_with_literals_hides_no_columns(use: str) -> None:
    found = edges(f"SELECT k FROM d.z, UNNEST(tags) AS e WHERE {use}", "bigquery")
    assert found == {"d.z.k -> k IDENTITY", "d.z.tags -> * JOIN", "d.z.tags -> * FILTER"}


@pytest.mark.parametrize("sql", ["SELECT k, e.sku FROM d.z, UNNEST(tags) AS e", "SELECT k FROM d.z, UNNEST(tags) AS e WHERE e = other"])
def test_a_member_that_may_be_a_struct_leaves_doubt(sql: str) -> None:
    assert "ambiguous-column" in codes(sql, "bigquery")


def test_pieces_of_a_document_in_a_column_are_followed() -> None:
    sql = "SELECT x.c.value('@id', 'int') AS k FROM t CROSS APPLY t.a.nodes('/r/i') AS x(c) WHERE b.exist('/q') = 1"
    assert edges(sql, "tsql") == {"t.a -> k TRANSFORMATION", "t.a -> * JOIN", "t.b -> * FILTER"}
    assert codes("SELECT a.value('sql:column(\"b\")', 'int') AS k FROM t", "tsql") == ["unsupported-expression"]


@pytest.mark.parametrize(
    "sql", ["SELECT range AS c FROM range(4)", "SELECT r.range + t.a AS c FROM t, range(1, 4) r", "SELECT r AS c FROM range(4) r"]
)
def test_range_of_duckdb_names_its_column_after_itself(sql: str) -> None:
    assert read(sql, "duckdb").status == "complete"
