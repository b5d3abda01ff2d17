"""The entry store in memory: for tests, trials and as the plainest reading of the port's contract."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock

from headwater.ledger.framing import dedup_keys
from headwater.ledger.ports import EMPTY_HEAD, DedupRun, Head, Segment
from headwater.ledger.tree.tiles import TileId


class _Shelf:
    """The four things a store keeps, and how to read them."""

    def __init__(self) -> None:
        self._head = EMPTY_HEAD
        self._segments: list[Segment] = []
        self._tiles: dict[TileId, bytes] = {}
        self._dedup: dict[bytes, int] = {}

    def head(self) -> Head:
        return self._head

    def segments(self, start: int, stop: int) -> Iterator[Segment]:
        at = max(bisect_right(self._segments, start, key=_first) - 1, 0)
        while start < stop and at < len(self._segments) and self._segments[at].first < stop:
            segment = self._segments[at]
            if segment.first + segment.count > start:
                yield segment
            at += 1

    def tiles(self, wanted: Sequence[TileId]) -> list[bytes | None]:
        return [self._tiles.get(tile) for tile in wanted]


class MemoryEntryStore(_Shelf):
    """Lives as long as its process. What it hands out are values, so readers need no lock."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = RLock()

    def expect(self, bodies: Sequence[bytes]) -> None:
        """Nothing to prepare."""

    @contextmanager
    def begin(self) -> Iterator[_Transaction]:
        with self._lock:
            yield _Transaction(self)

    @contextmanager
    def inspect(self) -> Iterator[_View]:
        with self._lock:
            view = _View(self)
        yield view

    def close(self) -> None:
        """Nothing to let go of."""


class _View(_Shelf):
    """A copy of one moment."""

    def __init__(self, store: MemoryEntryStore) -> None:
        self._head, self._segments = store._head, list(store._segments)
        self._tiles, self._dedup = dict(store._tiles), dict(store._dedup)

    def tile_ids(self) -> Iterator[TileId]:
        return iter(sorted(self._tiles))

    def extent(self) -> int:
        return self._segments[-1].first + self._segments[-1].count if self._segments else 0

    def dedup_runs(self) -> Iterator[DedupRun]:
        if self._dedup:
            records = sorted(key + position.to_bytes(8, "big") for key, position in self._dedup.items())
            yield DedupRun(0, self.extent(), b"".join(records))


class _Transaction(_Shelf):
    """Shares the store's shelves; what is written waits for the commit."""

    def __init__(self, store: MemoryEntryStore) -> None:
        self._store = store
        self._head, self._segments, self._tiles, self._dedup = store._head, store._segments, store._tiles, store._dedup
        self._written: list[tuple[Sequence[Segment], Mapping[TileId, bytes], Head]] = []

    def positions(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        return {key: self._dedup[key] for key in keys if key in self._dedup}

    def write(self, segments: Sequence[Segment], tiles: Mapping[TileId, bytes], head: Head) -> None:
        self._written.append((segments, tiles, head))

    def commit(self) -> None:
        for segments, tiles, head in self._written:
            for segment in segments:
                self._dedup.update((key, position) for position, key in enumerate(dedup_keys(segment), segment.first))
            self._segments.extend(segments)
            self._tiles.update(tiles)
            self._store._head = head
        self._written.clear()


def _first(segment: Segment) -> int:
    return segment.first
