"""Stored tiles against the entries below them and against each other.

Each stored hash is compared with the hash of what it covers. What is carried upwards is the hash on record, so that one altered
entry is reported once and not again at every level; the tile above tells an altered entry from an altered tile.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from headwater.ledger.ports import StoreView
from headwater.ledger.tree.merkle import HASH_BYTES, fold
from headwater.ledger.tree.tiles import WIDTH, TileId, split_hashes, tile_ids, widths
from headwater.ledger.verify.problems import Problems

_UNKNOWN = b""


class TileCheck:
    """Takes leaf hashes in order and compares tile by tile, level by level."""

    def __init__(self, view: StoreView, size: int, problems: Problems) -> None:
        self._view, self._size, self._problems = view, size, problems
        self._rows: list[list[bytes]] = [[] for _ in widths(size)]
        self._closed = [0] * len(self._rows)

    def add(self, leaves: Iterable[bytes]) -> None:
        """The next leaves; an empty hash stands for an entry that cannot be read."""
        row = self._rows[0]
        row.extend(leaves)
        while len(row) >= WIDTH:
            self._close(0)

    def skip(self, count: int) -> None:
        """Leaves that are not known because their entries are missing."""
        for at in range(0, count, WIDTH):
            self.add([_UNKNOWN] * min(WIDTH, count - at))

    def finish(self) -> bytes | None:
        """Check the right edge and the set of tiles; the root over what is on record, None where part of it is unknown."""
        ragged: list[bytes] = []
        for level, row in enumerate(self._rows):
            on_record = self._compare(level, row) if row else []
            ragged = [_fold_known([*on_record, *ragged])] if on_record or ragged else []
        self._check_strays()
        return _fold_known(ragged) or None

    def _close(self, level: int) -> None:
        row, self._rows[level][:WIDTH] = self._rows[level][:WIDTH], []
        on_record = self._compare(level, row)
        self._closed[level] += 1
        if level + 1 < len(self._rows):
            self._rows[level + 1].append(_fold_known(on_record))
            if len(self._rows[level + 1]) == WIDTH:
                self._close(level + 1)

    def _compare(self, level: int, row: list[bytes]) -> list[bytes]:
        """Report where a tile differs from what it covers; returns the hashes that shall count as on record."""
        number = self._closed[level]
        unit = WIDTH**level
        first = number * WIDTH * unit
        stored = self._view.tiles([TileId(level, number)])[0]
        if stored is None or len(stored) != len(row) * HASH_BYTES:
            got = "it is missing" if stored is None else f"expected {len(row)} hashes, got {len(stored)} bytes"
            self._problems.add(first, f"tile {level}/{number} of the tree: {got}")
            return row
        if stored == b"".join(row):
            return row
        on_record = split_hashes(stored)
        intact = _UNKNOWN not in row and self._covering_hash(level, number) == fold(row)
        for place, (found, expected) in enumerate(zip(row, on_record, strict=True)):
            if found not in (_UNKNOWN, expected):
                self._problems.add(first + place * unit, _difference(level, number, found, expected, intact=intact))
        return row if intact else on_record

    def _covering_hash(self, level: int, number: int) -> bytes | None:
        """What the tile above says of a tile."""
        above = self._view.tiles([TileId(level + 1, number // WIDTH)])[0] or b""
        at = number % WIDTH * HASH_BYTES
        return above[at : at + HASH_BYTES] or None

    def _check_strays(self) -> None:
        expected = set(tile_ids(self._size))
        for tile in self._view.tile_ids():
            if tile not in expected:
                self._problems.add(None, f"tile {tile.level}/{tile.number} is stored but the tree has no such tile")


def _difference(level: int, number: int, found: bytes, expected: bytes, *, intact: bool) -> str:
    hashes = f"hashes to {found.hex()[:12]}.., tile {level}/{number} says {expected.hex()[:12]}.."
    what = "the entry" if level == 0 else "the tile below"
    return f"{what} {hashes}" + ("; the tile was altered" if intact else "")


def _fold_known(row: Sequence[bytes]) -> bytes:
    """Fold, or unknown if any part is."""
    return _UNKNOWN if _UNKNOWN in row else fold(row)
