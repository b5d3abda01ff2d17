"""The fixpoint: where every bit arrives, over all hops, exact on cycles.

At first nodes are gone through block by block in the order of their numbers, the way in which most edges point, and each block until it
has nothing new to hand on: in a graph that grew by runs nearly every edge is then looked at once. Afterwards only what is new travels,
from node to node; what is taken away is taken from everything behind it, which is then filled again from its surroundings.

Bits are independent, so words are worked out beside each other, over the same hops. *Or* over several hops into one node is done by
writing and looking what is still missing, as a node rarely lacks more than a bit or two at a time; measured six times as fast as
`bitwise_or.at`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from headwater.projections.graph.spokes import Places
from headwater.projections.sensitivity.bits import CLOSED, Codes, Masks, Types, Word, unusual
from headwater.projections.sensitivity.wiring import Hops, Wiring

Ends = NDArray[np.int32]
BLOCK = 14
"""Binary digits of a block of nodes: its edges fit the processor's cache."""
_DENSE = 2
"""A block of which one node in so many has something new is handed on as a whole."""
_MANY = 64
"""When one node in so many has something new to hand on, going through blocks is quicker than from node to node."""
_ANEW = 4
"""When one node in so many has to be worked out again, all are."""


@dataclass(frozen=True, slots=True)
class _Handing:
    """A word, what of it was handed on already, and what hops leave of it."""

    word: Word
    told: Word
    masks: Masks


class Fixpoint:
    """What every node holds. `own` is what nodes hold by themselves, by word and node."""

    def __init__(self, types: Types, wiring: Wiring) -> None:
        self.types = types
        self.wiring = wiring
        self.own: list[dict[int, int]] = []
        self._words: list[Word] = []

    @property
    def nbytes(self) -> int:
        """Bytes that the bits hold."""
        return sum(word.nbytes for word in self._words)

    def held(self, node: int) -> list[int]:
        """A node's words."""
        return [int(word[node]) if node < len(word) else 0 for word in self._words]

    def word(self, number: int) -> Word:
        """One word of all nodes."""
        self._make_room()
        return self._words[number][: self.wiring.node_count]

    def settle(self) -> None:
        """Work everything out from the beginning."""
        self._make_room()
        count = self.wiring.node_count
        for number, word in enumerate(self._words):
            word.fill(0)
            self._fill(number, self.own[number].items())
        handings = [
            _Handing(word[:count], np.zeros(count, dtype=np.uint64), masks)
            for word, masks in zip(self._words, self.types.masks(), strict=True)
        ]
        self._sweep(handings)

    def shift(self, before: int, after: int) -> None:
        """Move what past nodes hold from one offset to another."""
        count = self.wiring.node_count - after
        self._make_room()
        for word in self._words:
            held = word[before : before + count].copy()
            word[before : before + count] = 0
            word[after : after + count] = held

    def plant(self, bits: Iterable[Mapping[int, int]]) -> None:
        """Give nodes more bits of their own, by word, and carry them on."""
        self._make_room()
        for number, of_word in enumerate(bits):
            for node, more in of_word.items():
                self.own[number][node] = self.own[number].get(node, 0) | more
            if of_word:
                nodes = np.array(sorted(of_word), dtype=np.int64)
                arriving = np.array([of_word[node] for node in nodes.tolist()], dtype=np.uint64)
                self._spread(number, *_taken(self._words[number], nodes, arriving))

    def push(self, hops: Hops) -> None:
        """Carry what sources hold over hops that are new or let more pass than before."""
        self._make_room()
        for number, masks in enumerate(self.types.masks()):
            word = self._words[number]
            arriving = masks.out(word.take(hops.sources), hops.codes)
            self._spread(number, *_taken(word, hops.targets, arriving))

    def retract(self, starts: Places, bare: Iterable[Mapping[int, int]] = ()) -> None:
        """Work out again what nodes hold over hops that let less pass than before, or by themselves (`bare`: what is gone, by word).

        Cost:    O(hops at what the starts reach), or all anew where they reach much.
        """
        self._make_room()
        for number, gone in enumerate(bare):
            for node, bits in gone.items():
                left = self.own[number].get(node, 0) & ~bits
                self.own[number][node] = left
                if not left:
                    del self.own[number][node]
        cone = self._cone(starts)
        if cone is None:
            self.settle()
            return
        entering, _ = self.wiring.entering(cone)
        for number, masks in enumerate(self.types.masks()):
            word, own = self._words[number], self.own[number]
            word[cone] = 0
            few = len(cone) < len(own)
            self._fill(number, ((node, own[node]) for node in cone.tolist() if node in own) if few else _within(own, cone))
            arriving = masks.out(word.take(entering.sources), entering.codes)
            self._spread(number, *_taken(word, entering.targets, arriving))

    def _fill(self, number: int, bits: Iterable[tuple[int, int]]) -> None:
        told = list(bits)
        if told:
            nodes = np.array([node for node, _ in told], dtype=np.int64)
            self._words[number][nodes] |= np.array([more for _, more in told], dtype=np.uint64)

    def _cone(self, starts: Places) -> Places | None:
        """All nodes that hold anything and lie behind these, themselves included; None where they are many."""
        seen = np.zeros(self.wiring.node_count, dtype=np.bool_)
        holding = np.zeros(self.wiring.node_count, dtype=np.bool_)
        for word in self._words:
            holding |= word[: len(holding)] != 0
        level = np.unique(starts)
        level = level[holding[level]]
        seen[level] = True
        total = len(level)
        while len(level):
            if total * _ANEW > len(seen):
                return None
            hops, _ = self.wiring.leaving(level)
            ends = hops.targets[hops.codes != CLOSED]
            level = np.unique(ends[holding.take(ends) & ~seen.take(ends)]).astype(np.int64)
            seen[level] = True
            total += len(level)
        return np.flatnonzero(seen)

    def _spread(self, number: int, nodes: Places, bits: Word) -> None:
        """Hand on new bits, of nodes ascending and distinct, until nothing is new; many at once by sweeping."""
        word, masks = self._words[number], self.types.masks()[number]
        while len(nodes):
            if len(nodes) * _MANY > len(word):
                told = word.copy()
                told[nodes] &= ~bits
                count = self.wiring.node_count
                self._sweep([_Handing(word[:count], told[:count], masks)])
                return
            hops, owners = self.wiring.leaving(nodes)
            arriving = masks.out(bits.take(owners), hops.codes)
            nodes, bits = _taken(word, hops.targets, arriving)

    def _sweep(self, handings: Sequence[_Handing]) -> None:
        """Go through blocks of nodes until none has anything that it has not handed on."""
        count = self.wiring.node_count
        size = 1 << BLOCK
        starts = np.arange(0, count, size)
        dirty = np.zeros(len(starts), dtype=np.bool_)
        for each in handings:
            dirty |= np.logical_or.reduceat(each.word != each.told, starts) if count else dirty
        order = range(len(dirty)) if self._mostly_ascends() else range(len(dirty) - 1, -1, -1)
        while bool(dirty.any()):
            for block in order:
                while dirty[block]:
                    dirty[block] = False
                    low, high = block * size, min(block * size + size, count)
                    for changed in self._hand_on(handings, low, high):
                        dirty[_blocks_of(changed, len(dirty))] = True

    def _hand_on(self, handings: Sequence[_Handing], low: int, high: int) -> Iterator[Ends | Places]:
        """Hand on what a block's nodes have not yet; gives the nodes that it was new to."""
        fresh: list[tuple[_Handing, Word]] = []
        for each in handings:
            new = each.word[low:high] & ~each.told[low:high]
            if new.any():
                each.told[low:high] |= new
                fresh.append((each, new))
        if not fresh:
            return
        nodes = np.flatnonzero(reduce(np.bitwise_or, (new for _, new in fresh)))
        if len(nodes) * _DENSE > high - low:
            base, codes = self.wiring.base
            offsets = base.offsets[low : high + 1]
            span = slice(int(offsets[0]), int(offsets[-1])) if len(offsets) else slice(0, 0)
            owners = np.repeat(np.arange(max(len(offsets) - 1, 0)), np.diff(offsets))
            yield from _handed(fresh, owners, base.spokes.neighbours[span], codes[span])
            hops, owners = self.wiring.waiting(nodes + low)
        else:
            hops, owners = self.wiring.leaving(nodes + low)
        if len(hops):
            yield from _handed(fresh, nodes.take(owners), hops.targets, hops.codes)

    def _mostly_ascends(self) -> bool:
        """Whether more edges point to a higher number than to a lower; looked at in a sample."""
        base, _ = self.wiring.base
        if len(base) == 0:
            return True
        sample = np.linspace(0, len(base) - 1, 10_000).astype(np.int64)
        sources = base.offsets.searchsorted(sample, side="right") - 1
        return bool((sources < base.spokes.neighbours.take(sample)).mean() >= 0.5)

    def _make_room(self) -> None:
        """Have a word for every type, and a cell for every node."""
        count = self.wiring.node_count
        for number in range(self.types.word_count):
            if number == len(self._words):
                self._words.append(np.zeros(0, dtype=np.uint64))
            if number == len(self.own):
                self.own.append({})
            if len(self._words[number]) < count:
                roomy = np.zeros(count + count // 8 + 64, dtype=np.uint64)
                roomy[: len(self._words[number])] = self._words[number]
                self._words[number] = roomy


def _handed(fresh: Sequence[tuple[_Handing, Word]], owners: Places, targets: Ends, codes: Codes) -> Iterator[Ends | Places]:
    """Let what is new at owners, by word, arrive over hops; gives the targets to which some was new."""
    places, of = unusual(codes)
    for each, new in fresh:
        yield _missing(each.word, targets, each.masks.altered(new.take(owners), places, of))


def _missing(word: Word, targets: Ends | Places, arriving: Word) -> Ends | Places:
    """Let bits arrive; gives the targets to which some were new, perhaps more than once."""
    new = np.flatnonzero(arriving & ~word.take(targets))
    targets, arriving = targets[new], arriving[new]
    changed = targets
    while len(targets):
        word[targets] |= arriving
        left = np.flatnonzero(arriving & ~word.take(targets))
        targets, arriving = targets[left], arriving[left]
    return changed


def _taken(word: Word, targets: Ends | Places, arriving: Word) -> tuple[Places, Word]:
    """Let bits arrive; gives the nodes to which any was new, ascending and distinct, and which."""
    new = np.flatnonzero(arriving & ~word.take(targets))
    targets, arriving = targets[new], arriving[new]
    nodes = np.unique(targets).astype(np.int64)
    before = word.take(nodes)
    _missing(word, targets, arriving)
    return nodes, word.take(nodes) & ~before


def _blocks_of(nodes: Ends | Places, count: int) -> Places:
    if len(nodes) == 0:
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(np.bincount(nodes >> BLOCK, minlength=count))


def _within(own: Mapping[int, int], nodes: Places) -> list[tuple[int, int]]:
    here = np.fromiter(own, dtype=np.int64, count=len(own))
    places = nodes.searchsorted(here)
    inside = here[(places < len(nodes)) & (nodes.take(np.minimum(places, len(nodes) - 1)) == here)] if len(nodes) else here[:0]
    return [(node, own[node]) for node in inside.tolist()]
