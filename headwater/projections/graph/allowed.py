"""Which edges a walk may use: those whose derivation is alive and whose kind is asked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.projections.graph.spokes import Places, Spokes

_KINDS = 256


@dataclass(frozen=True, slots=True)
class Allowed:
    """Two tables, by derivation and by kind; None allows all."""

    alive: NDArray[np.bool_] | None = None
    kinds: NDArray[np.bool_] | None = None

    @classmethod
    def of(cls, alive: NDArray[np.bool_] | None, kinds: NDArray[np.bool_] | None, derivation_count: int) -> Allowed:
        """Tables that cover every number in the graph; what a caller's table does not reach is not allowed."""
        return cls(_covering(alive, derivation_count), kind_table(kinds))

    def keep(self, spokes: Spokes, places: Places) -> NDArray[np.bool_] | None:
        """Whether each spoke may be used; None when all may."""
        kept = None
        if self.alive is not None:
            kept = self.alive.take(spokes.derivations.take(places))
        if self.kinds is not None:
            of_kind = self.kinds.take(spokes.kinds.take(places))
            kept = of_kind if kept is None else kept & of_kind
        return kept


def kind_table(kinds: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
    """A caller's table by kind, wide enough for every kind that fits a byte."""
    return _covering(kinds, _KINDS)


def _covering(table: NDArray[np.bool_] | None, size: int) -> NDArray[np.bool_] | None:
    if table is None or len(table) >= size:
        return table
    wide = np.zeros(size, dtype=np.bool_)
    wide[: len(table)] = table
    return wide
