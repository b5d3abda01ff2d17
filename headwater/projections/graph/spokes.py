"""Edges seen from one end: what a row of the graph holds, and finding or inserting spokes inside sorted rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
Number = TypeVar("Number", np.int32, np.uint8)


@dataclass(frozen=True, slots=True)
class Spokes:
    """Parallel arrays of the far ends, kinds and derivations; which node they belong to is said elsewhere."""

    neighbours: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    derivations: NDArray[np.int32]

    @classmethod
    def none(cls) -> Spokes:
        """No spokes at all."""
        return cls(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.uint8), np.empty(0, dtype=np.int32))

    def __len__(self) -> int:
        return len(self.neighbours)

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays hold."""
        return self.neighbours.nbytes + self.kinds.nbytes + self.derivations.nbytes

    def take(self, places: Places | NDArray[np.bool_]) -> Spokes:
        """The spokes at some places, or where a mask holds."""
        return Spokes(self.neighbours[places], self.kinds[places], self.derivations[places])

    def with_inserted(self, places: Places, new: Spokes) -> Spokes:
        """These spokes with new ones before the places given (ascending, as `lower_bounds` finds them)."""
        kept = kept_after_insert(len(self), places)
        return Spokes(
            insert(self.neighbours, new.neighbours, kept),
            insert(self.kinds, new.kinds, kept),
            insert(self.derivations, new.derivations, kept),
        )


def kept_after_insert(length: int, places: Places) -> NDArray[np.bool_]:
    """Which cells of the longer array hold old values, once something is inserted before each place."""
    kept = np.ones(length + len(places), dtype=np.bool_)
    kept[places + np.arange(len(places))] = False
    return kept


def insert(old: NDArray[Number], new: NDArray[Number], kept: NDArray[np.bool_]) -> NDArray[Number]:
    """Lay old and new values out as `kept_after_insert` says."""
    merged = np.empty(len(kept), dtype=old.dtype)
    merged[kept] = old
    merged[~kept] = new
    return merged


def lower_bounds(spokes: Spokes, first: Places, end: Places, wanted: Spokes) -> Places:
    """For each wanted spoke, the first place in its own range [first, end) that does not sort before it.

    Cost:    as many steps as the longest range has binary digits, each over all that are still open.
    """
    low, high = first.copy(), end.copy()
    still = np.flatnonzero(low < high)
    while len(still):
        middle = (low[still] + high[still]) >> 1
        before = _sorts_before(spokes, middle, wanted, still)
        low[still] = np.where(before, middle + 1, low[still])
        high[still] = np.where(before, high[still], middle)
        still = still[low[still] < high[still]]
    return low


def present(spokes: Spokes, places: Places, end: Places, wanted: Spokes) -> NDArray[np.bool_]:
    """Whether the spoke at each lower bound is the wanted one itself."""
    if len(spokes) == 0:
        return np.zeros(len(wanted), dtype=np.bool_)
    found = spokes.take(np.minimum(places, len(spokes) - 1))
    same: NDArray[np.bool_] = (found.neighbours == wanted.neighbours) & (found.kinds == wanted.kinds)
    same &= found.derivations == wanted.derivations
    same &= places < end
    return same


def _sorts_before(spokes: Spokes, places: Places, wanted: Spokes, chosen: Places) -> NDArray[np.bool_]:
    """Whether spokes[places] < wanted[chosen], by neighbour, kind, derivation."""
    have, want = spokes.take(places), wanted.take(chosen)
    by_derivation = (have.kinds == want.kinds) & (have.derivations < want.derivations)
    by_kind = (have.neighbours == want.neighbours) & ((have.kinds < want.kinds) | by_derivation)
    before: NDArray[np.bool_] = (have.neighbours < want.neighbours) | by_kind
    return before
