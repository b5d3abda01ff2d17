"""One way through the graph: the base and what came since, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.projections.graph.csr import Csr
from headwater.projections.graph.delta import Delta
from headwater.projections.graph.edges import Edges
from headwater.projections.graph.spokes import Spokes


@dataclass(frozen=True, slots=True)
class Direction:
    """Edges by the node they leave. For the way against the stream, hand in flipped edges.

    INVARIANT: no edge is both in the base and in the delta.
    """

    base: Csr
    delta: Delta

    @classmethod
    def empty(cls) -> Direction:
        """No edges yet."""
        return cls(Csr.empty(), Delta.empty())

    @property
    def nbytes(self) -> int:
        """Bytes that the arrays hold."""
        return self.base.nbytes + self.delta.nbytes

    def parts(self) -> Iterator[Csr | Delta]:
        """The base, and the delta where it holds anything."""
        yield self.base
        if len(self.delta):
            yield self.delta

    def has(self, edges: Edges) -> NDArray[np.bool_]:
        """Which of some edges are here already."""
        spokes = _spokes(edges)
        return self.base.has(edges.sources, spokes) | self.delta.has(edges.sources, spokes)

    def with_delta(self, edges: Edges) -> Direction:
        """With edges, ordered and not yet here, in the delta."""
        return Direction(self.base, self.delta.merged(edges.sources, _spokes(edges)))

    def folded(self, node_count: int) -> Direction:
        """With the delta merged into a new base."""
        return Direction(self.base.merged(self.delta.rows, self.delta.spokes, node_count), Delta.empty())

    def with_base(self, edges: Edges, node_count: int) -> Direction:
        """With edges, ordered and not yet here, and the delta in a new base."""
        folded = self.folded(node_count)
        return Direction(folded.base.merged(edges.sources, _spokes(edges), node_count), folded.delta)

    def delta_edges(self) -> Edges:
        """What came since the base was built."""
        return Edges(self.delta.rows, self.delta.spokes.neighbours, self.delta.spokes.kinds, self.delta.spokes.derivations)


def _spokes(edges: Edges) -> Spokes:
    return Spokes(edges.targets, edges.kinds, edges.derivations)
