"""Which derivations carry labels: those that hold, and those that ended where they wrote while their rows live on elsewhere.

`lineage/kept.py` says what living on means. Here that is kept up for a whole graph as it grows.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from headwater.projections.lineage.derivations import Derivations
from headwater.projections.lineage.kept import AsOf, Kept, Times

Table = NDArray[np.bool_]


def counting_at(derivations: Derivations, times: Times) -> Table:
    """Which derivations count at a moment, worked out anew."""
    kept = Kept(derivations, times)
    while kept.behind(np.flatnonzero(kept.alive).tolist()):
        pass
    return kept.alive


class Counting:
    """Which derivations count now, by what is known now."""

    def __init__(self, derivations: Derivations) -> None:
        self._derivations = derivations
        self._kept: set[int] = set()
        self._table: Table | None = None

    def update(self) -> Table:
        """Take in what moved since the last call.

        Cost:    O(derivations) for a table of bits, and a look at those around what moved.
        """
        moved, self._derivations.moved = self._derivations.moved, set()
        if self._table is None:
            self._table = counting_at(self._derivations, AsOf())
            self._kept = set(np.flatnonzero(self._table & ~_wide(self._alive(), len(self._table))).tolist())
            return self._table
        kept = Kept(self._derivations, AsOf())
        self._look_again(kept, moved)
        alive = self._alive()
        self._kept = {number for number in self._kept if not (number < len(alive) and alive[number])}
        self._table = _wide(alive, max([len(alive), *(number + 1 for number in self._kept)]))
        if self._kept:
            self._table[sorted(self._kept)] = True
        return self._table

    def _alive(self) -> Table:
        return self._derivations.episodes.alive(None, None)

    def _look_again(self, kept: Kept, moved: Iterable[int]) -> None:
        """Decide anew on what moved and has ended, on what wrote what they read, and on what that was made of where it changes."""
        waiting = [number for moving in moved for number in (moving, *self._behind(kept, moving))]
        seen: set[int] = set()
        while waiting:
            number = waiting.pop()
            if number in seen:
                continue
            seen.add(number)
            lives = not kept.counts(number) and kept.lives_on(number)
            if lives != (number in self._kept):
                self._kept.symmetric_difference_update((number,))
                waiting.extend(self._behind(kept, number))

    def _behind(self, kept: Kept, number: int) -> list[int]:
        record = self._derivations.record(number)
        return [] if record is None else [ended for source in record.key.sources for ended in kept.ended_into(source)]


def _wide(table: Table, size: int) -> Table:
    wide = np.zeros(max(size, len(table)), dtype=np.bool_)
    wide[: len(table)] = table
    return wide
