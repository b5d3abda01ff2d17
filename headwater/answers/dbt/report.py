"""How far was each model of a dbt project understood?"""

from __future__ import annotations

from headwater.answers.dbt.reading import ModelReading, read_project
from headwater.capture.dbt.naming import namespace_of
from headwater.capture.dbt.project import Project
from headwater.model.answers import RecordReport
from headwater.model.dbt import DbtReport, ModelRow

_WITHOUT_CATALOG = (
    "no catalog.json: what a `*` stands for, or whose column a bare name is, may be unknown; run `dbt docs generate --no-compile`"
)
_WITHOUT_SERVER = "no connection found: names begin with `{}`, which joins nothing else; give --profiles-dir or --namespace"
_WITHOUT_RUN = (
    "these artefacts tell of no run, only of what the models would do: what earlier runs wrote counts on; record after `dbt build`"
)


def report(project: Project, recorded: RecordReport) -> DbtReport:
    """A row per model, snapshot and seed, in the order in which dbt builds them."""
    readings = read_project(project, inferred=False)
    namespace = namespace_of(project.connection, project.adapter, project.name)
    return DbtReport(
        project=project.name,
        adapter=project.adapter,
        namespace=namespace,
        models=tuple(_row(reading) for reading in readings.values() if reading.node.kind != "source"),
        sources=sum(reading.node.kind == "source" for reading in readings.values()),
        consumers=tuple(node.id for node in project.of_role("consumer")),
        notes=tuple(_notes(project, namespace)),
        recorded=recorded,
    )


def _row(reading: ModelReading) -> ModelRow:
    columns = reading.columns
    return ModelRow(
        id=reading.node.id,
        dataset=str(reading.dataset) if reading.status != "inlined" else "",
        kind=reading.node.materialized,
        status=reading.status,
        sources=tuple(source.name for source in reading.sources),
        columns=len(columns) if columns is not None else None,
        traced=len(reading.traced),
        reasons=reading.reasons,
    )


def _notes(project: Project, namespace: str) -> list[str]:
    notes = []
    if project.catalog is None:
        notes.append(_WITHOUT_CATALOG)
    if not project.connection.is_known and project.adapter != "bigquery":
        notes.append(_WITHOUT_SERVER.format(namespace))
    if not project.executed:
        notes.append(_WITHOUT_RUN)
    return notes
