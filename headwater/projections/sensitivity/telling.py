"""Finds the code of every edge whose kind does not say it: by the rules of the moment, and by what people lowered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from headwater.model.entries import Position
from headwater.model.lineage import DIRECT, Kind
from headwater.model.sensitivity.labels import Level, Transfer
from headwater.projections.lineage.derivations import Derivations
from headwater.projections.lineage.nodes import Node, Part
from headwater.projections.sensitivity.bits import CLOSED, Cap, Types
from headwater.projections.sensitivity.past import Key
from headwater.projections.sensitivity.seeds import Lowering
from headwater.projections.sensitivity.transfers import Left, Rules, ToldEdge, edges_of, told_edges

_WHOLE = Left(Transfer.KEEP, Transfer.KEEP)

Signed = Callable[[Position, int, str], Level]
"""The level of a type that a node held as known at a position."""


class Told(NamedTuple):
    """The code of an edge, and its code where only what is sure goes on."""

    possible: int
    sure: int


class ToldEdges:
    """The edges that need telling, of every derivation. Claims never change, so each is looked at once."""

    def __init__(self, derivations: Derivations) -> None:
        self._derivations = derivations
        self._seen = 0
        self.by_derivation: dict[int, tuple[ToldEdge, ...]] = {}

    def update(self) -> range:
        """Look at the derivations that are new; gives their numbers."""
        new = range(self._seen, len(self._derivations.records))
        for number in new:
            record = self._derivations.record(number)
            told = told_edges(record, self._derivations.nodes) if record is not None else ()
            if told:
                self.by_derivation[number] = told
        self._seen = new.stop
        return new


class Telling:
    """The codes of told edges as of one moment. `only` are the derivations that a map of a part of the graph needs."""

    def __init__(
        self, derivations: Derivations, edges: ToldEdges, types: Types, signed: Signed, only: frozenset[int] | None = None
    ) -> None:
        self._derivations, self._edges, self._types, self._signed, self._only = derivations, edges, types, signed, only
        self._rules = Rules()
        self._seen = 0
        self._left_by: dict[Key, Left] = {}
        self.caps: dict[Key, tuple[Cap, ...]] = {}

    def update(self, rules: Rules, lowerings: Iterable[Lowering]) -> dict[Key, Told]:
        """The edges of which the code is new or another than before."""
        self._edges.update()
        numbers: Iterable[int] = self._edges.by_derivation
        if rules == self._rules:
            numbers = range(self._seen, len(self._derivations.records))
        changed = {key: left for key, left in self._left(numbers, rules) if self._left_by.get(key) != left}
        self._rules, self._seen = rules, len(self._derivations.records)
        self._left_by.update(changed)
        caps = self._caps_of(lowerings)
        capped = {key for key in (*self.caps, *caps) if self.caps.get(key) != caps.get(key)}
        self.caps = caps
        keys = sorted({*changed, *capped})
        return {key: self._told(self.left_by(key), caps.get(key, ())) for key in keys}

    def left_by(self, edge: Key) -> Left:
        """What an edge that carries values leaves, lowerings set aside."""
        return self._left_by.get(edge, _WHOLE)

    def _told(self, left: Left, caps: tuple[Cap, ...]) -> Told:
        return Told(self._types.code(left.possible, caps), CLOSED if left.sure is None else self._types.code(left.sure, caps))

    def _left(self, numbers: Iterable[int], rules: Rules) -> Iterable[tuple[Key, Left]]:
        for number in numbers:
            record = self._derivations.record(number)
            if record is None or (self._only is not None and number not in self._only):
                continue
            target = self._derivations.nodes.incarnations[record.key.target]
            for edge in self._edges.by_derivation.get(number, ()):
                yield (edge.source, edge.target, edge.kind, number), rules.left(record, target, edge.ways)

    def _caps_of(self, lowerings: Iterable[Lowering]) -> dict[Key, tuple[Cap, ...]]:
        found: dict[Key, dict[str, Cap]] = defaultdict(dict)
        for lowering in sorted(lowerings, key=lambda told: told.signed_at):
            for key in self._lowered(lowering):
                held = self._signed(lowering.signed_at, key[0], lowering.info_type)
                if held > lowering.level:
                    found[key][lowering.info_type] = Cap(lowering.info_type, lowering.level, held)
                else:
                    found[key].pop(lowering.info_type, None)
        return {key: tuple(sorted(caps.values())) for key, caps in found.items() if caps}

    def _lowered(self, lowering: Lowering) -> list[Key]:
        """The edges that a lowering names: those that carry values into its column by its derivations."""
        nodes = self._derivations.nodes
        owner = nodes.incarnation_numbers.get(lowering.place.incarnation)
        column = nodes.find(Node(Part.COLUMN, owner, lowering.place.column)) if owner is not None else None
        if owner is None or column is None:
            return []
        found: set[Key] = set()
        for number in self._derivations.by_target.get(owner, ()):
            record = self._derivations.record(number)
            if record is None or record.claim.fingerprint not in lowering.fingerprints:
                continue
            if self._only is None or number in self._only:
                found.update((*key, number) for key, flow in edges_of(record, nodes) if flow is not None and _carries(key, column))
        return sorted(found)


def _carries(key: tuple[int, int, int], column: int) -> bool:
    return key[1] == column and Kind(key[2]) in DIRECT
