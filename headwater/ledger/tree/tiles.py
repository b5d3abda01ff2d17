"""The tree cut into tiles of 256 hashes, as in C2SP tlog-tiles: what a store keeps and what proofs are read from.

Tile (level, number) holds the roots of complete subtrees of 256**level leaves. The last tile of each level may be partial;
it is stored too, so that a leaf's hash is on record from the moment its entry is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from headwater.ledger.tree.merkle import HASH_BYTES, fold, node_hash, split_point
from headwater.model.errors import Tampered

WIDTH = 256
_BITS = 8


class TileId(NamedTuple):
    """Level from the leaves (0) up; number from the left."""

    level: int
    number: int


ReadTile = Callable[[TileId], bytes | None]


def split_hashes(tile: bytes) -> list[bytes]:
    """The hashes in a tile."""
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]


def widths(size: int) -> list[int]:
    """How many hashes each level holds for a tree of a size, leaves first."""
    counts = []
    while size:
        counts.append(size)
        size //= WIDTH
    return counts


def tile_ids(size: int) -> Iterator[TileId]:
    """Every tile that a tree of a size has, level by level."""
    for level, count in enumerate(widths(size)):
        for number in range(-(-count // WIDTH)):
            yield TileId(level, number)


class Edge:
    """The right edge of the tree: per level, the hashes of the last tile while it is partial. Enough to append and to give the root."""

    def __init__(self, size: int = 0, levels: Iterable[Iterable[bytes]] = ()) -> None:
        self.size = size
        self._levels = [list(level) for level in levels]

    @classmethod
    def load(cls, size: int, read_tile: ReadTile) -> Edge:
        """Read the edge from stored tiles.

        Raises:  Tampered: a tile at the edge is missing or too short.
        """
        levels = []
        for level, count in enumerate(widths(size)):
            kept = count % WIDTH
            levels.append(split_hashes(_prefix(read_tile, TileId(level, count // WIDTH), kept)) if kept else [])
        return cls(size, levels)

    def copy(self) -> Edge:
        """A separate edge, to be thrown away if the append fails."""
        return Edge(self.size, self._levels)

    def root(self) -> bytes:
        """Root of the whole tree, from the edge alone."""
        ragged: list[bytes] = []
        for level in self._levels:
            row = [*level, *ragged]
            ragged = [fold(row)] if row else []
        return fold(ragged)

    def extend(self, leaves: Iterable[bytes]) -> dict[TileId, bytes]:
        """Append leaf hashes; returns the tiles that are new or grew."""
        changed: dict[TileId, bytes] = {}
        added, first, level = list(leaves), self.size, 0
        self.size += len(added)
        while added:
            if level == len(self._levels):
                self._levels.append([])
            rows = _cut(self._levels[level] + added)
            number = first // WIDTH
            changed.update((TileId(level, number + offset), b"".join(row)) for offset, row in enumerate(rows))
            self._levels[level] = rows[-1] if len(rows[-1]) < WIDTH else []
            added = [fold(row) for row in rows if len(row) == WIDTH]
            first, level = number, level + 1
        return changed


class TileTree:
    """Hashes of any range of leaves, read from tiles; remembers the tiles it has read."""

    def __init__(self, read_tile: ReadTile) -> None:
        self._read_tile = read_tile
        self._seen: dict[TileId, bytes] = {}

    def root(self, size: int) -> bytes:
        """Root of the tree of the first `size` leaves."""
        return self.range_hash(0, size) if size else fold([])

    def range_hash(self, start: int, stop: int) -> bytes:
        """Hash of the subtree over [start, stop), which must be one that the tree of some size has.

        Raises:  Tampered: a tile it needs is missing or too short.
        """
        count = stop - start
        if count & (count - 1):
            middle = start + split_point(count)
            return node_hash(self.range_hash(start, middle), self.range_hash(middle, stop))
        level = (count.bit_length() - 1) // _BITS
        unit = WIDTH**level
        first, length = start // unit, count // unit
        offset = first % WIDTH
        tile = self._tile(TileId(level, first // WIDTH), offset + length)
        return fold(split_hashes(tile[offset * HASH_BYTES : (offset + length) * HASH_BYTES]))

    def _tile(self, tile: TileId, width: int) -> bytes:
        seen = self._seen.get(tile)
        if seen is None or len(seen) < width * HASH_BYTES:
            seen = self._seen[tile] = _prefix(self._read_tile, tile, width)
        return seen


def _cut(row: list[bytes]) -> list[list[bytes]]:
    return [row[at : at + WIDTH] for at in range(0, len(row), WIDTH)]


def _prefix(read_tile: ReadTile, tile: TileId, width: int) -> bytes:
    data = read_tile(tile)
    if data is None or len(data) < width * HASH_BYTES:
        got = "none" if data is None else len(data) // HASH_BYTES
        raise Tampered(
            f"cannot read tile {tile.level}/{tile.number} of the ledger's tree: expected {width} hashes, got {got}",
            next_step="headwater ledger verify",
        )
    return data
