"""Which dedup keys are stored: recent ones in memory, older ones in sorted runs that merge as they grow.

The keys themselves ride in the envelopes, so this index can be told apart from them and rebuilt. Runs cover all entries from 0
without holes; four neighbours of one size merge into one, up to a million entries, so few filters answer for many entries.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

import numpy as np

from headwater.edges.stores.dedup_runs import (
    KEY_BYTES,
    RunIndex,
    build_fences,
    build_filter,
    cut_pages,
    find_in_page,
    halves,
    join_records,
    read_index,
    sort_records,
)
from headwater.ledger.framing import dedup_keys
from headwater.ledger.ports import RECORD_BYTES, DedupRun, Segment
from headwater.model.errors import Tampered

RUN_ENTRIES = 65_536
MERGE_RUNS = 4


class DedupIndex:
    """One process's view of the index; brought up to date at the start of every append."""

    def __init__(self, run_entries: int = RUN_ENTRIES) -> None:
        self._run_entries = run_entries
        self.forget()

    def forget(self) -> None:
        """Drop what is in memory; the next refresh reads it again."""
        self._size = 0
        self._runs: list[RunIndex] = []
        self._recent: dict[bytes, int] = {}

    def refresh(self, connection: sqlite3.Connection, size: int) -> None:
        """Catch up with what any process appended up to `size`.

        Raises:  Tampered: runs do not join, or envelopes cannot be read.
        """
        if size == self._size:
            return
        if size < self._size:
            self.forget()
        self._runs = self._load_runs(connection, size)
        covered = self._runs[-1].stop if self._runs else 0
        self._recent = {key: position for key, position in self._recent.items() if position >= covered}
        start = max(covered, self._size)
        rows = connection.execute("SELECT first, count, envelopes FROM segments WHERE first >= ? ORDER BY first", (start,))
        for first, count, envelopes in rows:
            self.absorb([Segment(first, count, envelopes, b"")])
        self._size = size

    def positions(self, connection: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Positions of the keys that are stored."""
        recent = self._recent
        found = {} if recent.keys().isdisjoint(keys) else {key: recent[key] for key in keys if key in recent}
        if self._runs:
            wanted = [key for key in dict.fromkeys(keys) if key not in found and len(key) == KEY_BYTES]
            found.update(self._in_runs(connection, wanted) if wanted else ())
        return found

    def _in_runs(self, connection: sqlite3.Connection, keys: Sequence[bytes]) -> Iterator[tuple[bytes, int]]:
        rows = halves(keys)
        for run in self._runs:
            for at in np.flatnonzero(run.may_hold(rows)).tolist():
                position = _look_up(connection, run, keys[at])
                if position is not None:
                    yield keys[at], position

    def absorb(self, segments: Sequence[Segment]) -> None:
        """Take in segments that are committed."""
        for segment in segments:
            self._recent.update(zip(segment.keys or dedup_keys(segment), range(segment.first, segment.first + segment.count), strict=True))
            self._size = segment.first + segment.count

    def is_due(self) -> bool:
        """Whether enough recent keys have gathered for a run."""
        return len(self._recent) >= self._run_entries

    def write_run(self, connection: sqlite3.Connection) -> None:
        """Move the recent keys into a run and merge where due, inside the caller's transaction; `forget` if that fails."""
        first = self._runs[-1].stop if self._runs else 0
        runs = [*self._runs, _store_run(connection, first, self._size, sort_records(join_records(self._recent.items())))]
        while self._mergeable(runs):
            merged = runs[-MERGE_RUNS:]
            records = sort_records(b"".join(_records(connection, run.first) for run in merged))
            for run in merged:
                connection.execute("DELETE FROM dedup_pages WHERE run = ?", (run.first,))
                connection.execute("DELETE FROM dedup_runs WHERE first = ?", (run.first,))
            runs[-MERGE_RUNS:] = [_store_run(connection, merged[0].first, merged[-1].stop, records)]
        self._runs, self._recent = runs, {}

    def _mergeable(self, runs: Sequence[RunIndex]) -> bool:
        """Whether the last runs are of one size class; a million entries are left alone, so that no merge stalls an append for long."""
        sizes = [run.stop - run.first for run in runs[-MERGE_RUNS:]]
        largest = self._run_entries * MERGE_RUNS**2
        return len(sizes) == MERGE_RUNS and sizes[0] < 2 * sizes[-1] and sum(sizes) < 2 * largest

    def _load_runs(self, connection: sqlite3.Connection, size: int) -> list[RunIndex]:
        known = {(run.first, run.stop): run for run in self._runs}
        runs: list[RunIndex] = []
        for first, stop in connection.execute("SELECT first, stop FROM dedup_runs ORDER BY first").fetchall():
            if first != (runs[-1].stop if runs else 0) or not first < stop <= size:
                raise Tampered("cannot append to the ledger: its dedup index has holes", next_step="headwater ledger verify")
            runs.append(known.get((first, stop)) or _load_run(connection, first, stop))
        return runs


def stored_runs(connection: sqlite3.Connection) -> Iterator[DedupRun]:
    """Every stored run with what is wrong about its filter, fences or pages; pages of no run come as a run of their own."""
    rows = connection.execute("SELECT first, stop, fences, filter FROM dedup_runs ORDER BY first").fetchall()
    for first, stop, fences, filter_bytes in rows:
        records = _records(connection, first)
        sound = records and len(records) % RECORD_BYTES == 0 and (build_fences(records), build_filter(records)) == (fences, filter_bytes)
        fault = "" if sound else "its filter or fences do not fit its keys"
        yield DedupRun(first, stop, records, fault) if isinstance(stop, int) else DedupRun(first, first, records, "its row is malformed")
    query = "SELECT min(run) FROM dedup_pages WHERE run NOT IN (SELECT first FROM dedup_runs)"
    (stray,) = connection.execute(query).fetchone()
    if stray is not None:
        yield DedupRun(stray, stray, b"", "it has pages but no entry in the list of runs")


def _store_run(connection: sqlite3.Connection, first: int, stop: int, records: bytes) -> RunIndex:
    fences, filter_bytes = build_fences(records), build_filter(records)
    connection.execute("INSERT INTO dedup_runs VALUES (?, ?, ?, ?)", (first, stop, fences, filter_bytes))
    pages = ((first, page, data) for page, data in enumerate(cut_pages(records)))
    connection.executemany("INSERT INTO dedup_pages VALUES (?, ?, ?)", pages)
    return read_index(first, stop, fences, filter_bytes)


def _load_run(connection: sqlite3.Connection, first: int, stop: int) -> RunIndex:
    fences, filter_bytes = connection.execute("SELECT fences, filter FROM dedup_runs WHERE first = ?", (first,)).fetchone()
    if not isinstance(fences, bytes) or not isinstance(filter_bytes, bytes) or not filter_bytes:
        raise Tampered("cannot append to the ledger: its dedup index is damaged", next_step="headwater ledger verify")
    return read_index(first, stop, fences, filter_bytes)


def _records(connection: sqlite3.Connection, run: int) -> bytes:
    """All records of a run; none if a page is not of bytes."""
    pages = [page for (page,) in connection.execute("SELECT records FROM dedup_pages WHERE run = ? ORDER BY page", (run,))]
    return b"".join(pages) if all(isinstance(page, bytes) for page in pages) else b""


def _look_up(connection: sqlite3.Connection, run: RunIndex, key: bytes) -> int | None:
    query = "SELECT records FROM dedup_pages WHERE run = ? AND page = ?"
    row = connection.execute(query, (run.first, run.page_of(key))).fetchone()
    return find_in_page(row[0], key) if row else None
