"""The catalog: everything known of datasets, jobs and runs over both times. `records.py` says how each is kept."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

from headwater.model.entries import Position
from headwater.model.facts import (
    AliasDeclared,
    AliasWithdrawn,
    ClaimRefused,
    DatasetChanged,
    DatasetDescribed,
    DatasetUsed,
    FacetsDeleted,
    FacetsKept,
    Fact,
    GapSeen,
    JobDescribed,
    Role,
    RunObserved,
    SchemaObserved,
    StatementAnalysed,
    StatisticsObserved,
    VersionObserved,
)
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.times import Instant, format_instant
from headwater.projections.derived import speaker
from headwater.projections.records import (
    Amount,
    DatasetRecord,
    DerivedSchema,
    GapRecord,
    JobRecord,
    RunEvent,
    RunRecord,
    Timeline,
    Use,
    named,
)
from headwater.projections.schemas import SchemaWord

T = TypeVar("T")


CLAIM_REFUSED = "CLAIM-REFUSED"
_RunRole = tuple[Position, RunId, JobId, Role]


class Catalog(msgspec.Struct):
    """The fold's state. `changed` holds the keys of records touched since the last save."""

    datasets: dict[DatasetId, DatasetRecord] = {}
    jobs: dict[JobId, JobRecord] = {}
    runs: dict[tuple[RunId, JobId], RunRecord] = {}
    gaps: list[GapRecord] = []
    refused: set[tuple[str, str]] = set()
    facets: dict[str, Timeline[str]] = {}
    """Names of further facets by node id; a withdrawn one is told with a leading `-`."""
    statistics: dict[RunId, Timeline[Amount]] = {}
    run_jobs: dict[RunId, list[JobId]] = {}
    derived: dict[DatasetId, dict[str, list[DerivedSchema]]] = {}
    """Columns by the statements that gave them, as each came to be known; also of names that only statements ever spoke of."""
    changed: set[DatasetId | JobId | tuple[RunId, JobId]] = set()
    changed_derived: set[DatasetId] = set()

    def fold(self, facts: Iterable[Fact]) -> None:
        """Take in facts. What an entry's runs read and wrote is gathered first: a run may name very many datasets at once."""
        used: dict[_RunRole, dict[DatasetId, None]] = {}
        for fact in facts:
            handler = _HANDLERS.get(type(fact))
            if handler is not None:
                handler(self, fact)
            if isinstance(fact, DatasetUsed) and fact.run is not None:
                used.setdefault((fact.position, fact.run, fact.job, fact.role), {})[self.datasets[fact.dataset].id] = None
        for (position, run, job, role), datasets in used.items():
            self._used(self.run(run, job), role, datasets, position)

    def dataset(self, dataset: DatasetId, fact: Fact) -> DatasetRecord:
        """The record of a dataset, made when first spoken of."""
        record = self.datasets.get(dataset)
        if record is None:
            record = self.datasets[dataset] = DatasetRecord(id=dataset)
        record.seen.see(fact.at, fact.position)
        self.changed.add(record.id)
        return record

    def job(self, job: JobId, fact: Fact) -> JobRecord:
        """The record of a job, made when first spoken of."""
        record = self.jobs.get(job)
        if record is None:
            record = self.jobs[job] = JobRecord(id=job)
        record.seen.see(fact.at, fact.position)
        self.changed.add(record.id)
        return record

    def run(self, run: RunId, job: JobId) -> RunRecord:
        """The record of a run, made when first spoken of."""
        record = self.runs.get((run, job))
        if record is None:
            known = self.jobs.get(job)
            job = job if known is None else known.id
            record = self.runs[(run, job)] = RunRecord(id=run, job=job)
            self.run_jobs.setdefault(run, []).append(job)
        self.changed.add((record.id, record.job))
        return record

    def _used(self, run: RunRecord, role: Role, datasets: Iterable[DatasetId], position: Position) -> None:
        if role == "input":
            run.inputs = named(run.inputs, datasets, position)
        else:
            run.outputs = named(run.outputs, datasets, position)

    def runs_called(self, run: RunId) -> list[RunRecord]:
        """Every run with this id; ids repeat across jobs."""
        return [self.runs[(run, job)] for job in sorted(self.run_jobs.get(run, ()))]


def _run_observed(catalog: Catalog, fact: RunObserved) -> None:
    job = catalog.job(fact.job, fact)
    run = catalog.run(fact.run, fact.job)
    job.runs.setdefault(run.id, fact.position)
    run.happened(RunEvent(fact.at, fact.event_type, fact.position))
    if fact.parent_run is not None or fact.parent_job is not None:
        run.parent = _said(run.parent, fact, fact.producer, (fact.parent_run, fact.parent_job))
    if fact.error:
        run.errors = _said(run.errors, fact, fact.producer, fact.error)
    if fact.engine:
        run.attributes = _said(run.attributes, fact, fact.producer, ("engine", fact.engine))
    for name, moment in (("nominal_start", fact.nominal_start), ("nominal_end", fact.nominal_end)):
        if moment is not None:
            run.attributes = _said(run.attributes, fact, fact.producer, (name, format_instant(moment)))


def _said(timeline: Timeline[T] | None, fact: Fact, producer: str, value: T) -> Timeline[T]:
    """A timeline with one more word, made when first needed."""
    told = timeline if timeline is not None else Timeline()
    told.say(fact.at, producer, value, fact.position)
    return told


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


def _statement_analysed(catalog: Catalog, fact: StatementAnalysed) -> None:
    """Keep the columns that a statement gave to datasets; a later reading of the same statement takes the place of the earlier."""
    now = dict(fact.made)
    who = speaker(f"{fact.run or ''}\x00{fact.job}", fact.statement)
    for dataset in (*now, *fact.unmade):
        said = catalog.derived.setdefault(dataset, {}).setdefault(who, [])
        known = said[-1] if said and said[-1].until is None else None
        if dataset in now and known is not None and (known.at, known.columns) == (fact.at, now[dataset]):
            continue
        catalog.changed_derived.add(dataset)
        if known is not None:
            known.until = fact.position
        if dataset in now:
            said.append(DerivedSchema(at=fact.at, job=fact.job, run=fact.run, columns=now[dataset], position=fact.position))


def _alias_declared(catalog: Catalog, fact: AliasDeclared) -> None:
    catalog.dataset(fact.dataset, fact).aliases.say(fact.at, fact.producer, (fact.alias, True), fact.position)
    catalog.dataset(fact.alias, fact).aliases.say(fact.at, fact.producer, (fact.dataset, True), fact.position)


def _alias_withdrawn(catalog: Catalog, fact: AliasWithdrawn) -> None:
    catalog.dataset(fact.dataset, fact).aliases.say(fact.at, fact.producer, (fact.alias, False), fact.position)
    if fact.alias is not None:
        catalog.dataset(fact.alias, fact).aliases.say(fact.at, fact.producer, (fact.dataset, False), fact.position)


def _dataset_used(catalog: Catalog, fact: DatasetUsed) -> None:
    dataset, job = catalog.dataset(fact.dataset, fact), catalog.job(fact.job, fact)
    _use(dataset.readers if fact.role == "input" else dataset.writers, job.id, fact)
    _use(job.inputs if fact.role == "input" else job.outputs, dataset.id, fact)


def _use(uses: dict[Any, Use], key: DatasetId | JobId, fact: DatasetUsed) -> None:
    use = uses.get(key)
    if use is None:
        use = uses[key] = Use()
    use.see(fact.at, fact.position)
    if fact.run is None:
        use.declared.append((fact.at, fact.position))


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
    """The same claim by the same key is one gap, however often it is made."""
    subject, detail = str(fact.subject), f"{fact.claim} claim by key `{fact.producer_key}` lies outside its write scope and was not applied"
    if (subject, detail) not in catalog.refused:
        catalog.refused.add((subject, detail))
        job, dataset = (fact.subject, None) if isinstance(fact.subject, JobId) else (None, fact.subject)
        insort(catalog.gaps, GapRecord(fact.at, fact.position, CLAIM_REFUSED, subject, detail, job, dataset=dataset), key=_gap_order)


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
    StatementAnalysed: _statement_analysed,
}
