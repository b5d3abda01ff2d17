"""Statements and the schemas they were read with: decides what must be analysed, and analysed again.

This fold runs ahead of the others. For each entry it gives the analyses that the entry makes necessary: a statement seen
for the first time, or one whose tables' schemas, valid at its event time, have become different by what the entry told
(a late schema heals a partial statement). The requests hold all the analyser needs, so their results do not depend on
when they are computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from headwater.model.entries import Position
from headwater.model.facts import (
    DatasetChanged,
    DatasetUsed,
    Fact,
    SchemaObserved,
    StatementAnalysed,
    StatementSeen,
)
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.lineage import Statement, StatementLineage
from headwater.model.times import Instant
from headwater.projections.lineage.incarnations import Incarnations
from headwater.projections.matching import match_table
from headwater.projections.schemas import SchemaTimeline, SchemaWord

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

    def answered(self, lineage: StatementLineage) -> StatementAnalysed:
        """The fact that the analyser's result makes."""
        return StatementAnalysed(
            position=self.position,
            at=self.at,
            statement=self.statement,
            job=self.job,
            run=self.run,
            lineage=lineage,
            tables=tuple((table.table, table.dataset) for table in self.tables),
        )


class RunTables(msgspec.Struct):
    """What a run declared and ran, as far as it matters for reading its statements."""

    datasets: set[DatasetId] = set()
    statements: dict[Statement, Instant] = {}
    read_with: dict[Statement, tuple[Instant, tuple[TableSchema, ...]]] = {}


class Statements(msgspec.Struct):
    """The fold's state."""

    runs: dict[str, RunTables] = {}
    names: dict[str, tuple[RunId | None, JobId]] = {}
    schemas: SchemaTimeline = msgspec.field(default_factory=SchemaTimeline)
    incarnations: Incarnations = msgspec.field(default_factory=Incarnations)
    dependents: dict[DatasetId, set[str]] = {}
    changed: set[str] = set()

    def fold(self, position: Position, facts: Iterable[Fact], referenced: ReferencedTables) -> list[AnalysisRequest]:
        """Take in one entry's facts; gives the analyses they make necessary, in a fixed order."""
        touched: set[str] = set()
        for fact in facts:
            handler = _HANDLERS.get(type(fact))
            if handler is not None:
                touched |= handler(self, fact)
        requests: list[AnalysisRequest] = []
        for key in sorted(touched):
            requests.extend(self._requests(key, position, referenced))
        return requests

    def _requests(self, key: str, position: Position, referenced: ReferencedTables) -> list[AnalysisRequest]:
        run = self.runs.get(key)
        if run is None:
            return []
        run_id, job = self.names[key]
        self.changed.add(key)
        made = []
        for statement, at in sorted(run.statements.items(), key=lambda item: (item[1], item[0].sql)):
            tables = tuple(self._table(table, run, job, at) for table in referenced(statement))
            if run.read_with.get(statement) == (at, tables):
                continue
            run.read_with[statement] = (at, tables)
            for table in tables:
                self.dependents.setdefault(table.dataset, set()).add(key)
            made.append(AnalysisRequest(position, at, job, run_id, statement, tables))
        return made

    def _table(self, table: str, run: RunTables, job: JobId, at: Instant) -> TableSchema:
        dataset = match_table(table, run.datasets, job.namespace)
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


def _key(run: RunId | None, job: JobId) -> str:
    return f"{run or ''}\x00{job}"


def _run(state: Statements, run: RunId | None, job: JobId) -> tuple[str, RunTables]:
    key = _key(run, job)
    state.names.setdefault(key, (run, job))
    state.changed.add(key)
    return key, state.runs.setdefault(key, RunTables())


def _statement_seen(state: Statements, fact: StatementSeen) -> set[str]:
    key, run = _run(state, fact.run, fact.job)
    run.statements[fact.statement] = max(fact.at, run.statements.get(fact.statement, fact.at))
    return {key}


def _dataset_used(state: Statements, fact: DatasetUsed) -> set[str]:
    key, run = _run(state, fact.run, fact.job)
    if fact.dataset in run.datasets:
        return set()
    run.datasets.add(fact.dataset)
    return {key} if run.statements else set()


def _schema_observed(state: Statements, fact: SchemaObserved) -> set[str]:
    word = SchemaWord(fact.columns, fact.whole)
    if not state.schemas.add(fact.dataset, fact.producer, fact.at, word):
        return set()
    return set(state.dependents.get(fact.dataset, ()))


def _dataset_changed(state: Statements, fact: DatasetChanged) -> set[str]:
    names: tuple[DatasetId, ...] = ()
    if fact.change == "DROP":
        names = state.incarnations.drop(fact.dataset, fact.at)
    elif fact.change == "RENAME" and fact.previous is not None:
        names = state.incarnations.rename(fact.previous, fact.dataset, fact.at)
    return {key for name in names for key in state.dependents.get(name, ())}


_HANDLERS: dict[type[Fact], Callable[[Statements, Any], set[str]]] = {
    StatementSeen: _statement_seen,
    DatasetUsed: _dataset_used,
    SchemaObserved: _schema_observed,
    DatasetChanged: _dataset_changed,
}
