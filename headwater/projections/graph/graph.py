"""`ColumnGraph`: what the rest of Headwater sees of the graph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from headwater.projections.graph.allowed import Allowed, kind_table
from headwater.projections.graph.direction import Direction
from headwater.projections.graph.edges import Edges, bounded
from headwater.projections.graph.marks import Marks
from headwater.projections.graph.stored import pack, unpack
from headwater.projections.graph.subgraph import edges_among, edges_leaving
from headwater.projections.graph.traverse import Closure, Walk

DELTA_LIMIT = 100_000
"""Edges the delta may hold. A batch that would pass it goes into a new base at once."""

Table = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shape:
    """All that a graph is at one moment. Never changed, only replaced, so a walk that began sees one graph to its end."""

    forward: Direction
    reverse: Direction
    node_count: int
    derivation_count: int


class ColumnGraph:
    """Nodes 0, 1, 2 … and edges (source, target, kind, derivation) between them, each stored once.

    A node that no edge names is there all the same, and alone. One writer at a time; any number of readers beside it.
    Edges come into a small delta at once; `rebuilt` makes a new base of base and delta (in the background, if the caller
    likes) and `adopt` swaps it in without losing what came meanwhile.
    """

    __slots__ = ("_marks", "_shape")

    def __init__(self) -> None:
        self._shape = Shape(Direction.empty(), Direction.empty(), 0, 0)
        self._marks = Marks()

    @property
    def shape(self) -> Shape:
        """All that the graph is now, for those who walk it in a way of their own; it stays as it is when edges come."""
        return self._shape

    @property
    def node_count(self) -> int:
        """One more than the largest node known."""
        return self._shape.node_count

    @property
    def edge_count(self) -> int:
        """Edges stored, each once."""
        return len(self._shape.forward.base) + len(self._shape.forward.delta)

    @property
    def delta_count(self) -> int:
        """Edges that wait for the next base."""
        return len(self._shape.forward.delta)

    @property
    def needs_rebuild(self) -> bool:
        """Whether the delta is half full: time to call `rebuilt` beside the live graph."""
        return self.delta_count > DELTA_LIMIT // 2

    @property
    def nbytes(self) -> int:
        """Bytes that the graph's arrays hold, both ways."""
        return self._shape.forward.nbytes + self._shape.reverse.nbytes

    def add_nodes(self, node_count: int) -> None:
        """Let the graph have at least this many nodes."""
        if node_count > self.node_count:
            shape = self._shape
            self._shape = Shape(shape.forward, shape.reverse, node_count, shape.derivation_count)

    def add_edges(self, sources: ArrayLike, targets: ArrayLike, kinds: ArrayLike, derivations: ArrayLike) -> None:
        """Take edges in, visible to the next walk; those known already change nothing.

        Cost:    O(batch · log + delta); O(V + E) for the batch that overfills the delta.
        Raises:  BadEdges: lengths differ, or a number is negative or too large.
        """
        self._add(Edges.of(sources, targets, kinds, derivations))

    def closure(
        self,
        starts: ArrayLike,
        *,
        forward: bool,
        alive: Table | None = None,
        kinds: Table | None = None,
        depth: int | None = None,
        free: Table | None = None,
    ) -> Closure:
        """Everything that `starts` reach, themselves included, over edges whose derivation is alive and whose kind is allowed.

        `alive` is by derivation, `kinds` and `free` by kind; None allows all, and what a table does not reach is not allowed.
        A hop over a `free` kind costs no depth; without a depth `free` means nothing and distance counts every hop.
        """
        return self._walk(self._shape, forward, alive, kinds).closure(_distinct(starts), depth=depth, free=kind_table(free))

    def subgraph(self, nodes: ArrayLike, *, alive: Table | None = None, kinds: Table | None = None) -> Edges:
        """Every allowed edge between two of the nodes (numbers, or a mask over nodes), ordered by source, target, kind, derivation."""
        shape = self._shape
        allowed = Allowed.of(alive, kinds, shape.derivation_count)
        return edges_among(_distinct(nodes), shape.forward, shape.reverse, allowed, self._marks, shape.node_count)

    def between(
        self, starts: ArrayLike, ends: ArrayLike, *, alive: Table | None = None, kinds: Table | None = None
    ) -> tuple[NDArray[np.int64], Edges]:
        """Nodes and edges on any path from one of `starts` to one of `ends`; nothing of either when there is no path.

        A node in both sets is a path of no hops.
        """
        shape = self._shape
        below = self._walk(shape, True, alive, kinds).closure(_distinct(starts)).nodes
        above = self._walk(shape, False, alive, kinds).closure(_distinct(ends)).nodes
        nodes = np.intersect1d(below, above, assume_unique=True)
        allowed = Allowed.of(alive, kinds, shape.derivation_count)
        return nodes, edges_among(nodes, shape.forward, shape.reverse, allowed, self._marks, shape.node_count)

    def edges_from(self, nodes: ArrayLike, *, alive: Table | None = None, kinds: Table | None = None) -> Edges:
        """Allowed edges that leave any of the nodes, ordered."""
        shape = self._shape
        return edges_leaving(_distinct(nodes), shape.forward, Allowed.of(alive, kinds, shape.derivation_count))

    def edges_into(self, nodes: ArrayLike, *, alive: Table | None = None, kinds: Table | None = None) -> Edges:
        """Allowed edges that arrive at any of the nodes, ordered by source, target, kind, derivation."""
        shape = self._shape
        return edges_leaving(_distinct(nodes), shape.reverse, Allowed.of(alive, kinds, shape.derivation_count)).flipped().ordered()

    def edges_of(self, node: int, *, alive: Table | None = None, kinds: Table | None = None) -> Edges:
        """Allowed edges at either end of which the node stands, ordered; a loop once."""
        out = self.edges_from([node], alive=alive, kinds=kinds)
        return out.joined(self.edges_into([node], alive=alive, kinds=kinds)).ordered().distinct()

    def rebuilt(self) -> ColumnGraph:
        """The same graph with an empty delta. This one is left as it is, and may take edges in meanwhile."""
        shape, graph = self._shape, ColumnGraph()
        graph._shape = _folded(shape)
        return graph

    def adopt(self, rebuilt: ColumnGraph) -> None:
        """Swap in the base of `rebuilt`, made from this graph earlier, and keep what came since."""
        since = self._shape.forward.delta_edges()
        node_count, derivation_count = self._shape.node_count, self._shape.derivation_count
        base = rebuilt._shape
        fresh = ColumnGraph()
        fresh._shape = Shape(base.forward, base.reverse, max(base.node_count, node_count), max(base.derivation_count, derivation_count))
        fresh._add(since)
        self._shape = fresh._shape

    def to_bytes(self) -> bytes:
        """The graph as a file that `from_bytes` reads without building anything."""
        shape = self._shape
        return pack(shape.forward, shape.reverse, shape.node_count, shape.derivation_count)

    @classmethod
    def from_bytes(cls, data: bytes) -> ColumnGraph:
        """The graph that `to_bytes` wrote; its arrays are views of `data`.

        Raises:  BrokenFrame: cut, altered, or of another version; build the graph anew.
        """
        graph = cls()
        graph._shape = Shape(*unpack(data))
        return graph

    def _walk(self, shape: Shape, forward: bool, alive: Table | None, kinds: Table | None) -> Walk:
        direction = shape.forward if forward else shape.reverse
        return Walk(direction, Allowed.of(alive, kinds, shape.derivation_count), self._marks, shape.node_count)

    def _add(self, edges: Edges) -> None:
        shape = self._shape
        edges = edges.ordered().distinct()
        edges = edges.take(~shape.forward.has(edges))
        if len(edges) == 0:
            return
        back = edges.flipped().ordered()
        node_count = max(shape.node_count, int(edges.sources.max()) + 1, int(edges.targets.max()) + 1)
        derivation_count = max(shape.derivation_count, int(edges.derivations.max()) + 1)
        if len(shape.forward.delta) + len(edges) <= DELTA_LIMIT:
            forward, reverse = shape.forward.with_delta(edges), shape.reverse.with_delta(back)
        else:
            forward, reverse = shape.forward.with_base(edges, node_count), shape.reverse.with_base(back, node_count)
        self._shape = Shape(forward, reverse, node_count, derivation_count)


def _folded(shape: Shape) -> Shape:
    forward, reverse = shape.forward.folded(shape.node_count), shape.reverse.folded(shape.node_count)
    return Shape(forward, reverse, shape.node_count, shape.derivation_count)


def _distinct(nodes: ArrayLike) -> NDArray[np.int64]:
    """Node numbers, ascending and each once, from numbers in any order or a mask over nodes."""
    given = np.atleast_1d(np.asarray(nodes))
    if given.dtype == np.bool_:
        return np.flatnonzero(given)
    numbers = bounded(given, "nodes")
    if len(numbers) < 2 or bool((numbers[1:] > numbers[:-1]).all()):
        return numbers
    return np.unique(numbers)
