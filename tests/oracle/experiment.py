"""Experiments: run a statement over small tables, change one source, and note which outputs move."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from threading import Timer

import duckdb

from headwater.model.lineage import StatementLineage
from tests.oracle.cases import Case
from tests.oracle.changes import Changer
from tests.oracle.data import MANNERS, PLAIN, Maker, Manner, Rows, shifted
from tests.oracle.domains import Names
from tests.oracle.findings import TOGETHER, Findings, Moved, Outcome, Output, Shifted, beside, difference, has_rows, note
from tests.oracle.marks import marked
from tests.oracle.reasons import reason
from tests.oracle.verdict import Reach, unseen

SHIFT = 1000
_DRAWINGS = 12
_SHUFFLES = 4
_CURIOUS = 4
_LIMIT = re.compile(r"\blimit\s+\d\d+\b", re.IGNORECASE)
_PATIENCE_SECONDS = 5.0
_EXISTING = "SELECT table_name FROM information_schema.tables"


class Laboratory:
    """One connection in which the tables of a case are filled, changed and restored."""

    def __init__(self, case: Case, lineage: StatementLineage) -> None:
        self.case, self._lineage = case, lineage
        self._names = Names(case.sql)
        self._reach = Reach(lineage)
        self._told = {edge.target_column.lower() for edge in lineage.edges if edge.target_column is not None}
        self._connection = duckdb.connect()
        self._connection.execute("SET threads = 1")
        for table, columns in case.schema.items():
            keys = [f"UNIQUE ({', '.join(key)})" for key in case.keys.get(table, ())]
            self._connection.execute(
                f'CREATE TABLE "{table}" ({", ".join([*(f"{name} {kind}" for name, kind in columns.items()), *keys])})'
            )
        words = {word.lower() for word in _words(case.sql)}
        self._is_cut = "limit" in words
        self._sql = case.sql
        self._tables = [table for table in case.schema if table.lower() in words]
        self._columns = {table: [column for column in case.schema[table] if column.lower() in words] for table in self._tables}
        if any(mark in case.sql.lower() for mark in ("*", "columns(", "natural", "table ", "from ")):
            for table, chosen in self._columns.items():
                chosen += [column for column in case.schema[table] if column not in chosen][:2]

    def run(self, seeds: Sequence[int], *, pursuits: int = 0) -> Findings:
        """All experiments, for several drawings of the data; then those edges pursued that did not show."""
        findings = Findings(self.case, self._lineage)
        try:
            for seed in seeds:
                self._one(random.Random(f"{self.case}-{seed}"), findings)
            for number in range(pursuits):
                self._pursue(number, findings)
        except duckdb.Error as error:
            findings.fault = str(error).splitlines()[0]
        finally:
            self._connection.close()
        return findings

    def marked(self, table: str, column: str, seeds: Sequence[int]) -> Iterator[tuple[Outcome, Outcome]]:
        """Outcomes before and after a column's values were replaced by marks, as often as the statement runs on them."""
        place = list(self.case.schema[table]).index(column)
        for seed in seeds:
            _, data, base = self._drawn(random.Random(f"{self.case}-{table}-{column}-{seed}"), PLAIN)
            for rows in marked(data[table], place, self.case.schema[table][column]):
                try:
                    self._fill(table, rows)
                    yield base, self._outcome()
                except duckdb.Error:
                    continue

    def _one(self, chance: random.Random, findings: Findings) -> None:
        maker, data, base = self._drawn(chance, PLAIN)
        if not self._holds(data, base, chance, findings):
            return
        changer = Changer(self.case, data, maker, chance)
        for table, column, rows in changer.all(self._columns, {(moved.table, moved.column) for moved in findings.moved}):
            self._try(table, column, rows, data, base, chance, findings)
        for sources, changed in self._shifts(data):
            for table, rows in changed.items():
                self._fill(table, rows)
            moved = {output for output in self._moved(base, {**data, **changed}, chance)[0] if output[1] not in (None, TOGETHER)}
            moved -= set(sources)
            if moved:
                findings.shifted.add(Shifted(sources, frozenset(moved)))
            self._restore(data, *changed)

    def _pursue(self, number: int, findings: Findings) -> None:
        """Change the sources of edges that no experiment has shown at work, in all ways there are, over data of another manner.

        From some time on only those that nothing explains.
        """
        edges = [edge for edge in unseen(findings) if number < _CURIOUS or reason(findings, edge) is None]
        wanted = {source for edge in edges for source in self._movers(edge.source_table, edge.source_column)}
        if not wanted:
            return
        self._sql = _cut(self.case.sql, 3) if number % 2 else self.case.sql
        chance = random.Random(f"{self.case}-pursuit-{number}")
        maker, data, base = self._drawn(chance, MANNERS[number % len(MANNERS)])
        if not self._holds(data, base, chance, findings):
            self._sql = _cut(self.case.sql, 1_000_000)
            self._restore(data, *data)
            base = self._outcome()
            if not self._holds(data, base, chance, findings):
                return
        changer = Changer(self.case, data, maker, chance)
        for table, column in sorted(wanted, key=str):
            for _, _, rows in changer.of(table, column) if data.get(table) else ():
                self._try(table, column, rows, data, base, chance, findings)

    def _movers(self, table: str, column: str | None) -> Iterator[tuple[str, str | None]]:
        """What is to change so that a source changes: itself, or whatever a table that the text fills is filled from."""
        if table in self.case.schema:
            named = {each.lower(): each for each in self.case.schema[table]}
            yield table, None if column is None else named.get(column.lower(), column)
            if table not in self._lineage.targets:
                return
        for source in {(edge.source_table, edge.source_column) for edge in self._lineage.edges if edge.source_table in self.case.schema}:
            if any(
                target == table and (name is None or column is None or name == column.lower()) for target, name in self._reach.of(*source)
            ):
                yield source

    def _holds(self, data: Mapping[str, Rows], base: Outcome, chance: random.Random, findings: Findings) -> bool:
        """Whether the outcome depends on what the tables hold alone and not on the order of their rows."""
        findings.runs += 1
        findings.results += has_rows(base)
        findings.kept |= base.keys()
        shuffles = _SHUFFLES * (3 if self._is_cut else 1)
        if any(difference(base, self._shuffled(data, chance)) for _ in range(shuffles)):
            findings.unstable += 1
            return False
        return True

    def _try(
        self,
        table: str,
        column: str | None,
        rows: Rows,
        data: Mapping[str, Rows],
        base: Outcome,
        chance: random.Random,
        findings: Findings,
    ) -> None:
        """One change, and what it moves."""
        self._fill(table, rows)
        moved, outcome = self._moved(base, {**data, table: rows}, chance)
        moved = {output for output in moved if not _is_own(output, table, column)}
        if moved:
            aside = beside(base, outcome, self._reach.of(table, column)) if column is not None else set()
            findings.moved.add(Moved(table, column, frozenset(moved), frozenset(aside)))
        self._restore(data, table)

    def _drawn(self, chance: random.Random, manner: Manner) -> tuple[Maker, dict[str, Rows], Outcome]:
        """Data, drawn again while the result is empty or a key forbids it."""
        refused: duckdb.Error | None = None
        base: Outcome = {}
        for attempt in range(_DRAWINGS):
            maker = Maker(self.case, self._names, chance, manner.eased(attempt))
            data = {table: maker.table(table) for table in self._tables}
            for table, rows in data.items():
                self._fill(table, rows)
            try:
                base, refused = self._outcome(), None
            except duckdb.InterruptException:
                continue
            except duckdb.Error as error:
                refused = error
            if has_rows(base):
                break
        if refused is not None:
            raise refused
        return maker, data, base

    def _shuffled(self, data: Mapping[str, Rows], chance: random.Random) -> Outcome:
        """The outcome of the same rows in another order; the tables stay so."""
        for table, rows in data.items():
            self._fill(table, chance.sample(rows, len(rows)))
        return self._outcome()

    def _restore(self, data: Mapping[str, Rows], *changed: str) -> None:
        for table in data if self._is_cut else changed:
            self._fill(table, data[table])

    def _moved(self, base: Outcome, data: Mapping[str, Rows], chance: random.Random) -> tuple[set[Output], Outcome]:
        """What is other now that the tables hold `data`; nothing where the statement fails on it (a division by zero, a cast).

        A result cut by LIMIT may show other rows among equals, so it counts only if the order of the rows does not matter.
        """
        try:
            outcome = self._outcome()
            moved = difference(base, outcome)
            if moved and self._is_cut and difference(outcome, self._shuffled(data, chance)):
                return set(), outcome
        except duckdb.Error:
            return set(), {}
        return moved, outcome

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
            self._connection.execute(self._sql)
            if self._connection.description and not self._is_count():
                names = [column[0] for column in self._connection.description]
                note(outcome, None, names, self._connection.fetchall(), self._told)
            self._note_targets(outcome)
        finally:
            watch.cancel()
            with suppress(duckdb.TransactionException):  # the statement may have ended the transaction by failing
                self._connection.execute("ROLLBACK")
        return outcome

    def _note_targets(self, outcome: Outcome) -> None:
        """What the written tables and views hold; asking for one that is gone again would undo all the rest."""
        if not self._lineage.targets:
            return
        existing = {str(row[0]).lower() for row in self._connection.execute(_EXISTING).fetchall()}
        for target in self._lineage.targets:
            if target.rpartition(".")[2].strip('"').lower() in existing:
                self._connection.execute(f"SELECT * FROM {target}")
                names = [column[0] for column in self._connection.description or ()]
                note(outcome, target, names, self._connection.fetchall(), self._told)

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
    return output[0] == table and (column is None or output[1] in (column, TOGETHER))


def _cut(sql: str, rows: int) -> str:
    """The statement with a LIMIT that few or all rows reach: the number is no part of its lineage."""
    return _LIMIT.sub(f"limit {rows}", sql)


def _words(sql: str) -> list[str]:
    return "".join(character if character.isalnum() or character == "_" else " " for character in sql).split()
