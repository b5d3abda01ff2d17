"""Experiments: run a statement over small tables, change one source, and note which outputs move."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Timer

import duckdb

from headwater.model.lineage import StatementLineage
from tests.oracle.cases import Case
from tests.oracle.data import ROWS, Maker, Rows, shifted
from tests.oracle.domains import Names

Output = tuple[str | None, str | None]
"""A table (None: the reader) and a column of it (None: its rows as such)."""
Outcome = dict[Output, list[object]]

SHIFT = 1000
_DRAWINGS = 12
_SHUFFLES = 4
_PATIENCE_SECONDS = 5.0
_TOGETHER = "\0together"
"""How values stand side by side, as an output of its own."""


@dataclass(frozen=True)
class Moved:
    """What one change of one source moved. `column` None: rows were taken away or doubled."""

    table: str
    column: str | None
    outputs: frozenset[Output]


@dataclass(frozen=True)
class Shifted:
    """What moved when all columns of one name class were shifted, so that values moved and no decision did."""

    sources: frozenset[tuple[str, str]]
    outputs: frozenset[Output]


@dataclass
class Findings:
    """All that the experiments with one case showed."""

    case: Case
    lineage: StatementLineage
    moved: set[Moved] = field(default_factory=set)
    shifted: set[Shifted] = field(default_factory=set)
    results: int = 0
    """Runs that gave any rows."""
    unstable: int = 0
    """Drawings left out because the order of the rows alone changed the result."""
    fault: str = ""
    """Why DuckDB did not run it, if it did not."""


class Laboratory:
    """One connection in which the tables of a case are filled, changed and restored."""

    def __init__(self, case: Case, lineage: StatementLineage) -> None:
        self.case, self._lineage = case, lineage
        self._names = Names(case.sql)
        self._connection = duckdb.connect()
        self._connection.execute("SET threads = 1")
        for table, columns in case.schema.items():
            defined = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            self._connection.execute(f'CREATE TABLE "{table}" ({defined})')
        words = {word.lower() for word in _words(case.sql)}
        self._is_cut = "limit" in words
        self._tables = [table for table in case.schema if table.lower() in words]
        self._columns = {table: [column for column in case.schema[table] if column.lower() in words] for table in self._tables}
        if any(mark in case.sql.lower() for mark in ("*", "columns(", "natural", "table ", "from ")):
            for table, chosen in self._columns.items():
                chosen += [column for column in case.schema[table] if column not in chosen][:2]

    def run(self, seeds: Sequence[int]) -> Findings:
        """All experiments, for several drawings of the data."""
        findings = Findings(self.case, self._lineage)
        try:
            for seed in seeds:
                self._one(random.Random(f"{self.case}-{seed}"), findings)
        except duckdb.Error as error:
            findings.fault = str(error).splitlines()[0]
        finally:
            self._connection.close()
        return findings

    def _one(self, chance: random.Random, findings: Findings) -> None:
        maker, data, base = self._drawn(chance)
        findings.results += _has_rows(base)
        if any(_difference(base, self._shuffled(data, chance)) for _ in range(_SHUFFLES * (3 if self._is_cut else 1))):
            findings.unstable += 1
            return
        known = {(moved.table, moved.column) for moved in findings.moved}
        for table, column, rows in _changes(self.case, data, self._columns, maker, chance, known):
            self._fill(table, rows)
            moved = {output for output in self._moved(base, {**data, table: rows}, chance) if not _is_own(output, table, column)}
            if moved:
                findings.moved.add(Moved(table, column, frozenset(moved)))
            self._restore(data, table)
        for sources, changed in self._shifts(data):
            for table, rows in changed.items():
                self._fill(table, rows)
            moved = {output for output in self._moved(base, {**data, **changed}, chance) if output[1] not in (None, _TOGETHER)}
            moved -= set(sources)
            if moved:
                findings.shifted.add(Shifted(sources, frozenset(moved)))
            self._restore(data, *changed)

    def _drawn(self, chance: random.Random) -> tuple[Maker, dict[str, Rows], Outcome]:
        """Data, drawn again while the result is empty."""
        base: Outcome = {}

        for _ in range(_DRAWINGS):
            maker = Maker(self.case.schema, self._names, chance)
            data = {table: maker.table(table) for table in self._tables}
            for table, rows in data.items():
                self._fill(table, rows)
            with suppress(duckdb.InterruptException):
                base = self._outcome()
            if _has_rows(base):
                break
        return maker, data, base

    def _shuffled(self, data: Mapping[str, Rows], chance: random.Random) -> Outcome:
        """The outcome of the same rows in another order; the tables stay so."""
        for table, rows in data.items():
            self._fill(table, chance.sample(rows, len(rows)))
        return self._outcome()

    def _restore(self, data: Mapping[str, Rows], *changed: str) -> None:
        for table in data if self._is_cut else changed:
            self._fill(table, data[table])

    def _moved(self, base: Outcome, data: Mapping[str, Rows], chance: random.Random) -> set[Output]:
        """What is other now that the tables hold `data`; nothing where the statement fails on it (a division by zero, a cast).

        A result cut by LIMIT may show other rows among equals, so it counts only if the order of the rows does not matter.
        """
        try:
            outcome = self._outcome()
            moved = _difference(base, outcome)
            if moved and self._is_cut and _difference(outcome, self._shuffled(data, chance)):
                return set()
        except duckdb.Error:
            return set()
        return moved

    def _fill(self, table: str, rows: Rows) -> None:
        self._connection.execute(f'DELETE FROM "{table}"')
        if rows:
            values = ", ".join("(" + ", ".join(row) + ")" for row in rows)
            self._connection.execute(f'INSERT INTO "{table}" VALUES {values}')

    def _outcome(self) -> Outcome:
        """The result's columns, and those of every table the text writes, after which all of it is undone."""
        outcome: Outcome = {}
        self._connection.execute("BEGIN")
        watch = Timer(_PATIENCE_SECONDS, self._connection.interrupt)  # a recursive query may never end on some data
        watch.start()
        try:
            self._connection.execute(self.case.sql)
            if self._connection.description and not self._is_count():
                names = [column[0] for column in self._connection.description]
                _note(outcome, None, names, self._connection.fetchall())
            for target in self._lineage.targets:
                with suppress(duckdb.CatalogException):  # dropped again by the text itself
                    self._connection.execute(f"SELECT * FROM {target}")
                    names = [column[0] for column in self._connection.description or ()]
                    _note(outcome, target, names, self._connection.fetchall())
        finally:
            watch.cancel()
            self._connection.execute("ROLLBACK")
        return outcome

    def _is_count(self) -> bool:
        """Whether the result only tells how many rows were written."""
        return [column[0] for column in self._connection.description or ()] in (["Count"], ["Success"])

    def _shifts(self, data: Mapping[str, Rows]) -> Iterator[tuple[frozenset[tuple[str, str]], dict[str, Rows]]]:
        """Each class of names that decide over nothing but each other, shifted as one; the changed tables."""
        for name in sorted(self._names.shiftable()):
            sources = {(table, column) for table in self._tables for column in self.case.schema[table] if self._names.same(column) == name}
            changed = {table: self._shifted(table, data[table], sources) for table, _ in sources}
            if sources and all(rows is not None for rows in changed.values()):
                yield frozenset(sources), {table: rows for table, rows in changed.items() if rows is not None}

    def _shifted(self, table: str, rows: Rows, sources: set[tuple[str, str]]) -> Rows | None:
        columns = self.case.schema[table]
        moved = [
            tuple(
                shifted(value, kind, SHIFT) if (table, column) in sources else value
                for value, (column, kind) in zip(row, columns.items(), strict=True)
            )
            for row in rows
        ]
        return None if any(value is None for row in moved for value in row) else [tuple(str(value) for value in row) for row in moved]


def _is_own(output: Output, table: str, column: str | None) -> bool:
    """Whether an output only shows the change itself: the changed column of a table that the statement writes, or its changed rows."""
    return output[0] == table and (column is None or output[1] in (column, _TOGETHER))


def _changes(
    case: Case,
    data: Mapping[str, Rows],
    columns: Mapping[str, Sequence[str]],
    maker: Maker,
    chance: random.Random,
    known: set[tuple[str, str | None]],
) -> Iterator[tuple[str, str | None, Rows]]:
    """Each column drawn anew, emptied, and changed in a single row; each table short of a row, and with one doubled.

    A column that is known to matter is only drawn anew.
    """
    for table, rows in data.items():
        kinds = case.schema[table]
        for at, (column, kind) in enumerate(kinds.items()):
            if column not in columns[table]:
                continue
            yield table, column, [(*row[:at], maker.value(column, kind), *row[at + 1 :]) for row in rows]
            if (table, column) in known:
                continue
            yield table, column, [(*row[:at], "NULL", *row[at + 1 :]) for row in rows]
            one = chance.randrange(ROWS)
            yield table, column, [(*row[:at], maker.value(column, kind), *row[at + 1 :]) if n == one else row for n, row in enumerate(rows)]
        gone = chance.randrange(ROWS)
        yield table, None, [row for at, row in enumerate(rows) if at != gone]
        yield table, None, [*rows, rows[gone]]


def _note(outcome: Outcome, table: str | None, names: Sequence[str], rows: list[tuple[object, ...]]) -> None:
    rows = sorted(rows, key=repr)
    outcome[table, None] = [len(rows)] if rows else []
    outcome[table, _TOGETHER] = list(rows)
    for at, name in enumerate(names):
        outcome[table, name.lower() if name.replace("_", "a").isalnum() else f"_col_{at}"] = [row[at] for row in rows]


def _difference(before: Outcome, after: Outcome) -> set[Output]:
    """Outputs whose values differ as a multiset; how they stand together only where nothing else moved."""
    moved = {output for output in before.keys() | after.keys() if output[1] != _TOGETHER and _told(before, output) != _told(after, output)}
    if not moved:
        moved = {output for output in before if output[1] == _TOGETHER and before[output] != after.get(output)}
    return moved


def _told(outcome: Outcome, output: Output) -> Counter[str]:
    return Counter(map(repr, outcome.get(output, [])))


def _has_rows(outcome: Outcome) -> bool:
    return any(rows for output, rows in outcome.items() if output[1] is None)


def _words(sql: str) -> list[str]:
    return "".join(character if character.isalnum() or character == "_" else " " for character in sql).split()
