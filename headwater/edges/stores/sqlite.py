"""The entry store in one SQLite file: the default. WAL, synchronous FULL, one row per segment, its bodies compressed with a checksum.

Any number of processes may append: `BEGIN IMMEDIATE` lets in one at a time, and each first catches up with what the others did.
Reads borrow a connection for one query at a time, so that a slow reader never holds the write-ahead log back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from headwater.edges.stores.sqlite_dedup import RUN_ENTRIES, DedupIndex, stored_runs
from headwater.edges.stores.sqlite_faults import sqlite_faults
from headwater.edges.stores.sqlite_rows import Compressor, SegmentRow, read_head, read_segment, read_tile
from headwater.edges.stores.sqlite_schema import check_schema, connect, open_file
from headwater.ledger.ports import DedupRun, Head, Segment
from headwater.ledger.tree.tiles import TileId
from headwater.model.errors import StoreFault, Tampered

_ALL_BELOW = "SELECT first, count, note, envelopes, bodies FROM segments WHERE first < ? ORDER BY first"
_FROM_COVERING = (
    "SELECT first, count, note, envelopes, bodies FROM segments WHERE first < ? "
    "AND first >= coalesce((SELECT max(first) FROM segments WHERE first <= ?), 0) ORDER BY first LIMIT ?"
)
_SET_TILE = "INSERT INTO tiles VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET hashes = excluded.hashes"
_READ_AHEAD = 16
_IDLE = 8


class SqliteEntryStore:
    """One ledger in one file, which is created with its tables unless `create` is false."""

    def __init__(self, path: Path | str, *, create: bool = True, run_entries: int = RUN_ENTRIES) -> None:
        self.path = Path(path)
        self._lock = RLock()
        self._index = DedupIndex(run_entries)
        self._writer: sqlite3.Connection | None = open_file(self.path, create=create)
        self._schema_version = self._read_schema_version(self._writer)
        self._idle: list[sqlite3.Connection] = []
        self._compressor = Compressor()
        self._closed = False

    def head(self) -> Head:
        with self._borrowed() as connection, sqlite_faults("read the ledger's head"):
            return read_head(connection)

    def segments(self, start: int, stop: int) -> Iterator[Segment]:
        while start < stop:
            with self._borrowed() as connection, sqlite_faults(f"read entry {start}"):
                rows = connection.execute(_FROM_COVERING, (stop, start, _READ_AHEAD)).fetchall()
            begin = start
            for segment in map(read_segment, rows):
                if segment.first + segment.count > begin:
                    yield segment
                start = max(start + 1, segment.first + segment.count)
            if len(rows) < _READ_AHEAD:
                return

    def tiles(self, wanted: Sequence[TileId]) -> list[bytes | None]:
        with self._borrowed() as connection, sqlite_faults("read the ledger's tree"):
            return [read_tile(connection, tile) for tile in wanted]

    def expect(self, bodies: Sequence[bytes]) -> None:
        self._compressor.expect(bodies)

    @contextmanager
    def begin(self) -> Iterator[_Transaction]:
        with self._lock:
            transaction = _Transaction(self._open_writer(), self._index, self._compressor)
            try:
                transaction.start(self._check_unchanged)
                yield transaction
                transaction.roll_back()
            except BaseException:
                self._drop_writer()
                raise

    @contextmanager
    def inspect(self) -> Iterator[_View]:
        connection = connect(self.path)
        try:
            check_schema(connection, self.path)
            with sqlite_faults("read the ledger"):
                connection.execute("BEGIN")
            yield _View(connection)
        finally:
            connection.close()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._drop_writer()
            self._compressor.close()
            while self._idle:
                self._idle.pop().close()

    @contextmanager
    def _borrowed(self) -> Iterator[sqlite3.Connection]:
        """A reading connection; one that raised is not used again."""
        if self._closed:
            raise StoreFault("cannot read the ledger: it was closed", next_step="open it again")
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = connect(self.path)
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        if len(self._idle) < _IDLE and not self._closed:
            self._idle.append(connection)
        else:
            connection.close()

    def _open_writer(self) -> sqlite3.Connection:
        if self._closed:
            raise StoreFault("cannot append to the ledger: it was closed", next_step="open it again")
        if self._writer is None:
            self._writer = open_file(self.path, create=False)
        return self._writer

    def _drop_writer(self) -> None:
        """After a failure nothing in memory is trusted: the next append starts from what is on disk."""
        self._index.forget()
        writer, self._writer = self._writer, None
        if writer is not None:
            with sqlite_faults("close the ledger"):
                writer.close()

    def _check_unchanged(self, connection: sqlite3.Connection) -> None:
        """Look at the schema again if anybody has changed it."""
        version = self._read_schema_version(connection)
        if version != self._schema_version:
            check_schema(connection, self.path)
            self._schema_version = version

    def _read_schema_version(self, connection: sqlite3.Connection) -> int:
        with sqlite_faults("open the ledger"):
            (version,) = connection.execute("PRAGMA schema_version").fetchone()
        return int(version)


class _Reader:
    """Reading on one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def head(self) -> Head:
        with sqlite_faults("read the ledger's head"):
            return read_head(self._connection)

    def segments(self, start: int, stop: int) -> Iterator[Segment]:
        with sqlite_faults(f"read entry {start}"):
            whole = start == 0
            rows = self._connection.execute(*((_ALL_BELOW, (stop,)) if whole else (_FROM_COVERING, (stop, start, -1))))
        while (row := self._next(rows)) is not None:
            segment = read_segment(row)
            if whole or segment.first + segment.count > start:
                yield segment

    def tiles(self, wanted: Sequence[TileId]) -> list[bytes | None]:
        with sqlite_faults("read the ledger's tree"):
            return [read_tile(self._connection, tile) for tile in wanted]

    def _next(self, rows: sqlite3.Cursor) -> SegmentRow | None:
        with sqlite_faults("read on in the ledger"):
            row: SegmentRow | None = rows.fetchone()
        return row


class _View(_Reader):
    """One moment, pinned by a read transaction."""

    def tile_ids(self) -> Iterator[TileId]:
        with sqlite_faults("read the ledger's tree"):
            rows = self._connection.execute("SELECT level, number FROM tiles ORDER BY level, number").fetchall()
        return (TileId(level, number) for level, number in rows)

    def extent(self) -> int:
        with sqlite_faults("read the ledger's last entry"):
            row = self._connection.execute("SELECT first, count FROM segments ORDER BY first DESC LIMIT 1").fetchone()
        if row is None:
            return 0
        if not all(isinstance(number, int) for number in row):
            raise Tampered("cannot read the ledger's last entry: its row is malformed", next_step="restore the home from a backup")
        return int(row[0] + row[1])

    def dedup_runs(self) -> Iterator[DedupRun]:
        runs = stored_runs(self._connection)
        while True:
            with sqlite_faults("read the ledger's dedup index"):
                run = next(runs, None)
            if run is None:
                return
            yield run


class _Transaction(_Reader):
    """The right to append, held from `BEGIN IMMEDIATE` on. The index runs ahead of the commit, and is forgotten if that fails."""

    def __init__(self, connection: sqlite3.Connection, index: DedupIndex, compressor: Compressor) -> None:
        super().__init__(connection)
        self._index, self._compressor = index, compressor
        self._written = False

    def start(self, check: Callable[[sqlite3.Connection], None]) -> None:
        """Wait for the sole right to write, then catch up with other processes."""
        with sqlite_faults("append to the ledger"):
            self._connection.execute("BEGIN IMMEDIATE")
            check(self._connection)
            self._index.refresh(self._connection, read_head(self._connection).size)

    def positions(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        with sqlite_faults("look up dedup keys"):
            return self._index.positions(self._connection, keys)

    def write(self, segments: Sequence[Segment], tiles: Mapping[TileId, bytes], head: Head) -> None:
        with sqlite_faults("append to the ledger"):
            self._connection.executemany("INSERT INTO segments VALUES (?, ?, ?, ?, ?)", map(self._compressor.row, segments))
            self._connection.executemany(_SET_TILE, ((*tile, hashes) for tile, hashes in tiles.items()))
            self._connection.execute("INSERT OR REPLACE INTO head VALUES (1, ?, ?)", (head.size, head.note))
        self._index.absorb(segments)
        self._written = True

    def commit(self) -> None:
        with sqlite_faults("make entries durable"):
            if self._index.is_due():
                self._index.write_run(self._connection)
            self._connection.execute("COMMIT")

    def roll_back(self) -> None:
        """Undo what was not committed; what the index absorbed is forgotten with it."""
        if self._connection.in_transaction:
            with sqlite_faults("give up an append"):
                self._connection.execute("ROLLBACK")
            if self._written:
                self._index.forget()
