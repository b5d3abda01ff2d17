from __future__ import annotations

import pytest

from headwater.capture.sql.adapter import grammar_of
from headwater.capture.sql.calls import calls_in
from tests.unit.capture.sql.reading import edges, read

T = {"t": ("u", "d", "a", "b", "month")}


def reaching(sql: str, dialect: str) -> set[str]:
    """Columns of t from which the first output is made."""
    found = read(sql, dialect, T)
    assert found.status == "complete", found.reasons
    return {(edge.source_column or "*").lower() for edge in found.edges if (edge.target_column or "").lower() == "o"}


@pytest.mark.parametrize(
    ("dialect", "expression", "expected"),
    [
        ("duckdb", "date_trunc(u, d)", {"u", "d"}),
        ("duckdb", "date_trunc(month, d)", {"month", "d"}),
        ("duckdb", "date_trunc('month', d)", {"d"}),
        ("duckdb", "datediff(u, a, b)", {"u", "a", "b"}),
        ("duckdb", "date_diff(t.u, a, b)", {"u", "a", "b"}),
        ("duckdb", "time_bucket(INTERVAL 1 DAY, d, a)", {"d", "a"}),
        ("postgres", "date_trunc(u, d)", {"u", "d"}),
        ("postgres", "date_part(u, d)", {"u", "d"}),
        ("postgres", "date_part(t.u, d)", {"u", "d"}),
        ("postgres", "date_part('year', d)", {"d"}),
        ("postgres", "extract(month from d)", {"d"}),
        ("spark", "trunc(d, u)", {"u", "d"}),
        ("spark", "date_trunc(u, d)", {"u", "d"}),
        ("spark", "date_trunc(t.u, d)", {"u", "d"}),
        ("spark", "datediff(month, a, b)", {"a", "b"}),
        ("trino", "date_diff(u, a, b)", {"u", "a", "b"}),
        ("snowflake", "date_trunc(month, d)", {"d"}),
        ("snowflake", "datediff(month, a, b)", {"a", "b"}),
        ("snowflake", "date_trunc(d, 'day')", {"d"}),
        ("bigquery", "date_trunc(d, month)", {"d"}),
        ("bigquery", "date_trunc('day', d)", {"d"}),
        ("bigquery", "date_trunc(d, week(monday))", {"d"}),
        ("tsql", "datediff(month, a, b)", {"a", "b"}),
        ("mysql", "timestampdiff(month, a, b)", {"a", "b"}),
        ("redshift", "datediff(qtr, a, b)", {"a", "b"}),
    ],
)
def test_a_part_of_a_date_is_a_column_where_the_dialect_says_so(dialect: str, expression: str, expected: set[str]) -> None:
    assert reaching(f"select {expression} as o from t", dialect) == expected


def test_an_argument_that_the_parser_has_no_room_for_is_read_all_the_same() -> None:
    assert reaching("select hex(a, b) as o from t", "duckdb") == {"a", "b"}


def test_a_name_that_a_lambda_binds_is_no_column_even_where_the_parser_drops_it() -> None:
    found = edges("SELECT list_transform([b], lambda x: date_trunc(x, a)) AS o FROM t")
    assert found == {"t.a -> o TRANSFORMATION", "t.b -> o TRANSFORMATION"}


def test_calls_are_told_by_name_and_bare_arguments() -> None:
    sql = "select f(a, t.b, g(c) + 1, 'x', d e) from t"
    grammar = grammar_of("duckdb")
    assert grammar is not None
    calls = calls_in(grammar.tokens(sql))
    told = {sql[start:].partition("(")[0]: [".".join(token.text for token in path) for path in call.bare] for start, call in calls.items()}
    assert told == {"f": ["a", "t.b"], "g": ["c"]}


@pytest.mark.parametrize(
    ("dialect", "expression", "expected"),
    [
        ("postgres", "string_agg(a, ',')", ("string_agg",)),
        ("duckdb", "date_trunc('month', d)", ("date_trunc",)),
        ("bigquery", "to_hex(a)", ("to_hex",)),
        ("postgres", "percentile_cont(0.5) within group (order by a)", ("percentile_cont",)),
        ("spark", "explode(a)", ("explode",)),
        ("trino", "element_at(a, 1)", ("element_at",)),
        ("oracle", "nvl(a, 'x')", ("nvl",)),
        ("postgres", "upper(a)::text", ("upper", "cast")),
        ("postgres", "a ->> 'x'", ()),
        ("postgres", "sha256(a)", ("sha256",)),
    ],
)
def test_functions_are_told_as_the_text_calls_them(dialect: str, expression: str, expected: tuple[str, ...]) -> None:
    found = read(f"select {expression} as o from t", dialect, T)
    assert {edge.functions for edge in found.edges if edge.source_column in ("a", "A", "d") and edge.target_column} == {expected}
