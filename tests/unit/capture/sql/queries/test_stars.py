from __future__ import annotations

import pytest

from tests.unit.capture.sql.reading import codes, edges, read

JOINED = "FROM t JOIN u ON t.id = u.id"


def names(sql: str, dialect: str = "duckdb") -> set[str]:
    """The outputs that values reach."""
    return {each.split(" ")[2] for each in edges(sql, dialect) if " -> * " not in each}


@pytest.mark.parametrize(
    ("star", "expected"),
    [
        ("COLUMNS('a.*')", {"a"}),
        ("COLUMNS('a|d')", {"id", "a"}),
        ("COLUMNS(* EXCLUDE id)", {"a", "b"}),
        ("COLUMNS(t.*)", {"id", "a", "b"}),
        ("COLUMNS(['b', 'a'])", {"a", "b"}),
        ("COLUMNS(lambda c: c LIKE 'a%' OR c = 'b')", {"a", "b"}),
        ("COLUMNS(lambda c: NOT c IN ('id', 'b'))", {"a"}),
        ("COLUMNS([c FOR c IN (*) IF c LIKE 'a%'])", {"a"}),
        ("COLUMNS('(a|b)') AS 'x_\\1'", {"x_a", "x_b"}),
        ("* LIKE 'a%'", {"a"}),
        ("* NOT ILIKE 'A%'", {"id", "b"}),
        ("* SIMILAR TO 'i.'", {"id"}),
        ("t.* GLOB '?d'", {"id"}),
        ("* EXCLUDE (id) REPLACE (b + 1 AS b) RENAME (a AS k)", {"k", "b"}),
        ("t.* EXCLUDE (t.a)", {"id", "b"}),
    ],
)
def test_a_star_stands_for_the_columns_its_filter_lets_through(star: str, expected: set[str]) -> None:
    assert names(f"SELECT {star} FROM t") == expected


def test_snowflake_filters_a_star_too() -> None:
    assert edges("SELECT * ILIKE '%x%' FROM t", "snowflake", {"T": ("AX", "B")}) == {"T.AX -> AX IDENTITY"}


def test_exclude_with_a_table_leaves_the_other_tables_column() -> None:
    found = edges(f"SELECT * EXCLUDE (t.id) {JOINED}")
    assert "u.id -> id IDENTITY" in found and "t.id -> id IDENTITY" not in found


def test_an_expression_around_columns_is_read_once_per_column() -> None:
    assert edges("SELECT sum(COLUMNS(* EXCLUDE id)) FROM t") == {"t.a -> a AGGREGATION", "t.b -> b AGGREGATION"}
    found = edges("SELECT max(COLUMNS('a')), COLUMNS('b') + COLUMNS('b') AS k FROM t GROUP BY ALL")
    assert {each for each in found if " -> * " not in each} == {"t.a -> a AGGREGATION", "t.b -> k TRANSFORMATION"}


def test_columns_in_a_condition_or_unpacked_are_all_meant_at_once() -> None:
    assert edges("SELECT a FROM t WHERE COLUMNS('b|d') > 1") == {"t.a -> a IDENTITY", "t.b -> * FILTER", "t.id -> * FILTER"}
    assert edges("SELECT coalesce(*COLUMNS('a|b')) AS k FROM t") == {"t.a -> k TRANSFORMATION", "t.b -> k TRANSFORMATION"}


@pytest.mark.parametrize(
    "projection",
    ["COLUMNS('a')", "COLUMNS(*) + 1", "coalesce(*COLUMNS('a'))", "* LIKE 'a%'", "COLUMNS(lambda c: c = 'a')", "sum(COLUMNS(z.*))"],
)
def test_names_of_an_unknown_table_cannot_be_filtered(projection: str) -> None:
    assert "star-without-schema" in codes(f"SELECT {projection} FROM z")


@pytest.mark.parametrize(
    "projection",
    [
        "COLUMNS('(a+)+')",
        "COLUMNS('\\p{L}')",
        "COLUMNS(lambda c: reverse(c) = 'a')",
        "COLUMNS(['a' || ''])",
        "* LIKE b",
        "COLUMNS(lambda c: c || 'x' = 'ax')",
    ],
)
def test_a_filter_that_is_not_understood_lets_all_through_and_says_so(projection: str) -> None:
    lineage = read(f"SELECT {projection} FROM t")
    assert lineage.status == "partial"
    assert {edge.target_column for edge in lineage.edges} == {"id", "a", "b"}


@pytest.mark.parametrize(
    "projection", ["COLUMNS('hw:str:1f2e')", "COLUMNS(['hw:str:1f2e'])", "* LIKE 'hw:str:1f2e'", "COLUMNS(lambda c: c = 'hw:str:1f2e')"]
)
def test_a_pattern_that_redaction_hid_fits_nobody_knows_what(projection: str) -> None:
    lineage = read(f"SELECT {projection} FROM t")
    assert lineage.status == "partial"
    assert {edge.target_column for edge in lineage.edges} == {"id", "a", "b"}


def test_a_star_in_an_expression_of_another_kind_is_said() -> None:
    assert "unsupported-expression" in codes("SELECT * LIKE 'a!_%' ESCAPE '!' FROM t")
    assert edges("SELECT count(DISTINCT *) AS c, hash(*) AS d FROM t") >= {"t.a -> d TRANSFORMATION hash"}


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT * EXCEPT(b) APPLY(toString) FROM t", {"t.id -> toString(id) TRANSFORMATION", "t.a -> toString(a) TRANSFORMATION"}),
        ("SELECT COLUMNS('a|b') APPLY(md5) FROM t", {"t.a -> md5(a) TRANSFORMATION md5", "t.b -> md5(b) TRANSFORMATION md5"}),
        ("SELECT t.* EXCEPT(id, b) APPLY(sum) FROM t", {"t.a -> sum(a) AGGREGATION"}),
        (
            "SELECT * EXCEPT(id) REPLACE(b + 1 AS a) APPLY(toString) APPLY(md5) FROM t",
            {"t.b -> md5(toString(a)) TRANSFORMATION md5", "t.b -> md5(toString(b)) TRANSFORMATION md5"},
        ),
        ("INSERT INTO w (p, q) SELECT * EXCEPT(b) APPLY(md5) FROM t", {"t.id -> w.p TRANSFORMATION md5", "t.a -> w.q TRANSFORMATION md5"}),
        ("INSERT INTO w (p) SELECT a APPLY(md5) FROM t", {"t.a -> w.p TRANSFORMATION md5"}),
    ],
)
def test_apply_sends_each_column_of_a_star_through_a_function(sql: str, expected: set[str]) -> None:
    assert edges(sql, "clickhouse") == expected


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT stack(2, 'x', a, 'y', b) AS (k, v) FROM t",
        "SELECT k, v FROM t LATERAL VIEW stack(2, 'x', a, 'y', b) s AS k, v",
        "SELECT col0 AS k, col1 AS v FROM (SELECT stack(2, 'x', a, 'y', b) FROM t)",
    ],
)
@pytest.mark.parametrize("dialect", ["databricks", "hive", "spark"])
def test_stack_lays_its_arguments_out_in_columns(sql: str, dialect: str) -> None:
    found = {each for each in edges(sql, dialect) if not each.startswith("t.* ")}
    assert found == {"t.a -> v TRANSFORMATION", "t.b -> v TRANSFORMATION"}
