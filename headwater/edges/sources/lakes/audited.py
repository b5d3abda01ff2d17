"""Databases and warehouses seen through exports of their audit logs: a version of a table is a statement that changed it.

Every file below the location is read at each scan. A log says nothing of rows, so that versions cannot be compared by them, and nothing
of what was done before its first record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from shlex import quote
from typing import Protocol

from headwater.capture.audit import AuditedWrite, Changed, Unfit, log_of
from headwater.capture.audit.postgres import CSV_COLUMNS
from headwater.edges.sources.lakes.driver import DatasetUnreadable, Listed, Looked, Unseen, VersionFile, VersionGone
from headwater.edges.sources.lakes.records import NotRecords, holds_records, records_of
from headwater.edges.sources.lakes.storage import Stored, open_storage
from headwater.model.lake_answers import DatasetState
from headwater.model.lakes import AuditKind, Executed, ScanGap, VersionSeen
from headwater.model.words import counted

UNREADABLE = "AUDIT-LOG-UNREADABLE"
UNPLACED = "AUDIT-TARGET-UNKNOWN"
UNTOLD = "AUDIT-STATEMENT-UNKNOWN"
_STATEMENT_AT_MOST = 1_000_000


class Targets(Protocol):
    """Tells the tables that a statement writes, named in full; none where that cannot be told."""

    def __call__(self, executed: Executed) -> tuple[str, ...]:
        """The tables of one statement."""

    def close(self) -> None:
        """Let go of what reads them."""


class AuditedLake:
    """The tables of one platform that a log names. `targets` reads statements whose tables the log does not name.

    Raises:  LakeUnreachable, UsageError: the location cannot be opened.
    """

    def __init__(self, kind: AuditKind, location: str, options: Mapping[str, str], targets: Targets) -> None:
        self._kind: AuditKind = kind
        self._storage = open_storage(location, options)
        self._location = location
        self._targets = targets
        self._writes: dict[str, list[tuple[AuditedWrite, Changed]]] = {}
        self._unseen: list[Unseen] = []

    def listed(self) -> Iterator[Listed]:
        """Tables that were written, by name."""
        self._unseen = []
        self._writes = self._placed()
        for name, writes in sorted(self._writes.items()):
            yield Listed(name, _cursor(writes), self._location)

    def unseen(self) -> tuple[Unseen, ...]:
        """Files and records that cannot be read, and statements of which nobody can tell what they wrote."""
        return (*self._storage.unseen, *self._unseen)

    def look(self, listed: Listed, known: DatasetState | None) -> Looked:
        """The statements that are not known yet."""
        seen = set(known.versions) if known is not None else set()
        versions = _versions(self._kind, self._writes[listed.name])
        fresh = tuple(version for version in versions if version.version not in seen)
        untold = sum(version.executed is None for version in fresh)
        detail = f"the log holds no whole text of {untold:,} statements that wrote here: where their values come from is not known"
        return Looked(
            format=self._kind,
            location=self._location,
            cursor=listed.cursor,
            current=versions[-1].version,
            versions=fresh,
            gaps=(ScanGap(UNTOLD, detail),) if untold else (),
        )

    def files(self, name: str, version: str) -> list[VersionFile]:
        """None.

        Raises:  VersionGone: a log holds no rows. DatasetUnreadable: it names no such table.
        """
        if not self._writes:
            list(self.listed())
        if name not in self._writes:
            raise DatasetUnreadable(f"cannot read table `{name}`: expected one that the audit log names", next_step="headwater lake scan")
        raise VersionGone(
            f"cannot read version `{version}` of `{name}`: an audit log tells statements and holds no rows",
            next_step=f"headwater lake history {quote(name)}",
        )

    def close(self) -> None:
        """Let go of what reads statements."""
        self._targets.close()

    def _placed(self) -> dict[str, list[tuple[AuditedWrite, Changed]]]:
        """What was written to each table, in order of time."""
        found: dict[str, list[tuple[AuditedWrite, Changed]]] = {}
        unplaced = 0
        for write in self._read():
            changed = write.changed or tuple(map(Changed, self._targets(_executed(self._kind, write))))
            unplaced += not changed
            for each in changed:
                found.setdefault(each.table, []).append((write, each))
        if unplaced:
            detail = f"of {unplaced:,} statements that write nobody can tell into which tables: neither the log nor their text says so"
            self._unseen.append(Unseen(ScanGap(UNPLACED, detail), hides=True))
        for writes in found.values():
            writes.sort(key=lambda pair: (pair[0].ended, pair[0].started, pair[0].id))
        return found

    def _read(self) -> Iterator[AuditedWrite]:
        log = log_of(self._kind)
        for file in self._storage.listed():
            if not holds_records(file.path):
                self._tell(file, "its name ends in none of .json, .jsonl, .log, .csv, .parquet, with or without .gz")
                continue
            wrong: dict[str, int] = {}
            try:
                with self._storage.opened(file.path) as stream:
                    for record in records_of(file.path, stream, CSV_COLUMNS if self._kind == "postgres" else ()):
                        try:
                            log.take(record)
                        except Unfit as fault:
                            why = str(fault) if record is not None else "it is not JSON, or too long"
                            wrong[why] = wrong.get(why, 0) + 1
            except NotRecords as fault:
                self._tell(file, f"it cannot be read as what its name says ({fault}); what was read before counts")
            except OSError as fault:
                self._tell(file, f"it cannot be read ({fault.strerror or type(fault).__name__})")
            for why, count in sorted(wrong.items()):
                self._tell(file, f"{counted(count, 'record is', 'records are')} left out: {why}")
        yield from log.writes()

    def _tell(self, file: Stored, why: str) -> None:
        self._unseen.append(Unseen(ScanGap(UNREADABLE, f"file `{file.path}`: {why}"[:2_000]), hides=True))


def _cursor(writes: list[tuple[AuditedWrite, Changed]]) -> str:
    digest = hashlib.sha256()
    for write, _ in writes:
        digest.update(write.id.encode() + b"\0")
    return digest.hexdigest()


def _versions(kind: AuditKind, writes: list[tuple[AuditedWrite, Changed]]) -> list[VersionSeen]:
    parents = ["", *(write.id for write, _ in writes)]
    return [
        VersionSeen(
            version=write.id,
            at=_told(write.ended),
            not_before=_told(write.started),
            operation=write.operation,
            parent=parent,
            author=write.author,
            engine=write.engine,
            stamps=dict(write.stamps),
            added_rows=changed.added,
            removed_rows=changed.removed,
            executed=_executed(kind, write) if 0 < len(write.statement) <= _STATEMENT_AT_MOST else None,
        )
        for parent, (write, changed) in zip(parents, writes, strict=False)
    ]


def _executed(kind: AuditKind, write: AuditedWrite) -> Executed:
    return Executed(sql=write.statement, dialect=kind, catalog=write.catalog, schema=write.schema)


def _told(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
