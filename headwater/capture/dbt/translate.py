"""From a recorded dbt document to facts. Pure and total: what cannot be read becomes a gap, never an exception.

A node that dbt executed is a run: its invocation's id, its times, and the SQL that ran. One that dbt only compiled is a job that
says what it would do; that adds lineage and ends none, because nothing was written. One that was not even compiled says which
datasets it reads: unless a run of it has shown its SQL, every one of them may reach every column.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from headwater.capture.dbt.artifacts import inner, text
from headwater.capture.dbt.documents import Document
from headwater.capture.dbt.naming import column_of, dataset_of, job_of, namespace_of, told_by_integration
from headwater.capture.openlineage.dialects import dialect_named
from headwater.capture.openlineage.reading import Reading, clipped
from headwater.capture.openlineage.translate import tell_skew
from headwater.capture.redaction.statements import SEALED_KIND
from headwater.capture.redaction.tokens import is_token
from headwater.model.entries import Entry
from headwater.model.facts import (
    AliasDeclared,
    ColumnsDerived,
    DatasetChanged,
    DatasetDescribed,
    DatasetUsed,
    EventType,
    Fact,
    JobDescribed,
    Owner,
    RunObserved,
    SchemaObserved,
    StatementSeen,
    StatisticsObserved,
    Tag,
)
from headwater.model.ids import DatasetId, RunId
from headwater.model.lineage import Statement
from headwater.model.observations import DbtObserved
from headwater.model.schemas import Column
from headwater.model.times import Instant, parse_instant

PRODUCER = "dbt"
DOCUMENTED = "dbt/documented"
"""Speaks of documented columns, apart from the catalog: the poorer word must not replace the richer."""
ORIGIN = "dbt"
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
        reading = _Reading(document, observed, entry)
        _tell(reading)
        tell_skew(reading, entry.envelope.received)
    except (ValueError, OverflowError, TypeError, AttributeError):
        raise msgspec.DecodeError("not as dbt writes it") from None
    return reading.facts


class _Reading(Reading):
    """One document being translated."""

    def __init__(self, document: Document, observed: DbtObserved, entry: Entry) -> None:
        header = document.header
        executed = document.result if header.execution is not None else None
        ended = text(executed, "completed_at") if executed is not None else None
        super().__init__(
            position=entry.position,
            at=parse_instant(ended or header.generated_at),
            producer=PRODUCER,
            producer_key=entry.envelope.producer,
            grant=observed.grant,
        )
        self.document = document
        self.node = document.node
        self.kind = text(document.node, "resource_type") or document.node["unique_id"].partition(".")[0]
        self.namespace = namespace_of(header.connection, header.adapter, header.project)
        self.job = job_of(document.node["unique_id"], header.job_namespace)
        if header.execution is not None and document.result is not None:
            self.run = RunId(header.execution.invocation_id)

    @property
    def materialized(self) -> str:
        return str(inner(self.node, "config").get("materialized") or self.kind)

    def dataset(self, node: dict[str, Any]) -> DatasetId:
        return dataset_of(node, self.namespace, self.document.header.adapter)

    @property
    def parents(self) -> list[DatasetId]:
        return [self.dataset(parent) for parent in self.document.parents]


def _tell(reading: _Reading) -> None:
    if reading.kind in ("exposure", "metric", "saved_query"):
        _tell_consumer(reading)
    else:
        _tell_dataset(reading)


def _tell_dataset(reading: _Reading) -> None:
    dataset = reading.dataset(reading.node)
    if reading.kind != "source":
        _tell_job(reading)
        _tell_run(reading, dataset)
        _tell_use(reading, dataset)
        _tell_statements(reading)
    _tell_description(reading, dataset)
    _tell_schema(reading, dataset)
    _tell_other_name(reading, dataset)


def _tell_other_name(reading: _Reading, dataset: DatasetId) -> None:
    """Tie the name that dbt's own integration reports, for those who use it beside us."""
    header = reading.document.header
    other = told_by_integration(reading.node, header.connection, header.adapter) if header.joins_dbt_ol else None
    if other is not None and other != dataset and reading.granted("alias", dataset, other):
        reading.say(AliasDeclared, dataset=dataset, alias=other, producer=PRODUCER, kind="dbt-ol")


def _tell_job(reading: _Reading) -> None:
    node = reading.node
    reading.say(
        JobDescribed,
        job=reading.job,
        producer=PRODUCER,
        documentation=clipped(text(node, "description")),
        owners=_owners(reading),
        tags=_tags(node),
        job_type=f"BATCH DBT {reading.kind.upper()}",
        source_location=text(node, "original_file_path"),
        source_language=(text(node, "language") or "sql").upper() if reading.kind == "model" else None,
    )


def _tell_run(reading: _Reading, dataset: DatasetId) -> None:
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


def _say_run(reading: _Reading, at: Instant, event_type: EventType, engine: str, error: str = "") -> None:
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


def _tell_use(reading: _Reading, dataset: DatasetId) -> None:
    """Say what is read and written."""
    for parent in sorted(set(reading.parents)):
        reading.say(DatasetUsed, dataset=parent, job=reading.job, run=reading.run, role="input")
    reading.say(DatasetUsed, dataset=dataset, job=reading.job, run=reading.run, role="output")


def _tell_statements(reading: _Reading) -> None:
    """Say which SQL ran, and which SQL the node has now where that is another or nothing ran."""
    executed = text(reading.document.result or {}, "compiled_code") if reading.run is not None else None
    compiled = text(reading.node, "compiled_code")
    same_invocation = reading.run is not None and reading.run == reading.document.header.invocation_id
    if reading.run is not None and (executed or (same_invocation and compiled)):
        _say_statement(reading, executed or compiled or "", reading.run)
    elif compiled is not None:
        _say_statement(reading, compiled, None)


def _say_statement(reading: _Reading, sql: str, run: RunId | None) -> None:
    if is_token(sql, SEALED_KIND):
        reading.gap("SQL-SEALED", str(reading.job), "the SQL text could not be read safely and was sealed as a whole")
        return
    adapter = reading.document.header.adapter
    statement = Statement(sql, dialect_named(adapter), text(reading.node, "database"))
    reading.say(StatementSeen, statement=statement, job=reading.job, run=run, grant=reading.grant, producer_key=reading.producer_key)


def _tell_description(reading: _Reading, dataset: DatasetId) -> None:
    node = reading.node
    if not reading.granted("description", dataset):
        return
    reading.say(
        DatasetDescribed,
        dataset=dataset,
        producer=PRODUCER,
        documentation=clipped(text(node, "description") or text(node, "source_description")),
        owners=_owners(reading),
        tags=_tags(node),
        dataset_type=reading.materialized.upper(),
    )


def _tell_schema(reading: _Reading, dataset: DatasetId) -> None:
    """Say what the warehouse told of the columns; a contract that dbt enforces says all of them, documentation only some."""
    documented = list(_documented(reading))
    if (not reading.document.catalog and not documented) or not reading.granted("schema", dataset):
        return
    if reading.document.catalog:
        words = {column.name.casefold(): column.description for column in documented}
        columns = tuple(
            Column(column.name, column.type or "", words.get(column.name.casefold()) or clipped(column.comment) or "")
            for column in reading.document.catalog
        )
        reading.say(SchemaObserved, dataset=dataset, producer=PRODUCER, columns=columns, whole=True)
        return
    is_contract = inner(inner(reading.node, "config"), "contract").get("enforced") is True and all(column.type for column in documented)
    reading.say(SchemaObserved, dataset=dataset, producer=DOCUMENTED, columns=tuple(documented), whole=is_contract)


def _documented(reading: _Reading) -> Iterator[Column]:
    for key, told in inner(reading.node, "columns").items():
        name = column_of(text(told, "name") or key, reading.document.header.adapter, quoted=told.get("quote") is True)
        yield Column(name, text(told, "data_type") or "", clipped(text(told, "description")) or "")


def _tell_consumer(reading: _Reading) -> None:
    """An exposure or metric stands at the end of the graph: whatever it reads may reach it."""
    node, header = reading.node, reading.document.header
    consumer = DatasetId(header.job_namespace, node["unique_id"])
    reading.say(
        DatasetDescribed,
        dataset=consumer,
        producer=PRODUCER,
        documentation=clipped(text(node, "description") or text(node, "label")),
        owners=_owners(reading),
        tags=_tags(node),
        dataset_type="/".join(part for part in (reading.kind.upper(), (text(node, "type") or "").upper()) if part),
        source_uri=text(node, "url"),
    )
    reading.say(JobDescribed, job=reading.job, producer=PRODUCER, job_type=f"BATCH DBT {reading.kind.upper()}")
    parents = tuple(sorted(set(reading.parents)))
    if not parents:
        return
    for parent in parents:
        reading.say(DatasetUsed, dataset=parent, job=reading.job, run=None, role="input")
    reading.say(DatasetUsed, dataset=consumer, job=reading.job, run=None, role="output")
    reading.say(ColumnsDerived, target=consumer, job=reading.job, run=None, producer=PRODUCER, origin=ORIGIN, flows=(), inputs=parents)


def _owners(reading: _Reading) -> tuple[Owner, ...] | None:
    return tuple(dict.fromkeys(Owner(name) for name in _listed(reading.node.get("owners")) if isinstance(name, str))) or None


def _listed(told: Any) -> list[Any]:
    return told if isinstance(told, list) else []


def _tags(node: dict[str, Any]) -> tuple[Tag, ...] | None:
    own = [Tag(key=tag) for tag in _listed(node.get("tags")) if isinstance(tag, str)]
    for name, column in inner(node, "columns").items():
        own += [Tag(key=tag, column=name) for tag in _listed(column.get("tags")) if isinstance(tag, str)]
    return tuple(dict.fromkeys(own)) or None
