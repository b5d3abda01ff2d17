"""Influences that an experiment shows and a peer does not tell: one source column is changed in DuckDB, and what moves had to be told.

The statements are those that the tests hold our own engine to. An influence is a source column with an output column that moved, or with
the rows as a whole; an edge to that column, or to all rows, tells it. Peers are given the same schemas.
"""

from __future__ import annotations

import sys
from pathlib import Path

import sql_peers
from sql_peers import Measured, Row

sys.path.append(str(Path(__file__).parents[1]))  # because the tests are no part of the installed package

from tests.oracle.cases import SHORT_NAME, corpus
from tests.oracle.experiment import Laboratory
from tests.oracle.findings import Moved
from tests.oracle.small import SCHEMA

SECONDS = 20.0
PEERS = ("headwater", "datahub", "sqllineage", "sqlglot_plain", "sqlglot_tuned", "openlineage")
Influence = tuple[str, str, str | None]
"""Source table and column, output column or None for the rows."""


def main() -> bool:
    """Print the table; whether our own engine missed nothing."""
    cases = [case for case in corpus() if case.name.startswith(SHORT_NAME) and case.lineage().status == "complete"]
    shown = {case.sql: influences(Laboratory(case, case.lineage()).run(range(2)).moved) for case in cases}
    total = sum(len(each) for each in shown.values())
    print(f"{total} influences seen by experiment in {len(shown)} statements\n")
    print(f"{'':52}{'missed':>13}{'on values':>11}{'failed':>8}")
    ours = 0
    for peer in PEERS:
        measured = sql_peers.measure(
            peer, {table: dict(columns) for table, columns in SCHEMA.items()}, list(shown), rounds=1, seconds=SECONDS
        )
        if not isinstance(measured, Measured):
            print(f"{peer:52}{measured}")
            continue
        missed = [each for row, seen in zip(measured.statements, shown.values(), strict=True) for each in untold(row, seen)]
        on_values = sum(output is not None for _, _, output in missed)
        print(f"{measured.title:52}{len(missed):13,}{on_values:11,}{measured.failed:8}")
        ours = len(missed) if peer == "headwater" else ours
    print("target: 0 of ours\n")
    return ours == 0


def influences(moved: set[Moved]) -> list[Influence]:
    """One per column changed and output that moved by it."""
    return sorted(
        {(each.table, each.column, _named(output)) for each in moved if each.column is not None for _, output in each.outputs},
        key=lambda influence: (influence[0], influence[1], influence[2] or ""),
    )


def _named(output: str | None) -> str | None:
    """The column that moved; None for rows, and for values that only stand together otherwise."""
    return None if output is None or output.startswith("\0") else output


def untold(row: Row, seen: list[Influence]) -> list[Influence]:
    """Influences that no edge tells."""
    told = {(table.lower(), (column or "").lower(), output and output.lower()) for table, column, output, _ in row.edges}
    return [each for each in seen if not {each, (*each[:2], None)} & told and not (each[2] is None and _any_output(told, each))]


def _any_output(told: set[tuple[str, str, str | None]], influence: Influence) -> bool:
    """Rows that move as a whole are told by any edge from the column."""
    return any(edge[:2] == influence[:2] for edge in told)
