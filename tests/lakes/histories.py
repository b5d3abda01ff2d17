"""Made-up histories of a lake: what runs reported, what the lake then holds, and which of it nobody's run did.

A history is drawn from a seed and consists of plain steps with times of their own; `documents` tells it as scans and producers would,
other modules play it on real tables. Jobs differ in how much they let one know: some stamp their commits, some say how many rows
they wrote, some say neither and are known by who commits. Tampering is drawn from all the ways in which it hides best.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal
from uuid import UUID

from headwater.model.lakes import JOB_STAMP, RUN_STAMP, FileSeen, VersionSeen
from tests.lakes.telling import NAMESPACE, lake_added, scanned, versions

Style = Literal["stamps", "counts", "silent"]
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
TABLES = ("visits", "vitals", "claims", "orders", "labs", "wards")


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of the lake; `tampering` is empty for what a run (or a compaction) did, else the way in which it was done."""

    table: str
    at: datetime
    operation: str
    added: int
    removed: int = 0
    author: str = ""
    stamps: tuple[tuple[str, str], ...] = ()
    same_content: bool | None = None
    tampering: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a run. `rows` is what it says it wrote."""

    run: str
    job: str
    at: datetime
    kind: str
    table: str
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """What happened: commits and events, each in the order of their times."""

    commits: tuple[Commit, ...]
    events: tuple[Event, ...]

    @property
    def tampered(self) -> tuple[Commit, ...]:
        return tuple(commit for commit in self.commits if commit.tampering)


def history(seed: int, commits: int = 2000, tampered: int = 40) -> History:
    """A history with that many commits, so many of them tampering."""
    return _Drawing(seed).drawn(commits, tampered)


def documents(told: History, format: str = "iceberg") -> list[bytes]:  # noqa: A002  # because the document calls it so
    """The history as it comes in: events of runs as they happen, then a scan of the lake."""
    return [
        lake_added(kind=kind_of(format)),
        *map(_event, told.events),
        *_scanned(told, format),
        scanned(minutes=10_000_000, datasets=len(TABLES)),
    ]


def kind_of(format: str) -> Literal["iceberg", "delta", "folder"]:  # noqa: A002  # because the document calls it so
    """The kind of lake that holds this format."""
    return "folder" if format == "folder" else "delta" if format == "delta" else "iceberg"


def named(told: History) -> dict[Commit, str]:
    """The version that each commit stands as."""
    return {commit: str(1000 + number) for number, commit in enumerate(told.commits)}


class _Drawing:
    """One history being drawn."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._now = BEGIN
        self._commits: list[Commit] = []
        self._events: list[Event] = []
        self._past: list[str] = []
        self._jobs: list[tuple[str, str, Style]] = [
            (f"{table}_{style}", table, style) for table in TABLES for style in ("stamps", "counts", "silent")
        ]

    def drawn(self, commits: int, tampered: int) -> History:
        """Runs, compactions and retries, with tampering strewn in between and inside."""
        for job, table, style in self._jobs:
            self._run(job, table, style)
        ways = [_WAYS[number % len(_WAYS)] for number in range(tampered)]
        self._random.shuffle(ways)
        while len(self._commits) < commits - len(ways):
            if ways and self._random.random() < len(ways) / max(1, (commits - len(self._commits)) / 2):
                self._tamper(ways.pop())
            else:
                self._step()
        for way in ways:
            self._tamper(way)
        return History(tuple(sorted(self._commits, key=lambda known: known.at)), tuple(sorted(self._events, key=lambda known: known.at)))

    def _step(self) -> None:
        job, table, style = self._random.choice(self._jobs)
        kind = self._random.choices(("run", "retry", "backfill", "together", "compaction", "schema"), (70, 8, 4, 8, 6, 4))[0]
        match kind:
            case "run":
                self._run(job, table, style)
            case "retry":
                self._retry(job, table, style)
            case "backfill":
                self._backfill(table)
            case "together":
                self._together(table)
            case "compaction":
                self._pass(20)
                self._commits.append(Commit(table, self._now, "replace", 500, 500, author="maintenance", same_content=True))
            case _:
                self._run(job, table, style, operation="schema")

    def _pass(self, minutes: float) -> None:
        self._now += timedelta(minutes=minutes + self._random.random())

    def _new_run(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def _commit(self, table: str, run: str, job: str, style: Style, operation: str, at: datetime) -> Commit:
        added = 0 if operation in ("delete", "schema") else self._random.randint(1, 5000)
        removed = self._random.randint(1, 5000) if operation in ("delete", "overwrite") else 0
        stamps = ((RUN_STAMP, run), (JOB_STAMP, job)) if style == "stamps" else ()
        made = Commit(table, at, operation, added, removed, author=f"svc-{job}", stamps=stamps)
        self._commits.append(made)
        return made

    def _run(self, job: str, table: str, style: Style, operation: str = "") -> tuple[str, Commit]:
        """One run: it starts, commits, and completes some minutes later."""
        self._pass(15)
        run, start = self._new_run(), self._now
        operation = operation or self._random.choices(("append", "overwrite", "delete"), (7, 2, 1))[0]
        length = self._random.uniform(1, 12)
        made = self._commit(table, run, job, style, operation, start + timedelta(minutes=length * 0.7))
        rows = (made.added or made.removed) if style == "counts" else None
        self._told(run, job, table, start, start + timedelta(minutes=length), rows)
        self._past.append(run)
        self._now = start + timedelta(minutes=length)
        return run, made

    def _told(self, run: str, job: str, table: str, start: datetime, end: datetime, rows: int | None, last: str = "COMPLETE") -> None:
        self._events.append(Event(run, job, start, "START", table))
        self._events.append(Event(run, job, end, last, table, rows))

    def _retry(self, job: str, table: str, style: Style) -> None:
        """A run that fails, with or without having committed, and is started again under the same id."""
        self._pass(15)
        run, start = self._new_run(), self._now
        if self._random.random() < 0.5 and style != "counts":
            self._commit(table, run, job, style, "append", start + timedelta(minutes=2))
        self._told(run, job, table, start, start + timedelta(minutes=3), None, "FAIL")
        again = start + timedelta(minutes=self._random.uniform(8, 20))
        made = self._commit(table, run, job, style, "append", again + timedelta(minutes=2))
        self._told(run, job, table, again, again + timedelta(minutes=4), made.added if style == "counts" else None)
        self._now = again + timedelta(minutes=4)

    def _backfill(self, table: str) -> None:
        """One run that commits many times and says how many rows in all."""
        self._pass(30)
        run, start, job = self._new_run(), self._now, f"{table}_backfill"
        made = [
            self._commit(table, run, job, "counts", "append", start + timedelta(minutes=2 + number))
            for number in range(self._random.randint(3, 9))
        ]
        self._told(run, job, table, start, start + timedelta(minutes=15), sum(commit.added for commit in made))
        self._now = start + timedelta(minutes=15)

    def _together(self, table: str) -> None:
        """Two or three runs of different jobs that write one table at the same time."""
        self._pass(15)
        start = self._now
        for number, style in enumerate(self._random.sample(("stamps", "counts", "silent"), 2)):
            run, job = self._new_run(), f"{table}_{style}"
            begun = start + timedelta(minutes=number)
            made = self._commit(table, run, job, style, "append", begun + timedelta(minutes=3 + number))  # type: ignore[arg-type]  # because these are the styles
            self._told(run, job, table, begun, begun + timedelta(minutes=8), made.added if style == "counts" else None)
        self._now = start + timedelta(minutes=9)

    def _tamper(self, way: str) -> None:
        table = self._random.choice(TABLES)
        bad = Commit(
            table, self._now, self._random.choice(("overwrite", "delete", "append")), self._random.randint(1, 5000), 0, tampering=way
        )
        if bad.operation != "append":
            bad = replace(bad, removed=self._random.randint(1, 5000))
        match way:
            case "between runs" | "by a service's own name":
                self._pass(40)
                author = f"svc-{table}_silent" if way == "by a service's own name" else "mallory"
                self._commits.append(replace(bad, at=self._now, author=author))
                self._pass(40)
            case "with an old stamp":
                self._pass(40)
                self._commits.append(replace(bad, at=self._now, stamps=((RUN_STAMP, self._random.choice(self._past)),)))
                self._pass(40)
            case "with a stamp of nobody":
                self._pass(40)
                self._commits.append(replace(bad, at=self._now, stamps=((RUN_STAMP, self._new_run()),)))
                self._pass(40)
            case "as a compaction":
                self._pass(40)
                self._commits.append(
                    replace(bad, at=self._now, operation="replace", removed=bad.added, author="maintenance", same_content=False)
                )
                self._pass(40)
            case "beside a run that stamps":
                _, made = self._run(f"{table}_stamps", table, "stamps")
                self._commits.append(replace(bad, at=made.at + timedelta(seconds=3), author=made.author))
            case "beside a run that counts":
                _, made = self._run(f"{table}_counts", table, "counts")
                rows = made.added + 1 + self._random.randint(0, 3000)
                self._commits.append(
                    replace(bad, operation="append", at=made.at + timedelta(seconds=3), author=made.author, added=rows, removed=0)
                )
            case "by a stranger beside a silent run":
                _, made = self._run(f"{table}_silent", table, "silent")
                self._commits.append(replace(bad, at=made.at + timedelta(seconds=3), author="mallory"))
            case _:
                run, made = self._run(f"{table}_stamps", table, "stamps")
                self._commits.append(replace(bad, at=made.at + timedelta(seconds=3), stamps=((RUN_STAMP, run), (JOB_STAMP, "other"))))


_WAYS = (
    "between runs",
    "by a service's own name",
    "with an old stamp",
    "with a stamp of nobody",
    "as a compaction",
    "beside a run that stamps",
    "beside a run that counts",
    "by a stranger beside a silent run",
    "with the stamp of a run and another job",
)


def _event(event: Event) -> bytes:
    output: dict[str, object] = {"namespace": NAMESPACE, "name": event.table}
    if event.rows is not None:
        output["outputFacets"] = {"outputStatistics": {"rowCount": event.rows}}
    return json.dumps(
        {
            "eventType": event.kind,
            "eventTime": event.at.isoformat(),
            "producer": "https://etl.example",
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
            "run": {"runId": event.run},
            "job": {"namespace": "jobs", "name": event.job},
            "outputs": [output],
        }
    ).encode()


def _scanned(told: History, format: str) -> Iterator[bytes]:  # noqa: A002  # because the document calls it so
    names = named(told)
    for table in TABLES:
        seen = [_version(commit, names[commit], format) for commit in told.commits if commit.table == table]
        yield versions(table, *seen, minutes=10_000_000, format=format)


def _version(commit: Commit, name: str, format: str) -> VersionSeen:  # noqa: A002  # because the document calls it so
    files: tuple[FileSeen, ...] = ()
    if format == "folder" and commit.operation != "schema":
        files = (FileSeen(path=f"{name}.parquet", change="added", at=commit.at.isoformat(), rows=commit.added),)
    return VersionSeen(
        version=name,
        at=commit.at.isoformat(),
        not_before=(commit.at - timedelta(hours=6)).isoformat() if format == "folder" else "",
        operation="files" if format == "folder" else commit.operation,
        author="" if format == "folder" else commit.author,
        stamps={} if format == "folder" else dict(commit.stamps),
        added_rows=commit.added,
        removed_rows=commit.removed,
        files=files,
        same_content=commit.same_content,
    )
