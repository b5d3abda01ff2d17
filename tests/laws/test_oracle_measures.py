"""What only counts or tests a column never shows a value of it: marks put into the column turn up in no output that says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from headwater.capture.sql.words.measures import COUNT, TEST
from headwater.model.lineage import Kind, TableEdge
from tests.oracle.cases import Case, corpus
from tests.oracle.experiment import Laboratory
from tests.oracle.findings import Outcome, Output
from tests.oracle.marks import is_shown, only_measured
from tests.oracle.small import SCHEMA

SEEDS = range(2)
VALUES = (
    "count({x})",
    "count(DISTINCT {x})",
    "count({x}) FILTER (WHERE g > 1)",
    "count(CASE WHEN g > 1 THEN {x} END)",
    "approx_count_distinct({x})",
    "cardinality(array_agg({x}))",
    "array_length(array_agg(DISTINCT {x}))",
    "max(length({x}::VARCHAR))",
    "sum(({x} > '1')::INTEGER)",
    "array_agg({x} IS NULL ORDER BY id)",
    "string_agg(({x}::VARCHAR LIKE '%a%')::VARCHAR, ',')",
    "min(typeof({x}))",
    "max({x} IN ('a', '1'))",
    "bool_or(starts_with({x}::VARCHAR, 'a'))",
    "histogram(regexp_matches({x}::VARCHAR, 'a'))",
    "max({x} BETWEEN '0' AND '9')",
    "mode({x} IS DISTINCT FROM '1')",
    "list(contains({x}::VARCHAR, 'a'))",
    "regr_count(1, length({x}::VARCHAR))",
)
SHOWING = ("min({x})", "array_agg({x})", "max({x})::VARCHAR || count({x})", "histogram({x})", "any_value(left({x}::VARCHAR, 3))")
FRAMES = (
    "SELECT {value} AS c FROM t",
    "SELECT g, {value} AS c FROM t GROUP BY g",
    "WITH q AS (SELECT g, {value} AS n FROM t GROUP BY g) SELECT max(n) AS c FROM q",
    "SELECT (SELECT {value} FROM t) AS c FROM u",
    "SELECT CASE WHEN g > 1 THEN {value} END AS c FROM t GROUP BY g",
    "SELECT c FROM (SELECT {value} AS c FROM t UNION ALL SELECT {value} FROM t WHERE g > 1)",
    "SELECT to_json({value}) AS c FROM t GROUP BY g",
)


def cases(values: tuple[str, ...]) -> list[Case]:
    made = [
        (f"{frame}-{number}-{column}", FRAMES[frame].format(value=value.format(x=column)))
        for number, value in enumerate(values)
        for frame in range(len(FRAMES))
        for column in ("s", "a")
        if column == "s" or ("'" not in value and "histogram" not in value)
    ]
    return [Case("measures", name, sql, SCHEMA) for name, sql in made]


def outcomes(case: Case, *measures: str) -> Iterator[tuple[tuple[str, str], Output, Outcome, Outcome]]:
    """Each source column with an output that it reaches by these measures alone, before and after it was marked."""
    lineage = case.lineage()
    for (table, column), outputs in sorted(only_measured(lineage, *measures).items()):
        if column not in case.schema.get(table, {}):
            continue
        for before, after in Laboratory(case, lineage).marked(table, column, SEEDS):
            for output in outputs & after.keys():
                yield (table, column), output, before, after


def is_only_grouped(case: Case, source: tuple[str, str], output: Output) -> bool:
    """Whether a column decides over nothing but groups, and is counted as it is."""
    own = [edge for edge in case.lineage().edges if (edge.source_table, edge.source_column) == source]
    return all(edge.kind is Kind.GROUP_BY or (edge.kind.is_direct and _is_bare(edge, output)) for edge in own)


def _is_bare(edge: TableEdge, output: Output) -> bool:
    return (edge.target_table, (edge.target_column or "").lower()) != output or edge.functions == ("count",)


MEASURED = [case for case in corpus() if only_measured(case.lineage(), COUNT, TEST)]


def assert_only_measured(case: Case) -> None:
    assert only_measured(case.lineage(), COUNT, TEST)
    for source, output, before, after in outcomes(case, COUNT, TEST):
        assert not is_shown(after[output]), (source, output)
        if is_only_grouped(case, source, output):
            assert sorted(map(repr, before[output])) == sorted(map(repr, after[output])), (source, output)


@pytest.mark.parametrize("case", [*MEASURED[::3], *cases(VALUES)[::10]], ids=str)
def test_no_value_turns_up_where_only_its_measure_does(case: Case) -> None:
    assert_only_measured(case)


@pytest.mark.slow
@pytest.mark.parametrize("case", [*MEASURED, *cases(VALUES)], ids=str)
def test_no_value_turns_up_in_any_statement_where_only_its_measure_does(case: Case) -> None:
    assert_only_measured(case)


def test_the_statements_of_the_corpus_measure_some_columns_and_count_some_as_they_are() -> None:
    assert len(MEASURED) > 20
    found = [(case, source, output) for case in MEASURED for source, output, _, _ in outcomes(case, COUNT)]
    assert any(is_only_grouped(*each) for each in found)


@pytest.mark.parametrize("case", cases(SHOWING)[::4], ids=str)
def test_a_value_that_is_shown_turns_up(case: Case) -> None:
    assert not only_measured(case.lineage(), COUNT, TEST)
    column = "s" if case.name.endswith("s") else "a"
    shown = [is_shown(after[None, "c"]) for _, after in Laboratory(case, case.lineage()).marked("t", column, SEEDS)]
    assert any(shown)
