"""Rows of the ledger's SQLite file as values of the port, trusting nothing: SQLite columns hold any type, and files get edited."""

from __future__ import annotations

import sqlite3
from threading import local

import zstandard

from headwater.ledger.body import BODY_LIMIT
from headwater.ledger.ports import Head, Segment
from headwater.ledger.sequencing import SEGMENT_BYTES
from headwater.ledger.tiles import TileId
from headwater.model.errors import Tampered

LEVEL = 1
"""Compression level: on event JSON higher ones win a few percent of disk for twice the time inside a commit."""
_INFLATED_LIMIT = BODY_LIMIT + 2 * SEGMENT_BYTES
_NEXT = "headwater ledger verify, then restore the home from a backup"

SegmentRow = tuple[object, object, object, object, object]
_of_thread = local()


class Compressor:
    """Compresses bodies with a content checksum; for one thread at a time."""

    def __init__(self) -> None:
        self._zstd = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True, write_content_size=True)

    def row(self, segment: Segment) -> tuple[int, int, bytes, bytes, bytes]:
        """A segment as the row that is stored."""
        return segment.first, segment.count, segment.note, segment.envelopes, self._zstd.compress(segment.bodies)


def read_segment(row: SegmentRow) -> Segment:
    """A stored row as a segment; what is wrong with its bodies is said in its `fault`."""
    first, count, note, envelopes, stored = row
    bodies, fault = _inflate(stored)
    return Segment(
        first if isinstance(first, int) else -1,
        count if isinstance(count, int) else 0,
        envelopes if isinstance(envelopes, bytes) else b"",
        bodies,
        note if isinstance(note, bytes) else b"",
        fault,
    )


def read_head(connection: sqlite3.Connection) -> Head:
    """The head, or an empty one before the first append.

    Raises:  Tampered: its row is not one of ours.
    """
    row = connection.execute("SELECT size, note FROM head WHERE id = 1").fetchone()
    if row is None:
        if connection.execute("SELECT 1 FROM segments LIMIT 1").fetchone():
            raise Tampered("cannot read the ledger's head: its row was taken away", next_step=_NEXT)
        return Head(0, b"")
    if not isinstance(row[0], int) or not isinstance(row[1], bytes) or row[0] < 0:
        raise Tampered("cannot read the ledger's head: its row is malformed", next_step=_NEXT)
    return Head(row[0], row[1])


def read_tile(connection: sqlite3.Connection, tile: TileId) -> bytes | None:
    """A tile's hashes; None if it is not stored, or not as bytes."""
    row = connection.execute("SELECT hashes FROM tiles WHERE level = ? AND number = ?", tile).fetchone()
    return row[0] if row is not None and isinstance(row[0], bytes) else None


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
