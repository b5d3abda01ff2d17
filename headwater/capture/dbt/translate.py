"""From a recorded dbt document to facts. Pure and total: what cannot be read becomes a gap, never an exception.

A node that dbt executed is a run: its invocation's id, its times, and the SQL that ran. One that dbt only compiled is a job that
says what it would do; that adds lineage and ends none, because nothing was written. One that was not even compiled says which
datasets it reads: unless a run of it has shown its SQL, every one of them may reach every column.
"""

from __future__ import annotations

import msgspec

from headwater.capture.dbt.artifacts import text
from headwater.capture.dbt.described import owners, tags, tell_consumer, tell_description, tell_other_name, tell_schema
from headwater.capture.dbt.documents import Document
from headwater.capture.dbt.hook_facts import tell_hooks
from headwater.capture.dbt.reading import ENDS, PRODUCER, NodeReading
from headwater.capture.dbt.upkeep import upkeep_of
from headwater.capture.openlineage.reading import clipped
from headwater.capture.openlineage.translate import tell_skew
from headwater.model.entries import Entry
from headwater.model.facts import (
    ColumnsDerived,
    DatasetChanged,
    DatasetUsed,
    Fact,
    JobDescribed,
    StatisticsObserved,
)
from headwater.model.ids import DatasetId
from headwater.model.lineage import Reason
from headwater.model.observations import DbtObserved

_REPLACED = frozenset({"table", "view", "seed", "materialized_view", "dynamic_table", "streaming_table"})
"""Materializations that leave no earlier row."""
_CODE, _UPKEEP = "code", "upkeep"
"""What dbt claims of a model besides its SQL: which datasets its code reads, and what dbt itself does to its table."""
_OBSERVED = msgspec.json.Decoder(DbtObserved)
_DOCUMENT = msgspec.json.Decoder(Document)


def translate(entry: Entry) -> list[Fact]:
    """The facts of one `dbt/node` entry; none once it was erased.

    Raises:  msgspec.DecodeError: it is none, which the table of translators makes a gap.
    """
    if entry.payload is None:
        return []
    observed = _OBSERVED.decode(entry.payload.public)
    document = _DOCUMENT.decode(observed.document)
    try:
        reading = NodeReading(document, observed, entry)
        _tell(reading)
        tell_skew(reading, entry.envelope.received)
    except (ValueError, OverflowError, TypeError, AttributeError):
        raise msgspec.DecodeError("not as dbt writes it") from None
    return reading.facts


def _tell(reading: NodeReading) -> None:
    if reading.kind in ("exposure", "metric", "saved_query"):
        tell_consumer(reading)
    elif reading.kind == "operation":
        tell_hooks(reading)
    else:
        _tell_dataset(reading)


def _tell_dataset(reading: NodeReading) -> None:
    dataset = reading.dataset(reading.node)
    if reading.kind != "source":
        _tell_job(reading)
        _tell_run(reading, dataset)
        _tell_use(reading, dataset)
        _tell_statements(reading)
        _tell_code(reading, dataset)
        _tell_upkeep(reading, dataset)
        tell_hooks(reading)
    tell_description(reading, dataset)
    tell_schema(reading, dataset)
    tell_other_name(reading, dataset)


def _tell_job(reading: NodeReading) -> None:
    node = reading.node
    reading.say(
        JobDescribed,
        job=reading.job,
        producer=PRODUCER,
        documentation=clipped(text(node, "description")),
        owners=owners(reading),
        tags=tags(node),
        job_type=f"BATCH DBT {reading.kind.upper()}",
        source_location=text(node, "original_file_path"),
        source_language=(text(node, "language") or "sql").upper() if reading.kind == "model" else None,
    )


def _tell_run(reading: NodeReading, dataset: DatasetId) -> None:
    """Say when a node ran, what became of it, and that no earlier row can remain where it replaces its table."""
    result, execution = reading.document.result, reading.document.header.execution
    if reading.run is None or result is None or execution is None:
        return
    end = ENDS.get(str(result.get("status")), "OTHER")
    reading.say_times(reading.job)
    replaces = reading.materialized in _REPLACED or (reading.materialized == "incremental" and execution.full_refresh)
    if end == "COMPLETE" and replaces and reading.granted("lifecycle", dataset):
        reading.say(DatasetChanged, dataset=dataset, change="OVERWRITE", job=reading.job, run=reading.run)
    if end == "COMPLETE" and isinstance(rows := result.get("rows_affected"), int) and rows >= 0:
        reading.say(StatisticsObserved, dataset=dataset, run=reading.run, role="output", rows=rows)


def _tell_use(reading: NodeReading, dataset: DatasetId) -> None:
    """Say what is read and written."""
    for parent in sorted(set(reading.parents)):
        reading.say(DatasetUsed, dataset=parent, job=reading.job, run=reading.run, role="input")
    reading.say(DatasetUsed, dataset=dataset, job=reading.job, run=reading.run, role="output")


def _tell_statements(reading: NodeReading) -> None:
    """Say which SQL ran, and which SQL the node has now where that is another or nothing ran."""
    if not reading.is_sql:
        return
    executed = text(reading.document.result or {}, "compiled_code") if reading.run is not None else None
    compiled = text(reading.node, "compiled_code")
    same_invocation = reading.run is not None and reading.run == reading.document.header.invocation_id
    if reading.run is not None and (executed or (same_invocation and compiled)):
        reading.say_statement(executed or compiled or "", reading.job, reading.run)
    elif compiled is not None:
        reading.say_statement(compiled, reading.job, None)


def _tell_code(reading: NodeReading, dataset: DatasetId) -> None:
    """Say of a model that no SQL makes that whatever it reads may reach all of it."""
    parents = tuple(sorted(set(reading.parents)))
    if reading.is_sql:
        return
    language = text(reading.node, "language") or ""
    reading.say(
        ColumnsDerived,
        target=dataset,
        job=reading.job,
        run=reading.run,
        producer=PRODUCER,
        origin=_CODE,
        flows=(),
        inputs=parents or (dataset,),
        reasons=(Reason("model-not-sql", language.lower()),),
    )


def _tell_upkeep(reading: NodeReading, dataset: DatasetId) -> None:
    """Say what dbt itself does to a table that it keeps from run to run."""
    columns = [column.name for column in reading.document.catalog]
    kept = upkeep_of(reading.node, dataset, reading.document.header.adapter, columns)
    if not kept.flows and not kept.unread:
        return
    reading.say(
        ColumnsDerived,
        target=dataset,
        job=reading.job,
        run=reading.run,
        producer=PRODUCER,
        origin=_UPKEEP,
        flows=kept.flows,
        inputs=(dataset,) if kept.unread else (),
        adds=True,
        reasons=tuple(Reason("upkeep-not-read", setting) for setting in dict.fromkeys(kept.unread)),
    )
