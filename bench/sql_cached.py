"""Statements whose shape is known: how many a second pass through the cache as the follower uses it, what memory a million leave behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from statistics import median

import sql_texts

from headwater.app.analysis import Analyser, InProcess
from headwater.app.follower import CHUNK
from headwater.capture.sql.cache import Cache
from headwater.model.entries import Position
from headwater.model.ids import DatasetId, JobId
from headwater.model.lineage import Statement
from headwater.model.times import Instant
from headwater.projections.statements import AnalysisRequest, TableSchema

CAPACITY_BYTES = 16 * 1024 * 1024
"""Of the cache whose memory is watched: small, so that it is full long before the first look."""
NEW_EACH = 100
MARKS = (100_000, 500_000, 1_000_000)


class Follower:
    """What the follower does with the statements of its chunks: their tables, then their lineage."""

    def __init__(self, workload: sql_texts.Workload, cache: Cache) -> None:
        self.analyser = Analyser(InProcess(), cache)
        self._schemas = {
            table: TableSchema(table, DatasetId("bench", table), tuple(columns.items())) for table, columns in workload.schema.items()
        }
        self._same: dict[tuple[TableSchema, ...], tuple[TableSchema, ...]] = {}

    def follow(self, chunk: Sequence[Statement]) -> int:
        """Read a chunk; gives how many edges came of it."""
        self.analyser.prefetch(chunk)
        found = self.analyser.analyse([self._request(statement) for statement in chunk])
        return sum(len(lineage.edges) for lineage in found)

    def _request(self, statement: Statement) -> AnalysisRequest:
        tables = tuple([self._schemas[table] for table in self.analyser.mentions(statement).tables])
        shared = self._same.setdefault(tables, tables)
        return AnalysisRequest(Position(0), Instant(0), JobId("bench", "job"), None, statement, shared)


def per_second(workload: sql_texts.Workload, count: int, rounds: int) -> float:
    """Known statements per second of processor time; every text differs from every other by its values."""
    follower = Follower(workload, Cache())
    producers = sql_texts.Producers(workload)
    follower.follow(list(producers.send(len(workload.statements))))
    speeds = []
    for _ in range(rounds):
        statements = list(producers.send(count))
        began = time.process_time()
        for start in range(0, count, CHUNK):
            follower.follow(statements[start : start + CHUNK])
        speeds.append(count / (time.process_time() - began))
    return median(speeds)


def memory(scale: float) -> list[tuple[int, int, int]]:
    """Statements seen, resident bytes, bytes the cache says it holds, at each mark; measured in a process of its own."""
    program = "import json, sys, sql_cached; json.dump(sql_cached.watch(float(sys.argv[1])), sys.stdout)"
    here = Path(__file__).parent
    env = {**os.environ, "PYTHONPATH": f"{here.parent}:{here}"}
    done = subprocess.run([sys.executable, "-c", program, str(scale)], env=env, capture_output=True, check=True)
    return [(seen, resident, held) for seen, resident, held in json.loads(done.stdout)]


def watch(scale: float, resident: Callable[[], int] | None = None) -> list[tuple[int, int, int]]:
    """Send statements, one in a hundred of a new shape, and look at the marks."""
    look = resident if resident is not None else _resident
    workload = sql_texts.decision_support()
    cache = Cache(int(CAPACITY_BYTES * scale))
    follower = Follower(workload, cache)
    marks = [int(mark * scale) for mark in MARKS]
    sent = sql_texts.Producers(workload).send(marks[-1], new_shapes_each=NEW_EACH)
    seen = 0
    looks: list[tuple[int, int, int]] = []
    while chunk := list(islice(sent, CHUNK)):
        follower.follow(chunk)
        seen += len(chunk)
        if seen >= marks[len(looks)]:
            looks.append((seen, look(), cache.size_bytes))
    return looks


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGESIZE")
