"""Gives the sensitivity map of any moment: that of now is kept and brought up to date, any other is made afresh."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from headwater.model.entries import Position
from headwater.model.sensitivity.labels import Level
from headwater.projections.graph import ColumnGraph
from headwater.projections.lineage.derivations import Derivations
from headwater.projections.lineage.kept import AsOf, Kept, Times
from headwater.projections.sensitivity.counting import Counting, Table, counting_at
from headwater.projections.sensitivity.map import SensitivityMap
from headwater.projections.sensitivity.seeds import Decided
from headwater.projections.sensitivity.telling import ToldEdges
from headwater.projections.sensitivity.transfers import SMALLEST_GROUP


class Sensitivity:
    """One per set of views; to be used under the lock under which these are folded. `enough` is how large the smallest group must be."""

    def __init__(self, derivations: Derivations, decided: Decided, enough: int = SMALLEST_GROUP) -> None:
        self._derivations, self._decided, self._enough = derivations, decided, enough
        self._edges = ToldEdges(derivations)
        self._counting = Counting(derivations)
        self._latest: SensitivityMap | None = None
        self._signed: dict[tuple[Position, int], dict[str, Level]] = {}

    def now(self) -> SensitivityMap:
        """The map as of now, by all that is folded and flushed; the same object from call to call, brought up to date."""
        if self._latest is None:
            self._latest = SensitivityMap(self._derivations, self._edges, self._level_signed, enough=self._enough)
        counts = self._counting.update()
        self._latest.update(self._derivations.weave.column_graph, counts, self._decided.seeds(None, None))
        return self._latest

    def at(self, times: Times, behind: ArrayLike | None = None) -> SensitivityMap:
        """The map as of a moment, made afresh; of nodes and what lies behind them, where they are given.

        Cost:    O(edges of all, or of what lies behind the nodes).
        """
        if behind is None:
            graph, counts, only = self._derivations.weave.column_graph, counting_at(self._derivations, times), None
        else:
            graph, counts, only = self._behind(times, behind)
        made = SensitivityMap(self._derivations, self._edges, self._level_signed, only=only, enough=self._enough)
        known_at = None if times.is_latest else times.known_at
        made.update(graph, counts, self._decided.seeds(times.valid, known_at))
        return made

    def _behind(self, times: Times, nodes: ArrayLike) -> tuple[ColumnGraph, Table, frozenset[int]]:
        """The part of the graph from which nodes are reached, which derivations count in it, and those whose edges it has."""
        whole, kept = self._derivations.weave.column_graph, Kept(self._derivations, times)
        while True:
            reached = whole.closure(nodes, forward=False, alive=kept.alive)
            edges = whole.subgraph(reached.nodes, alive=kept.alive)
            derivations = frozenset(np.unique(edges.derivations).tolist())
            if not kept.behind(derivations):
                break
        part = ColumnGraph()
        part.add_edges(edges.sources, edges.targets, edges.kinds, edges.derivations)
        part.add_nodes(len(self._derivations.nodes.nodes))
        return part, kept.alive, derivations

    def _level_signed(self, position: Position, node: int, info_type: str) -> Level:
        """The level that a node held as known at a position; worked out once, as what was known does not change."""
        known = self._signed.get((position, node))
        if known is None:
            known = self._signed[(position, node)] = self.at(AsOf(None, position), [node]).levels(node)
        return known.get(info_type, Level.NONE)
