"""The port to durable storage. The docstrings are the contract; `tests/contracts/test_entry_store.py` runs it over every driver.

A store keeps four things: segments (envelopes and bodies of consecutive entries), the tree's tiles, the head, and an index of dedup keys.
It hashes and signs nothing. Faults it finds while reading are `Tampered` (the data is wrong) or `StoreFault` (it cannot be reached).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from headwater.ledger.tree.tiles import TileId

RECORD_BYTES = 24
"""A dedup record: key (16), position (8, big-endian). Sorted as bytes."""


@dataclass(frozen=True, slots=True)
class Head:
    """Size of the ledger and the signed checkpoint of that size; `note` is empty while the ledger is."""

    size: int
    note: bytes


EMPTY_HEAD = Head(0, b"")


@dataclass(frozen=True, slots=True)
class Segment:
    """Consecutive entries: framed envelopes and framed bodies (`framing.py`), uncompressed.

    `note` is the signed checkpoint at the segment's end, empty until it is placed. `fault` says why `bodies` could not be read.
    """

    first: int
    count: int
    envelopes: bytes
    bodies: bytes
    note: bytes = b""
    fault: str = ""
    keys: Sequence[bytes] = field(default=(), compare=False, repr=False)
    """The dedup keys of its entries, where whoever made it had them at hand; otherwise they are read from the envelopes."""


@dataclass(frozen=True, slots=True)
class DedupRun:
    """Sorted dedup records of the entries [first, stop); `fault` says what the driver found wrong in its own index of them."""

    first: int
    stop: int
    records: bytes
    fault: str = ""


class StoreReader(Protocol):
    """What can be read. Everything below a head that was once returned never changes."""

    def head(self) -> Head:
        """The head as last committed by any process."""

    def segments(self, start: int, stop: int) -> Iterator[Segment]:
        """The stored segments that reach into [start, stop), by rising `first`.

        Nothing is repaired or left out: holes and overlaps show. A body that cannot be read gives a segment with `fault`.
        Raises:  Tampered | StoreFault: storage itself cannot be walked any further.
        """

    def tiles(self, wanted: Sequence[TileId]) -> list[bytes | None]:
        """Tiles in the order asked; None for one that is not stored."""


class StoreView(StoreReader, Protocol):
    """One moment of the store, for verification."""

    def tile_ids(self) -> Iterator[TileId]:
        """Every stored tile, by level and number."""

    def extent(self) -> int:
        """Where the last stored segment ends; the head's size, if nothing was tampered with."""

    def dedup_runs(self) -> Iterator[DedupRun]:
        """The dedup index, oldest run first; entries after the last run are indexed in memory only."""


class StoreTransaction(StoreReader, Protocol):
    """The sole right to append, across processes. Sees the newest head; leaving without `commit` leaves no trace."""

    def positions(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Positions of those dedup keys that are stored."""

    def write(self, segments: Sequence[Segment], tiles: Mapping[TileId, bytes], head: Head) -> None:
        """Add segments that begin at the present size, set tiles, move the head."""

    def commit(self) -> None:
        """Make all of it durable and visible.

        Raises:  StoreFault: it is not durable; nothing may be acknowledged. The store stays usable.
        """


class EntryStore(StoreReader, Protocol):
    """Durable storage of one ledger. Reading is free to any thread and process at any time."""

    def expect(self, bodies: Sequence[bytes]) -> None:
        """A hint that these very bodies will be written soon: a driver may compress them meanwhile. Any thread may give it."""

    def begin(self) -> AbstractContextManager[StoreTransaction]:
        """Wait for the right to append.

        Raises:  StoreFault: another process holds it too long, or the store cannot be written.
        """

    def inspect(self) -> AbstractContextManager[StoreView]:
        """Pin one moment; appends go on meanwhile."""

    def close(self) -> None:
        """Let go of files; closing twice is harmless."""
