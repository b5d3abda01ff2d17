"""`SensitivityMap`: which column holds what, as of one moment, and how sure that is.

The map of now is kept up as the graph and the seeds grow, that of any other moment is made afresh (`sensitivity.py`). Columns of which
lineage never spoke have no node: what they hold is what their seeds say, and what reaches all rows of their dataset.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from headwater.model.sensitivity.labels import SMALLEST_GROUP, Label, Level
from headwater.projections.graph import ColumnGraph
from headwater.projections.lineage.derivations import Derivations
from headwater.projections.lineage.incarnations import Incarnation
from headwater.projections.lineage.nodes import Link, Node, NodeTable, Part
from headwater.projections.lineage.weave import Weave
from headwater.projections.sensitivity.bits import Types
from headwater.projections.sensitivity.carried import Bits, Carried, Change, Planting
from headwater.projections.sensitivity.past import Key, PastHop
from headwater.projections.sensitivity.seeds import Place, Seed, Seeds
from headwater.projections.sensitivity.telling import Signed, Telling, ToldEdges
from headwater.projections.sensitivity.transfers import Rules, edges_of
from headwater.projections.sensitivity.wiring import Table

_PLANTED = (Part.COLUMN, Part.WHOLE)


@dataclass(frozen=True, slots=True)
class Held:
    """A label of a column, and at which level it is confirmed: every hop from some seed parsed or observed, and the seed sure."""

    label: Label
    confirmed: Level
    mark_confirmed: bool

    @property
    def is_confirmed(self) -> bool:
        """Whether the level is confirmed, or, of a bare mark, the mark."""
        return self.mark_confirmed if self.label.level is Level.NONE else self.confirmed == self.label.level


class SensitivityMap:
    """Labels as of one moment. Read it under the lock under which the views are folded; the map of now changes with them."""

    def __init__(
        self,
        derivations: Derivations,
        edges: ToldEdges,
        signed: Signed,
        *,
        only: frozenset[int] | None = None,
        enough: int = SMALLEST_GROUP,
    ) -> None:
        self.derivations = derivations
        self.types = Types()
        self.seeds: Seeds | None = None
        self.telling = Telling(derivations, edges, self.types, signed, only)
        self._possible = Carried(self.types, supposed=True)
        self._sure = Carried(self.types, supposed=False)
        self._enough = enough
        self._counts: Table = np.zeros(0, dtype=np.bool_)
        self._past: Sequence[PastHop] = ()
        self._nodeless: dict[Incarnation, set[Place]] = {}
        """Columns with seeds that have no node."""
        self._nodes_seen = 0

    @property
    def nodes(self) -> NodeTable:
        """What the numbers of nodes mean."""
        return self.derivations.nodes

    def carried(self, *, confirmed: bool = False) -> Carried:
        """The labels over all edges, or over confirmed ones from sure seeds alone."""
        return self._sure if confirmed else self._possible

    def labels(self, place: Place) -> tuple[Held, ...]:
        """The labels of a column, by type."""
        found: dict[str, Held] = {}
        for held in (*self._of_node(self.node_of(place)), *self._of_seeds(place)):
            known = found.get(held.label.info_type)
            found[held.label.info_type] = held if known is None else _joined(known, held)
        return tuple(found[name] for name in sorted(found))

    def node_of(self, place: Place) -> int | None:
        """The node whose labels a column has."""
        return node_of(self.nodes, place)

    def seeds_at(self, place: Place) -> tuple[Seed, ...]:
        """What a column holds by itself."""
        return self.seeds.columns.get(place, ()) if self.seeds is not None else ()

    def spelling(self, place: Place) -> str:
        """How a column is written."""
        owner = self.nodes.incarnation_numbers.get(place.incarnation)
        known = self.nodes.columns[owner].get(place.column) if owner is not None else None
        return known or (self.seeds.spellings.get(place, place.column) if self.seeds is not None else place.column)

    def place_of(self, node: int) -> Place | None:
        """The column that a node is; None for rows, wholes and hubs."""
        known = self.nodes.nodes[node]
        return Place(self.nodes.incarnations[known.owner], known.column) if known.part is Part.COLUMN else None

    def places(self) -> Iterator[Place]:
        """Every column that holds anything, except where that is only what reaches all rows of a dataset of which it was never told."""
        yield from sorted(place for places in self._nodeless.values() for place in places)
        holding = np.zeros(self._possible.wiring.node_count, dtype=np.bool_)
        for number in range(self.types.word_count):
            holding |= self._possible.fixpoint.word(number) != 0
        places = (self.place_of(node) for node in np.flatnonzero(holding).tolist())
        yield from (place for place in places if place is not None)

    def levels(self, node: int) -> dict[str, Level]:
        """By type, the level at a node."""
        return {label.info_type: label.level for label in self.types.labels(self._possible.fixpoint.held(node))}

    def update(self, graph: ColumnGraph, counts: Table, past: Sequence[PastHop] | None, seeds: Seeds) -> None:
        """Bring the map to a state of the graph, of which derivations hold, of the past (None: as before), and of the seeds.

        Cost:    O(what is new and what lies behind what was taken away), and all where that is most.
        """
        told = self.telling.update(Rules.of(seeds, self._enough), seeds.lowerings)
        self._past = past if past is not None else self._past
        is_past_touched = past is not None or bool(told) or graph.node_count > self._possible.wiring.offset
        turned, past_hops = self._turned(counts), self._past if is_past_touched else None
        change = Change({key: codes.possible for key, codes in told.items()}, turned, past_hops)
        change_of_sure = Change({key: codes.sure for key, codes in told.items()}, turned, past_hops)
        possible, sure = self._plantings(seeds)
        self._counts, self.seeds = counts, seeds
        self._possible.update(graph.shape, counts, None, change, possible)
        self._sure.update(graph.shape, counts, _confirmed(self.derivations), change_of_sure, sure)

    def _of_node(self, node: int | None) -> list[Held]:
        if node is None:
            return []
        sure = {label.info_type: label for label in self.types.labels(self._sure.fixpoint.held(node))}
        found = self.types.labels(self._possible.fixpoint.held(node))
        return [Held(label, _level(sure.get(label.info_type)), _is_marked(sure.get(label.info_type))) for label in found]

    def _of_seeds(self, place: Place) -> list[Held]:
        return [
            Held(Label(info_type=seed.info_type, level=seed.level), seed.level if seed.is_sure else Level.NONE, False)
            for seed in self.seeds_at(place)
        ]

    def _turned(self, counts: Table) -> list[Key]:
        """The edges of derivations that came to count, or ceased to, since the last update."""
        before = np.zeros(len(counts), dtype=np.bool_)
        before[: len(self._counts)] = self._counts[: len(counts)]
        return [key for number in np.flatnonzero(before != counts).tolist() for key in self._edges_of(number)] if len(self._counts) else []

    def _edges_of(self, number: int) -> list[Key]:
        record = self.derivations.record(number)
        if record is not None:
            return [(*key, number) for key, _ in edges_of(record, self.nodes)]
        return [(*ends, Link.ALIAS, number) for ends in alias_ends(self.derivations.weave, number)]

    def _plantings(self, seeds: Seeds) -> tuple[Planting, Planting]:
        """What nodes come to have and cease to have of their own, in the map and in what of it is confirmed."""
        if seeds is self.seeds:
            arrived = self._arrived()
            return Planting(self._bits(arrived, sure=False)), Planting(self._bits(arrived, sure=True))
        self._nodeless, self._nodes_seen = {}, len(self.nodes.nodes)
        now = (self._bits(seeds.columns, sure=False), self._bits(seeds.columns, sure=True))
        before = (self._possible.fixpoint.own, self._sure.fixpoint.own)
        return Planting(*_differences(before[0], now[0])), Planting(*_differences(before[1], now[1]))

    def _arrived(self) -> dict[Place, tuple[Seed, ...]]:
        """Columns with seeds whose node, or that of their dataset as a whole, is there for the first time since the last update."""
        found: set[Place] = set()
        for number in range(self._nodes_seen, len(self.nodes.nodes)):
            node = self.nodes.nodes[number]
            waiting = self._nodeless.get(self.nodes.incarnations[node.owner]) if node.part in _PLANTED else None
            if waiting:
                place = self.place_of(number)
                found.update(waiting if place is None else waiting & {place})
        self._nodes_seen = len(self.nodes.nodes)
        for place in found:
            self._nodeless[place.incarnation].discard(place)
        seeds = self.seeds.columns if self.seeds is not None else {}
        return {place: seeds[place] for place in sorted(found)}

    def _bits(self, columns: Mapping[Place, tuple[Seed, ...]], *, sure: bool) -> Bits:
        """By word, the bits of the nodes that stand for some columns; those that lineage never spoke of are remembered."""
        found: Bits = []
        for place, seeds in columns.items():
            owner = self.nodes.incarnation_numbers.get(place.incarnation)
            node = self.nodes.find(Node(Part.COLUMN, owner, place.column)) if owner is not None else None
            if node is None:
                self._nodeless.setdefault(place.incarnation, set()).add(place)
                node = self.nodes.find(Node(Part.WHOLE, owner)) if owner is not None else None
            for seed in seeds if node is not None else ():
                word, bits = self.types.bits(seed.info_type, seed.level)
                while len(found) <= word:
                    found.append({})
                if node is not None and (seed.is_sure or not sure):
                    found[word][node] = found[word].get(node, 0) | bits
        return found


def node_of(nodes: NodeTable, place: Place) -> int | None:
    """The node whose labels a column has: its own, or that of all rows of its dataset; None where lineage spoke of neither."""
    owner = nodes.incarnation_numbers.get(place.incarnation)
    if owner is None:
        return None
    own = nodes.find(Node(Part.COLUMN, owner, place.column))
    return own if own is not None else nodes.find(Node(Part.ROWS, owner))


def alias_ends(weave: Weave, derivation: int) -> list[tuple[int, int]]:
    """The nodes that an alias ties, both ways."""
    nodes = weave.columns
    found = []
    for here, twins in weave.twins.items():
        for there in (other for other, told in twins if told == derivation):
            parts = [(part, "") for part in (Part.ROWS, Part.WHOLE)] + [(Part.COLUMN, key) for key in nodes.columns[here]]
            for part, column in parts:
                start = nodes.find(Node(part, here, column))
                spelling = nodes.spelling(Node(part, here, column)) if part is Part.COLUMN else ""
                end = nodes.existing_column(there, spelling) if part is Part.COLUMN else nodes.find(Node(part, there))
                if start is not None and end is not None:
                    found.append((start, end))
    return found


def _joined(first: Held, second: Held) -> Held:
    label = Label(
        info_type=first.label.info_type,
        level=max(first.label.level, second.label.level),
        inferred=first.label.inferred or second.label.inferred,
    )
    return Held(label, max(first.confirmed, second.confirmed), first.mark_confirmed or second.mark_confirmed)


def _level(label: Label | None) -> Level:
    return label.level if label is not None else Level.NONE


def _is_marked(label: Label | None) -> bool:
    return label is not None and label.inferred


def _confirmed(derivations: Derivations) -> Table:
    return np.frombuffer(bytes(derivations.confirmed), dtype=np.bool_)


def _differences(before: Bits, now: Bits) -> tuple[Bits, Bits]:
    """By word, the bits that are more, and those that are gone."""
    words = range(max(len(before), len(now)))
    was, become = ([*told, *({} for _ in words[len(told) :])] for told in (before, now))
    return [_beyond(become[word], was[word]) for word in words], [_beyond(was[word], become[word]) for word in words]


def _beyond(bits: dict[int, int], known: dict[int, int]) -> dict[int, int]:
    return {node: rest for node, told in bits.items() if (rest := told & ~known.get(node, 0))}
