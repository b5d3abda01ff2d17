"""The edges at some nodes, and the edges among them."""

from __future__ import annotations

import numpy as np

from headwater.projections.graph.allowed import Allowed
from headwater.projections.graph.csr import Csr
from headwater.projections.graph.delta import Delta
from headwater.projections.graph.direction import Direction
from headwater.projections.graph.edges import Edges
from headwater.projections.graph.marks import Marks
from headwater.projections.graph.spokes import Spokes
from headwater.projections.graph.traverse import Nodes

_SORTING = 4
"""How many edges can be looked at in the time that one takes to be put in order."""


def edges_leaving(nodes: Nodes, direction: Direction, allowed: Allowed) -> Edges:
    """Allowed edges that leave any of `nodes` (ascending, distinct) in this direction, in its order."""
    base = _leaving(nodes, direction.base, allowed)
    return _merged(base, _leaving(nodes, direction.delta, allowed)) if len(direction.delta) else base


def edges_among(nodes: Nodes, forward: Direction, reverse: Direction, allowed: Allowed, marks: Marks, node_count: int) -> Edges:
    """Allowed edges between two of `nodes` (ascending, distinct), by source, target, kind, derivation.

    Looks along the direction that leaves the set least: upstream of one column, hubs have many readers but few sources.

    Cost:    O(edges that leave the nodes in the better direction).
    """
    against = _spoke_count(nodes, reverse) * _SORTING < _spoke_count(nodes, forward)
    edges = edges_leaving(nodes, reverse if against else forward, allowed)
    inside = marks.borrow(max(node_count, int(nodes[-1]) + 1 if len(nodes) else 0))
    inside[nodes] = True
    edges = edges.take(inside.take(edges.targets))
    marks.give_back(inside, nodes)
    return edges.flipped().ordered() if against else edges


def _leaving(nodes: Nodes, part: Csr | Delta, allowed: Allowed) -> Edges:
    spans = part.spans(nodes)
    places, owners = spans.places(), spans.owners()
    kept = allowed.keep(part.spokes, places)
    if kept is not None:
        places, owners = places[kept], owners[kept]
    spokes = part.spokes.take(places)
    return Edges(owners.astype(np.int32), spokes.neighbours, spokes.kinds, spokes.derivations)


def _merged(base: Edges, since: Edges) -> Edges:
    """Two ordered runs of edges as one."""
    run = Delta.of(base.sources, Spokes(base.targets, base.kinds, base.derivations))
    run = run.merged(since.sources, Spokes(since.targets, since.kinds, since.derivations))
    return Edges(run.rows, run.spokes.neighbours, run.spokes.kinds, run.spokes.derivations)


def _spoke_count(nodes: Nodes, direction: Direction) -> int:
    return sum(part.spans(nodes).total for part in direction.parts())
