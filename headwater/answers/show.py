"""Everything known of one dataset, column, job or run, as of a time and as known at a position."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from headwater.answers.evidence import HIDDEN, SHOWN
from headwater.answers.moment import Moment
from headwater.answers.resolve import Resolver, Target, node_id, node_view
from headwater.answers.schemas import schemas_of
from headwater.answers.sight import Sight
from headwater.model.answers import (
    Answer,
    LifecycleView,
    NodeDetail,
    RunView,
    VersionView,
)
from headwater.model.entries import Position
from headwater.model.facts import Change, Owner, Role
from headwater.model.ids import ColumnId, DatasetId, JobId, RunId, run_node
from headwater.model.naming import column_key
from headwater.model.questions import ShowQuestion
from headwater.model.times import Instant, format_instant
from headwater.projections.lineage.runs import TERMINAL
from headwater.projections.records import DatasetRecord, JobRecord, Named, RunEvent, RunRecord, Said, Timeline, Use
from headwater.projections.views import Views

T = TypeVar("T")


def ask(views: Views, question: ShowQuestion, sight: Sight) -> Answer[NodeDetail]:
    """Show one node.

    Raises:  UnknownNode, AmbiguousNode, UsageError.
    """
    moment = Moment.of(question, views)
    resolver = Resolver(views, sight, moment.known_at)
    target = resolver.resolve(question.node)
    show = Show(views, resolver, moment)
    detail, total = show.node(target)
    entries = {run_entry for run in detail.runs for run_entry in run.entries} | {schema.position for schema in detail.schemas}
    entries |= {step.position for step in detail.lifecycle} | set(show.told_of_use(target))
    return Answer(
        question=question.name,
        asked={"node": node_id(target)},
        result=detail,
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=True,
        total=total,
        entries=tuple(sorted(entries)),
        analysers=dict(views.analysers),
    )


@dataclass(frozen=True, slots=True)
class Show:
    """Builds details for one asker and moment."""

    views: Views
    resolver: Resolver
    moment: Moment

    @property
    def sight(self) -> Sight:
        return self.resolver.sight

    def node(self, target: Target) -> tuple[NodeDetail, dict[str, int]]:
        """The detail of any node, with the counts of what is listed only in part."""
        if isinstance(target, ColumnId):
            return self._column(target)
        if isinstance(target, DatasetId):
            return self._dataset(target, self.views.catalog.datasets[target])
        if isinstance(target, JobId):
            return self._job(self.views.catalog.jobs[target])
        return self._run(target)

    def told_of_use(self, target: Target) -> Iterator[Position]:
        """The entries that first told which jobs use a dataset, or which datasets a job uses, as far as the asker sees them."""
        catalog = self.views.catalog
        tables: list[Mapping[DatasetId, Use] | Mapping[JobId, Use]] = []
        if isinstance(target, DatasetId):
            tables = [catalog.datasets[target].writers, catalog.datasets[target].readers]
        elif isinstance(target, JobId):
            tables = [catalog.jobs[target].inputs, catalog.jobs[target].outputs]
        for uses in tables:
            for other, use in uses.items():
                told = [position for at, position in use.moments if at <= self.moment.until and position <= self.moment.known_at]
                if told and self.sight.sees(other.namespace):
                    yield told[0]

    def _column(self, column: ColumnId) -> tuple[NodeDetail, dict[str, int]]:
        record = self.views.catalog.datasets[column.dataset]
        told = self._latest(record.schemas)
        key = column_key(column.dataset.namespace, column.column)
        found = [known for known in (told.columns if told else ()) if column_key(column.dataset.namespace, known.name) == key]
        tags = [
            f"{tag.key}={tag.value}" for tag in self._latest(record.tags) or () if column_key(column.dataset.namespace, tag.column) == key
        ]
        schemas = schemas_of(self.views, record, self.moment, self.sight)
        return (
            NodeDetail(
                node=node_view(column),
                documentation=(found[0].description or None) if found else None,
                attributes={"type": found[0].type} if found and found[0].type else {},
                tags=tuple(sorted(tags)),
                schemas=schemas,
            ),
            {"schemas": len(schemas)},
        )

    def _dataset(self, dataset: DatasetId, record: DatasetRecord) -> tuple[NodeDetail, dict[str, int]]:
        schemas = schemas_of(self.views, record, self.moment, self.sight)
        written, hidden_writers = self._jobs(record.writers)
        read, hidden_readers = self._jobs(record.readers)
        versions = [self._version(word) for word in self._until(record.versions)]
        aliases = record.shown_aliases(self.moment.until, self.moment.known_at)
        seen = [*self._sightings(record), *self._uses(dataset, record)]
        detail = NodeDetail(
            node=node_view(dataset),
            documentation=self._latest(record.documentation),
            owners=_owner_names(self._latest(record.owners) or ()),
            tags=tuple(sorted(f"{tag.column + ':' if tag.column else ''}{tag.key}={tag.value}" for tag in self._latest(record.tags) or ())),
            aliases=self._names(aliases),
            attributes=self._attributes(record.attributes),
            schemas=schemas,
            lifecycle=tuple(self._step(word) for word in self._until(record.changes)),
            versions=tuple(versions[-SHOWN:]),
            written_by=written,
            read_by=read,
            facets=self._facets(str(dataset)),
            first_seen=format_instant(min(seen)) if seen else None,
            last_seen=format_instant(max(seen)) if seen else None,
            hidden=hidden_writers + hidden_readers + self._hidden(aliases),
        )
        return detail, {"schemas": len(schemas), "versions": len(versions), "written_by": len(written), "read_by": len(read)}

    def _job(self, record: JobRecord) -> tuple[NodeDetail, dict[str, int]]:
        inputs, hidden_inputs = self._datasets(record.inputs)
        outputs, hidden_outputs = self._datasets(record.outputs)
        told = [(events, run) for run in self._runs_of(record) if (events := self._events(run))]
        told.sort(key=lambda item: (item[0][-1].at, item[1].id))
        seen = [*self._sightings(record), *(event.at for events, _ in told for event in (events[0], events[-1]))]
        detail = NodeDetail(
            node=node_view(record.id),
            documentation=self._latest(record.documentation),
            owners=_owner_names(self._latest(record.owners) or ()),
            tags=tuple(sorted(f"{tag.key}={tag.value}" for tag in self._latest(record.tags) or ())),
            attributes=self._attributes(record.attributes),
            inputs=inputs,
            outputs=outputs,
            runs=tuple(self._run_view(run, events) for events, run in told[-SHOWN:]),
            facets=self._facets(str(record.id)),
            first_seen=format_instant(min(seen)) if seen else None,
            last_seen=format_instant(max(seen)) if seen else None,
            hidden=hidden_inputs + hidden_outputs,
        )
        return detail, {"runs": len(told), "inputs": len(inputs), "outputs": len(outputs)}

    def _run(self, run: RunId) -> tuple[NodeDetail, dict[str, int]]:
        records = [self.views.catalog.runs[(run, job)] for job in self.resolver.jobs_of(run)]
        views = [self._run_view(record, events) for record in records if (events := self._events(record))]
        used = {name for record in records for name in (*self._used(record.inputs), *self._used(record.outputs))}
        attributes = {name: value for record in records for name, value in self._attributes(record.attributes).items()}
        for word in self._until(self.views.catalog.statistics.get(run, Timeline())):
            dataset, role, rows, size_bytes = word.value
            if self.sight.sees(dataset.namespace):
                attributes[f"{role} {dataset.name}"] = (
                    f"{rows if rows is not None else '?'} rows, {size_bytes if size_bytes is not None else '?'} bytes"
                )
        return (
            NodeDetail(
                node=node_view(run),
                attributes=attributes,
                runs=tuple(views),
                inputs=tuple(sorted({name for view in views for name in view.inputs})),
                outputs=tuple(sorted({name for view in views for name in view.outputs})),
                facets=self._facets(run_node(run)),
                hidden=self._hidden(used),
            ),
            {"runs": len(views)},
        )

    def _run_view(self, record: RunRecord, events: list[RunEvent]) -> RunView:
        """A run that may have had several attempts: it is over only if its last ending was not followed by another start."""
        terminal = [index for index, event in enumerate(events) if event.type in TERMINAL]
        starts = [index for index, event in enumerate(events) if event.type == "START"]
        over = events[terminal[-1]] if terminal and (not starts or starts[-1] < terminal[-1]) else None
        running = "START" if events[-1].type == "START" else "RUNNING"
        parent = self._latest(record.parent)
        return RunView(
            id=run_node(record.id),
            job=str(record.job),
            state=over.type if over is not None else running,
            started=format_instant(events[starts[0]].at) if starts else None,
            ended=format_instant(over.at) if over is not None else None,
            parent=_parent(parent) if parent is not None and self._sees_parent(*parent) else None,
            error=self._latest(record.errors) or "",
            inputs=self._names(self._used(record.inputs)),
            outputs=self._names(self._used(record.outputs)),
            entries=tuple(sorted({event.position for event in events})),
        )

    def _until(self, timeline: Timeline[T]) -> list[Said[T]]:
        return list(timeline.until(self.moment.until, self.moment.known_at))

    def _latest(self, timeline: Timeline[T] | None) -> T | None:
        return timeline.latest(self.moment.until, self.moment.known_at) if timeline is not None else None

    def _attributes(self, timeline: Timeline[tuple[str, str]] | None) -> dict[str, str]:
        return dict(sorted(dict(word.value for word in self._until(timeline)).items())) if timeline is not None else {}

    def _events(self, run: RunRecord) -> list[RunEvent]:
        return run.seen(self.moment.until, self.moment.known_at)

    def _runs_of(self, job: JobRecord) -> Iterable[RunRecord]:
        return (self.views.catalog.runs[(run, job.id)] for run, told in job.runs.items() if told <= self.moment.known_at)

    def _used(self, named: Iterable[Named]) -> list[DatasetId]:
        return [dataset for dataset, position in named if position <= self.moment.known_at]

    def _sightings(self, record: DatasetRecord | JobRecord) -> Iterator[Instant]:
        """When entries spoke of a thing, apart from runs that used it."""
        timelines: list[Timeline[Any]] = [record.documentation, record.owners, record.tags, record.attributes]
        if isinstance(record, DatasetRecord):
            timelines += [record.schemas, record.changes, record.versions, record.aliases]
        for timeline in timelines:
            told = self._until(timeline)
            yield from (word.at for word in (*told[:1], *told[-1:]))
        yield from self._told(record.seen.moments)

    def _uses(self, dataset: DatasetId, record: DatasetRecord) -> Iterator[Instant]:
        """When runs used a dataset: the first and last moment of each that named it."""
        for uses in (record.writers, record.readers):
            for job, use in uses.items():
                yield from self._told(use.moments)
                yield from self._told(use.declared)
                for run in self._runs_of(self.views.catalog.jobs[job]):
                    if dataset in self._used(run.outputs if uses is record.writers else run.inputs):
                        yield from (event.at for event in self._events(run)[-1:])

    def _told(self, moments: Iterable[tuple[Instant, Position]]) -> Iterator[Instant]:
        return (at for at, position in moments if at <= self.moment.until and position <= self.moment.known_at)

    def _facets(self, subject: str) -> tuple[str, ...]:
        names: dict[str, bool] = {}
        for word in self._until(self.views.catalog.facets.get(subject, Timeline())):
            names[word.value.removeprefix("-")] = not word.value.startswith("-")
        return tuple(sorted(name for name, present in names.items() if present))

    def _step(self, word: Said[tuple[Change, DatasetId | None, RunId | None]]) -> LifecycleView:
        change, previous, run = word.value
        shown = None if previous is None else str(previous) if self.sight.sees(previous.namespace) else HIDDEN
        return LifecycleView(format_instant(word.at), change, shown, self._run_name(run), word.position)

    def _version(self, word: Said[tuple[str, RunId | None, Role | None]]) -> VersionView:
        version, run, role = word.value
        return VersionView(version, format_instant(word.at), self._run_name(run), role, word.position)

    def _run_name(self, run: RunId | None) -> str | None:
        return None if run is None else run_node(run) if self.resolver.may_name(run) else HIDDEN

    def _jobs(self, uses: Mapping[JobId, Use]) -> tuple[tuple[str, ...], int]:
        known = sorted(job for job, use in uses.items() if use.was(self.moment.until, self.moment.known_at))
        return tuple(str(job) for job in known if self.sight.sees(job.namespace)), sum(not self.sight.sees(job.namespace) for job in known)

    def _datasets(self, uses: Mapping[DatasetId, Use]) -> tuple[tuple[str, ...], int]:
        known = [name for name, use in uses.items() if use.was(self.moment.until, self.moment.known_at)]
        return self._names(known), self._hidden(known)

    def _hidden(self, datasets: Iterable[DatasetId]) -> int:
        return sum(not self.sight.sees(name.namespace) for name in datasets)

    def _names(self, datasets: Iterable[DatasetId]) -> tuple[str, ...]:
        return tuple(str(dataset) for dataset in sorted(datasets) if self.sight.sees(dataset.namespace))

    def _sees_parent(self, run: RunId | None, job: JobId | None) -> bool:
        if job is not None:
            return self.sight.sees(job.namespace)
        return run is None or self.sight.sees_all or bool(self.resolver.jobs_of(run))


def _owner_names(owners: tuple[Owner, ...]) -> tuple[str, ...]:
    return tuple(sorted(f"{owner.name} ({owner.type})" if owner.type else owner.name for owner in owners))


def _parent(parent: tuple[RunId | None, JobId | None]) -> str | None:
    run, job = parent
    return run_node(run) if run is not None else str(job) if job is not None else None
