"""The sensitivity map as ways of labels need it: what nodes hold and over which edges it came, each node looked at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from headwater.answers.leaks.ways import Edge
from headwater.model.sensitivity.labels import Label, Level
from headwater.projections.sensitivity.bits import CLOSED
from headwater.projections.sensitivity.map import SensitivityMap

_WORDS = {
    Level.NONE: "only an influence passes",
    Level.AGGREGATE: "only about large groups passes",
    Level.QUASI: "no value passes, at most quasi",
    Level.PSEUDONYMOUS: "only a pseudonym passes",
    Level.DIRECT: "everything passes",
}
_Labels = dict[str, Level]


@dataclass(slots=True)
class MapCarried:
    """`ways.Carried` over a map, for as long as that stays as it is."""

    map: SensitivityMap
    _held: dict[tuple[int, bool], _Labels] = field(default_factory=dict)
    _own: dict[tuple[int, bool], _Labels] = field(default_factory=dict)
    _entering: dict[tuple[int, bool], tuple[Edge, ...]] = field(default_factory=dict)

    def held(self, node: int, info_type: str, *, sure: bool) -> Level:
        """The highest level of a type that a node holds."""
        return self._levels(self._held, node, sure, self.map.carried(confirmed=sure).fixpoint.held).get(info_type, Level.NONE)

    def own(self, node: int, info_type: str, *, sure: bool) -> Level:
        """The highest level that it holds by itself."""
        own = self.map.carried(confirmed=sure).fixpoint.own
        words: Callable[[int], list[int]] = lambda number: [of_word.get(number, 0) for of_word in own]  # noqa: E731  # because it is handed on
        return self._levels(self._own, node, sure, words).get(info_type, Level.NONE)

    def entering(self, node: int, *, sure: bool) -> Sequence[Edge]:
        """The edges that arrive at a node and count."""
        known = self._entering.get((node, sure))
        if known is None:
            hops, edges = self.map.carried(confirmed=sure).wiring.entering(np.array([node], dtype=np.int64))
            arrays = (hops.sources, hops.targets, edges.kinds, edges.derivations, hops.codes)
            rows = zip(*(array.tolist() for array in arrays), strict=True)
            known = self._entering[node, sure] = tuple(sorted((Edge(*row) for row in rows if row[4] != CLOSED), key=_order))
        return known

    def passes(self, code: int, info_type: str, level: Level) -> Level | None:
        """The lowest level that a source must hold for this one to arrive."""
        return self.map.types.passes(code, info_type, level)

    def labels(self, node: int) -> tuple[Label, ...]:
        """All that a node holds, or may hold."""
        return self.map.types.labels(self.map.carried().fixpoint.held(node))

    def words(self, code: int, info_type: str) -> str:
        """What a hop leaves of a type, in words."""
        levels = (level for level in reversed(Level) if level is not Level.NONE)
        return _WORDS[next((level for level in levels if self.passes(code, info_type, level) is not None), Level.NONE)]

    def holding(self, info_types: Iterable[str], level: Level) -> set[int]:
        """The nodes that hold one of some types at a level."""
        found: set[int] = set()
        types, fixpoint = self.map.types, self.map.carried().fixpoint
        for info_type in info_types:
            if info_type in types.places:
                word, bit = types.bit(info_type, level)
                found.update(np.flatnonzero(fixpoint.word(word) & bit).tolist())
        return found

    def _levels(self, known: dict[tuple[int, bool], _Labels], node: int, sure: bool, words: Callable[[int], list[int]]) -> _Labels:
        found = known.get((node, sure))
        if found is None:
            found = known[node, sure] = {label.info_type: label.level for label in self.map.types.labels(words(node))}
        return found


def _order(edge: Edge) -> tuple[int, int, int, int]:
    return edge.source, edge.target, edge.kind, edge.derivation
