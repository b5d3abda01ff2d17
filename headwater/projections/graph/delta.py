"""What came since the base was built: a small sorted run of edges, one way, merged anew with each batch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.projections.graph.csr import Spans
from headwater.projections.graph.spokes import Places, Spokes, insert, kept_after_insert, lower_bounds, present


@dataclass(frozen=True, slots=True)
class Delta:
    """Edges sorted by node, neighbour, kind, derivation.

    `touched[n]` is true only for nodes that have edges here, so that a walk passes by all others without a search.
    """

    rows: NDArray[np.int32]
    spokes: Spokes
    touched: NDArray[np.bool_]

    @classmethod
    def empty(cls) -> Delta:
        """Nothing new."""
        return cls(np.empty(0, dtype=np.int32), Spokes.none(), np.zeros(1, dtype=np.bool_))

    @classmethod
    def of(cls, rows: NDArray[np.int32], spokes: Spokes) -> Delta:
        """A delta of edges that are in order already."""
        touched = np.zeros(int(rows[-1]) + 2 if len(rows) else 1, dtype=np.bool_)
        touched[rows] = True
        return cls(rows, spokes, touched)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays hold."""
        return self.rows.nbytes + self.spokes.nbytes + self.touched.nbytes

    def spans(self, nodes: NDArray[np.int64]) -> Spans:
        """Where the spokes of those nodes that have any lie."""
        # INVARIANT: the last cell of `touched` is false, so that clipping a newer node to it says "none".
        known = nodes[self.touched.take(nodes, mode="clip")]
        first, end = self._range(known.astype(np.int32))
        return Spans(known, first, end - first)

    def has(self, rows: NDArray[np.int32], wanted: Spokes) -> NDArray[np.bool_]:
        """Which of some edges are here already."""
        first, end = self._range(rows)
        return present(self.spokes, lower_bounds(self.spokes, first, end, wanted), end, wanted)

    def merged(self, rows: NDArray[np.int32], new: Spokes) -> Delta:
        """A delta that also holds edges not yet in it, given in its own order."""
        first, end = self._range(rows)
        places = lower_bounds(self.spokes, first, end, new)
        all_rows = insert(self.rows, rows, kept_after_insert(len(self), places))
        return Delta(all_rows, self.spokes.with_inserted(places, new), self._touched_with(rows))

    def _range(self, rows: NDArray[np.int32]) -> tuple[Places, Places]:
        return self.rows.searchsorted(rows, side="left"), self.rows.searchsorted(rows, side="right")

    def _touched_with(self, rows: NDArray[np.int32]) -> NDArray[np.bool_]:
        size = max(len(self.touched), int(rows[-1]) + 2 if len(rows) else 1)
        touched = np.zeros(size, dtype=np.bool_)
        touched[: len(self.touched)] = self.touched
        touched[rows] = True
        return touched
