"""Our views, told as Marquez tells them. Built from the answers to `catalog-show`, so what a key may not see does not appear."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from headwater.answers import show
from headwater.answers.sight import Sight
from headwater.api.marquez.shapes import (
    Dataset,
    Datasets,
    DatasetVersion,
    DatasetVersions,
    Field,
    Job,
    Jobs,
    Name,
    Namespace,
    Namespaces,
    Run,
    Runs,
)
from headwater.model.answers import NodeDetail, RunView, SchemaView, VersionView
from headwater.model.errors import UnknownNode
from headwater.model.ids import DatasetId, JobId, RunId, run_node
from headwater.model.questions import ShowQuestion
from headwater.model.times import format_instant
from headwater.projections.records import JobRecord, RunRecord
from headwater.projections.views import Views

T = TypeVar("T")

_STATES = {"START": "RUNNING", "RUNNING": "RUNNING", "COMPLETE": "COMPLETED", "FAIL": "FAILED", "ABORT": "ABORTED"}
_JOB_TYPES = {"STREAMING": "STREAM", "SERVICE": "SERVICE"}


class Page:
    """Which part of a list is wanted."""

    def __init__(self, limit: int, offset: int) -> None:
        self.limit, self.offset = limit, offset

    def of(self, items: list[T]) -> list[T]:
        """The part."""
        return items[self.offset : self.offset + self.limit]


class Marquez:
    """Reads views for one asker."""

    def __init__(self, views: Views, sight: Sight) -> None:
        self._views = views
        self._sight = sight

    def namespaces(self, page: Page) -> Namespaces:
        """Every namespace with a dataset or job that may be seen."""
        names = sorted({name for name in self._all_namespaces() if self._sight.sees(name)})
        return Namespaces(namespaces=tuple(map(self._namespace, page.of(names))), total_count=len(names))

    def namespace(self, name: str) -> Namespace:
        """One namespace.

        Raises:  UnknownNode: nothing in it may be seen.
        """
        if not self._sight.sees(name) or name not in self._all_namespaces():
            raise unknown(name)
        return self._namespace(name)

    def datasets(self, namespace: str, page: Page) -> Datasets:
        """A namespace's datasets by name."""
        found = sorted(known for known in self._views.catalog.datasets if known.namespace == namespace and self._sight.sees(namespace))
        return Datasets(datasets=tuple(map(self.dataset, page.of(found))), total_count=len(found))

    def jobs(self, namespace: str, page: Page) -> Jobs:
        """A namespace's jobs by name."""
        found = sorted(known for known in self._views.catalog.jobs if known.namespace == namespace and self._sight.sees(namespace))
        return Jobs(jobs=tuple(map(self.job, page.of(found))), total_count=len(found))

    def dataset(self, dataset: DatasetId) -> Dataset:
        """One dataset.

        Raises:  UnknownNode: there is none, or it may not be seen.
        """
        detail = self._show(str(dataset))
        last = detail.lifecycle[-1] if detail.lifecycle else None
        return Dataset(
            id=_name(dataset),
            type="STREAM" if "kafka" in dataset.namespace else "DB_TABLE",
            name=dataset.name,
            physical_name=dataset.name,
            namespace=dataset.namespace,
            source_name=detail.attributes.get("source", dataset.namespace),
            created_at=detail.first_seen,
            updated_at=detail.last_seen,
            fields=_fields(detail.schemas[-1:], detail.tags),
            tags=tuple(tag for tag in detail.tags if ":" not in tag.split("=")[0]),
            description=detail.documentation,
            current_version=detail.versions[-1].version if detail.versions else None,
            last_modified_at=last.at if last is not None else detail.last_seen,
            deleted=last is not None and last.change == "DROP",
        )

    def versions(self, dataset: DatasetId, page: Page) -> DatasetVersions:
        """A dataset's versions, newest first."""
        detail = self._show(str(dataset))
        found = list(reversed(detail.versions))
        told = tuple(self._version(dataset, version, detail) for version in page.of(found))
        return DatasetVersions(versions=told, total_count=len(found))

    def job(self, job: JobId) -> Job:
        """One job.

        Raises:  UnknownNode: there is none, or it may not be seen.
        """
        detail = self._show(str(job))
        record = self._views.catalog.jobs[job]
        inputs, outputs = self.reads(record), self.writes(record)
        return Job(
            id=_name(job),
            type=_JOB_TYPES.get(detail.attributes.get("type", "").upper(), "BATCH"),
            name=job.name,
            simple_name=job.name.rsplit(".", 1)[-1],
            namespace=job.namespace,
            created_at=detail.first_seen,
            updated_at=detail.last_seen,
            inputs=tuple(map(_name, inputs)),
            outputs=tuple(map(_name, outputs)),
            location=detail.attributes.get("source"),
            description=detail.documentation,
            tags=detail.tags,
            latest_run=self._run(job, detail.runs[-1]) if detail.runs else None,
        )

    def runs(self, job: JobId, page: Page) -> Runs:
        """A job's runs, newest first."""
        record = self._known_job(job)
        found = sorted((self._views.catalog.runs[(run, record.id)] for run in record.runs), key=_latest_event, reverse=True)
        told = [self.run(run.id, record.id) for run in page.of(found)]
        return Runs(runs=tuple(told), total_count=len(found))

    def run(self, run: RunId, job: JobId | None = None) -> Run:
        """One run; of several jobs that share its id, the first that may be seen.

        Raises:  UnknownNode: there is none, or its job may not be seen.
        """
        for view in self._show(run_node(run)).runs:
            for known in self._views.catalog.run_jobs.get(run, ()):
                if str(known) == view.job and job in (None, known):
                    return self._run(known, view)
        raise unknown(run_node(run))

    def reads(self, record: JobRecord) -> list[DatasetId]:
        """What a job reads, as far as it may be seen."""
        return sorted(name for name in record.inputs if self._sight.sees(name.namespace))

    def writes(self, record: JobRecord) -> list[DatasetId]:
        """What a job writes, as far as it may be seen."""
        return sorted(name for name in record.outputs if self._sight.sees(name.namespace))

    def jobs_of(self, dataset: DatasetId) -> tuple[list[JobId], list[JobId]]:
        """Who writes a dataset and who reads it, as far as it may be seen."""
        record = self._views.catalog.datasets[dataset]
        writers, readers = (sorted(job for job in uses if self._sight.sees(job.namespace)) for uses in (record.writers, record.readers))
        return writers, readers

    def _known_job(self, job: JobId) -> JobRecord:
        record = self._views.catalog.jobs.get(job)
        if record is None or not self._sight.sees(job.namespace):
            raise unknown(str(job))
        return record

    def _all_namespaces(self) -> set[str]:
        catalog = self._views.catalog
        return {known.namespace for known in catalog.datasets} | {known.namespace for known in catalog.jobs}

    def _namespace(self, name: str) -> Namespace:
        catalog = self._views.catalog
        records = [record for known, record in catalog.datasets.items() if known.namespace == name]
        moments = [at for record in records for at, _ in record.seen.moments]
        moments += [at for known, job in catalog.jobs.items() if known.namespace == name for at, _ in job.seen.moments]
        return Namespace(name=name, created_at=format_instant(min(moments)), updated_at=format_instant(max(moments)))

    def _show(self, node: str) -> NodeDetail:
        return show.ask(self._views, ShowQuestion(node=node), self._sight).result

    def _version(self, dataset: DatasetId, version: VersionView, detail: NodeDetail) -> DatasetVersion:
        schemas = [schema for schema in detail.schemas if schema.valid_from <= version.at] or list(detail.schemas[:1])
        return DatasetVersion(
            id=_name(dataset),
            version=version.version,
            name=dataset.name,
            namespace=dataset.namespace,
            created_at=version.at,
            created_by_run=version.run.removeprefix("run:") if version.run else None,
            fields=_fields(tuple(schemas[-1:]), ()),
        )

    def _run(self, job: JobId, view: RunView) -> Run:
        run = RunId(view.id.removeprefix("run:"))
        events = self._views.catalog.runs[(run, job)].events
        attributes = self._show(view.id).attributes
        return Run(
            id=run,
            job=_name(job),
            state=_STATES[view.state],
            created_at=format_instant(events[0].at),
            updated_at=format_instant(events[-1].at),
            started_at=view.started,
            ended_at=view.ended,
            duration_ms=_duration(view),
            nominal_start_time=attributes.get("nominal_start"),
            nominal_end_time=attributes.get("nominal_end"),
        )


def unknown(name: str) -> UnknownNode:
    """The refusal of a name that is not known, or may not be."""
    return UnknownNode(f"cannot find `{name}`: expected something you may see", next_step="headwater catalog search TEXT")


def _name(node: DatasetId | JobId) -> Name:
    return Name(namespace=node.namespace, name=node.name)


def _fields(schemas: tuple[SchemaView, ...], tags: Iterable[str]) -> tuple[Field, ...]:
    return tuple(
        Field(
            name=column.name,
            type=column.type or None,
            tags=tuple(tag.removeprefix(f"{column.name}:") for tag in tags if tag.startswith(f"{column.name}:")),
            description=column.description or None,
        )
        for schema in schemas
        for column in schema.columns
    )


def _latest_event(run: RunRecord) -> tuple[int, str]:
    return (run.events[-1].at if run.events else 0), run.id


def _duration(view: RunView) -> int | None:
    if view.started is None or view.ended is None:
        return None
    return int((datetime.fromisoformat(view.ended) - datetime.fromisoformat(view.started)).total_seconds() * 1000)
