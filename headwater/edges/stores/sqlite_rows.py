"""Rows of the ledger's SQLite file as values of the port, trusting nothing: SQLite columns hold any type, and files get edited."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import local

import zstandard

from headwater.ledger.body import BODY_LIMIT
from headwater.ledger.ports import Head, Segment
from headwater.ledger.sequencing import SEGMENT_BYTES
from headwater.ledger.tree.tiles import TileId
from headwater.model.errors import Tampered

LEVEL = -3
"""Compression level: on events level 1 wins three percent of disk for a third more time inside every commit."""
_MOST_BEGUN = 16
_WORTH_A_THREAD = 2**16
_INFLATED_LIMIT = BODY_LIMIT + 2 * SEGMENT_BYTES
_NEXT = "headwater ledger verify, then restore the home from a backup"

SegmentRow = tuple[object, object, object, object, object]
_of_thread = local()


class Compressor:
    """Compresses bodies with a content checksum, large ones in a thread of its own; for one caller at a time.

    Compression takes as long as hashing does, and both let go of the interpreter, so they run side by side.
    """

    def __init__(self) -> None:
        self._here, self._there = _compressor(), _compressor()
        self._thread: ThreadPoolExecutor | None = None
        self._begun: deque[tuple[bytes, Future[bytes]]] = deque(maxlen=_MOST_BEGUN)

    def expect(self, bodies: Sequence[bytes]) -> None:
        """Begin with bodies that will be asked for. The oldest are dropped: their append failed, or they are compressed when it comes."""
        if sum(map(len, bodies)) >= _WORTH_A_THREAD:
            self._thread = self._thread or ThreadPoolExecutor(1, thread_name_prefix="headwater-compress")
            self._begun.extend((data, self._thread.submit(self._there.compress, data)) for data in bodies)

    def close(self) -> None:
        """End the thread."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.shutdown()

    def row(self, segment: Segment) -> tuple[int, int, bytes, bytes, bytes]:
        """A segment as the row that is stored."""
        return segment.first, segment.count, segment.note, segment.envelopes, self._compressed(segment.bodies)

    def _compressed(self, bodies: bytes) -> bytes:
        for begun in list(self._begun):
            if begun[0] is bodies:
                self._begun.remove(begun)
                return begun[1].result()
        return self._here.compress(bodies)


_NO_NOTE = b"not bytes"
"""Stands for a note that is not even bytes: none can be opened from it, and it is not the empty one either."""


def read_segment(row: SegmentRow) -> Segment:
    """A stored row as a segment; what is wrong with its bodies is said in its `fault`."""
    first, count, note, envelopes, stored = row
    bodies, fault = _inflate(stored)
    return Segment(
        first if isinstance(first, int) else -1,
        count if isinstance(count, int) else 0,
        envelopes if isinstance(envelopes, bytes) else b"",
        bodies,
        note if isinstance(note, bytes) else _NO_NOTE,
        fault,
    )


_HEAD = "SELECT head.id, head.size, head.note, NOT EXISTS (SELECT 1 FROM segments) FROM (SELECT 1) LEFT JOIN head ON head.id = 1"
"""One statement, so that both are of one moment: another process may commit the first entries between two."""


def read_head(connection: sqlite3.Connection) -> Head:
    """The head, or an empty one before the first append.

    Raises:  Tampered: its row is not one of ours.
    """
    present, size, note, is_empty = connection.execute(_HEAD).fetchone()
    if present is None:
        if not is_empty:
            raise Tampered("cannot read the ledger's head: its row was taken away", next_step=_NEXT)
        return Head(0, b"")
    if not isinstance(size, int) or not isinstance(note, bytes) or size < 0:
        raise Tampered("cannot read the ledger's head: its row is malformed", next_step=_NEXT)
    return Head(size, note)


def read_tile(connection: sqlite3.Connection, tile: TileId) -> bytes | None:
    """A tile's hashes; None if it is not stored, or not as bytes."""
    row = connection.execute("SELECT hashes FROM tiles WHERE level = ? AND number = ?", tile).fetchone()
    return row[0] if row is not None and isinstance(row[0], bytes) else None


def _compressor() -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(level=LEVEL, write_checksum=True, write_content_size=True)


def _inflate(stored: object) -> tuple[bytes, str]:
    """Decompress one complete frame and nothing more; returns the bytes, or a fault."""
    if not isinstance(stored, bytes):
        return b"", "the compressed payloads are missing"
    if not hasattr(_of_thread, "zstd"):
        _of_thread.zstd = zstandard.ZstdDecompressor()
    try:
        size = zstandard.frame_content_size(stored)
        if not 0 <= size <= _INFLATED_LIMIT:
            return b"", "the compressed payloads claim an impossible size"
        return _of_thread.zstd.decompress(stored, allow_extra_data=False), ""
    except (zstandard.ZstdError, MemoryError):
        return b"", "the compressed payloads do not decompress or fail their checksum"
