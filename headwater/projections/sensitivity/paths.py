"""The way by which a label came: the shortest chain of hops from a node that holds the type by itself.

It is looked for backwards, over nodes that hold enough of the type for the label to come about. Hops of the graph's own cost nothing, so
that the fewest statements count; of chains of one length the one over the lowest numbers is told, whenever it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from headwater.model.sensitivity.labels import Level
from headwater.projections.lineage.nodes import Link
from headwater.projections.sensitivity.bits import Types
from headwater.projections.sensitivity.carried import Carried
from headwater.projections.sensitivity.past import Key

MARK = Level.NONE
"""What is asked of a node where only the inference mark is followed."""
_State = tuple[int, Level]
"""A node, and what it must hold: at least a level, or the mark."""
_FREE = frozenset(int(link) for link in Link)


@dataclass(frozen=True, slots=True)
class Step:
    """One hop of a chain: the edge, its code, and whether it begins or ends at what a table was."""

    key: Key
    code: int
    from_past: bool
    to_past: bool


def chain(carried: Carried, types: Types, node: int, info_type: str, level: Level) -> list[Step]:
    """The hops by which a node came to hold a type at a level (`MARK`: to carry the mark), from the first to the last.

    Empty where it holds it by itself, or not at all.
    """
    search = _Search(carried, types, info_type)
    return search.run((node, level))


class _Search:
    def __init__(self, carried: Carried, types: Types, info_type: str) -> None:
        self._wiring, self._fixpoint, self._types, self._type = carried.wiring, carried.fixpoint, types, info_type
        self._came: dict[_State, tuple[Key, int, _State]] = {}

    def run(self, end: _State) -> list[Step]:
        seen, level = {end}, [end]
        while level:
            found, level = self._one_further(level, seen)
            if found is not None:
                return self._told(found, end)
        return []

    def _one_further(self, level: list[_State], seen: set[_State]) -> tuple[_State | None, list[_State]]:
        """Look at states at one distance, with all that free hops add to them; gives the first that begins a chain, or those one hop on."""
        onward: list[_State] = []
        while level:
            begins = min((state for state in level if self._begins(state)), default=None)
            if begins is not None:
                return begins, []
            drifted: list[_State] = []
            for before, key, code, after in self._before(level):
                if before not in seen:
                    seen.add(before)
                    self._came[before] = (key, code, after)
                    (drifted if key[2] in _FREE else onward).append(before)
            level = drifted
        return None, onward

    def _begins(self, state: _State) -> bool:
        """Whether a node holds what it must by itself."""
        node, level = state
        if level is MARK:
            return False
        word, bit = self._types.bit(self._type, level)
        own = self._fixpoint.own
        return word < len(own) and bool(own[word].get(node, 0) & int(bit))

    def _before(self, states: list[_State]) -> Iterator[tuple[_State, Key, int, _State]]:
        """The states from which some are reached in one hop, each with the hop, in order of what must be held and of the edges."""
        for level in sorted({level for _, level in states}):
            nodes = np.array(sorted(node for node, wanted in states if wanted is level), dtype=np.int64)
            hops, edges = self._wiring.entering(nodes)
            for needed, codes in self._needed(set(np.unique(hops.codes).tolist()), level):
                word, bit = self._types.bit(self._type, needed)
                fitting = np.isin(hops.codes, codes) & ((self._fixpoint.word(word).take(hops.sources) & bit) != 0)
                for place in np.flatnonzero(fitting).tolist():
                    source, target = int(hops.sources[place]), int(hops.targets[place])
                    key = (source, target, int(edges.kinds[place]), int(edges.derivations[place]))
                    yield (source, needed), key, int(hops.codes[place]), (target, level)

    def _needed(self, codes: set[int], level: Level) -> list[tuple[Level, list[int]]]:
        """What sources must hold for a level, or the mark, to arrive: by level, over hops of which codes."""
        found: dict[Level, list[int]] = {}
        for code in sorted(codes):
            if level is not MARK:
                needed = self._types.passes(code, self._type, level)
                if needed is not None:
                    found.setdefault(needed, []).append(code)
                continue
            if self._types.is_open(code):
                found.setdefault(MARK, []).append(code)
            if self._types.leaves_mark(code, self._type):
                found.setdefault(Level.AGGREGATE, []).append(code)
        return sorted(found.items(), reverse=True)

    def _told(self, begin: _State, end: _State) -> list[Step]:
        steps = []
        state = begin
        while state != end:
            key, code, state = self._came[state]
            source, target = self._wiring.node(key[0]), self._wiring.node(key[1])
            steps.append(Step((source, target, key[2], key[3]), code, from_past=source != key[0], to_past=target != key[1]))
        return steps
