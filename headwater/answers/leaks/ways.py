"""By which hops a label came to a node: walked back from it, over hops that let that much pass, to a column that holds it by itself.

The shortest way is told; where one leads over hops that were all read in full, it is one of those. Structure of the graph (rows that
spread to columns, columns that are members of a whole, hubs) is passage and no hop.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from headwater.model.ids import ColumnId, DatasetId
from headwater.model.lineage import Kind
from headwater.model.sensitivity.labels import Label, Level
from headwater.projections.lineage.nodes import Link, NodeTable, Part
from headwater.projections.lineage.weave import STRUCTURE


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge of the column graph that counts, with the code of what it leaves of a label."""

    source: int
    target: int
    kind: int
    derivation: int
    code: int

    @property
    def is_passage(self) -> bool:
        """Whether it is structure of the graph or another name of the same thing, and nothing that anybody did."""
        return self.derivation == STRUCTURE or self.kind == Link.ALIAS


class Carried(Protocol):
    """What nodes hold, and over which edges it came.

    Guarantees: `entering` gives the edges that count at the moment asked about; with `sure` only those that were read in full.
    """

    def held(self, node: int, info_type: str, *, sure: bool) -> Level:
        """The highest level of a type that a node holds; with `sure`, over hops read in full from what is sure."""

    def own(self, node: int, info_type: str, *, sure: bool) -> Level:
        """The highest level that it holds by itself."""

    def entering(self, node: int, *, sure: bool) -> Sequence[Edge]:
        """The edges that arrive at a node."""

    def passes(self, code: int, info_type: str, level: Level) -> Level | None:
        """The lowest level that a source must hold for this one to arrive; None where it cannot."""

    def labels(self, node: int) -> tuple[Label, ...]:
        """All that a node holds, or may hold."""

    def holding(self, info_types: Iterable[str], level: Level) -> set[int]:
        """The nodes that hold one of some types at a level, or may hold it."""

    def words(self, code: int, info_type: str) -> str:
        """What a hop leaves of a type, in words."""


@dataclass(frozen=True, slots=True)
class Step:
    """A hop between things that have names: edges of one derivation, with the passages around it."""

    source: int
    target: int
    edge: Edge


@dataclass(frozen=True, slots=True)
class Arrival:
    """That a type comes to a node at a level over one last edge, and the way of it."""

    level: Level
    steps: tuple[Step, ...]
    sure: bool
    start: int
    """The node that holds it by itself."""


def arrivals(carried: Carried, nodes: NodeTable, node: int, info_type: str, *, above: Level, passages: bool = True) -> Iterator[Arrival]:
    """For each edge over which more than a level arrives at a node, the way over it. Without `passages` only over real hops.

    Cost:    O(hops behind the node) per edge.
    """
    for edge in carried.entering(node, sure=False):
        if not passages and edge.is_passage and edge.kind != Link.ALIAS:
            continue
        for sure in (True, False):
            level = _arriving(carried, edge, info_type, sure=sure)
            if level > above and (not sure or edge in carried.entering(node, sure=True)):
                edges = _back(carried, edge, info_type, level, sure=sure)
                if edges:
                    yield Arrival(level, _steps(nodes, edges), sure, edges[0].source)
                    break


def arrives(carried: Carried, node: int, info_type: str, *, at_least: Level = Level.AGGREGATE) -> bool:
    """Whether a type comes to a node, or may come there, from elsewhere, at a level or above."""
    return any(_arriving(carried, edge, info_type, sure=False) >= at_least for edge in carried.entering(node, sure=False))


def _arriving(carried: Carried, edge: Edge, info_type: str, *, sure: bool) -> Level:
    """The highest level that arrives over an edge."""
    held = carried.held(edge.source, info_type, sure=sure)
    for level in sorted(Level, reverse=True):
        needed = carried.passes(edge.code, info_type, level)
        if level is not Level.NONE and needed is not None and held >= needed:
            return level
    return Level.NONE


def _back(carried: Carried, last: Edge, info_type: str, level: Level, *, sure: bool) -> list[Edge]:
    """The shortest way that ends with an edge, from a node that holds by itself what is needed there; empty where none is found.

    It leads as far back as there is anything to come from: what a column in the middle is known to hold by itself came there, too.
    """
    needed = carried.passes(last.code, info_type, level)
    if needed is None:
        return []
    came: dict[int, Edge] = {last.source: last}
    waiting: deque[tuple[int, Level]] = deque([(last.source, needed)])
    nearest: int | None = None
    while waiting:
        node, level = waiting.popleft()
        before = [
            (edge, wanted)
            for edge in carried.entering(node, sure=sure)
            if (wanted := carried.passes(edge.code, info_type, level)) is not None
            and carried.held(edge.source, info_type, sure=sure) >= wanted > Level.NONE
        ]
        if carried.own(node, info_type, sure=sure) >= level > Level.NONE:
            nearest = node if nearest is None else nearest
            if not before:
                return list(_forward(came, node, last))
        for edge, wanted in before:
            if edge.source not in came:
                came[edge.source] = edge
                waiting.append((edge.source, wanted))
    return list(_forward(came, nearest, last)) if nearest is not None else []


def _forward(came: dict[int, Edge], start: int, last: Edge) -> Iterator[Edge]:
    node = start
    while True:
        edge = came[node]
        yield edge
        if edge is last:
            return
        node = edge.target


def _steps(nodes: NodeTable, edges: Sequence[Edge]) -> tuple[Step, ...]:
    """Edges as hops between columns and datasets: passages and hubs are taken into the hop that they lead to or come from."""
    steps: list[Step] = []
    start = edges[0].source
    for edge in edges:
        if edge.is_passage:
            if steps and nodes.nodes[edge.source].part is Part.ROWS and nodes.nodes[edge.target].part is Part.COLUMN:
                steps[-1] = Step(steps[-1].source, edge.target, steps[-1].edge)
                start = edge.target
            elif nodes.nodes[edge.target].part is Part.COLUMN or edge.kind == Link.ALIAS:
                start = edge.target
            continue
        if edge.kind == Link.HUB_IN:
            continue
        steps.append(Step(start, edge.target, edge))
        start = edge.target
    return tuple(steps)


def dataset_of(nodes: NodeTable, node: int) -> int:
    """The incarnation that a node is of."""
    return nodes.nodes[node].owner


def column_of(nodes: NodeTable, node: int) -> str | None:
    """How the column is written that a node is; None for all rows or all columns."""
    found = nodes.nodes[node]
    return nodes.spelling(found) if found.part is Part.COLUMN else None


def node_name(dataset: DatasetId, column: str | None) -> str:
    """The id of a column, or of a dataset."""
    return str(dataset) if column is None else str(ColumnId(dataset, column))


def how(edge: Edge, masking: str | None) -> str:
    """What a hop does, in a word: the function that masks, or the kind of influence."""
    if masking is not None:
        return f"masked by {masking}"
    return Kind(edge.kind).name.lower().replace("_", " ") if edge.kind in Kind.__members__.values() else "unknown"
