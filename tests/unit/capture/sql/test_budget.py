from __future__ import annotations

from collections.abc import Callable

import pytest

from headwater.capture.sql.adapter import grammar_of
from headwater.capture.sql.budget import MAX_NESTING, MAX_TEXT_BYTES, Steps, check_nesting, check_text
from headwater.capture.sql.reasons import Trouble
from tests.unit.capture.sql.reading import codes, read

DEPTHS: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "SELECT " + "(" * n + "a" + ")" * n + " FROM t",
    "functions": lambda n: "SELECT " + "abs(" * n + "a" + ")" * n + " FROM t",
    "lists": lambda n: "SELECT " + "[" * n + "a" + "]" * n + " FROM t",
    "cases": lambda n: "SELECT " + "CASE WHEN true THEN " * n + "a" + " END" * n + " FROM t",
    "negations": lambda n: "SELECT " + "NOT " * n + "a FROM t",
    "signs": lambda n: "SELECT " + "- " * n + "a FROM t",
    "subqueries": lambda n: "SELECT a FROM " + "(SELECT a FROM " * n + "t" + ")" * n,
    "scalars": lambda n: "SELECT " + "(SELECT " * n + "max(a) FROM t" + ")" * n,
    "joins": lambda n: "SELECT t.a FROM t " + "JOIN u " * n + "ON true " * n,
}


@pytest.mark.parametrize("shape", DEPTHS)
@pytest.mark.parametrize("depth", [1_000, 20_000])
def test_thousandfold_nesting_gives_a_status(shape: str, depth: int) -> None:
    lineage = read(DEPTHS[shape](depth))
    assert lineage.status == "failed"
    assert [reason.code for reason in lineage.reasons] == ["nesting-too-deep"]


@pytest.mark.parametrize("shape", [shape for shape in DEPTHS if shape != "joins"])
def test_nesting_up_to_the_limit_is_read(shape: str) -> None:
    lineage = read(DEPTHS[shape](MAX_NESTING - 10))
    assert lineage.status == "complete", lineage.reasons
    assert {edge.source_column for edge in lineage.edges} == {"a"}


def test_calls_that_look_like_types_are_bounded_because_the_parser_tries_them_twice() -> None:
    assert codes("SELECT " + "DATE(" * 5 + "a" + ")" * 5 + " AS c FROM t") == []
    assert codes("SELECT " + "DECIMAL(abs(" * 60 + "a" + "))" * 60 + " AS c FROM t") == ["nesting-too-deep"]


@pytest.mark.parametrize("opening", ["DIV0(a, ", "SORT_ARRAY(a, ", "IF["])
def test_functions_the_parser_reads_twice_are_bounded(opening: str) -> None:
    close = "]" if opening.endswith("[") else ")"
    assert codes("SELECT " + opening * 40 + "a" + close * 40 + " FROM t", "snowflake") == ["nesting-too-deep"]


def test_many_joins_in_a_row_are_no_nesting() -> None:
    assert codes("SELECT t.a FROM t " + "".join(f"JOIN u AS u{at} ON u{at}.id = t.id " for at in range(400))) == []
    assert codes("SELECT t.a FROM t " + "".join(f"CROSS JOIN u AS u{at} " for at in range(400))) == []


def test_the_place_where_the_limit_is_passed_is_told() -> None:
    grammar = grammar_of("duckdb")
    assert grammar is not None
    with pytest.raises(Trouble) as caught:
        check_nesting(grammar.tokens("(" * (MAX_NESTING + 1)))
    assert caught.value.offset == MAX_NESTING


def test_length_is_measured_in_bytes() -> None:
    check_text("x" * MAX_TEXT_BYTES)
    with pytest.raises(Trouble):
        check_text("é" * (MAX_TEXT_BYTES // 2 + 1))


def test_steps_run_out() -> None:
    steps = Steps(2)
    steps.spend(2)
    with pytest.raises(Trouble) as caught:
        steps.spend(1)
    assert caught.value.reason == "work-budget"


HOSTILE = {
    "subscripts of parameters": ("snowflake", "select a from t where " + "? [0]" * 20_000),
    "ends that close nothing": ("teradata", "create table t as " + "end [ " * 7_500),
    "joins without conditions before VALUES": ("trino", "select " + "a join values in" * 30),
    "joins without conditions before aliases": ("hive", "select " + "both join null replace" * 30),
    "joins without conditions after OVER": ("mysql", "select a over " + "join at " * 30),
    "joins without conditions after END": ("duckdb", "select a from " + "end join " * 25 + "select a from t " + "view | numrange " * 30),
    "the word TABLE": ("snowflake", "table " * 8_000),
    "the words EXISTS TABLE": ("spark", "exists table " * 8_000),
    "subscripts": ("duckdb", "select a" + "[0]" * 4_000),
    "subscripts in a call": ("trino", "select f(" + "[0] " * 4_000),
    "calls on calls": ("duckdb", "select a" + ".f()" * 1_000 + " from t"),
    "casts of casts": ("postgres", "select a" + "::int" * 3_000 + " from t"),
    "lambdas in lambdas": ("duckdb", "select " + "x -> x and " * 20_000),
    "time zones": ("duckdb", "select a" + " at time zone b" * 5_000),
    "selects from selects": ("bigquery", "SELECT a FROM " * 2_000 + "t"),
    "selects from selects in lists": (
        "redshift",
        "CREATE TABLE o SORTKEY (b) FROM SELECT a, " + "SORTKEY (b) FROM SELECT a, " * 2_000 + "b AS t",
    ),
    "stars without stars": ("redshift", "SELECT " + "* EXCLUDE " * 6_000 + "(a) FROM t"),
    "a function without its argument": ("trino", "SELECT element_at(arr) FROM x"),
    "a replacement without a name": ("bigquery", "SELECT * EXCEPT (a) REPLACE proj (b + 1 AS b) FROM t"),
    "a new name of nothing": ("snowflake", "SELECT * EXCLUDE (a, b) RENAME a (id AS k) FROM t"),
    "unclosed CASE": ("duckdb", "select " + "(case " * 1_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_texts_that_once_crashed_or_never_ended_fail_with_a_place(name: str) -> None:
    dialect, sql = HOSTILE[name]
    lineage = read(sql, dialect)
    assert lineage.status == "failed"
    assert all(reason.line is not None and reason.column is not None for reason in lineage.reasons)


def test_long_lists_and_chains_are_no_nesting() -> None:
    assert codes("SELECT " + "a || b || " * 3_000 + "a AS c FROM t") == []
    assert codes("SELECT a FROM t WHERE " + " AND ".join(["a = 1"] * 5_000)) == []
    assert codes("SELECT CASE " + "WHEN a = 1 THEN b " * 2_000 + "END AS c FROM t") == []
    assert codes("SELECT a FROM t" + " UNION ALL SELECT b FROM t" * 2_000) == []
    assert codes("SELECT a FROM t WHERE " + " AND ".join(["a->>'k' = '1'"] * 400), "postgres") == []


def test_a_case_that_never_ends_is_closed_by_the_bracket_around_it() -> None:
    grammar = grammar_of("duckdb")
    assert grammar is not None
    check_nesting(grammar.tokens("(case), " * 1_000))
