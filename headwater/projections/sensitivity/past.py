"""What lives on of tables that were emptied: past nodes beside those of the graph, for as long as anything made of them is there.

A derivation that ended wrote rows that its target holds no longer, so they say nothing of the target as it is. But who read the target
while they were there made something of them. So such a derivation writes into the *past* of its target's nodes, and whoever read it then
reads from there, too. The hops of a derivation at past nodes are its *group*; derivations that have nothing to do with the past have none.
How the past nodes of a dataset hang together is a group of its own, under the dataset's number inverted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from headwater.projections.graph import Edges
from headwater.projections.lineage.derivation import Derivation
from headwater.projections.lineage.derivations import Derivations
from headwater.projections.lineage.kept import AsOf, Kept, Times
from headwater.projections.lineage.nodes import Link, Node, Part
from headwater.projections.lineage.weave import STRUCTURE
from headwater.projections.sensitivity.transfers import edges_of

Table = NDArray[np.bool_]
Key = tuple[int, int, int, int]
"""An edge: source, target, kind, derivation."""


class PastHop(msgspec.Struct, frozen=True, order=True, gc=False):
    """An edge of the graph of which one end or both are taken as they were."""

    key: Key
    from_past: bool
    to_past: bool


Group = tuple[PastHop, ...]


class Past:
    """The groups of all derivations at a moment. `kept` are the derivations that have ended and live on."""

    def __init__(self, derivations: Derivations, times: Times) -> None:
        self.derivations = derivations
        self.times = times
        self.kept: set[int] = set()
        self.groups: dict[int, Group] = {}

    def hops(self) -> list[PastHop]:
        """All of them, in a fixed order."""
        return [hop for number in sorted(self.groups) for hop in self.groups[number]]

    def regroup(self, numbers: Iterable[int], look: Kept) -> bool:
        """Work out the groups of some derivations, and of what they read and write, anew; whether any changed."""
        changed = False
        for number in sorted(self._concerned(numbers)):
            before, now = self.groups.pop(number, ()), self._group(number, look)
            if now:
                self.groups[number] = now
            changed |= now != before
        return changed

    def _concerned(self, numbers: Iterable[int]) -> set[int]:
        found: set[int] = set()
        for number in numbers:
            record = self.derivations.record(number)
            if record is not None:
                found.update((number, ~record.key.target, *(~owner for owner in record.key.sources)))
        return found

    def _group(self, number: int, look: Kept) -> Group:
        if number < 0:
            return self._structure(~number)
        record = self.derivations.record(number)
        is_kept = number in self.kept
        if record is None or not (is_kept or look.counts(number)):
            return ()
        seen = {owner for owner in record.key.sources if self._saw_past(record, owner, look)}
        return self._of_derivation(record, seen, is_kept=is_kept) if is_kept or seen else ()

    def _of_derivation(self, record: Derivation, seen: set[int], *, is_kept: bool) -> Group:
        nodes = self.derivations.nodes
        found: list[PastHop] = []
        for edge, _ in edges_of(record, nodes):
            key = (*edge, record.id)
            source, to_past = nodes.nodes[edge[0]], is_kept and nodes.nodes[edge[1]].part is not Part.HUB
            if is_kept:
                found.append(PastHop(key, from_past=False, to_past=to_past))
            if source.part is not Part.HUB and source.owner in seen:
                found.append(PastHop(key, from_past=True, to_past=to_past))
        return tuple(dict.fromkeys(found))

    def _structure(self, owner: int) -> Group:
        """How the past nodes of a dataset hang together, where anything kept wrote into it."""
        if self.kept.isdisjoint(self.derivations.by_target.get(owner, ())):
            return ()
        nodes = self.derivations.nodes
        rows, whole = nodes.find(Node(Part.ROWS, owner)), nodes.find(Node(Part.WHOLE, owner))
        columns = [nodes.find(Node(Part.COLUMN, owner, key)) for key in nodes.columns[owner]]
        ends = [(rows, whole, Link.MEMBER), *((rows, column, Link.SPREAD) for column in columns)]
        ends += [(column, whole, Link.MEMBER) for column in columns]
        return tuple(
            PastHop((start, end, int(link), STRUCTURE), from_past=True, to_past=True)
            for start, end, link in ends
            if start is not None and end is not None
        )

    def _saw_past(self, record: Derivation, owner: int, look: Kept) -> bool:
        return any(ended in self.kept and look.saw(record, ended) for ended in look.ended_into(owner))


class Present(Past):
    """The past as of now, kept up as derivations end, and begin, and are read. `counts` says which derivations hold."""

    def __init__(self, derivations: Derivations) -> None:
        super().__init__(derivations, AsOf())
        self.counts: Table | None = None

    def update(self) -> bool:
        """Take in what moved since the last call; whether any group changed.

        Cost:    O(derivations) for a table of bits, and a look at those around what moved.
        """
        moved, self.derivations.moved = self.derivations.moved, set()
        before, self.counts = self.counts, self.derivations.episodes.alive(None, None)
        look = Kept(self.derivations, self.times)
        if before is None:
            self.kept = all_kept(self.derivations, self.times)
            return self.regroup(_around(self.derivations, self.kept), look)
        turned = np.flatnonzero(_wide(before, len(self.counts)) != self.counts).tolist()
        flipped = self._look_again(look, {*moved, *turned})
        ended = {*flipped, *(number for number in moved if number in self.kept)}
        return self.regroup({*moved, *turned, *_around(self.derivations, ended)}, look)

    def _look_again(self, look: Kept, moved: Iterable[int]) -> set[int]:
        """Decide anew whether what moved lives on, and what wrote what it reads, and so on where it changes; gives those that changed."""
        waiting = [number for moving in moved for number in (moving, *_behind(self.derivations, look, moving))]
        seen: set[int] = set()
        flipped: set[int] = set()
        while waiting:
            number = waiting.pop()
            if number in seen:
                continue
            seen.add(number)
            lives = not look.counts(number) and look.lives_on(number)
            if lives != (number in self.kept):
                self.kept.symmetric_difference_update((number,))
                flipped.add(number)
                waiting.extend(_behind(self.derivations, look, number))
        return flipped


def all_kept(derivations: Derivations, times: Times) -> set[int]:
    """The derivations that have ended and live on in any that holds."""
    look = Kept(derivations, times)
    held = look.alive
    while look.behind(np.flatnonzero(look.alive).tolist()):
        pass
    return set(np.flatnonzero(look.alive & ~_wide(held, len(look.alive))).tolist())


def past_at(derivations: Derivations, times: Times) -> Past:
    """The past as of a moment, of everything."""
    past = Past(derivations, times)
    past.kept = all_kept(derivations, times)
    past.regroup(_around(derivations, past.kept), Kept(derivations, times))
    return past


def past_behind(derivations: Derivations, times: Times, nodes: Sequence[int]) -> tuple[Past, Edges]:
    """The part of the graph from which nodes are reached, as of a moment: its edges that hold, and what lives on of the past behind it."""
    graph, look, past = derivations.weave.column_graph, Kept(derivations, times), Past(derivations, times)
    starts = set(nodes)
    while True:
        reached = graph.closure(sorted(starts), forward=False, alive=look.alive)
        edges = graph.subgraph(reached.nodes, alive=look.alive)
        numbers = {*np.unique(edges.derivations).tolist(), *past.kept}
        behind = {ended for number in numbers for ended in _behind(derivations, look, number) if _reads(derivations, look, number, ended)}
        if behind <= past.kept:
            break
        past.kept |= behind
        starts |= {edge[0] for number in behind for edge, _ in edges_of(_record(derivations, number), derivations.nodes)}
    past.regroup(numbers, look)
    return past, edges


def _around(derivations: Derivations, ended: Iterable[int]) -> set[int]:
    """Derivations that ended, and all that read what they wrote."""
    found: set[int] = set()
    for number in ended:
        found.update((number, *derivations.by_source.get(_record(derivations, number).key.target, ())))
    return found


def _behind(derivations: Derivations, look: Kept, number: int) -> list[int]:
    """The derivations that have ended and wrote what this one reads."""
    record = derivations.record(number)
    return [] if record is None else [ended for source in record.key.sources for ended in look.ended_into(source)]


def _reads(derivations: Derivations, look: Kept, number: int, ended: int) -> bool:
    return look.saw(_record(derivations, number), ended)


def _record(derivations: Derivations, number: int) -> Derivation:
    record = derivations.record(number)
    assert record is not None, "structure and aliases neither read nor write"
    return record


def _wide(table: Table, size: int) -> Table:
    wide = np.zeros(max(size, len(table)), dtype=np.bool_)
    wide[: len(table)] = table
    return wide
