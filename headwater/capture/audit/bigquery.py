"""BigQuery: Cloud Audit Logs as a sink exports them, one LogEntry a record.

`tableDataChange` says which table was changed, by which job and by how many rows; `jobChange` says what that job ran and for whom. The
one may come without the other, since they go to different logs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from headwater.capture.audit.writes import AuditedWrite, Changed, Unfit, instant, number, stamps, text

_TABLE = re.compile(r"projects/([^/]+)/datasets/([^/]+)/tables/([^/]+)")
_WRITING = frozenset(
    {"INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE_TABLE", "CREATE_TABLE_AS_SELECT", "CREATE_SNAPSHOT_TABLE", "LOAD_DATA", "DROP_TABLE"}
)
_EVENTS = ("tableDataChange", "tableCreation", "tableDeletion", "tableChange")


@dataclass(slots=True)
class _Job:
    """What is known of a job. `target` is what its own record says it writes."""

    sql: str = ""
    operation: str = ""
    author: str = ""
    started: datetime | None = None
    ended: datetime | None = None
    failed: bool = False
    target: str = ""
    catalog: str = ""
    schema: str = ""
    labels: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Change:
    """One change of a table's data."""

    job: str
    id: str
    table: str
    at: datetime
    author: str
    reason: str
    added: int | None
    removed: int | None


class BigQueryLog:
    """Changes of tables, and the jobs that made them."""

    def __init__(self) -> None:
        self._jobs: dict[str, _Job] = {}
        self._changes: dict[tuple[str, str, str], _Change] = {}

    def take(self, record: object) -> None:
        """One LogEntry.

        Raises:  Unfit.
        """
        if type(record) is not dict:
            raise Unfit("it is no record")
        payload = _object(record, "protoPayload", "protopayload_auditlog")
        metadata = _object(payload, "metadata", "metadataJson")
        author = text(_object(payload, "authenticationInfo"), "principalEmail")
        if "jobChange" in metadata or "jobInsertion" in metadata:
            self._take_job(_object(_object(metadata, "jobChange", "jobInsertion"), "job"), author)
        for event in _EVENTS:
            if event in metadata:
                self._take_change(record, payload, event, _object(metadata, event), author)

    def writes(self) -> Iterator[AuditedWrite]:
        """Every change, and what jobs say they wrote where no change was told."""
        told = {change.job for change in self._changes.values()}
        for change in self._changes.values():
            yield _write(change, self._jobs.get(change.job, _Job()))
        for name, job in self._jobs.items():
            if name not in told and job.target and not job.failed and job.operation in _WRITING and job.ended is not None:
                yield _write(_Change(name, name, job.target, job.ended, job.author, "", None, None), job)

    def _take_job(self, job: Mapping[str, Any], author: str) -> None:
        name = text(job, "jobName")
        if not name:
            raise Unfit("its job has no `jobName`")
        status, statistics = _object(job, "jobStatus"), _object(job, "jobStats")
        config = _object(job, "jobConfig")
        query = _object(config, "queryConfig")
        load = _object(config, "loadConfig")
        known = self._jobs.setdefault(name, _Job())
        known.sql = text(query, "query") or known.sql
        known.operation = text(query, "statementType") or ("LOAD_DATA" if load else known.operation)
        known.author = author or known.author
        known.failed = known.failed or bool(status.get("errorResult"))
        known.labels = _object(config, "labels") or known.labels
        known.target = _name(text(query, "destinationTable") or text(load, "destinationTable")) or known.target
        default = re.fullmatch(r"projects/([^/]+)/datasets/([^/]+)", text(query, "defaultDataset"))
        if default is not None:
            known.catalog, known.schema = default[1], default[2]
        else:
            known.catalog = known.catalog or name.split("/")[1] if name.count("/") > 1 else ""
        if text(statistics, "startTime", "createTime"):
            known.started = instant(statistics, "startTime", "createTime")
        if text(statistics, "endTime"):
            known.ended = instant(statistics, "endTime")

    def _take_change(self, record: dict[str, Any], payload: Mapping[str, Any], kind: str, event: Mapping[str, Any], author: str) -> None:
        table = _name(text(payload, "resourceName") or text(event, "tableName"))
        if not table:
            raise Unfit("it names no table")
        job, at = text(event, "jobName"), instant(record, "timestamp")
        truncated = event.get("truncated") is True
        change = _Change(
            job=job,
            id=job or text(record, "insertId", "insertid") or at.isoformat(),
            table=table,
            at=at,
            author=author,
            reason=kind.removeprefix("table").removeprefix("Data").upper() if kind != "tableDataChange" else text(event, "reason"),
            added=number(event, "insertedRowsCount"),
            removed=None if truncated else number(event, "deletedRowsCount"),
        )
        self._changes[change.id, table, kind] = change


def _write(change: _Change, job: _Job) -> AuditedWrite:
    started = job.started if job.started is not None and job.started <= change.at else change.at
    return AuditedWrite(
        id=change.id.rpartition("/")[2] or change.id,
        started=started,
        ended=change.at,
        author=change.author or job.author,
        operation=job.operation or change.reason or "WRITE",
        changed=(Changed(change.table, change.added, change.removed),),
        statement=job.sql,
        catalog=job.catalog,
        schema=job.schema,
        engine="bigquery",
        stamps=stamps(job.sql, labels=job.labels),
    )


def _name(resource: str) -> str:
    """`project.dataset.table` of a resource; empty for none, and for tables that BigQuery makes for the results of queries."""
    found = _TABLE.search(resource)
    if found is None or found[2].startswith("_"):
        return ""
    return ".".join(found.groups())


def _object(holder: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """The first of these members that is an object, also where it is a text of JSON."""
    for name in names:
        value = holder.get(name)
        if isinstance(value, str) and value.startswith("{"):
            try:
                value = msgspec.json.decode(value)
            except msgspec.DecodeError:
                raise Unfit(f"its `{name}` is not JSON") from None
        if type(value) is dict:
            return value
    return {}
