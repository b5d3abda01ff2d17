"""A lineage answer as the lines of a tree: which nodes stand under which, and which were met before.

In an answer by column, a dataset's node stands for all its rows. What decides which rows there are reaches every column of them,
and where a whole dataset was read or written in an unknown way, every column of it counts. So a node has two faces: its own
neighbours, and those it has by belonging together with others.

Up, a column's further face is its dataset's rows; down, it is its whole dataset, as far as that flows on in an unread way.
A dataset's further face is its columns, wherever all of it is meant: not where only the number of its rows was read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from headwater.cli.render.kinds import ALIAS, READ, style_of
from headwater.model.answers import EdgeView, Lineage, NodeView
from headwater.model.lineage import Kind

_WHOLE = frozenset({Kind.UNKNOWN.name, READ})
"""Kinds of edges whose source, where it is a dataset, is all of that dataset."""
_ALIAS_KINDS = frozenset({ALIAS})

_UNREAD_KINDS = frozenset({Kind.UNKNOWN.name, ALIAS})

Beside = dict[str, dict[str, list[EdgeView]]]
"""For each node, the nodes one step further on and the edges that lead to them."""


class Face(Enum):
    """What of a node is followed."""

    OWN = auto()
    UNREAD = auto()
    FURTHER = auto()


_OWN, _UNREAD, _FULL = (Face.OWN,), (Face.UNREAD,), (Face.OWN, Face.FURTHER)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the tree: a node, the edges that lead to it from the line it hangs under, and the guides before it."""

    guides: str
    node: NodeView
    edges: tuple[EdgeView, ...]
    again: bool = False
    whole: bool = False
    """Whether a dataset's node stands for all of it here, not only for its rows as such."""
    belongs: bool = False
    """Whether it stands here as a part of what is above it, or as the whole of it, without an edge between the two."""


@dataclass(frozen=True, slots=True)
class _Child:
    """A node under another, and the faces with which it was reached; no edges where the two only belong together."""

    node: str
    edges: tuple[EdgeView, ...]
    faces: tuple[Face, ...]
    rank: int


@dataclass(frozen=True, slots=True)
class _Branch:
    """A child that waits for its line."""

    prefix: str
    last: bool
    child: _Child


def steps_of(lineage: Lineage, *, upward: bool) -> Iterator[Step]:
    """The lines of the tree, depth first; a node met again is named but not followed again."""
    walk = _Walk(lineage, upward=upward)
    stack = walk.branches("", lineage.root.id, _FULL)
    while stack:
        branch = stack.pop()
        child = branch.child
        known = child.node in walk.met
        onward = walk.branches(f"{branch.prefix}{'   ' if branch.last else '│  '}", child.node, child.faces)
        again = known and not onward
        whole = child.faces == _UNREAD or (upward and child.faces == _FULL)
        yield Step(f"{branch.prefix}{'└─ ' if branch.last else '├─ '}", walk.nodes[child.node], child.edges, again, whole, not child.edges)
        stack += onward


class _Walk:
    """One walk in one direction; each face of a node is followed once."""

    def __init__(self, lineage: Lineage, *, upward: bool) -> None:
        self._upward = upward
        self.nodes = {node.id: node for node in (*lineage.nodes, lineage.root)}
        self.met: set[str] = set()
        self._followed: set[tuple[str, Face]] = set()
        self._beside = _beside(lineage.edges, self.nodes, upward=upward)
        self._columns: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._rows: dict[tuple[str, str], str] = {}
        for node in self.nodes.values():
            if node.column is not None:
                self._columns[node.namespace, node.name].append(node.id)
            elif node.type == "dataset":
                self._rows[node.namespace, node.name] = node.id

    def branches(self, prefix: str, node: str, faces: Iterable[Face]) -> list[_Branch]:
        """What hangs under a node that was not followed yet, the last of it first."""
        self.met.add(node)
        new = [face for face in faces if (node, face) not in self._followed]
        self._followed.update((node, face) for face in new)
        children = sorted(self._children(self.nodes[node], new, whole=Face.FURTHER in faces), key=lambda child: (child.rank, child.node))
        return [_Branch(prefix, index == len(children) - 1, child) for index, child in enumerate(children)][::-1]

    def _children(self, node: NodeView, faces: list[Face], *, whole: bool) -> Iterator[_Child]:
        if Face.OWN in faces:
            yield from self._neighbours(node.id, whole=whole)
        elif Face.UNREAD in faces:
            yield from self._unread(node.id)
        elif node.column is None:
            yield from self._neighbours(node.id, _ALIAS_KINDS, whole=whole)
        if Face.FURTHER in faces:
            yield from self._belonging(node)

    def _neighbours(self, node: str, kinds: frozenset[str] | None = None, *, whole: bool = False) -> Iterator[_Child]:
        """What is one step on from a node, or from the whole of it."""
        for there, every in self._beside.get(node, {}).items():
            edges = tuple(edge for edge in every if kinds is None or edge.kind in kinds)
            faces = self._faces(there, edges, whole=whole)
            if edges and not self._leads_back(there, edges, faces):
                rank = 1 if any(style_of(edge.kind).direct for edge in edges) else 2
                yield _Child(there, edges, faces, rank)

    def _unread(self, node: str) -> Iterator[_Child]:
        """Where a whole dataset goes unread: the same of its other names."""
        for child in self._neighbours(node, _UNREAD_KINDS):
            alias = all(edge.kind == ALIAS for edge in child.edges)
            yield replace(child, faces=_UNREAD) if alias else child

    def _faces(self, node: str, edges: Iterable[EdgeView], *, whole: bool) -> tuple[Face, ...]:
        """All of a node, save for a dataset of which, going up, only the rows as such were read, under this name or another."""
        if not self._upward or self.nodes[node].column is not None:
            return _FULL
        return _FULL if any(edge.kind in _WHOLE or (whole and edge.kind == ALIAS) for edge in edges) else _OWN

    def _leads_back(self, node: str, edges: Iterable[EdgeView], faces: Iterable[Face]) -> bool:
        """Whether this is only another name of what was followed already."""
        if node not in self.met or any(edge.kind != ALIAS for edge in edges):
            return False
        return self.nodes[node].column is not None or all((node, face) in self._followed for face in faces)

    def _belonging(self, node: NodeView) -> Iterator[_Child]:
        place = node.namespace, node.name
        if node.column is None:
            columns = self._columns[place] if node.type == "dataset" else []
            yield from (_Child(column, (), _OWN, 0) for column in columns if self._beside.get(column))
        elif (rows := self._rows.get(place)) is not None and self._goes_on(node.id, rows):
            yield _Child(rows, (), _OWN if self._upward else _UNREAD, 3)

    def _goes_on(self, column: str, rows: str) -> bool:
        """Whether a column's dataset leads anywhere but to other names under which the column itself was found too."""
        twins = {self._place(there) for there, edges in self._beside.get(column, {}).items() if any(edge.kind == ALIAS for edge in edges)}
        return any(
            edge.kind != ALIAS or self._place(there) not in twins
            for there, edges in self._beside.get(rows, {}).items()
            for edge in edges
            if self._upward or edge.kind in _UNREAD_KINDS
        )

    def _place(self, node: str) -> tuple[str, str]:
        return self.nodes[node].namespace, self.nodes[node].name


def _beside(edges: Iterable[EdgeView], nodes: dict[str, NodeView], *, upward: bool) -> Beside:
    beside: Beside = defaultdict(lambda: defaultdict(list))
    for edge in edges:
        here, there = (edge.target, edge.source) if upward else (edge.source, edge.target)
        if here in nodes and there in nodes:
            beside[here][there].append(edge)
    return beside
