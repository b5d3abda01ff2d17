"""Has statements analysed: in worker processes for a server, in this process for a few, and never the same shape twice."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock, Timer
from typing import Protocol

import msgspec

from headwater.app.analysis_worker import Outcome, Task, perform
from headwater.app.frames import read_frame, write_frame
from headwater.capture.sql.cache import Asked, Cache, shape_of
from headwater.model.lineage import Mentions, Reason, Statement, StatementLineage
from headwater.projections.statements import AnalysisRequest, TableSchema

BATCH = 16
PATIENCE_SECONDS = 60.0
"""A worker silent for this long is taken for dead. A safety net: statements are bounded by steps, not by time."""
_FATAL_REMEMBERED = 1_000
_ASKED_REMEMBERED = 10_000


class Performer(Protocol):
    """Does tasks, in order; `None` for one that killed its worker."""

    def perform(self, tasks: Sequence[Task]) -> list[Outcome | None]:
        """Do all tasks and give the outcomes in the same order."""

    def close(self) -> None:
        """Let go of processes."""


class InProcess:
    """Does tasks here. For one-off commands on small ledgers."""

    def perform(self, tasks: Sequence[Task]) -> list[Outcome | None]:
        """Do the tasks one after the other."""
        return [perform(task) for task in tasks]

    def close(self) -> None:
        """Nothing to let go of."""


class Worker:
    """One worker process, started on first use and again after it died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def perform(self, tasks: Sequence[Task]) -> list[Outcome | None]:
        """Do a batch; if the worker dies of it, do its tasks one by one and give None for those it dies of again."""
        outcomes = self._ask(tasks)
        if outcomes is not None:
            return list(outcomes)
        return [answer[0] if (answer := self._ask([task])) else None for task in tasks]

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    with suppress(OSError):  # because what was still to be sent has nobody to read it
                        stream.close()
            self._process = None

    def _ask(self, tasks: Sequence[Task]) -> list[Outcome] | None:
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        alarm = Timer(PATIENCE_SECONDS, process.kill)
        alarm.daemon = True
        alarm.start()
        try:
            write_frame(process.stdin, msgspec.msgpack.encode(list(tasks)))  # type: ignore[arg-type]  # because Popen types IO, not BinaryIO
            frame = read_frame(process.stdout)  # type: ignore[arg-type]  # because as above
        except OSError:
            frame = None
        finally:
            alarm.cancel()
        if frame is None:
            self.close()
            return None
        return msgspec.msgpack.decode(frame, type=list[Outcome])

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            # -P, because the directory we were called in may hold anything, modules with the names of ours too.
            command = [sys.executable, "-P", "-m", "headwater.app.analysis_worker"]
            # A group of its own, because an interrupt from the keyboard is for us to handle and would only break a worker.
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0)  # noqa: S603  # because the command is our own
        return self._process


class Workers:
    """A few worker processes that share the tasks."""

    def __init__(self, count: int) -> None:
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="analysis")
        self._workers = [Worker() for _ in range(count)]
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)

    def perform(self, tasks: Sequence[Task]) -> list[Outcome | None]:
        """Do the tasks in batches, spread over the workers."""
        batches = [tasks[start : start + BATCH] for start in range(0, len(tasks), BATCH)]
        return [outcome for outcomes in self._threads.map(self._batch, batches) for outcome in outcomes]

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.close()
        self._threads.shutdown()

    def _batch(self, tasks: Sequence[Task]) -> list[Outcome | None]:
        worker = self._idle.get()
        try:
            return worker.perform(tasks)
        finally:
            self._idle.put(worker)


class Analyser:
    """Remembers what was found: producers send the same statements again and again, with other values."""

    def __init__(self, performer: Performer, cache: Cache | None = None) -> None:
        self._performer = performer
        self._cache = cache if cache is not None else Cache()
        self._fatal: dict[object, None] = {}
        """Shapes, with their schemas, that killed a worker; not tried again."""
        self._asked: dict[tuple[TableSchema, ...], Asked] = {}
        self._lock = Lock()

    def prefetch(self, statements: Sequence[Statement]) -> None:
        """Find what many statements name at once."""
        with self._lock:
            missing = [statement for statement in statements if self._cache.mentions(statement) is None]
        if missing:
            self._outcomes([Task(statement, None) for statement in missing])

    def mentions(self, statement: Statement) -> Mentions:
        """What a statement names."""
        with self._lock:
            mentions = self._cache.mentions(statement)
        return mentions if mentions is not None else self._outcomes([Task(statement, None)])[0].mentions or Mentions()

    def analyse(self, requests: Sequence[AnalysisRequest]) -> list[StatementLineage]:
        """The lineage of each request's statement, in order."""
        asked = [self._as_asked(request.tables) for request in requests]
        with self._lock:
            found = [self._cache.find(request.statement, tables.__eq__) for request, tables in zip(requests, asked, strict=True)]
        missing = [Task(requests[at].statement, asked[at]) for at, lineage in enumerate(found) if lineage is None]
        made = iter([outcome.lineage or _killed(task) for task, outcome in zip(missing, self._outcomes(missing), strict=True)])
        return [lineage if lineage is not None else next(made) for lineage in found]

    def close(self) -> None:
        """Let go of processes."""
        self._performer.close()

    def _as_asked(self, tables: tuple[TableSchema, ...]) -> Asked:
        """Tables as the cache knows them; most statements of one shape bring the very same ones."""
        asked = self._asked.get(tables)
        if asked is None:
            if len(self._asked) >= _ASKED_REMEMBERED:
                self._asked.clear()
            asked = self._asked[tables] = tuple([(table.table, table.columns) for table in tables])
        return asked

    def _outcomes(self, tasks: Sequence[Task]) -> list[_Found]:
        """Known ones at once; of the others first one of each shape, then those for which that was not enough."""
        found = self._known(tasks)
        for one_per_shape in (True, False):
            missing = [task for task in dict.fromkeys(tasks) if task not in found]
            if not missing:
                break
            chosen = list({_alike(task): task for task in missing}.values()) if one_per_shape else missing
            found |= self._performed(chosen)
            found |= self._known([task for task in missing if task not in found])
        return [found[task] for task in tasks]

    def _known(self, tasks: Sequence[Task]) -> dict[Task, _Found]:
        found: dict[Task, _Found] = {}
        with self._lock:
            for task in tasks:
                if task.tables is None:
                    mentions = self._cache.mentions(task.statement)
                    if mentions is not None:
                        found[task] = _Found(mentions=mentions)
                else:
                    lineage = self._cache.find(task.statement, task.tables.__eq__)
                    if lineage is not None:
                        found[task] = _Found(lineage)
                if task not in found and self._fatal and _alike(task) in self._fatal:
                    found[task] = _Found()
        return found

    def _performed(self, tasks: Sequence[Task]) -> dict[Task, _Found]:
        outcomes = self._performer.perform(tasks)
        with self._lock:
            return {task: self._kept(task, outcome) for task, outcome in zip(tasks, outcomes, strict=True)}

    def _kept(self, task: Task, outcome: Outcome | None) -> _Found:
        if outcome is None:
            self._fatal[_alike(task)] = None
            while len(self._fatal) > _FATAL_REMEMBERED:
                del self._fatal[next(iter(self._fatal))]
            return _Found()
        if task.tables is None or outcome.analysed is None:
            mentions = outcome.mentions or Mentions()
            self._cache.keep_mentions(task.statement, mentions)
            return _Found(mentions=mentions)
        self._cache.keep(task.statement, task.tables, outcome.analysed)
        return _Found(outcome.analysed.lineage)


class _Found(msgspec.Struct, frozen=True):
    """The answer to a task; neither for one that killed its worker."""

    lineage: StatementLineage | None = None
    mentions: Mentions | None = None


def _alike(task: Task) -> object:
    """What tasks have in common that may share an outcome."""
    return shape_of(task.statement)[0], task.tables


def _killed(task: Task) -> StatementLineage:
    """What is said of a statement that no worker survived."""
    tables = tuple(table for table, _ in task.tables or ())
    made = tuple((table, None) for table in tables)
    return StatementLineage(status="failed", reasons=(Reason("analyser-died"),), sources=tables, made=made, fingerprint="", analyser="")
