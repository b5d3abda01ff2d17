"""Gives the sensitivity map of any moment: that of now is kept and brought up to date, any other is made afresh."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from headwater.model.entries import Position
from headwater.model.sensitivity.labels import SMALLEST_GROUP, Level
from headwater.projections.graph import ColumnGraph, Edges
from headwater.projections.lineage.derivations import Derivations
from headwater.projections.lineage.kept import AsOf, Times
from headwater.projections.sensitivity.map import SensitivityMap, node_of
from headwater.projections.sensitivity.past import Present, past_at, past_behind
from headwater.projections.sensitivity.seeds import Decided, Place
from headwater.projections.sensitivity.telling import ToldEdges


class Sensitivity:
    """One per set of views; to be used under the lock under which these are folded. `enough` is how large the smallest group must be."""

    def __init__(self, derivations: Derivations, decided: Decided, enough: int = SMALLEST_GROUP) -> None:
        self._derivations, self._decided, self._enough = derivations, decided, enough
        self._edges = ToldEdges(derivations)
        self._present = Present(derivations)
        self._latest: SensitivityMap | None = None
        self._signed: dict[tuple[Position, int], dict[str, Level]] = {}

    def now(self) -> SensitivityMap:
        """The map as of now, by all that is folded and flushed; the same object from call to call, brought up to date."""
        if self._latest is None:
            self._latest = SensitivityMap(self._derivations, self._edges, self._level_signed, enough=self._enough)
        changed = self._present.update()
        counts = self._present.counts if self._present.counts is not None else np.zeros(0, dtype=np.bool_)
        past = self._present.hops() if changed else None
        self._latest.update(self._derivations.weave.column_graph, counts, past, self._decided.seeds(None, None))
        return self._latest

    def at(self, times: Times, behind: Sequence[int] | None = None) -> SensitivityMap:
        """The map as of a moment, made afresh; of nodes and what lies behind them, where they are given.

        Cost:    O(edges of all, or of what lies behind the nodes).
        """
        graph, only = self._derivations.weave.column_graph, None
        known_to = None if times.is_latest else times.known_at
        counts = self._derivations.episodes.alive(times.valid, known_to)
        if behind is None:
            past = past_at(self._derivations, times)
        else:
            past, edges = past_behind(self._derivations, times, behind)
            graph, only = _part(edges, len(self._derivations.nodes.nodes)), frozenset({*edges.derivations.tolist(), *past.kept})
        made = SensitivityMap(self._derivations, self._edges, self._level_signed, only=only, enough=self._enough)
        made.update(graph, counts, past.hops(), self._decided.seeds(times.valid, known_to))
        return made

    def node_of(self, place: Place) -> int | None:
        """The node whose labels a column has."""
        return node_of(self._derivations.nodes, place)

    def _level_signed(self, position: Position, node: int, info_type: str) -> Level:
        """The level that a node held as known at a position; worked out once, as what was known does not change."""
        known = self._signed.get((position, node))
        if known is None:
            known = self._signed[(position, node)] = self.at(AsOf(None, position), [node]).levels(node)
        return known.get(info_type, Level.NONE)


def _part(edges: Edges, node_count: int) -> ColumnGraph:
    part = ColumnGraph()
    part.add_edges(edges.sources, edges.targets, edges.kinds, edges.derivations)
    part.add_nodes(node_count)
    return part
