"""How the pipeline reports itself: the official OpenLineage client, unmodified, told where to send by two environment variables.

`OPENLINEAGE_URL` and `OPENLINEAGE_API_KEY` are read by the client itself. Each step sends START before its work and COMPLETE, or
FAIL, after it; every step names the pipeline's run as its parent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import DatasetEvent, InputDataset, Job, OutputDataset, Run, RunEvent, RunState, StaticDataset
from openlineage.client.facet_v2 import (
    DatasetFacet,
    InputDatasetFacet,
    JobFacet,
    OutputDatasetFacet,
    RunFacet,
    column_lineage_dataset,
    dataset_version_dataset,
    documentation_dataset,
    documentation_job,
    error_message_run,
    input_statistics_input_dataset,
    job_type_job,
    lifecycle_state_change_dataset,
    output_statistics_output_dataset,
    ownership_dataset,
    parent_run,
    schema_dataset,
    sql_job,
    tags_dataset,
)
from openlineage.client.uuid import generate_new_uuid

from headwater_clinic.names import JOBS, Name

PRODUCER = "https://headwater.example/clinic"
PIPELINE = "clinic_pipeline"

Columns = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Origin:
    """A source column of a written one, and how it flows: `IDENTITY`, `TRANSFORMATION` or `AGGREGATION`."""

    dataset: Name
    column: str
    subtype: str = "IDENTITY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """An input as the step sees it; `version` is the batch or the offsets taken from it."""

    dataset: Name
    columns: Columns
    version: str | None = None
    rows: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An output: its columns, how many rows this run wrote as which version, whether earlier rows are gone, where the columns come from."""

    dataset: Name
    columns: Columns
    rows: int
    replaced: bool = False
    version: str | None = None
    origins: Mapping[str, Sequence[Origin]] = field(default_factory=dict)


@dataclass(slots=True)
class StepReport:
    """What a running step has to say: what it reads, what it is about to write, and once that is written, how."""

    run: str
    job: str
    reads: tuple[Read, ...]
    target: Name
    written: Written | None = None

    def wrote(self, written: Written) -> None:
        """Note the step's output; it goes out when the step ends."""
        self.written = written

    @property
    def stamps(self) -> dict[str, str]:
        """What a commit of this step says of where it comes from."""
        return {"lineage.run-id": self.run, "lineage.job": self.job}

    @property
    def outputs(self) -> list[OutputDataset]:
        """The output as far as it is known."""
        return [_output(self.written) if self.written else OutputDataset(self.target.namespace, self.target.name)]


class Reporter:
    """Sends the events of one run of the pipeline."""

    def __init__(self, client: OpenLineageClient) -> None:
        self._client = client
        self._pipeline = str(generate_new_uuid())
        self.events = 0

    @contextmanager
    def pipeline(self) -> Iterator[None]:
        """The parent run: open while the steps run."""
        self._send(self._pipeline, PIPELINE, RunState.START)
        try:
            yield
        except Exception as fault:
            self._send(self._pipeline, PIPELINE, RunState.FAIL, run_facets=_error(fault))
            raise
        self._send(self._pipeline, PIPELINE, RunState.COMPLETE)

    @contextmanager
    def step(self, name: str, *, doc: str, reads: Sequence[Read], writes: Name, sql: str | None = None) -> Iterator[StepReport]:
        """One step: START on entry, COMPLETE with what was written on exit, FAIL when the work raises."""
        run, job = str(generate_new_uuid()), f"{PIPELINE}.{name}"
        report = StepReport(run, job, tuple(reads), writes)
        job_facets: dict[str, JobFacet] = {
            "documentation": documentation_job.DocumentationJobFacet(doc),
            "jobType": job_type_job.JobTypeJobFacet("BATCH", "PYTHON" if sql is None else "DUCKDB", "TASK" if sql is None else "QUERY"),
        }
        if sql is not None:
            job_facets["sql"] = sql_job.SQLJobFacet(sql, dialect="duckdb")
        self._send(run, job, RunState.START, report, job_facets, self._parent())
        try:
            yield report
        except Exception as fault:
            self._send(run, job, RunState.FAIL, report, job_facets, {**self._parent(), **_error(fault)})
            raise
        self._send(run, job, RunState.COMPLETE, report, job_facets, self._parent())

    def describe(
        self, dataset: Name, *, doc: str, owner: str, columns: Columns | None = None, tags: Mapping[str, str] | None = None
    ) -> None:
        """Say what a dataset is, outside any run: words, owner, columns, and tags by column."""
        facets: dict[str, DatasetFacet] = {
            "documentation": documentation_dataset.DocumentationDatasetFacet(doc),
            "ownership": ownership_dataset.OwnershipDatasetFacet([ownership_dataset.Owner(owner, "STEWARD")]),
        }
        if columns is not None:
            facets["schema"] = _schema(columns)
        if tags:
            facets["tags"] = tags_dataset.TagsDatasetFacet(
                [tags_dataset.TagsDatasetFacetFields("sensitivity", value, "USER", column) for column, value in tags.items()]
            )
        self._emit(DatasetEvent(eventTime=_now(), producer=PRODUCER, dataset=StaticDataset(dataset.namespace, dataset.name, facets=facets)))

    def _parent(self) -> dict[str, RunFacet]:
        run, job = parent_run.Run(self._pipeline), parent_run.Job(JOBS, PIPELINE)
        root = parent_run.Root(parent_run.RootRun(self._pipeline), parent_run.RootJob(JOBS, PIPELINE))
        return {"parent": parent_run.ParentRunFacet(run, job, root)}

    def _send(
        self,
        run: str,
        job: str,
        state: RunState,
        report: StepReport | None = None,
        job_facets: dict[str, JobFacet] | None = None,
        run_facets: dict[str, RunFacet] | None = None,
    ) -> None:
        event = RunEvent(
            eventTime=_now(),
            producer=PRODUCER,
            run=Run(run, facets=run_facets or {}),
            job=Job(JOBS, job, facets=job_facets or {}),
            eventType=state,
            inputs=[_input(read) for read in report.reads] if report else [],
            outputs=report.outputs if report else [],
        )
        self._emit(event)

    def _emit(self, event: RunEvent | DatasetEvent) -> None:
        self._client.emit(event)
        self.events += 1


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _error(fault: Exception) -> dict[str, RunFacet]:
    return {"errorMessage": error_message_run.ErrorMessageRunFacet(str(fault), "PYTHON")}


def _schema(columns: Columns) -> schema_dataset.SchemaDatasetFacet:
    return schema_dataset.SchemaDatasetFacet([schema_dataset.SchemaDatasetFacetFields(name, kind) for name, kind in columns.items()])


def _input(read: Read) -> InputDataset:
    facets: dict[str, DatasetFacet] = {"schema": _schema(read.columns)}
    if read.version is not None:
        facets["version"] = dataset_version_dataset.DatasetVersionDatasetFacet(read.version)
    counted: dict[str, InputDatasetFacet] = {}
    if read.rows is not None:
        counted["inputStatistics"] = input_statistics_input_dataset.InputStatisticsInputDatasetFacet(rowCount=read.rows)
    return InputDataset(read.dataset.namespace, read.dataset.name, facets=facets, inputFacets=counted)


def _output(written: Written) -> OutputDataset:
    facets: dict[str, DatasetFacet] = {"schema": _schema(written.columns)}
    if written.version is not None:
        facets["version"] = dataset_version_dataset.DatasetVersionDatasetFacet(written.version)
    if written.replaced:
        change = lifecycle_state_change_dataset.LifecycleStateChange.OVERWRITE
        facets["lifecycleStateChange"] = lifecycle_state_change_dataset.LifecycleStateChangeDatasetFacet(change)
    if written.origins:
        facets["columnLineage"] = _column_lineage(written.origins)
    counted: dict[str, OutputDatasetFacet] = {
        "outputStatistics": output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(rowCount=written.rows)
    }
    return OutputDataset(written.dataset.namespace, written.dataset.name, facets=facets, outputFacets=counted)


def _column_lineage(origins: Mapping[str, Sequence[Origin]]) -> column_lineage_dataset.ColumnLineageDatasetFacet:
    return column_lineage_dataset.ColumnLineageDatasetFacet(
        {
            column: column_lineage_dataset.Fields(
                [
                    column_lineage_dataset.InputField(
                        origin.dataset.namespace,
                        origin.dataset.name,
                        origin.column,
                        [column_lineage_dataset.Transformation("DIRECT", origin.subtype, masking=False)],
                    )
                    for origin in sources
                ]
            )
            for column, sources in origins.items()
        }
    )
