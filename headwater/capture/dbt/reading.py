"""One dbt document being translated: its node, names, job, run and time."""

from __future__ import annotations

from typing import Any

from headwater.capture.dbt.artifacts import inner, text
from headwater.capture.dbt.documents import Document
from headwater.capture.dbt.naming import dataset_of, job_of, namespace_of
from headwater.capture.openlineage.dialects import dialect_named, misnamed
from headwater.capture.openlineage.reading import Reading
from headwater.capture.redaction.statements import SEALED_KIND
from headwater.capture.redaction.tokens import is_token
from headwater.model.entries import Entry
from headwater.model.facts import EventType, RunObserved, StatementSeen
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.lineage import Statement
from headwater.model.observations import DbtObserved
from headwater.model.times import Instant, parse_instant

PRODUCER = "dbt"
ENDS: dict[str, EventType] = {"success": "COMPLETE", "error": "FAIL", "fail": "FAIL", "runtime error": "FAIL", "skipped": "ABORT"}


class NodeReading(Reading):
    """Collects the facts of one document; its dataset, job and run are worked out once."""

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
        """How dbt makes the node."""
        return str(inner(self.node, "config").get("materialized") or self.kind)

    @property
    def is_sql(self) -> bool:
        """Whether SQL makes the node, if anything does."""
        return (text(self.node, "language") or "sql").lower() == "sql"

    def dataset(self, node: dict[str, Any]) -> DatasetId:
        """The dataset of a node of the same project."""
        return dataset_of(node, self.namespace, self.document.header.adapter)

    @property
    def parents(self) -> list[DatasetId]:
        """The datasets that the node reads."""
        return [self.dataset(parent) for parent in self.document.parents]

    def statement(self, sql: str, schema: str | None = None) -> Statement:
        """A SQL text of the node, in the words of its warehouse."""
        adapter = self.document.header.adapter
        return Statement(sql, dialect_named(adapter), text(self.node, "database"), schema, misnamed=misnamed(adapter))

    def say_statement(self, sql: str, job: JobId | None, run: RunId | None, schema: str | None = None) -> None:
        """Say that a SQL text ran, or (run None) would; a gap where nothing of it may be read."""
        if is_token(sql, SEALED_KIND):
            self.gap("SQL-SEALED", str(job), "the SQL text could not be read safely and was sealed as a whole")
            return
        told = self.statement(sql, schema)
        self.say(StatementSeen, statement=told, job=job, run=run, grant=self.grant, producer_key=self.producer_key)

    def say_times(self, job: JobId | None) -> None:
        """Say when a job of the node ran, and what became of it."""
        result = self.document.result
        if result is None or job is None or self.run is None:
            return
        end, started = ENDS.get(str(result.get("status")), "OTHER"), text(result, "started_at")
        if started is not None and end != "ABORT":
            self._say_event(job, self.run, parse_instant(started), "START")
        self._say_event(job, self.run, self.at, end, error=text(result, "message") or "")

    def _say_event(self, job: JobId, run: RunId, at: Instant, event_type: EventType, error: str = "") -> None:
        event = RunObserved(
            position=self.position,
            at=at,
            run=run,
            job=job,
            event_type=event_type,
            producer=PRODUCER,
            engine=f"dbt {self.document.header.dbt_version}".strip(),
            error=error.strip().partition("\n")[0][:500],
        )
        self.facts.append(event)
