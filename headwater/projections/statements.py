"""Statements and the schemas they were read with: decides what must be analysed, and analysed again.

This fold runs ahead of the others. For each entry it gives the analyses that the entry makes necessary: a statement seen
for the first time, or one whose tables' schemas, valid at its event time, have become different by what the entry told
(a late schema heals a partial statement). The requests hold all the analyser needs, so their results do not depend on
when they are computed.

What a statement makes of a table's columns is a schema for later ones (`derived.py`), so statements that decide columns are
analysed at once, in order of time; each is read by earlier ones only, and at most once per entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from heapq import heapify, heappop, heappush
from typing import Any, Protocol, TypeVar

import msgspec

from headwater.model.entries import Position
from headwater.model.facts import (
    ClaimRefused,
    DatasetChanged,
    DatasetUsed,
    Fact,
    RunObserved,
    SchemaObserved,
    StatementAnalysed,
    StatementSeen,
)
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.keys import matches
from headwater.model.lineage import Mentions, Reason, Statement, StatementLineage, Status
from headwater.model.times import Instant
from headwater.projections.derived import Columns, Derived, Moment, speaker
from headwater.projections.lineage.incarnations import Incarnations
from headwater.projections.matching import Matcher
from headwater.projections.schemas import SchemaTimeline, SchemaWord

T = TypeVar("T")
_RESHAPING = frozenset({"ALTER", "CREATE", "OVERWRITE"})
"""Changes after which a dataset may have other columns."""
_Place = tuple[Instant, str, str, str, str, str]
"""A statement's place among all: by time, then by its words."""


class Reader(Protocol):
    """Reads statements; what it says depends on its arguments only."""

    def mentions(self, statement: Statement) -> Mentions:
        """What a statement names."""

    def analyse(self, requests: Sequence[AnalysisRequest]) -> list[StatementLineage]:
        """The lineage of each request's statement, in order."""


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
    shapes: bool = False
    """Whether the statement decides the columns of any table."""
    failed: bool = False
    """Whether the run failed, so that nobody knows what it left behind."""
    spoken: tuple[DatasetId, ...] = ()
    """The datasets whose columns an earlier reading decided."""

    def answered(self, lineage: StatementLineage) -> StatementAnalysed:
        """The fact that the analyser's result makes. Nobody ends the lineage of what it may not write.

        What was read by a guessed dialect is not read in full, however well it could be read.
        """
        made = self.made(lineage)
        if lineage.made:
            lineage = msgspec.structs.replace(lineage, made=())
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
            made=made,
            unmade=tuple(sorted(set(self.spoken).difference(dict(made)))),
        )

    def made(self, lineage: StatementLineage) -> tuple[tuple[DatasetId, Columns | None], ...]:
        """The columns that the statement gave to datasets its producer may write; none certain where it may not have come about so."""
        means = {table.table: table.dataset for table in self.tables}
        found: dict[DatasetId, Columns | None] = {}
        for table, columns in lineage.made if self.shapes else ():
            dataset = means.get(table)
            if dataset is not None and matches(self.grant, dataset.namespace):
                is_certain = lineage.status == "complete" and self.statement.misnamed is None and not self.failed
                is_certain = is_certain and found.get(dataset, columns) == columns
                found[dataset] = columns if is_certain else None
        return tuple(sorted(found.items()))

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
    """A run's statement: when it was last seen, by whom who may write where, what it was last read with, and whose columns it decided."""

    at: Instant
    grant: tuple[str, ...]
    producer_key: str
    read_with: tuple[Instant, tuple[str, ...], tuple[TableSchema, ...]] | None = None
    made: tuple[DatasetId, ...] = ()


class RunTables(msgspec.Struct):
    """What a run declared and ran, as far as it matters for reading its statements. Most runs are alike and share their tuples."""

    run: RunId | None
    job: JobId
    datasets: tuple[DatasetId, ...] = ()
    statements: dict[Statement, Reading] | None = None
    completed: bool = False
    failed: bool = False

    @property
    def is_doubtful(self) -> bool:
        """Whether it failed, and no attempt of it came to its end."""
        return self.failed and not self.completed


class Statements(msgspec.Struct):
    """The fold's state."""

    runs: dict[str, RunTables] = {}
    schemas: SchemaTimeline = msgspec.field(default_factory=SchemaTimeline)
    incarnations: Incarnations = msgspec.field(default_factory=Incarnations)
    derived: Derived = msgspec.field(default_factory=Derived)
    dependents: dict[DatasetId, set[str]] = {}
    changed: set[str] = set()
    same: dict[Any, Any] = {}
    """One of each equal id and tuple."""

    def fold(self, position: Position, facts: Iterable[Fact], reader: Reader) -> list[AnalysisRequest]:
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
        return Round(self, position, reader).run(touched)

    def _use(self, run: RunTables, datasets: set[DatasetId]) -> bool:
        """Take in what a run reads and writes, all that an entry tells of it at once; gives whether its statements may read differently."""
        new = datasets.difference(run.datasets)
        if new:
            self.same.pop(run.datasets, None)
            run.datasets = self.shared(tuple(sorted({*run.datasets, *new})))
        return bool(new and run.statements)

    def depend(self, key: str, tables: tuple[TableSchema, ...], at: Instant) -> None:
        """Read a run again when a schema comes to be known of a table, under its own name or those it was renamed from."""
        for table in tables:
            for name, _, _ in self.incarnations.names(table.dataset, at):
                self.dependents.setdefault(name, set()).add(key)

    def learn(self, key: str, reading: Reading, moment: Moment, made: dict[DatasetId, Columns | None]) -> dict[str, Instant]:
        """Take in what a reading makes of datasets' columns; gives the runs that may read differently, with the moment after which."""
        differing = {dataset: self.derived.say(dataset, moment, made[dataset], self.incarnations) for dataset in sorted(made)}
        for dataset in sorted(set(reading.made).difference(made)):
            differing[dataset] = self.derived.unsay(dataset, moment, self.incarnations)
        reading.made = self.shared(tuple(sorted(made)))
        return self._readers(differing)

    def forget(self, key: str, statement: Statement, reading: Reading) -> dict[str, Instant]:
        """Take back what a reading made of datasets' columns, which it is about to say of another moment."""
        moment = (reading.at, speaker(key, statement))
        return self._readers({dataset: self.derived.unsay(dataset, moment, self.incarnations) for dataset in reading.made})

    def _readers(self, differing: dict[DatasetId, Instant | None]) -> dict[str, Instant]:
        found: dict[str, Instant] = {}
        for dataset, since in differing.items():
            if since is not None:
                for key in self.dependents.get(dataset, ()):
                    found[key] = min(since, found.get(key, since))
        return found

    def shared(self, value: T) -> T:
        """An equal value seen before, or this one."""
        known: T = self.same.setdefault(value, value)
        return known

    def table(self, table: str, dataset: DatasetId, at: Instant) -> TableSchema:
        """A table as a statement finds it: as a producer told by then, else as statements made it, else as a producer told later."""
        word, is_told = self._told(dataset, at)
        word = word if word is not None and word.whole else None
        derived = self.derived.at(dataset, at, self.incarnations) if word is None or not is_told else None
        if derived is not None:
            return TableSchema(table, dataset, self.shared(tuple((column, "") for column in derived)))
        return TableSchema(table, dataset, tuple((column.name, column.type) for column in word.columns) if word is not None else None)

    def _told(self, dataset: DatasetId, at: Instant) -> tuple[SchemaWord | None, bool]:
        """What producers say of what the name meant at an instant, and whether by then; a renamed dataset brings its schema along."""
        incarnation = self.incarnations.of(dataset, at)
        found = self.schemas.told(dataset, at, since=incarnation.since)
        if found[0] is None and incarnation.origin != dataset:
            return self.schemas.told(incarnation.origin, at, since=incarnation.since)
        return found


class Round:
    """What one entry makes necessary: statements are looked at in order of time, those that decide columns are analysed at once."""

    def __init__(self, state: Statements, position: Position, reader: Reader) -> None:
        self._state, self._position, self._reader = state, position, reader
        self._queue: list[tuple[_Place, str, Statement]] = []
        self._matchers: dict[str, Matcher] = {}

    def run(self, touched: Iterable[str]) -> list[AnalysisRequest]:
        """Look at the statements of these runs, and at those of which these then decide by what they are read.

        Cost:    each statement is asked for once: whatever may change how it reads lies before it in time.
        """
        for key in touched:
            self._queue.extend(self._places(key, None))
        heapify(self._queue)
        if len(self._queue) > 1:
            self._warm()
        requests: list[AnalysisRequest] = []
        while self._queue:
            _, key, statement = heappop(self._queue)
            request = self._request(key, statement)
            if request is None:
                continue
            requests.append(request)
            if request.shapes:
                self._learn(key, request)
        return requests

    def _places(self, key: str, after: Instant | None) -> list[tuple[_Place, str, Statement]]:
        run = self._state.runs.get(key)
        items = (run.statements or {}).items() if run is not None else ()
        return [(_place(item), key, item[0]) for item in items if after is None or item[1].at > after]

    def _warm(self) -> None:
        """Several that decide columns are analysed together by what is known so far: most will be read by just that."""
        deciding = [(key, statement) for _, key, statement in self._queue if self._reader.mentions(statement).shapes]
        if len(deciding) > 1:
            likely = [self._wanted(key, statement) for key, statement in deciding]
            self._reader.analyse([request for request in likely if request is not None])

    def _wanted(self, key: str, statement: Statement) -> AnalysisRequest | None:
        """What to ask of a statement; None where it was read with just these schemas before."""
        state, run = self._state, self._state.runs[key]
        reading = (run.statements or {})[statement]
        matcher = self._matchers.get(key)
        if matcher is None:
            matcher = self._matchers[key] = Matcher(run.datasets, run.job.namespace)
        mentions = self._reader.mentions(statement)
        tables = state.shared(tuple(state.table(table, matcher.match(table), reading.at) for table in mentions.tables))
        state.depend(key, tables, reading.at)
        if reading.read_with == (reading.at, reading.grant, tables):
            return None
        return AnalysisRequest(
            position=self._position,
            at=reading.at,
            job=run.job,
            run=run.run,
            statement=statement,
            tables=tables,
            grant=reading.grant,
            producer_key=reading.producer_key,
            shapes=mentions.shapes,
            failed=run.is_doubtful,
            spoken=reading.made,
        )

    def _request(self, key: str, statement: Statement) -> AnalysisRequest | None:
        """The same, noted as asked."""
        request = self._wanted(key, statement)
        if request is not None:
            reading = (self._state.runs[key].statements or {})[statement]
            reading.read_with = (reading.at, reading.grant, request.tables)
            self._state.changed.add(key)
        return request

    def _learn(self, key: str, request: AnalysisRequest) -> None:
        """Let what a statement makes of columns be known to those that may read by it."""
        reading = (self._state.runs[key].statements or {})[request.statement]
        (lineage,) = self._reader.analyse([request])
        moment = (request.at, speaker(key, request.statement))
        for other, since in self._state.learn(key, reading, moment, dict(request.made(lineage))).items():
            for place in self._places(other, since):
                heappush(self._queue, place)


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


def _place(item: tuple[Statement, Reading]) -> _Place:
    statement, reading = item
    return reading.at, statement.sql, statement.dialect or "", statement.catalog or "", statement.schema or "", statement.misnamed or ""


def _statement_seen(state: Statements, fact: StatementSeen, position: Position) -> set[str]:
    key, run = _run(state, fact.run, fact.job)
    run.statements = run.statements if run.statements is not None else {}
    known = run.statements.get(fact.statement)
    if known is None:
        run.statements[state.shared(fact.statement)] = Reading(fact.at, state.shared(fact.grant), state.shared(fact.producer_key))
        return {key}
    touched = {key}
    if known.made and fact.at > known.at:
        touched |= state.forget(key, fact.statement, known).keys()
    known.at = max(fact.at, known.at)
    known.grant = state.shared(tuple(sorted({*known.grant, *fact.grant})))
    known.producer_key = min(known.producer_key, fact.producer_key)
    return touched


def _run_observed(state: Statements, fact: RunObserved, position: Position) -> set[str]:
    """A failed run's statements may or may not have come about."""
    if fact.event_type not in ("COMPLETE", "FAIL", "ABORT"):
        return set()
    key, run = _run(state, fact.run, fact.job)
    before = run.is_doubtful
    run.completed, run.failed = run.completed or fact.event_type == "COMPLETE", run.failed or fact.event_type != "COMPLETE"
    if before == run.is_doubtful:
        return set()
    readings = [reading for reading in (run.statements or {}).values() if reading.made]
    for reading in readings:
        reading.read_with = None
    return {key} if readings else set()


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
    elif fact.change in _RESHAPING:
        since = state.derived.say(fact.dataset, (fact.at, state.shared(f"{fact.run or ''}\x00{fact.job}")), None, state.incarnations)
        names = (fact.dataset,) if since is not None else ()
    return {key for name in names for key in state.dependents.get(name, ())}


_HANDLERS: dict[type[Fact], Callable[[Statements, Any, Position], set[str]]] = {
    RunObserved: _run_observed,
    StatementSeen: _statement_seen,
    SchemaObserved: _schema_observed,
    DatasetChanged: _dataset_changed,
}
