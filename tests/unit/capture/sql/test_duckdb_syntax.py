from __future__ import annotations

import pytest

from headwater.capture.sql.adapter import grammar_of
from headwater.capture.sql.duckdb_syntax import readable
from tests.unit.capture.sql.reading import codes, edges, read

PIVOT = "PIVOT t ON b IN (1, 2) USING sum(a) GROUP BY id"
UNPIVOT = "UNPIVOT t ON a, b INTO NAME n VALUE v"
PIVOTED = {
    "t.id -> id IDENTITY",
    "t.id -> * GROUP_BY",
    *(f"t.a -> {name} AGGREGATION" for name in "12"),
    *(f"t.b -> {name} CONDITIONAL" for name in "12"),
}
UNPIVOTED = {"t.id -> id IDENTITY", "t.a -> v IDENTITY", "t.b -> v IDENTITY", "t.a -> * FILTER", "t.b -> * FILTER"}


def text(sql: str) -> str:
    grammar = grammar_of("duckdb")
    assert grammar is not None
    return " ".join(token.text for token in readable(grammar.tokens(sql)))


@pytest.mark.parametrize(
    "sql", [PIVOT, f"{PIVOT};", "SELECT * FROM t PIVOT (sum(a) FOR b IN (1))", "SELECT * FROM (t PIVOT (sum(a) FOR b IN (1)))"]
)
def test_what_the_parser_knows_stays_as_it_is(sql: str) -> None:
    grammar = grammar_of("duckdb")
    assert grammar is not None
    tokens = grammar.tokens(sql)
    assert readable(tokens) == tokens


def test_the_brackets_end_where_the_pivot_does() -> None:
    assert text("SELECT 1 UNION PIVOT t ON b LIMIT 2") == "SELECT 1 UNION SELECT * FROM ( PIVOT t ON b ) LIMIT 2"
    assert text("(PIVOT t ON b) ORDER BY 1") == "( SELECT * FROM ( PIVOT t ON b ) ) ORDER BY 1"
    assert text("UNPIVOT t INCLUDE NULLS ON a UNION FROM u") == "SELECT * FROM ( UNPIVOT t INCLUDE NULLS ON a ) UNION FROM u"


@pytest.mark.parametrize("begin", ["CREATE TABLE n AS ", "CREATE OR REPLACE TEMP VIEW n AS ", "CREATE TABLE n AS WITH c AS (FROM u) "])
@pytest.mark.parametrize(
    ("sql", "expected"), [(PIVOT, PIVOTED), (UNPIVOT, UNPIVOTED), (UNPIVOT.replace("UNPIVOT", "PIVOT_LONGER"), UNPIVOTED)]
)
def test_a_table_or_view_is_made_of_a_pivot(begin: str, sql: str, expected: set[str]) -> None:
    assert edges(begin + sql) == {edge.replace("-> ", "-> n.") for edge in expected}


@pytest.mark.parametrize(
    "sql", [f"WITH c AS (FROM u) {PIVOT}", f"{PIVOT} UNION ALL SELECT 1, 2, 3", f"SELECT * FROM (WITH t AS (FROM t) {PIVOT})"]
)
def test_a_pivot_stands_where_a_query_may(sql: str) -> None:
    assert edges(sql) == PIVOTED


def test_a_cut_pivot_is_steered_by_what_sorts_it() -> None:
    assert edges(f"{PIVOT} ORDER BY id LIMIT 1") == {*PIVOTED, "t.id -> * SORT"}


def test_the_rows_of_a_pivot_are_inserted_by_position() -> None:
    found = edges("INSERT INTO w PIVOT t ON b IN (1) USING sum(a) GROUP BY id")
    assert found == {"t.id -> w.p IDENTITY", "t.a -> w.q AGGREGATION", "t.b -> w.q CONDITIONAL", "t.id -> w.* GROUP_BY"}
    assert "t.a -> w.p AGGREGATION" in edges("INSERT INTO w (q, p) PIVOT t ON b IN (1) USING sum(a) GROUP BY id RETURNING p")


def test_columns_that_values_name_are_said_to_be_unknown() -> None:
    sql = "CREATE TABLE n AS PIVOT t ON b USING sum(a) GROUP BY id"
    assert codes(sql) == ["columns-known-when-run"]
    assert read(sql).sources == ("t",)


def test_a_macro_takes_what_a_parameter_is_by_default() -> None:
    macro = "CREATE MACRO f(x, y := 2, z := 'q') AS x * y; "
    assert text(macro) == "CREATE MACRO f ( x , y DEFAULT 2 , z DEFAULT q ) AS x * y ;"
    assert edges(f"{macro} SELECT f(a) AS c FROM t") == {"t.a -> c TRANSFORMATION"}
    assert edges(f"{macro} SELECT f(a, y := b) AS c FROM t") == {"t.a -> c TRANSFORMATION", "t.b -> c TRANSFORMATION"}
    assert edges("CREATE MACRO f(x := 1) AS TABLE SELECT a FROM t WHERE b > x; FROM f()") == {"t.a -> a IDENTITY", "t.b -> * FILTER"}


def test_what_a_call_hands_in_by_name_stays() -> None:
    assert text("CREATE MACRO g(x) AS f(x, y := 1)") == "CREATE MACRO g ( x ) AS f ( x , y := 1 )"
    assert text("CREATE MACRO g(x) AS TABLE FROM f(y := 1) AS k") == "CREATE MACRO g ( x ) AS TABLE FROM f ( y := 1 ) AS k"
