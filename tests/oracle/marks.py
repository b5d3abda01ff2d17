"""Marks: values that nothing else can make are put into one column, so that wherever one of them turns up, a value was shown.

Distinct values get distinct marks and nothing stays nothing, so that what only counts them stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from headwater.model.lineage import StatementLineage
from tests.oracle.data import Rows
from tests.oracle.findings import Output

TEXT, NUMBER = "жщ", 731_000
"""What a mark holds, as a text and as a number: letters no statement of the corpus knows, digits that its sums do not reach."""
_NUMBERS = ("INTEGER", "BIGINT", "DOUBLE", "DECIMAL")


def marked(rows: Rows, place: int, kind: str) -> Iterator[Rows]:
    """The same rows with a marked column: marks alone, and where it holds texts, marks before and after the values as well."""
    if kind == "VARCHAR":
        ways: Sequence[Callable[[str, int], str]] = (
            lambda value, number: f"'{TEXT}{number}'",
            lambda value, number: f"'{TEXT}{number}{value[1:]}",
            lambda value, number: f"{value[:-1]}{TEXT}{number}'",
        )
    elif kind.startswith(_NUMBERS):
        ways = (lambda value, number: str(NUMBER + number), lambda value, number: str(-NUMBER - number))
    else:
        return
    for way in ways:
        numbers: dict[str, int] = {}
        yield [
            row
            if row[place] == "NULL"
            else (*row[:place], way(row[place], numbers.setdefault(row[place], len(numbers))), *row[place + 1 :])
            for row in rows
        ]


def is_shown(values: Sequence[object]) -> bool:
    """Whether a mark, or a piece of one, is among the values of an output."""
    told = repr(values)
    return any(letter in told for letter in TEXT) or str(NUMBER)[:3] in told


def only_measured(lineage: StatementLineage, *measures: str) -> dict[tuple[str, str], set[Output]]:
    """By source column, the outputs that it reaches directly by ways of these measures alone.

    Nothing of scripts that read what they wrote.
    """
    if set(lineage.targets) & {edge.source_table for edge in lineage.edges}:
        return {}
    ways: dict[tuple[str, str], dict[Output, set[str | None]]] = {}
    for edge in lineage.edges:
        if edge.source_column is not None and edge.target_column is not None and edge.kind.is_direct:
            outputs = ways.setdefault((edge.source_table, edge.source_column), {})
            outputs.setdefault((edge.target_table, edge.target_column.lower()), set()).add(edge.measure)
    found = {source: {output for output, used in outputs.items() if used <= set(measures)} for source, outputs in ways.items()}
    return {source: outputs for source, outputs in found.items() if outputs}
