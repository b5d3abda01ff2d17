"""The facts of hooks: each is a job beside its model's, with the SQL that it runs; one that cannot be read is a gap with its name."""

from __future__ import annotations

from headwater.capture.dbt.artifacts import text
from headwater.capture.dbt.hooks import Hook
from headwater.capture.dbt.reading import PRODUCER, NodeReading
from headwater.capture.sql import NoSchemas, analyse
from headwater.model.facts import JOBS_OF, DatasetUsed, GapSeen, JobDescribed
from headwater.model.ids import DatasetId, JobId

CODE = "HOOK-NOT-READ"


def hook_job(node_job: JobId, unique_id: str, hook: str) -> JobId:
    """The job of a model's hook, called after the model's; an operation is its own job."""
    return node_job if unique_id.startswith("operation.") else JobId(node_job.namespace, f"{node_job.name}.{hook.replace(' ', '.')}")


def tell_hooks(reading: NodeReading) -> None:
    """Say what every hook of a node reads and writes."""
    for hook in reading.document.hooks:
        _tell(reading, hook)


def _tell(reading: NodeReading, hook: Hook) -> None:
    assert reading.job is not None
    job = hook_job(reading.job, str(reading.node["unique_id"]), hook.name)
    if hook.sql is None:
        detail = f"{hook.name} is known to dbt only, so what it writes is not seen: {hook.reason}"
        for subject in _concerned(reading, hook, job):
            reading.say(GapSeen, code=CODE, subject=subject, detail=detail, job=reading.job, run=None)
        return
    if not hook.sql:
        return
    where = text(reading.node, "original_file_path")
    reading.say(JobDescribed, job=job, producer=PRODUCER, documentation=hook.name, job_type="BATCH DBT HOOK", source_location=where)
    reading.say_times(job)
    schema = text(reading.node, "schema") if reading.kind == "operation" else None
    _tell_use(reading, hook, job, schema)
    reading.say_statement(hook.sql, job, reading.run, schema)


def _concerned(reading: NodeReading, hook: Hook, job: JobId) -> list[str]:
    """What a hook that nobody read leaves unknown: itself, the tables that it names; one of a run that may do anything, all its project.

    A model's hook counts wherever the model does, so that its model need not be told.
    """
    assert reading.job is not None
    if hook.is_open and reading.kind == "operation":
        return [JOBS_OF.format(job.namespace)]
    own = [] if reading.kind == "operation" else [reading.dataset(reading.node)]
    nodes = [reading.dataset(node) for name, node in reading.document.hook_parents.items() if name in hook.parents]
    place = [text(reading.node, "database"), text(reading.node, "schema")]
    named = [DatasetId(reading.namespace, _whole(name.split("."), place)) for name in hook.names]
    return [str(job), *(str(dataset) for dataset in sorted({*nodes, *named} - {*own}))]


def _whole(parts: list[str], place: list[str | None]) -> str:
    """A table's name with database and schema, as far as those are known."""
    lacking = place[: max(0, len(place) + 1 - len(parts))]
    return ".".join([*(each for each in lacking if each), *parts])


def _tell_use(reading: NodeReading, hook: Hook, job: JobId, schema: str | None) -> None:
    """Say which datasets the SQL means: those that the project knows, others by their names in its warehouse."""
    assert hook.sql is not None
    nodes = [*reading.document.hook_parents.values(), *([reading.node] if reading.kind != "operation" else [])]
    known = {dataset.name.casefold(): dataset for dataset in (*reading.parents, *map(reading.dataset, nodes))}
    lineage = analyse(reading.statement(hook.sql, schema), NoSchemas())
    for role, tables in (("input", lineage.sources), ("output", lineage.targets)):
        named = (table for table in tables if "/" not in table)
        for dataset in sorted({known.get(table.casefold()) or DatasetId(reading.namespace, table) for table in named}):
            reading.say(DatasetUsed, dataset=dataset, job=job, run=reading.run, role=role)
