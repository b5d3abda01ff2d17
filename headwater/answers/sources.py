"""Which sources brought batches, what did their last runs do, and what is announced of them?"""

from __future__ import annotations

from dataclasses import dataclass, field

from headwater.answers.arrivals import judgements_of
from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.model.answers import Answer
from headwater.model.ids import DatasetId, JobId
from headwater.model.lake_answers import DeviationView, ExpectedView, SourceList, SourceView
from headwater.model.lakes import DatasetName
from headwater.model.loads import JOBS
from headwater.model.questions import SourcesQuestion
from headwater.model.times import Instant, format_instant
from headwater.projections.batches import Arrivals, Batch
from headwater.projections.lineage.runs import TERMINAL
from headwater.projections.views import Views


@dataclass(slots=True)
class _Known:
    """What the views hold of one source."""

    batches: list[tuple[DatasetId, Batch]] = field(default_factory=list)
    expected: list[ExpectedView] = field(default_factory=list)
    datasets: set[DatasetId] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _LastRun:
    """When a source ran last; how, where that is not well; and why."""

    at: Instant | None = None
    state: str = ""
    why: str = ""


def ask(views: Views, question: SourcesQuestion, sight: Sight) -> Answer[SourceList]:
    """List sources by name, with the datasets that the caller may see; one that only fills others is counted as hidden."""
    moment = Moment.of(question, views)
    known: dict[str, _Known] = {}
    hidden: set[str] = set()
    for dataset, arrivals in views.batches.datasets.items():
        names = _names(arrivals, moment, question.source)
        if not sight.sees(dataset.namespace):
            hidden |= names
            continue
        for name in names:
            _gather(known.setdefault(name, _Known()), name, arrivals, moment)
    for name in _ran(views, moment, question.source) - known.keys() - hidden:
        if sight.sees(JOBS):
            known[name] = _Known()
        else:
            hidden.add(name)
    found = sorted(known)
    page = found[moment.offset : moment.offset + moment.limit]
    return Answer(
        question=question.name,
        asked={"source": question.source or "all"},
        result=SourceList(sources=tuple(_source(views, name, known[name], moment) for name in page), hidden=len(hidden - known.keys())),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=not hidden,
        total={"sources": len(found)},
        entries=tuple(sorted({batch.position for name in page for _, batch in known[name].batches[-1:]})),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(found)),
    )


def _ran(views: Views, moment: Moment, wanted: str | None) -> set[str]:
    """Sources that ran, whether they brought anything or not."""
    jobs = (JobId(JOBS, wanted),) if wanted is not None else [job for job in views.catalog.jobs if job.namespace == JOBS]
    return {job.name for job in jobs if _last_run(views, job, moment).at is not None}


def _names(arrivals: Arrivals, moment: Moment, wanted: str | None) -> set[str]:
    loaded = {batch.loaded.source for batch in arrivals.until(moment.until, moment.known_at)}
    announced = {told.source for told in arrivals.expected if told.position <= moment.known_at}
    return {name for name in loaded | announced if wanted is None or name == wanted}


def _gather(known: _Known, name: str, arrivals: Arrivals, moment: Moment) -> None:
    known.datasets.add(arrivals.dataset)
    brought = [batch for batch in arrivals.until(moment.until, moment.known_at) if batch.loaded.source == name]
    known.batches = sorted([*known.batches, *((arrivals.dataset, batch) for batch in brought)], key=lambda told: told[1].at)
    known.expected += [
        ExpectedView(
            dataset=str(arrivals.dataset),
            kind=told.change.kind,
            column=told.change.column,
            start=format_instant(told.change.start),
            end=format_instant(told.change.end),
            reason=told.reason,
            by=told.by,
            position=told.position,
        )
        for told in arrivals.expected
        if told.source == name and told.position <= moment.known_at
    ]


def _source(views: Views, name: str, known: _Known, moment: Moment) -> SourceView:
    last = known.batches[-1][1] if known.batches else None
    ran = _last_run(views, last.job if last is not None else JobId(JOBS, name), moment)
    return SourceView(
        name=name,
        kind=last.loaded.kind if last is not None else "",
        state=ran.state or _judged(views, name, known, moment),
        last_run=format_instant(ran.at) if ran.at is not None else None,
        last_batch=last.id if last is not None else None,
        last_rows=sum(batch.loaded.rows or 0 for _, batch in known.batches if last is not None and batch.id == last.id),
        batches=len({batch.id for _, batch in known.batches}),
        rows=sum(batch.loaded.rows or 0 for _, batch in known.batches),
        datasets=tuple(DatasetName(dataset.namespace, dataset.name) for dataset in sorted(known.datasets)),
        expected=tuple(known.expected),
        why=ran.why,
    )


def _last_run(views: Views, job: JobId, moment: Moment) -> _LastRun:
    """When a source ran last, and how where that is not well."""
    job_record = views.catalog.jobs.get(job)
    if job_record is None:
        return _LastRun()
    records = [views.catalog.runs[(run, job)] for run in job_record.runs]
    told = [(record, events) for record in records if (events := record.seen(moment.until, moment.known_at))]
    if not told:
        return _LastRun()
    record, events = max(told, key=lambda told: told[1][-1].at)
    at, over = events[-1].at, events[-1].type
    if over == "COMPLETE" or over not in TERMINAL:
        return _LastRun(at, "" if over == "COMPLETE" else "running")
    why = record.errors.latest(moment.until, moment.known_at) if record.errors is not None else None
    return _LastRun(at, "failed", why or "")


def _judged(views: Views, name: str, known: _Known, moment: Moment) -> str:
    """What the last batch into each dataset is, the worst of them."""
    latest = {dataset: batch.id for dataset, batch in known.batches}
    if not latest:
        return "new"
    states: set[str] = set()
    for dataset, batch in latest.items():
        told = judgements_of(views.batches.datasets[dataset], moment).get((name, batch))
        states.add(_state(*told) if told is not None else "good")
    return next(state for state in ("deviates", "expected", "learning", "good") if state in states)


def _state(learning: int, deviations: tuple[DeviationView, ...]) -> str:
    if any(told.expected is None for told in deviations):
        return "deviates"
    return "expected" if deviations else "learning" if learning else "good"
