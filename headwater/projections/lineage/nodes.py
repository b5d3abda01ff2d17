"""Integers for the things that the graphs connect.

A dataset incarnation has, besides its columns, a *rows* node (an influence on all rows is stored once, to it, and spreads
from there to every column) and a *whole* node (any column may be meant: every column and the rows lead to it). A derivation
that nobody could read in full has a *hub*: whole sources -> hub -> rows of the target, never multiplied out.
"""

from __future__ import annotations

from enum import IntEnum

import msgspec

from headwater.model.ids import DatasetId
from headwater.model.naming import column_key
from headwater.projections.lineage.incarnations import Incarnation


class Part(IntEnum):
    """Which part of an incarnation (or which derivation) a node stands for."""

    COLUMN = 0
    ROWS = 1
    WHOLE = 2
    HUB = 3


class Link(IntEnum):
    """Edge kinds of the graph's own, beside `model.lineage.Kind`; hops over them cost no depth."""

    MEMBER = 10
    SPREAD = 11
    HUB_IN = 12
    ALIAS = 13
    HUB_OUT = 14


KIND_COUNT = 15


class Node(msgspec.Struct, frozen=True, cache_hash=True):
    """What an integer stands for: a part of incarnation `owner`, or the hub of derivation `owner`."""

    part: Part
    owner: int
    column: str = ""


class NodeTable(msgspec.Struct):
    """Both directions of the mapping, and the incarnations that nodes belong to."""

    nodes: list[Node] = []
    numbers: dict[Node, int] = {}
    incarnations: list[Incarnation] = []
    incarnation_numbers: dict[Incarnation, int] = {}
    columns: list[dict[str, str]] = []
    """Per incarnation: column key -> spelling (the smallest seen, so that it does not depend on order)."""

    def incarnation(self, incarnation: Incarnation) -> int:
        """The number of an incarnation, given one if new."""
        number = self.incarnation_numbers.get(incarnation)
        if number is None:
            number = len(self.incarnations)
            self.incarnation_numbers[incarnation] = number
            self.incarnations.append(incarnation)
            self.columns.append({})
        return number

    def find(self, node: Node) -> int | None:
        """The number of a node that exists."""
        return self.numbers.get(node)

    def add(self, node: Node) -> int:
        """Give a new node its number."""
        number = len(self.nodes)
        self.numbers[node] = number
        self.nodes.append(node)
        return number

    def column_node(self, owner: int, column: str) -> Node:
        """The node of a column by any of its spellings; remembers the spelling."""
        key = column_key(self.incarnations[owner].origin.namespace, column)
        spellings = self.columns[owner]
        known = spellings.get(key)
        if known is None or column < known:
            spellings[key] = column
        return Node(Part.COLUMN, owner, key)

    def existing_column(self, owner: int, column: str) -> int | None:
        """The number of a column's node if lineage ever spoke of it."""
        return self.numbers.get(Node(Part.COLUMN, owner, column_key(self.incarnations[owner].origin.namespace, column)))

    def spelling(self, node: Node) -> str:
        """How a column is shown."""
        return self.columns[node.owner].get(node.column, node.column)

    def owner_of(self, number: int) -> int:
        """The incarnation a node belongs to, or -1 for a hub."""
        node = self.nodes[number]
        return -1 if node.part is Part.HUB else node.owner

    def origin(self, owner: int) -> DatasetId:
        """The name under which an incarnation first appeared."""
        return self.incarnations[owner].origin
