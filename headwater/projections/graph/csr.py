"""The base: compressed sparse rows, one way. Built once, read by everyone, replaced as a whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.projections.graph.spokes import Places, Spokes, lower_bounds, present


@dataclass(frozen=True, slots=True)
class Spans:
    """Where the spokes of some nodes lie: `counts[i]` of them from `first[i]` on, for `nodes[i]`."""

    nodes: NDArray[np.int64]
    first: Places
    counts: NDArray[np.int64]

    def places(self) -> Places:
        """Every place in every span, one after the other."""
        if len(self.first) == 1:
            return np.arange(self.first[0], self.first[0] + self.counts[0])
        ends = np.cumsum(self.counts)
        total = int(ends[-1]) if len(ends) else 0
        places = np.repeat(self.first - (ends - self.counts), self.counts)
        places += np.arange(total)
        return places

    def owners(self) -> NDArray[np.int64]:
        """The node that each of `places` belongs to."""
        return np.repeat(self.nodes, self.counts)

    @property
    def total(self) -> int:
        """How many spokes the spans hold together."""
        return int(self.counts.sum())


@dataclass(frozen=True, slots=True)
class Csr:
    """Node `n` has the spokes from `offsets[n]` up to `offsets[n + 1]`, sorted by neighbour, kind, derivation.

    A node past the last offset is there and has none, so that new nodes need no new base.
    """

    offsets: NDArray[np.int64]
    spokes: Spokes

    @classmethod
    def empty(cls) -> Csr:
        """No node, no edge."""
        return cls(np.zeros(1, dtype=np.int64), Spokes.none())

    def __len__(self) -> int:
        return len(self.spokes)

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays hold."""
        return self.offsets.nbytes + self.spokes.nbytes

    def spans(self, nodes: NDArray[np.int64]) -> Spans:
        """Where the spokes of these nodes lie."""
        first = self.offsets.take(nodes, mode="clip")
        return Spans(nodes, first, self.offsets.take(nodes + 1, mode="clip") - first)

    def has(self, rows: NDArray[np.int32], wanted: Spokes) -> NDArray[np.bool_]:
        """Which of some edges are here already."""
        spans = self.spans(rows.astype(np.int64))
        end = spans.first + spans.counts
        return present(self.spokes, lower_bounds(self.spokes, spans.first, end, wanted), end, wanted)

    def merged(self, rows: NDArray[np.int32], new: Spokes, node_count: int) -> Csr:
        """A base that also holds edges not yet in it, given in its own order.

        Cost:    O(V + E) copying, no sort.
        """
        spans = self.spans(rows.astype(np.int64))
        places = lower_bounds(self.spokes, spans.first, spans.first + spans.counts, new)
        return Csr(self._offsets_with(rows, node_count), self.spokes.with_inserted(places, new))

    def _offsets_with(self, rows: NDArray[np.int32], node_count: int) -> NDArray[np.int64]:
        size = max(node_count + 1, len(self.offsets))
        offsets = np.zeros(size, dtype=np.int64)
        np.cumsum(np.bincount(rows, minlength=size - 1), out=offsets[1:])
        offsets[: len(self.offsets)] += self.offsets
        offsets[len(self.offsets) :] += self.offsets[-1]
        return offsets
