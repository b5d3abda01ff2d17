"""The catalog: everything known of datasets, jobs and runs over both times.

Every item remembers the instant it is about and the position it became known at; reading filters by both, so the catalog
can be asked as of any time and as known at any position. Items are sets kept sorted: order of arrival leaves no mark.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

import msgspec

from headwater.model.entries import Position
from headwater.model.facts import (
    AliasDeclared,
    AliasWithdrawn,
    Change,
    ClaimRefused,
    DatasetChanged,
    DatasetDescribed,
    DatasetUsed,
    EventType,
    FacetsDeleted,
    FacetsKept,
    Fact,
    GapSeen,
    JobDescribed,
    Owner,
    Role,
    RunObserved,
    SchemaObserved,
    StatisticsObserved,
    Tag,
    VersionObserved,
)
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.times import Instant
from headwater.projections.schemas import SchemaWord

T = TypeVar("T")


class Said(msgspec.Struct, Generic[T], frozen=True):
    """A value with the instant it holds from, who said it, and the entry that says so."""

    at: Instant
    producer: str
    value: T
    position: Position


class Timeline(msgspec.Struct, Generic[T]):
    """Values over time, sorted by (instant, producer, content); the same word said again keeps its first position."""

    words: list[Said[T]] = []

    def say(self, at: Instant, producer: str, value: T, position: Position) -> None:
        """Add a word; a value equal to its neighbour's shares its memory, as producers repeat themselves in every event."""
        first = bisect_left(self.words, at, key=_instant_of)
        index = first
        while index < len(self.words) and self.words[index].at == at:
            known = self.words[index]
            if known.producer == producer and known.value == value:
                return
            if _rank(known.producer, known.value) > _rank(producer, value):
                break
            index += 1
        shared = next((word.value for word in self.words[max(0, index - 1) : index + 1] if word.value == value), value)
        self.words.insert(index, Said(at, producer, shared, position))

    def until(self, as_of: Instant, known_at: Position) -> Iterator[Said[T]]:
        """Words about instants up to `as_of` that were known at a position, oldest first."""
        return (word for word in self.words if word.at <= as_of and word.position <= known_at)

    def latest(self, as_of: Instant, known_at: Position) -> T | None:
        """The newest value, or None."""
        found = None
        for word in self.until(as_of, known_at):
            found = word.value
        return found


def _instant_of(word: Said[Any]) -> Instant:
    return word.at


def _rank(producer: str, value: object) -> tuple[str, bytes]:
    return producer, msgspec.msgpack.encode(value)


class Use(msgspec.Struct, frozen=True):
    """A job's first and last use of a dataset in one role."""

    first: Instant
    last: Instant
    position: Position

    def again(self, at: Instant, position: Position) -> Use:
        return Use(min(at, self.first), max(at, self.last), min(position, self.position))


class DatasetRecord(msgspec.Struct, kw_only=True):
    """What is known of one dataset name."""

    id: DatasetId
    documentation: Timeline[str] = msgspec.field(default_factory=Timeline)
    owners: Timeline[tuple[Owner, ...]] = msgspec.field(default_factory=Timeline)
    tags: Timeline[tuple[Tag, ...]] = msgspec.field(default_factory=Timeline)
    attributes: Timeline[tuple[str, str]] = msgspec.field(default_factory=Timeline)
    schemas: Timeline[SchemaWord] = msgspec.field(default_factory=Timeline)
    changes: Timeline[tuple[Change, DatasetId | None, RunId | None]] = msgspec.field(default_factory=Timeline)
    versions: Timeline[tuple[str, RunId | None, Role | None]] = msgspec.field(default_factory=Timeline)
    aliases: Timeline[tuple[DatasetId | None, bool]] = msgspec.field(default_factory=Timeline)
    writers: dict[JobId, Use] = {}
    readers: dict[JobId, Use] = {}
    first_seen: Instant
    last_seen: Instant
    position: Position

    def shown_aliases(self, as_of: Instant, known_at: Position) -> tuple[DatasetId, ...]:
        """Other names that some producer declares now."""
        state: dict[tuple[str, DatasetId], bool] = {}
        for word in self.aliases.until(as_of, known_at):
            alias, declared = word.value
            if alias is not None:
                state[(word.producer, alias)] = declared
            else:
                state.update({key: False for key in state if key[0] == word.producer})
        return tuple(sorted({alias for (_, alias), declared in state.items() if declared}))


class JobRecord(msgspec.Struct, kw_only=True):
    """What is known of one job."""

    id: JobId
    documentation: Timeline[str] = msgspec.field(default_factory=Timeline)
    owners: Timeline[tuple[Owner, ...]] = msgspec.field(default_factory=Timeline)
    tags: Timeline[tuple[Tag, ...]] = msgspec.field(default_factory=Timeline)
    attributes: Timeline[tuple[str, str]] = msgspec.field(default_factory=Timeline)
    inputs: dict[DatasetId, Use] = {}
    outputs: dict[DatasetId, Use] = {}
    runs: dict[RunId, Instant] = {}
    first_seen: Instant
    last_seen: Instant
    position: Position


class RunEvent(msgspec.Struct, frozen=True, order=True):
    """One event of a run."""

    at: Instant
    type: EventType
    position: Position


class RunRecord(msgspec.Struct, kw_only=True):
    """What is known of one run of one job."""

    id: RunId
    job: JobId
    events: list[RunEvent] = []
    parent: Timeline[tuple[RunId | None, JobId | None]] = msgspec.field(default_factory=Timeline)
    attributes: Timeline[tuple[str, str]] = msgspec.field(default_factory=Timeline)
    errors: Timeline[str] = msgspec.field(default_factory=Timeline)
    inputs: dict[DatasetId, Position] = {}
    outputs: dict[DatasetId, Position] = {}

    def happened(self, event: RunEvent) -> None:
        """Add an event; the same event again changes nothing."""
        if not any(known.at == event.at and known.type == event.type for known in self.events):
            self.events.append(event)
            self.events.sort()

    def seen(self, as_of: Instant, known_at: Position) -> list[RunEvent]:
        """Its events up to a time, as known at a position."""
        return [event for event in self.events if event.at <= as_of and event.position <= known_at]


Amount = tuple[DatasetId, Role, int | None, int | None]
"""Rows and bytes that a run read from or wrote to a dataset."""


class GapRecord(msgspec.Struct, frozen=True):
    """Something not seen, or a claim not applied."""

    at: Instant
    position: Position
    code: str
    subject: str
    detail: str
    job: JobId | None = None
    run: RunId | None = None


class Catalog(msgspec.Struct):
    """The fold's state. `changed` holds the keys of records touched since the last save."""

    datasets: dict[DatasetId, DatasetRecord] = {}
    jobs: dict[JobId, JobRecord] = {}
    runs: dict[tuple[RunId, JobId], RunRecord] = {}
    gaps: list[GapRecord] = []
    facets: dict[str, Timeline[str]] = {}
    """Names of further facets by node id; a withdrawn one is told with a leading `-`."""
    statistics: dict[RunId, Timeline[Amount]] = {}
    run_jobs: dict[RunId, list[JobId]] = {}
    changed: set[DatasetId | JobId | tuple[RunId, JobId]] = set()

    def fold(self, facts: Iterable[Fact]) -> None:
        """Take in facts."""
        for fact in facts:
            handler = _HANDLERS.get(type(fact))
            if handler is not None:
                handler(self, fact)

    def dataset(self, dataset: DatasetId, fact: Fact) -> DatasetRecord:
        """The record of a dataset, made when first spoken of."""
        record = self.datasets.get(dataset)
        if record is None:
            record = self.datasets[dataset] = DatasetRecord(id=dataset, first_seen=fact.at, last_seen=fact.at, position=fact.position)
        _see(record, fact)
        self.changed.add(dataset)
        return record

    def job(self, job: JobId, fact: Fact) -> JobRecord:
        """The record of a job, made when first spoken of."""
        record = self.jobs.get(job)
        if record is None:
            record = self.jobs[job] = JobRecord(id=job, first_seen=fact.at, last_seen=fact.at, position=fact.position)
        _see(record, fact)
        self.changed.add(job)
        return record

    def run(self, run: RunId, job: JobId) -> RunRecord:
        """The record of a run, made when first spoken of."""
        record = self.runs.get((run, job))
        if record is None:
            record = self.runs[(run, job)] = RunRecord(id=run, job=job)
            self.run_jobs.setdefault(run, []).append(job)
        self.changed.add((run, job))
        return record

    def runs_called(self, run: RunId) -> list[RunRecord]:
        """Every run with this id; ids repeat across jobs."""
        return [self.runs[(run, job)] for job in sorted(self.run_jobs.get(run, ()))]


def _see(record: DatasetRecord | JobRecord, fact: Fact) -> None:
    record.first_seen = min(record.first_seen, fact.at)
    record.last_seen = max(record.last_seen, fact.at)
    record.position = min(record.position, fact.position)


def _run_observed(catalog: Catalog, fact: RunObserved) -> None:
    job = catalog.job(fact.job, fact)
    job.runs[fact.run] = max(fact.at, job.runs.get(fact.run, fact.at))
    run = catalog.run(fact.run, fact.job)
    run.happened(RunEvent(fact.at, fact.event_type, fact.position))
    if fact.parent_run is not None or fact.parent_job is not None:
        run.parent.say(fact.at, fact.producer, (fact.parent_run, fact.parent_job), fact.position)
    if fact.error:
        run.errors.say(fact.at, fact.producer, fact.error, fact.position)
    if fact.engine:
        run.attributes.say(fact.at, fact.producer, ("engine", fact.engine), fact.position)
    for name, moment in (("nominal_start", fact.nominal_start), ("nominal_end", fact.nominal_end)):
        if moment is not None:
            run.attributes.say(fact.at, fact.producer, (name, str(moment)), fact.position)


def _job_described(catalog: Catalog, fact: JobDescribed) -> None:
    job = catalog.job(fact.job, fact)
    _describe(job, fact)
    attributes = {"type": fact.job_type, "source": fact.source_location, "language": fact.source_language}
    _attribute(job, fact.producer, fact, attributes)


def _dataset_described(catalog: Catalog, fact: DatasetDescribed) -> None:
    dataset = catalog.dataset(fact.dataset, fact)
    _describe(dataset, fact)
    _attribute(dataset, fact.producer, fact, {"type": fact.dataset_type, "source": fact.source_uri, "storage": fact.storage})


def _describe(record: DatasetRecord | JobRecord, fact: DatasetDescribed | JobDescribed) -> None:
    if fact.documentation is not None:
        record.documentation.say(fact.at, fact.producer, fact.documentation, fact.position)
    if fact.owners is not None:
        record.owners.say(fact.at, fact.producer, fact.owners, fact.position)
    if fact.tags is not None:
        record.tags.say(fact.at, fact.producer, fact.tags, fact.position)


def _attribute(record: DatasetRecord | JobRecord, producer: str, fact: Fact, attributes: dict[str, str | None]) -> None:
    for name, value in attributes.items():
        if value is not None:
            record.attributes.say(fact.at, producer, (name, value), fact.position)


def _schema_observed(catalog: Catalog, fact: SchemaObserved) -> None:
    word = SchemaWord(fact.columns, fact.whole)
    timeline = catalog.dataset(fact.dataset, fact).schemas
    timeline.say(fact.at, fact.producer, word, fact.position)


def _alias_declared(catalog: Catalog, fact: AliasDeclared) -> None:
    catalog.dataset(fact.dataset, fact).aliases.say(fact.at, fact.producer, (fact.alias, True), fact.position)
    catalog.dataset(fact.alias, fact).aliases.say(fact.at, fact.producer, (fact.dataset, True), fact.position)


def _alias_withdrawn(catalog: Catalog, fact: AliasWithdrawn) -> None:
    catalog.dataset(fact.dataset, fact).aliases.say(fact.at, fact.producer, (fact.alias, False), fact.position)
    if fact.alias is not None:
        catalog.dataset(fact.alias, fact).aliases.say(fact.at, fact.producer, (fact.dataset, False), fact.position)


def _dataset_used(catalog: Catalog, fact: DatasetUsed) -> None:
    dataset, job = catalog.dataset(fact.dataset, fact), catalog.job(fact.job, fact)
    _use(dataset.readers if fact.role == "input" else dataset.writers, fact.job, fact)
    _use(job.inputs if fact.role == "input" else job.outputs, fact.dataset, fact)
    if fact.run is not None:
        run = catalog.run(fact.run, fact.job)
        used = run.inputs if fact.role == "input" else run.outputs
        used[fact.dataset] = min(fact.position, used.get(fact.dataset, fact.position))


def _use(uses: dict[Any, Use], key: DatasetId | JobId, fact: Fact) -> None:
    known = uses.get(key)
    uses[key] = Use(fact.at, fact.at, fact.position) if known is None else known.again(fact.at, fact.position)


def _dataset_changed(catalog: Catalog, fact: DatasetChanged) -> None:
    record = catalog.dataset(fact.dataset, fact)
    record.changes.say(fact.at, "", (fact.change, fact.previous, fact.run), fact.position)


def _version_observed(catalog: Catalog, fact: VersionObserved) -> None:
    record = catalog.dataset(fact.dataset, fact)
    record.versions.say(fact.at, "", (fact.version, fact.run, fact.role), fact.position)


def _statistics_observed(catalog: Catalog, fact: StatisticsObserved) -> None:
    amount: Amount = (fact.dataset, fact.role, fact.rows, fact.size_bytes)
    catalog.statistics.setdefault(fact.run, Timeline()).say(fact.at, "", amount, fact.position)


def _facets_kept(catalog: Catalog, fact: FacetsKept) -> None:
    for name in sorted(fact.facets):
        catalog.facets.setdefault(fact.subject, Timeline()).say(fact.at, "", name, fact.position)


def _facets_deleted(catalog: Catalog, fact: FacetsDeleted) -> None:
    for name in fact.facets:
        catalog.facets.setdefault(fact.subject, Timeline()).say(fact.at, "", f"-{name}", fact.position)


def _gap_seen(catalog: Catalog, fact: GapSeen) -> None:
    insort(catalog.gaps, GapRecord(fact.at, fact.position, fact.code, fact.subject, fact.detail, fact.job, fact.run), key=_gap_order)


def _claim_refused(catalog: Catalog, fact: ClaimRefused) -> None:
    detail = f"{fact.claim} claim by key `{fact.producer_key}` lies outside its write scope and was not applied"
    insort(catalog.gaps, GapRecord(fact.at, fact.position, "CLAIM-REFUSED", str(fact.subject), detail), key=_gap_order)


def _gap_order(gap: GapRecord) -> tuple[Instant, str, str, str]:
    return gap.at, gap.code, gap.subject, gap.detail


_HANDLERS: dict[type[Fact], Callable[[Catalog, Any], None]] = {
    RunObserved: _run_observed,
    JobDescribed: _job_described,
    DatasetDescribed: _dataset_described,
    SchemaObserved: _schema_observed,
    AliasDeclared: _alias_declared,
    AliasWithdrawn: _alias_withdrawn,
    DatasetUsed: _dataset_used,
    DatasetChanged: _dataset_changed,
    VersionObserved: _version_observed,
    StatisticsObserved: _statistics_observed,
    FacetsKept: _facets_kept,
    FacetsDeleted: _facets_deleted,
    GapSeen: _gap_seen,
    ClaimRefused: _claim_refused,
}
