"""Made-up histories of a lake: what runs reported, what the lake then holds, and which of it nobody's run did.

A history is drawn from a seed and consists of plain steps with times of their own; `documents` tells it as scans and producers would,
`played/` plays it on real tables, for which it removes no more rows than there are. Jobs differ in how much they let one know: some
stamp their commits, some say how many rows they wrote, some say neither and are known by who commits. Tampering is drawn from all the
ways in which it hides best, as far as the format carries what would tell it.
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
class Manner:
    """What may happen in a history: how runs write, by weight; how the lake is kept; how it is tampered with; how many rows at once."""

    writes: tuple[tuple[str, int], ...] = (("append", 7), ("overwrite", 2), ("delete", 1))
    keeping: tuple[str, ...] = ("replace",)
    restores: bool = False
    schemas: bool = True
    ways: tuple[str, ...] = ()
    most_rows: int = 5000


@dataclass(frozen=True, slots=True)
class History:
    """What happened: commits and events, each in the order of their times."""

    commits: tuple[Commit, ...]
    events: tuple[Event, ...]

    @property
    def tampered(self) -> tuple[Commit, ...]:
        return tuple(commit for commit in self.commits if commit.tampering)


def history(seed: int, commits: int = 2000, tampered: int = 40, manner: Manner | None = None) -> History:
    """A history with that many commits, so many of them tampering."""
    return _Drawing(seed, manner or Manner()).drawn(commits, tampered)


def documents(told: History, format: str = "iceberg") -> list[bytes]:  # noqa: A002  # because the document calls it so
    """The history as it comes in: events of runs as they happen, then a scan of the lake."""
    return [
        lake_added(kind=kind_of(format)),
        *events(told),
        *_scanned(told, format),
        scanned(minutes=10_000_000, datasets=len(TABLES)),
    ]


def events(told: History, prefix: str = "") -> list[bytes]:
    """What the runs of a history tell of themselves; `prefix` stands before the names of tables."""
    return [_event(event, prefix) for event in told.events]


def kind_of(format: str) -> Literal["iceberg", "delta", "folder"]:  # noqa: A002  # because the document calls it so
    """The kind of lake that holds this format."""
    return "folder" if format == "folder" else "delta" if format == "delta" else "iceberg"


def named(told: History) -> dict[Commit, str]:
    """The version that each commit stands as."""
    return {commit: str(1000 + number) for number, commit in enumerate(told.commits)}


class _Drawing:
    """One history being drawn."""

    def __init__(self, seed: int, manner: Manner) -> None:
        self._random = random.Random(seed)
        self._manner = manner
        self._held = {table: [0] for table in TABLES}
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
        known = self._manner.ways or WAYS
        ways = [known[number % len(known)] for number in range(tampered)]
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
                operation = self._random.choice(self._manner.keeping)
                self._commits.append(Commit(table, self._now, operation, 500, 500, author="maintenance", same_content=True))
            case _:
                self._run(job, table, style, operation=self._rare(style))

    def _rare(self, style: Style) -> str:
        """A new column, or an older state that is brought back, which nobody counts."""
        if self._manner.restores and style == "silent" and self._random.random() < 0.5:
            return "restore"
        return "schema" if self._manner.schemas else "append"

    def _pass(self, minutes: float) -> None:
        self._now += timedelta(minutes=minutes + self._random.random())

    def _new_run(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def _commit(self, table: str, run: str, job: str, style: Style, operation: str, at: datetime) -> Commit:
        operation, added, removed = self._moved(table, operation)
        stamps = ((RUN_STAMP, run), (JOB_STAMP, job)) if style == "stamps" else ()
        made = Commit(table, at, operation, added, removed, author=f"svc-{job}", stamps=stamps)
        self._commits.append(made)
        return made

    def _moved(self, table: str, operation: str) -> tuple[str, int, int]:
        """An operation with what it adds and removes, which is never more than there is."""
        held = self._held[table]
        if operation == "restore" and len(held) > 1:
            held.pop()
            return operation, 0, 0
        operation = "append" if operation == "restore" or (operation != "schema" and not held[-1]) else operation
        added = 0 if operation in ("delete", "schema") else self._random.randint(1, self._manner.most_rows)
        removed = self._random.randint(1, min(held[-1], self._manner.most_rows)) if operation in ("delete", "overwrite") else 0
        held.append(held[-1] + added - removed)
        return operation, added, removed

    def _run(self, job: str, table: str, style: Style, operation: str = "") -> tuple[str, Commit]:
        """One run: it starts, commits, and completes some minutes later."""
        self._pass(15)
        run, start = self._new_run(), self._now
        operation = operation or self._random.choices(*zip(*self._manner.writes, strict=True))[0]
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
        if way in _BESIDE:
            self._beside(way, table)
            return
        self._pass(40)
        self._commits.append(self._alone(way, table))
        self._pass(40)

    def _alone(self, way: str, table: str) -> Commit:
        """Tampering while no run is under way."""
        held = self._held[table][-1]
        if way == "as a compaction" and held:
            return Commit(table, self._now, "replace", held, held, author="maintenance", same_content=False, tampering=way)
        operation = "restore" if way == "by a restore" else self._random.choice(("overwrite", "delete", "append"))
        bad = Commit(table, self._now, *self._moved(table, operation), tampering=way)
        match way:
            case "by a service's own name":
                return replace(bad, author=f"svc-{table}_silent")
            case "with an old stamp":
                return replace(bad, stamps=((RUN_STAMP, self._random.choice(self._past)),))
            case "with a stamp of nobody":
                return replace(bad, stamps=((RUN_STAMP, self._new_run()),))
        return replace(bad, author="mallory")

    def _beside(self, way: str, table: str) -> None:
        """Tampering a moment after a run's own commit."""
        match way:
            case "beside a run that stamps":
                _, made = self._run(f"{table}_stamps", table, "stamps")
                self._commits.append(self._after(made, way, author=made.author))
            case "beside a run that counts":
                _, made = self._run(f"{table}_counts", table, "counts")
                rows = made.added + made.removed + 1 + self._random.randint(0, self._manner.most_rows)
                held = self._held[table]
                held.append(held[-1] + rows)
                self._commits.append(Commit(table, made.at + timedelta(seconds=3), "append", rows, author=made.author, tampering=way))
            case "by a stranger beside a silent run":
                _, made = self._run(f"{table}_silent", table, "silent")
                self._commits.append(self._after(made, way, author="mallory"))
            case _:
                run, made = self._run(f"{table}_stamps", table, "stamps")
                self._commits.append(replace(self._after(made, way), stamps=((RUN_STAMP, run), (JOB_STAMP, "other"))))

    def _after(self, made: Commit, way: str, author: str = "") -> Commit:
        moved = self._moved(made.table, self._random.choice(("overwrite", "delete", "append")))
        return Commit(made.table, made.at + timedelta(seconds=3), *moved, author=author, tampering=way)


_BESIDE = (
    "beside a run that stamps",
    "beside a run that counts",
    "by a stranger beside a silent run",
    "with the stamp of a run and another job",
)
WAYS = ("between runs", "by a service's own name", "with an old stamp", "with a stamp of nobody", "as a compaction", *_BESIDE)


def _event(event: Event, prefix: str = "") -> bytes:
    output: dict[str, object] = {"namespace": NAMESPACE, "name": f"{prefix}{event.table}"}
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
