"""How far was each model of a dbt project understood?"""

from __future__ import annotations

from collections.abc import Iterable

from headwater.answers.dbt.hooks import read_hooks
from headwater.answers.dbt.reading import ModelReading, read_project
from headwater.capture.dbt.naming import namespace_of, told_by_integration
from headwater.capture.dbt.project import Project
from headwater.model.answers import RecordReport
from headwater.model.dbt import DbtReport, ModelRow

_WITHOUT_CATALOG = (
    "no catalog.json: what a `*` stands for, or whose column a bare name is, may be unknown; run `dbt docs generate --no-compile`"
)
_OTHER_CATALOG = "catalog.json tells of no node of this project, so no column is known by it; run `dbt docs generate --no-compile`"
_NOT_COMPILED = "dbt's last command left some models uncompiled; what was recorded of their columns before still holds"
_WITHOUT_SERVER = "no connection found: names begin with `{}`, which joins nothing else; give --profiles-dir or --namespace"
_OTHER_NAMES = "dbt-ol calls these datasets otherwise than they are called here; give --dbt-ol if you use it, and they are joined"
_WITHOUT_RUN = (
    "these artefacts tell of no run, only of what the models would do: what earlier runs wrote counts on; record after `dbt build`"
)


def report(project: Project, recorded: RecordReport, *, joins_dbt_ol: bool = False) -> DbtReport:
    """A row per model, snapshot and seed, in the order in which dbt builds them."""
    readings = read_project(project, inferred=False)
    namespace = namespace_of(project.connection, project.adapter, project.name)
    return DbtReport(
        project=project.name,
        adapter=project.adapter,
        namespace=namespace,
        models=tuple(_row(reading) for reading in readings.values() if reading.node.kind != "source"),
        hooks=tuple(reading.row for reading in read_hooks(project, readings)),
        sources=sum(reading.node.kind == "source" for reading in readings.values()),
        consumers=tuple(node.id for node in project.of_role("consumer")),
        notes=(*_notes(project, namespace, list(readings.values())), *([] if joins_dbt_ol else _other_names(project, readings.values()))),
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


def _other_names(project: Project, readings: Iterable[ModelReading]) -> list[str]:
    """What those should know who run dbt's own OpenLineage integration beside us."""
    told = ((reading.dataset, told_by_integration(reading.node.raw, project.connection, project.adapter)) for reading in readings)
    differs = any(other is not None and other != dataset for dataset, other in told)
    return [_OTHER_NAMES] if differs else []


def _notes(project: Project, namespace: str, readings: list[ModelReading]) -> list[str]:
    notes = []
    if project.catalog is not None and project.catalog.nodes and not any(name in project.nodes for name in project.catalog.nodes):
        notes.append(_OTHER_CATALOG)
    if any(reading.status == "not compiled" for reading in readings):
        notes.append(_NOT_COMPILED)
    if project.catalog is None and any(reading.status == "partial" for reading in readings):
        notes.append(_WITHOUT_CATALOG)
    if not project.connection.is_known and project.adapter != "bigquery":
        notes.append(_WITHOUT_SERVER.format(namespace))
    if not project.executed:
        notes.append(_WITHOUT_RUN)
    return notes
