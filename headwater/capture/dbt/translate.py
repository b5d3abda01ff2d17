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
from headwater.capture.dbt.reading import PRODUCER, NodeReading
from headwater.capture.openlineage.dialects import dialect_named, misnamed
from headwater.capture.openlineage.reading import clipped
from headwater.capture.openlineage.translate import tell_skew
from headwater.capture.redaction.statements import SEALED_KIND
from headwater.capture.redaction.tokens import is_token
from headwater.model.entries import Entry
from headwater.model.facts import (
    DatasetChanged,
    DatasetUsed,
    EventType,
    Fact,
    JobDescribed,
    RunObserved,
    StatementSeen,
    StatisticsObserved,
)
from headwater.model.ids import DatasetId, RunId
from headwater.model.lineage import Statement
from headwater.model.observations import DbtObserved
from headwater.model.times import Instant, parse_instant

_REPLACED = frozenset({"table", "view", "seed", "materialized_view", "dynamic_table", "streaming_table"})
"""Materializations that leave no earlier row."""
_ENDS: dict[str, EventType] = {"success": "COMPLETE", "error": "FAIL", "fail": "FAIL", "runtime error": "FAIL", "skipped": "ABORT"}
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
    else:
        _tell_dataset(reading)


def _tell_dataset(reading: NodeReading) -> None:
    dataset = reading.dataset(reading.node)
    if reading.kind != "source":
        _tell_job(reading)
        _tell_run(reading, dataset)
        _tell_use(reading, dataset)
        _tell_statements(reading)
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
    end = _ENDS.get(str(result.get("status")), "OTHER")
    engine = f"dbt {reading.document.header.dbt_version}".strip()
    started = text(result, "started_at")
    if started is not None and end != "ABORT":
        _say_run(reading, parse_instant(started), "START", engine)
    _say_run(reading, reading.at, end, engine, error=text(result, "message") or "")
    replaces = reading.materialized in _REPLACED or (reading.materialized == "incremental" and execution.full_refresh)
    if end == "COMPLETE" and replaces and reading.granted("lifecycle", dataset):
        reading.say(DatasetChanged, dataset=dataset, change="OVERWRITE", job=reading.job, run=reading.run)
    if end == "COMPLETE" and isinstance(rows := result.get("rows_affected"), int) and rows >= 0:
        reading.say(StatisticsObserved, dataset=dataset, run=reading.run, role="output", rows=rows)


def _say_run(reading: NodeReading, at: Instant, event_type: EventType, engine: str, error: str = "") -> None:
    assert reading.job is not None and reading.run is not None
    reading.facts.append(
        RunObserved(
            position=reading.position,
            at=at,
            run=reading.run,
            job=reading.job,
            event_type=event_type,
            producer=PRODUCER,
            engine=engine,
            error=error.strip().partition("\n")[0][:500],
        )
    )


def _tell_use(reading: NodeReading, dataset: DatasetId) -> None:
    """Say what is read and written."""
    for parent in sorted(set(reading.parents)):
        reading.say(DatasetUsed, dataset=parent, job=reading.job, run=reading.run, role="input")
    reading.say(DatasetUsed, dataset=dataset, job=reading.job, run=reading.run, role="output")


def _tell_statements(reading: NodeReading) -> None:
    """Say which SQL ran, and which SQL the node has now where that is another or nothing ran."""
    executed = text(reading.document.result or {}, "compiled_code") if reading.run is not None else None
    compiled = text(reading.node, "compiled_code")
    same_invocation = reading.run is not None and reading.run == reading.document.header.invocation_id
    if reading.run is not None and (executed or (same_invocation and compiled)):
        _say_statement(reading, executed or compiled or "", reading.run)
    elif compiled is not None:
        _say_statement(reading, compiled, None)


def _say_statement(reading: NodeReading, sql: str, run: RunId | None) -> None:
    if is_token(sql, SEALED_KIND):
        reading.gap("SQL-SEALED", str(reading.job), "the SQL text could not be read safely and was sealed as a whole")
        return
    adapter = reading.document.header.adapter
    statement = Statement(sql, dialect_named(adapter), text(reading.node, "database"), misnamed=misnamed(adapter))
    reading.say(StatementSeen, statement=statement, job=reading.job, run=run, grant=reading.grant, producer_key=reading.producer_key)
