"""Walks: everything that nodes reach, and the edges among nodes. Breadth first, level by level, a whole level at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.projections.graph.allowed import Allowed
from headwater.projections.graph.csr import Csr
from headwater.projections.graph.delta import Delta
from headwater.projections.graph.direction import Direction
from headwater.projections.graph.marks import SPARSE_SHARE, Marks
from headwater.projections.graph.spokes import Places

Nodes = NDArray[np.int64]
Ends = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Closure:
    """What was reached, starts included: ascending node numbers, and for each the hops it takes."""

    nodes: Nodes
    distance: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.nodes)


@dataclass(frozen=True, slots=True)
class Walk:
    """One direction, what may be used of it, and room to mark nodes in."""

    direction: Direction
    allowed: Allowed
    marks: Marks
    node_count: int

    def closure(self, starts: Nodes, *, depth: int | None = None, free: NDArray[np.bool_] | None = None) -> Closure:
        """Everything that `starts` (ascending, distinct) reach within `depth` hops; hops of a `free` kind count nothing.

        Cost:    O(edges of what is reached); a small answer costs the same in a graph of any size.
        Law:     equals a plain search with a queue over the allowed edges (tests/unit/projections/graph/test_traverse.py).
        """
        size = max(self.node_count, int(starts[-1]) + 1 if len(starts) else 0)
        marks = self.marks.borrow(size)
        seen = marks[:size]
        seen[starts] = True
        levels = self._levels(starts, seen, depth, free if depth is not None else None)
        reached = _in_node_order(levels, seen)
        self.marks.give_back(marks, reached.nodes)
        return reached

    def _levels(self, starts: Nodes, seen: NDArray[np.bool_], depth: int | None, free: NDArray[np.bool_] | None) -> list[Nodes]:
        """Nodes by distance; marks each in `seen`."""
        levels = [starts]
        while len(levels[-1]) and (depth is None or len(levels) <= depth or free is not None):
            if free is None:
                levels.append(_fresh(self._ends(levels[-1]), seen))
                continue
            levels[-1], onward = self._drift(levels[-1], seen, free)
            if depth is not None and len(levels) > depth:
                break
            levels.append(_fresh(onward, seen))
        return levels

    def _drift(self, level: Nodes, seen: NDArray[np.bool_], free: NDArray[np.bool_]) -> tuple[Nodes, Ends]:
        """A level with all that free hops add to it, and the ends of the hops that do cost."""
        pieces, onward = [level], []
        while len(pieces[-1]):
            adrift = []
            for part, places in self._usable(pieces[-1]):
                ends, costs_nothing = part.spokes.neighbours.take(places), free.take(part.spokes.kinds.take(places))
                adrift.append(ends[costs_nothing])
                onward.append(ends[~costs_nothing])
            pieces.append(_fresh(_joined(adrift), seen))
        return np.concatenate(pieces), _joined(onward)

    def _ends(self, nodes: Nodes) -> Ends:
        return _joined([part.spokes.neighbours.take(places) for part, places in self._usable(nodes)])

    def _usable(self, nodes: Nodes) -> list[tuple[Csr | Delta, Places]]:
        """Per part of the direction, the places of the nodes' allowed spokes."""
        found: list[tuple[Csr | Delta, Places]] = []
        for part in self.direction.parts():
            places = part.spans(nodes).places()
            kept = self.allowed.keep(part.spokes, places)
            found.append((part, places if kept is None else places[kept]))
        return found


def _fresh(ends: Ends, seen: NDArray[np.bool_]) -> Nodes:
    """The ends not seen before, ascending and each once; they are seen from here on."""
    if len(ends) * SPARSE_SHARE > len(seen):
        return _fresh_by_sweep(ends, seen)
    new = ends[~seen.take(ends)]
    new.sort()
    if len(new) > 1:
        first = np.ones(len(new), dtype=np.bool_)
        np.not_equal(new[1:], new[:-1], out=first[1:])
        new = new[first]
    nodes = new.astype(np.int64)
    seen[nodes] = True
    return nodes


def _fresh_by_sweep(ends: Ends, seen: NDArray[np.bool_]) -> Nodes:
    new = np.zeros(len(seen), dtype=np.bool_)
    new[ends] = True
    np.greater(new, seen, out=new)
    np.logical_or(seen, new, out=seen)
    return np.flatnonzero(new)


def _in_node_order(levels: list[Nodes], seen: NDArray[np.bool_]) -> Closure:
    """Levels as one closure: few nodes are sorted, many are read off the marks."""
    total = sum(map(len, levels))
    if total * SPARSE_SHARE > len(seen):
        by_node = np.empty(len(seen), dtype=np.int32)
        for distance, level in enumerate(levels):
            by_node[level] = distance
        nodes = np.flatnonzero(seen)
        return Closure(nodes, by_node.take(nodes))
    nodes = np.concatenate(levels)
    order = nodes.argsort()
    distances = np.repeat(np.arange(len(levels), dtype=np.int32), [len(level) for level in levels])
    return Closure(nodes.take(order), distances.take(order))


def _joined(pieces: list[Ends]) -> Ends:
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
