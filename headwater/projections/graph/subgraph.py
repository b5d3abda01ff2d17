"""The edges at some nodes, and the edges among them."""

from __future__ import annotations

import numpy as np

from headwater.projections.graph.allowed import Allowed
from headwater.projections.graph.direction import Direction
from headwater.projections.graph.edges import Edges
from headwater.projections.graph.marks import Marks
from headwater.projections.graph.traverse import Nodes


def edges_leaving(nodes: Nodes, direction: Direction, allowed: Allowed) -> Edges:
    """Allowed edges that leave any of `nodes` (ascending, distinct) in this direction, in its order."""
    found = _leaving(nodes, direction, allowed)
    return found.ordered() if len(direction.delta) else found


def edges_among(nodes: Nodes, forward: Direction, reverse: Direction, allowed: Allowed, marks: Marks, node_count: int) -> Edges:
    """Allowed edges between two of `nodes` (ascending, distinct), by source, target, kind, derivation.

    Looks along the direction that leaves the set least: upstream of one column, hubs have many readers but few sources.

    Cost:    O(edges that leave the nodes in the better direction).
    """
    against = _spoke_count(nodes, reverse) < _spoke_count(nodes, forward)
    edges = _leaving(nodes, reverse if against else forward, allowed)
    inside = marks.borrow(max(node_count, int(nodes[-1]) + 1 if len(nodes) else 0))
    inside[nodes] = True
    edges = edges.take(inside.take(edges.targets))
    marks.give_back(inside, nodes)
    if against:
        return edges.flipped().ordered()
    return edges.ordered() if len(forward.delta) else edges


def _leaving(nodes: Nodes, direction: Direction, allowed: Allowed) -> Edges:
    """Allowed edges of the base, then of the delta."""
    edges = Edges.none()
    for part in direction.parts():
        spans = part.spans(nodes)
        places, owners = spans.places(), spans.owners()
        kept = allowed.keep(part.spokes, places)
        if kept is not None:
            places, owners = places[kept], owners[kept]
        spokes = part.spokes.take(places)
        found = Edges(owners.astype(np.int32), spokes.neighbours, spokes.kinds, spokes.derivations)
        edges = edges.joined(found) if len(edges) else found
    return edges


def _spoke_count(nodes: Nodes, direction: Direction) -> int:
    return sum(part.spans(nodes).total for part in direction.parts())
