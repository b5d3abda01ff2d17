from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges

TABLES = {"p": ("k", "l", "s", "s.f", "s.f.h", "s.g"), "t": ("id", "a", "b")}
F = {"p.s -> {} TRANSFORMATION", "p.s.f -> {} IDENTITY", "p.s.f.h -> {} IDENTITY"}


def under(name: str, expected: set[str]) -> set[str]:
    return {each.format(name) for each in expected}


@pytest.mark.parametrize("expression", ["s.f", "p.s.f", "s['f']", "(s).f"])
def test_a_field_comes_with_the_struct_around_it_and_the_fields_below(expression: str) -> None:
    assert edges(f"SELECT {expression} AS c FROM p", "duckdb", TABLES) == under("c", F)


def test_a_star_of_a_struct_gives_its_fields() -> None:
    expected = under("f", F) | {"p.s -> g TRANSFORMATION", "p.s.g -> g IDENTITY"}
    assert edges("SELECT s.* FROM p", "duckdb", TABLES) == expected
    assert edges("SELECT (s).* FROM p", "postgres", TABLES) == expected
    assert edges("SELECT s.* EXCLUDE (f) FROM p", "duckdb", TABLES) == {"p.s -> g TRANSFORMATION", "p.s.g -> g IDENTITY"}
    assert "columns-known-when-run" in codes("SELECT s.* FROM z", "duckdb", TABLES)


@pytest.mark.parametrize(
    "sql",
    [
        "WITH c AS (SELECT s FROM p) SELECT s.g FROM c",
        "WITH c AS (SELECT * FROM p) SELECT c.s.g FROM c",
        "SELECT r.g FROM (SELECT s AS r FROM p)",
    ],
)
def test_fields_are_known_through_subqueries(sql: str) -> None:
    assert edges(sql, "duckdb", TABLES) == {"p.s -> g TRANSFORMATION", "p.s.g -> g IDENTITY"}


def test_a_struct_that_a_query_makes_is_taken_apart_again() -> None:
    assert edges("SELECT x.q FROM (SELECT {'p': a, 'q': b} AS x FROM t)") == {"t.b -> q IDENTITY"}
    assert edges("SELECT x.* FROM (SELECT {'p': a, 'q': b} AS x FROM t)") == {"t.a -> p IDENTITY", "t.b -> q IDENTITY"}
    assert edges("SELECT {'p': a, 'q': b}.p AS c FROM t") == {"t.a -> c IDENTITY"}
    assert edges("SELECT x.f FROM (SELECT AS VALUE STRUCT(a AS f, b AS g) FROM t) AS x", "bigquery") == {"t.a -> f IDENTITY"}


def test_a_replaced_struct_has_the_fields_of_the_old_one_no_more() -> None:
    found = edges("SELECT c.s.f AS o FROM (SELECT * REPLACE ({'f': k} AS s) FROM p) AS c", "duckdb", TABLES)
    assert found == {"p.k -> o TRANSFORMATION"}


def test_an_unnested_struct_gives_its_fields_and_a_list_one_column() -> None:
    found = edges("SELECT unnest(s) AS z FROM p", "duckdb", TABLES)
    assert {each.split(" ")[2] for each in found} == {"f", "g", "*"}
    assert edges("SELECT unnest(l) AS z FROM p", "duckdb", TABLES) == {"p.l -> z TRANSFORMATION", "p.l -> * JOIN"}


@pytest.mark.parametrize("call", ["unnest(s, recursive := true)", "unnest(l, max_depth := 2)", "unnest(z.k) AS o"])
def test_columns_that_nobody_can_count_are_said(call: str) -> None:
    assert "columns-known-when-run" in codes(f"SELECT {call} FROM p, z", "duckdb", TABLES)


def test_makers_of_rows_with_names_are_followed() -> None:
    assert {"p.l -> m TRANSFORMATION", "p.l -> n TRANSFORMATION"} <= edges("SELECT explode(l) AS (m, n) FROM p", "spark", TABLES)
    found = edges("SELECT stack(2, a, b, id, 1) FROM t", "spark")
    assert {"t.a -> col0 TRANSFORMATION", "t.id -> col0 TRANSFORMATION", "t.b -> col1 TRANSFORMATION"} <= found
    assert "t.b -> col0 TRANSFORMATION" not in found
    assert "columns-known-when-run" in codes("SELECT explode(l) FROM p", "spark", TABLES)


def test_a_tuple_of_json_gives_a_column_per_key() -> None:
    assert edges("SELECT json_tuple(a, 'x', 'y') FROM t", "spark") == {"t.a -> c0 TRANSFORMATION", "t.a -> c1 TRANSFORMATION"}
    assert edges("SELECT json_tuple(a, 'x') AS (m) FROM t", "spark") == {"t.a -> m TRANSFORMATION"}


def test_two_structs_of_one_name_are_told_apart_as_duckdb_does() -> None:
    inner = "(SELECT {'p': a} AS x, {'p': b} AS x FROM t)"
    assert "t.a -> p TRANSFORMATION" in edges(f"SELECT x.p FROM {inner}")
    assert "t.b -> p TRANSFORMATION" not in edges(f"SELECT x.p FROM {inner}")
    assert "t.b -> p TRANSFORMATION" in edges(f"SELECT x_1.p FROM {inner}")
