"""Integers for the things that the graphs connect.

A dataset incarnation has, besides its columns, a *rows* node (an influence on all rows is stored once, to it, and spreads
from there to every column) and a *whole* node (any column may be meant: every column and the rows lead to it). A derivation
that nobody could read in full has a *hub*: whole sources -> hub -> rows of the target, never multiplied out.
"""

from __future__ import annotations

from enum import IntEnum

import msgspec

from headwater.model.entries import Position
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


class Node(msgspec.Struct, frozen=True, cache_hash=True, gc=False):
    """What an integer stands for: a part of incarnation `owner`, or the hub of derivation `owner`."""

    part: Part
    owner: int
    column: str = ""


class NodeTable(msgspec.Struct):
    """Both directions of the mapping, the incarnations that nodes belong to, and since which position each is known."""

    nodes: list[Node] = []
    numbers: dict[Node, int] = {}
    incarnations: list[Incarnation] = []
    incarnation_numbers: dict[Incarnation, int] = {}
    columns: list[dict[str, str]] = []
    """Per incarnation: column key -> spelling (the smallest seen, so that it does not depend on order)."""
    born: list[Position] = []
    """Per node: the entry that first spoke of it."""
    incarnations_born: list[Position] = []
    respelled: dict[tuple[int, str], list[tuple[Position, str]]] = {}
    """Spellings that a smaller one replaced, with the position up to which (exclusive) they were shown."""
    position: Position = Position(0)
    """The entry being folded."""

    def incarnation(self, incarnation: Incarnation) -> int:
        """The number of an incarnation, given one if new."""
        number = self.incarnation_numbers.get(incarnation)
        if number is None:
            number = len(self.incarnations)
            self.incarnation_numbers[incarnation] = number
            self.incarnations.append(incarnation)
            self.incarnations_born.append(self.position)
            self.columns.append({})
        return number

    def known(self, incarnation: Incarnation, known_at: Position) -> int | None:
        """The number of an incarnation that something was known of at a position."""
        number = self.incarnation_numbers.get(incarnation)
        return number if number is not None and self.incarnations_born[number] <= known_at else None

    def find(self, node: Node) -> int | None:
        """The number of a node that exists."""
        return self.numbers.get(node)

    def add(self, node: Node) -> int:
        """Give a new node its number."""
        number = len(self.nodes)
        self.numbers[node] = number
        self.nodes.append(node)
        self.born.append(self.position)
        return number

    def column_node(self, owner: int, column: str) -> Node:
        """The node of a column by any of its spellings; remembers the spelling."""
        key = column_key(self.incarnations[owner].origin.namespace, column)
        spellings = self.columns[owner]
        known = spellings.get(key)
        if known is None or column < known:
            spellings[key] = column
            if known is not None:
                self.respelled.setdefault((owner, key), []).append((self.position, known))
        return Node(Part.COLUMN, owner, key)

    def existing_column(self, owner: int, column: str) -> int | None:
        """The number of a column's node if lineage ever spoke of it."""
        return self.numbers.get(Node(Part.COLUMN, owner, column_key(self.incarnations[owner].origin.namespace, column)))

    def spelling(self, node: Node, known_at: Position | None = None) -> str:
        """How a column is shown, by what was known at a position."""
        for until, spelling in self.respelled.get((node.owner, node.column), ()):
            if known_at is not None and known_at < until:
                return spelling
        return self.columns[node.owner].get(node.column, node.column)

    def columns_known(self, owner: int, known_at: Position) -> dict[str, str]:
        """Column keys and spellings of an incarnation that lineage had spoken of at a position."""
        nodes = {key: Node(Part.COLUMN, owner, key) for key in self.columns[owner]}
        return {
            key: self.spelling(node, known_at)
            for key, node in nodes.items()
            if (number := self.numbers.get(node)) is not None and self.born[number] <= known_at
        }

    def origin(self, owner: int) -> DatasetId:
        """The name under which an incarnation first appeared."""
        return self.incarnations[owner].origin
