"""Weaves claims into the two graphs: columns, and datasets with one hub per derivation.

Edges are only ever added; whether one counts at a time is decided by its derivation (see `episodes`).
Derivation 0 is structure: what belongs together by itself, always alive.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from headwater.model.ids import DatasetId
from headwater.model.lineage import DIRECT, Kind
from headwater.projections.graph import ColumnGraph
from headwater.projections.lineage.claims import Claim
from headwater.projections.lineage.nodes import Link, Node, NodeTable, Part

STRUCTURE = 0
Edge = tuple[int, int, int, int]


class Weave:
    """Node tables, graphs, and the edges gathered since the last flush."""

    def __init__(self) -> None:
        self.columns = NodeTable()
        self.column_graph = ColumnGraph()
        self.dataset_graph = ColumnGraph()
        self.twins: dict[int, list[tuple[int, int]]] = {}
        """Incarnation -> (incarnation of another name, derivation of the alias)."""
        self._column_edges: list[Edge] = []
        self._dataset_edges: list[Edge] = []

    def claim(self, derivation: int, claim: Claim, target: int, sources: dict[DatasetId, int]) -> None:
        """Add a claim's edges; `sources` gives the incarnation of each source dataset."""
        self._weave_columns(derivation, claim, target, sources)
        self._weave_datasets(derivation, claim, target, sources)

    def alias(self, derivation: int, one: int, other: int) -> None:
        """Make two incarnations one for walking, as long as the alias's derivation is alive."""
        for here, there in ((one, other), (other, one)):
            self.twins.setdefault(here, []).append((there, derivation))
        for part in (Part.ROWS, Part.WHOLE):
            self._tie(self.part(one, part), self.part(other, part), derivation)
        for here, there in ((one, other), (other, one)):
            for key in list(self.columns.columns[here]):
                node = Node(Part.COLUMN, here, key)
                number = self.columns.find(node)
                if number is not None:
                    self._tie(number, self.column(there, self.columns.spelling(node)), derivation)
        a, b = dataset_node(one), dataset_node(other)
        self._dataset_edges += [(a, b, Link.ALIAS, derivation), (b, a, Link.ALIAS, derivation)]

    def column(self, owner: int, column: str) -> int:
        """The number of a column's node; a new one is tied to its dataset's rows and whole."""
        node = self.columns.column_node(owner, column)
        number = self.columns.find(node)
        if number is None:
            number = self._new(node)
            self._twin(node, number)
        return number

    def part(self, owner: int, part: Part) -> int:
        """The number of a rows or whole node, or of a derivation's hub."""
        node = Node(part, owner)
        number = self.columns.find(node)
        if number is None:
            number = self._new(node)
            if part is not Part.HUB:
                self._twin(node, number)
        return number

    def flush(self) -> None:
        """Hand the gathered edges to the graphs."""
        _add(self.column_graph, self._column_edges)
        _add(self.dataset_graph, self._dataset_edges)
        self._column_edges, self._dataset_edges = [], []

    def _weave_columns(self, derivation: int, claim: Claim, target: int, sources: dict[DatasetId, int]) -> None:
        edges = self._column_edges
        for flow in claim.flows:
            owner = sources[flow.source]
            start = self.part(owner, Part.ROWS) if flow.source_column is None else self.column(owner, flow.source_column)
            end = self.part(target, Part.ROWS) if flow.target_column is None else self.column(target, flow.target_column)
            edges.append((start, end, flow.kind, derivation))
        if claim.sources:
            hub = self.part(derivation, Part.HUB)
            edges.extend((self.part(sources[source], Part.WHOLE), hub, Link.HUB_IN, derivation) for source in claim.sources)
            edges.append((hub, self.part(target, Part.ROWS), Kind.UNKNOWN, derivation))

    def _weave_datasets(self, derivation: int, claim: Claim, target: int, sources: dict[DatasetId, int]) -> None:
        hub = hub_node(derivation)
        kinds: dict[int, int] = {}
        for flow in claim.flows:
            owner = sources[flow.source]
            kinds[owner] = min(kinds.get(owner, flow.kind), flow.kind, key=_directness)
        for source in claim.sources:
            kinds.setdefault(sources[source], Kind.UNKNOWN)
        self._dataset_edges.extend((dataset_node(owner), hub, kind, derivation) for owner, kind in sorted(kinds.items()))
        if kinds:
            self._dataset_edges.append((hub, dataset_node(target), Link.HUB_OUT, derivation))

    def _new(self, node: Node) -> int:
        """The number of a node that was not there, tied to what it belongs to by itself."""
        number = self.columns.add(node)
        if node.part is Part.WHOLE:
            self._column_edges.append((self.part(node.owner, Part.ROWS), number, Link.MEMBER, STRUCTURE))
        elif node.part is Part.COLUMN:
            self._column_edges.append((self.part(node.owner, Part.ROWS), number, Link.SPREAD, STRUCTURE))
            self._column_edges.append((number, self.part(node.owner, Part.WHOLE), Link.MEMBER, STRUCTURE))
        return number

    def _twin(self, node: Node, number: int) -> None:
        """Tie a new node to the same part or column of every dataset that its own is an alias of, near and far."""
        frontier = [(node, number)]
        while frontier:
            here, number = frontier.pop()
            for other, derivation in self.twins.get(here.owner, ()):
                twin = self.columns.column_node(other, self.columns.spelling(here)) if here.part is Part.COLUMN else Node(here.part, other)
                known = self.columns.find(twin)
                tied = known if known is not None else self._new(twin)
                if known is None:
                    frontier.append((twin, tied))
                self._tie(number, tied, derivation)

    def _tie(self, one: int, other: int, derivation: int) -> None:
        self._column_edges += [(one, other, Link.ALIAS, derivation), (other, one, Link.ALIAS, derivation)]


def dataset_node(incarnation: int) -> int:
    """The dataset graph's number of an incarnation: even."""
    return 2 * incarnation


def hub_node(derivation: int) -> int:
    """The dataset graph's number of a derivation's hub: odd."""
    return 2 * derivation + 1


def _directness(kind: int) -> tuple[bool, int]:
    return kind not in DIRECT, kind


def _add(graph: ColumnGraph, edges: Iterable[Edge]) -> None:
    rows = np.array(list(edges), dtype=np.int64).reshape(-1, 4)
    if len(rows):
        graph.add_edges(rows[:, 0], rows[:, 1], rows[:, 2].astype(np.uint8), rows[:, 3].astype(np.int32))
