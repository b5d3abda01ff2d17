"""Statements and the schemas they were read with: decides what must be analysed, and analysed again.

This fold runs ahead of the others. For each entry it gives the analyses that the entry makes necessary: a statement seen
for the first time, or one whose tables' schemas, valid at its event time, have become different by what the entry told
(a late schema heals a partial statement). The requests hold all the analyser needs, so their results do not depend on
when they are computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

from headwater.model.entries import Position
from headwater.model.facts import (
    ClaimRefused,
    DatasetChanged,
    DatasetUsed,
    Fact,
    SchemaObserved,
    StatementAnalysed,
    StatementSeen,
)
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.keys import matches
from headwater.model.lineage import Reason, Statement, StatementLineage, Status
from headwater.model.times import Instant
from headwater.projections.lineage.incarnations import Incarnations
from headwater.projections.matching import Matcher
from headwater.projections.schemas import SchemaTimeline, SchemaWord

T = TypeVar("T")
ReferencedTables = Callable[[Statement], tuple[str, ...]]


class TableSchema(msgspec.Struct, frozen=True, cache_hash=True):
    """A table name in a statement, the dataset it means, and its columns if known (name, type)."""

    table: str
    dataset: DatasetId
    columns: tuple[tuple[str, str], ...] | None


class AnalysisRequest(msgspec.Struct, frozen=True, cache_hash=True):
    """A statement with the schemas to read it by, on behalf of a run."""

    position: Position
    at: Instant
    job: JobId
    run: RunId | None
    statement: Statement
    tables: tuple[TableSchema, ...]
    grant: tuple[str, ...] = ("*",)
    producer_key: str = ""

    def answered(self, lineage: StatementLineage) -> StatementAnalysed:
        """The fact that the analyser's result makes. Nobody ends the lineage of what it may not write.

        What was read by a guessed dialect is not read in full, however well it could be read.
        """
        if self.statement.misnamed is not None:
            lineage = _guessed(lineage, self.statement.misnamed)
        return StatementAnalysed(
            position=self.position,
            at=self.at,
            statement=self.statement,
            job=self.job,
            run=self.run,
            lineage=lineage,
            tables=tuple((table.table, table.dataset) for table in self.tables),
            overwritten=tuple(dataset for dataset in self._overwritten(lineage) if matches(self.grant, dataset.namespace)),
        )

    def refused(self, lineage: StatementLineage) -> list[ClaimRefused]:
        """What the statement says to overwrite although its producer may not write it."""
        return [
            ClaimRefused(position=self.position, at=self.at, claim="overwrite", subject=dataset, producer_key=self.producer_key)
            for dataset in self._overwritten(lineage)
            if not matches(self.grant, dataset.namespace)
        ]

    def _overwritten(self, lineage: StatementLineage) -> list[DatasetId]:
        return sorted({table.dataset for table in self.tables if table.table in lineage.overwrites})


class Reading(msgspec.Struct):
    """A run's statement: when it was last seen, by whom who may write where, and what it was last read with."""

    at: Instant
    grant: tuple[str, ...]
    producer_key: str
    read_with: tuple[Instant, tuple[str, ...], tuple[TableSchema, ...]] | None = None


class RunTables(msgspec.Struct):
    """What a run declared and ran, as far as it matters for reading its statements. Most runs are alike and share their tuples."""

    run: RunId | None
    job: JobId
    datasets: tuple[DatasetId, ...] = ()
    statements: dict[Statement, Reading] | None = None


class Statements(msgspec.Struct):
    """The fold's state."""

    runs: dict[str, RunTables] = {}
    schemas: SchemaTimeline = msgspec.field(default_factory=SchemaTimeline)
    incarnations: Incarnations = msgspec.field(default_factory=Incarnations)
    dependents: dict[DatasetId, set[str]] = {}
    changed: set[str] = set()
    same: dict[Any, Any] = {}
    """One of each equal id and tuple."""

    def fold(self, position: Position, facts: Iterable[Fact], referenced: ReferencedTables) -> list[AnalysisRequest]:
        """Take in one entry's facts; gives the analyses they make necessary, in a fixed order."""
        touched: set[str] = set()
        used: dict[str, set[DatasetId]] = {}
        for fact in facts:
            handler = _HANDLERS.get(type(fact))
            if handler is not None:
                touched |= handler(self, fact, position)
            elif isinstance(fact, DatasetUsed):
                used.setdefault(_run(self, fact.run, fact.job)[0], set()).add(self.shared(fact.dataset))
        touched |= {key for key, datasets in used.items() if self._use(self.runs[key], datasets)}
        requests: list[AnalysisRequest] = []
        for key in sorted(touched):
            requests.extend(self._requests(key, position, referenced))
        return requests

    def _use(self, run: RunTables, datasets: set[DatasetId]) -> bool:
        """Take in what a run reads and writes, all that an entry tells of it at once; gives whether its statements may read differently."""
        new = datasets.difference(run.datasets)
        if new:
            self.same.pop(run.datasets, None)
            run.datasets = self.shared(tuple(sorted({*run.datasets, *new})))
        return bool(new and run.statements)

    def _requests(self, key: str, position: Position, referenced: ReferencedTables) -> list[AnalysisRequest]:
        run = self.runs.get(key)
        if run is None or not run.statements:
            return []
        made = []
        matcher = Matcher(run.datasets, run.job.namespace)
        for statement, reading in sorted(run.statements.items(), key=_reading_order):
            tables = self.shared(tuple(self._table(table, matcher.match(table), reading.at) for table in referenced(statement)))
            self.depend(key, tables, reading.at)
            if reading.read_with == (reading.at, reading.grant, tables):
                continue
            reading.read_with = (reading.at, reading.grant, tables)
            made.append(AnalysisRequest(position, reading.at, run.job, run.run, statement, tables, reading.grant, reading.producer_key))
            self.changed.add(key)
        return made

    def depend(self, key: str, tables: tuple[TableSchema, ...], at: Instant) -> None:
        """Read a run again when a schema comes to be known of a table, under its own name or the one it was renamed from."""
        for table in tables:
            for name in {table.dataset, self.incarnations.of(table.dataset, at).origin}:
                self.dependents.setdefault(name, set()).add(key)

    def shared(self, value: T) -> T:
        """An equal value seen before, or this one."""
        known: T = self.same.setdefault(value, value)
        return known

    def _table(self, table: str, dataset: DatasetId, at: Instant) -> TableSchema:
        word = self.schema_at(dataset, at)
        if word is None or not word.whole:
            return TableSchema(table, dataset, None)
        return TableSchema(table, dataset, tuple((column.name, column.type) for column in word.columns))

    def schema_at(self, dataset: DatasetId, at: Instant) -> SchemaWord | None:
        """The schema of what the name meant at an instant; a renamed dataset brings its schema along."""
        incarnation = self.incarnations.of(dataset, at)
        found = self.schemas.at(dataset, at, since=incarnation.since)
        if found is None and incarnation.origin != dataset:
            return self.schemas.at(incarnation.origin, at, since=incarnation.since)
        return found


def _guessed(lineage: StatementLineage, dialect: str) -> StatementLineage:
    status: Status = "partial" if lineage.status == "complete" else lineage.status
    return msgspec.structs.replace(lineage, status=status, reasons=(*lineage.reasons, Reason("unknown-dialect", dialect)))


def _key(run: RunId | None, job: JobId) -> str:
    return f"{run or ''}\x00{job}"


def _run(state: Statements, run: RunId | None, job: JobId) -> tuple[str, RunTables]:
    key = _key(run, job)
    found = state.runs.get(key)
    if found is None:
        found = state.runs[key] = RunTables(run, state.shared(job))
    state.changed.add(key)
    return key, found


def _reading_order(item: tuple[Statement, Reading]) -> tuple[Instant, str, str, str, str, str]:
    statement, reading = item
    return reading.at, statement.sql, statement.dialect or "", statement.catalog or "", statement.schema or "", statement.misnamed or ""


def _statement_seen(state: Statements, fact: StatementSeen, position: Position) -> set[str]:
    key, run = _run(state, fact.run, fact.job)
    run.statements = run.statements if run.statements is not None else {}
    known = run.statements.get(fact.statement)
    if known is None:
        run.statements[state.shared(fact.statement)] = Reading(fact.at, state.shared(fact.grant), state.shared(fact.producer_key))
    else:
        known.at = max(fact.at, known.at)
        known.grant = state.shared(tuple(sorted({*known.grant, *fact.grant})))
        known.producer_key = min(known.producer_key, fact.producer_key)
    return {key}


def _schema_observed(state: Statements, fact: SchemaObserved, position: Position) -> set[str]:
    word = SchemaWord(fact.columns, fact.whole)
    if not state.schemas.add(fact.dataset, fact.producer, fact.at, word):
        return set()
    return set(state.dependents.get(fact.dataset, ()))


def _dataset_changed(state: Statements, fact: DatasetChanged, position: Position) -> set[str]:
    names: tuple[DatasetId, ...] = ()
    if fact.change == "DROP":
        names = state.incarnations.drop(fact.dataset, fact.at, position)
    elif fact.change == "RENAME" and fact.previous is not None:
        names = state.incarnations.rename(fact.previous, fact.dataset, fact.at, position)
    return {key for name in names for key in state.dependents.get(name, ())}


_HANDLERS: dict[type[Fact], Callable[[Statements, Any, Position], set[str]]] = {
    StatementSeen: _statement_seen,
    SchemaObserved: _schema_observed,
    DatasetChanged: _dataset_changed,
}
