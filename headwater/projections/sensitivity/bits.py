"""Labels as bits: twelve info types to a word, each with a bit for the inference mark and one for every level reached.

The bits of one type form a thermometer: who holds a level holds those below it. So labels join by *or*, what a hop leaves is a mask,
and the fixpoint is plain reachability, bit by bit, of many bits at once. Hops are told apart by a *code*: the transfers themselves,
`CLOSED` for an edge that does not count, and from `FIRST_OWN` on one for every combination of lowerings in use.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray

from headwater.model.sensitivity.info_types import INFO_TYPES
from headwater.model.sensitivity.labels import Label, Level, Transfer

Word = NDArray[np.uint64]
Codes = NDArray[np.uint16]
Places = NDArray[np.int64]

TYPES_PER_WORD = 12
STEP = np.uint64(TYPES_PER_WORD)
"""How far a plane of bits lies from the next."""
CLOSED = len(Transfer)
FIRST_OWN = CLOSED + 1
_SLOTS = (1 << TYPES_PER_WORD) - 1
MARKS = np.uint64(_SLOTS)
LEVELS = np.uint64(sum(_SLOTS << TYPES_PER_WORD * level for level in Level if level is not Level.NONE))


class Cap(msgspec.Struct, frozen=True, order=True):
    """That of a type at most `level` passes, where the source holds at most `held`; what is stronger passes unhindered."""

    info_type: str
    level: Level
    held: Level


@dataclass(frozen=True, slots=True)
class Masks:
    """What each code leaves of one word: the bits that pass, the marks that a held level leaves, and what lowered hops leave at most."""

    passes: Word
    marks: Word
    ceilings: Word

    def out(self, held: Word, codes: Codes) -> Word:
        """What arrives over hops of these codes from nodes that hold these bits."""
        return self.altered(held, *unusual(codes))

    def altered(self, held: Word, unusual: Places, of: Codes) -> Word:
        """The same where it is known which hops are unusual, and their codes."""
        if len(unusual) == 0:
            return held
        some = held[unusual]
        left = some & self.passes.take(of)
        left |= (some >> STEP) & self.marks.take(of)
        lowered = np.flatnonzero(of >= FIRST_OWN)
        if len(lowered):
            left[lowered] = closed_below(left[lowered]) & self.ceilings.take(of[lowered])
        arrives = held.copy()
        arrives[unusual] = left
        return arrives


def unusual(codes: Codes) -> tuple[Places, Codes]:
    """The places of hops that leave less than everything, and their codes; found once for all words."""
    places = np.flatnonzero(codes != Transfer.KEEP)
    return places, codes[places]


class Types:
    """Which info type has which bits, and the codes of hops. Types get their places as they come and keep them."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.names: list[str] = []
        self._caps: list[tuple[Transfer, tuple[Cap, ...]]] = []
        self._codes: dict[tuple[Transfer, tuple[Cap, ...]], int] = {}
        self._masks: list[Masks] | None = None

    @property
    def word_count(self) -> int:
        """Words in use."""
        return -(-len(self.names) // TYPES_PER_WORD)

    def place(self, info_type: str) -> int:
        """The type's number, given one if new."""
        known = self.places.get(info_type)
        if known is None:
            known = self.places[info_type] = len(self.names)
            self.names.append(info_type)
            self._masks = None
        return known

    def code(self, transfer: Transfer, caps: Iterable[Cap] = ()) -> int:
        """The code of a hop with this transfer and these lowerings."""
        told = tuple(sorted(caps))
        if not told:
            return int(transfer)
        key = (transfer, told)
        known = self._codes.get(key)
        if known is None:
            for cap in told:
                self.place(cap.info_type)
            known = self._codes[key] = FIRST_OWN + len(self._caps)
            self._caps.append(key)
            self._masks = None
        return known

    def bits(self, info_type: str, level: Level) -> tuple[int, int]:
        """The word, and the bits in it, of a type held at a level."""
        word, slot = divmod(self.place(info_type), TYPES_PER_WORD)
        return word, sum(1 << (slot + TYPES_PER_WORD * step) for step in range(1, level + 1))

    def bit(self, info_type: str, level: Level) -> tuple[int, np.uint64]:
        """The word, and the one bit in it, that says whether a level is reached; that of NONE is the inference mark."""
        word, slot = divmod(self.place(info_type), TYPES_PER_WORD)
        return word, np.uint64(1 << (slot + TYPES_PER_WORD * level))

    def labels(self, words: Iterable[int]) -> tuple[Label, ...]:
        """The labels that a node's words say, by type."""
        found = []
        for word, held in enumerate(words):
            if held:
                found += self._labels_of(word, int(held))
        return tuple(sorted(found))

    def masks(self) -> list[Masks]:
        """By word, what each code leaves."""
        if self._masks is None:
            self._masks = [self._masks_of(word) for word in range(self.word_count)]
        return self._masks

    def passes(self, code: int, info_type: str, level: Level) -> Level | None:
        """The lowest level that a source must hold for this one to arrive over a hop; None where it cannot."""
        if code == CLOSED:
            return None
        transfer, caps = self._rule(code)
        if level > transfer.passes(guessable=is_guessable(info_type)):
            return None
        for cap in caps:
            if cap.info_type == info_type and cap.level < level <= cap.held:
                return Level(cap.held + 1) if cap.held < Level.DIRECT else None
        return level

    def is_open(self, code: int) -> bool:
        """Whether anything goes over a hop; the inference mark then does."""
        return code != CLOSED

    def transfer_of(self, code: int) -> Transfer:
        """The transfer of an open hop, lowerings set aside."""
        return self._rule(code)[0]

    def leaves_mark(self, code: int, info_type: str) -> bool:
        """Whether holding anything of a type before a hop makes the inference mark after it."""
        if code == CLOSED:
            return False
        transfer, caps = self._rule(code)
        capped = any(cap.info_type == info_type and cap.level == Level.NONE and cap.held > Level.NONE for cap in caps)
        return capped or transfer is Transfer.INFER

    def caps_of(self, code: int) -> tuple[Cap, ...]:
        """The lowerings of a code."""
        return self._rule(code)[1]

    def _rule(self, code: int) -> tuple[Transfer, tuple[Cap, ...]]:
        return self._caps[code - FIRST_OWN] if code >= FIRST_OWN else (Transfer(code), ())

    def _labels_of(self, word: int, held: int) -> list[Label]:
        found = []
        for slot, name in enumerate(self.names[word * TYPES_PER_WORD : (word + 1) * TYPES_PER_WORD]):
            planes = [held >> (slot + TYPES_PER_WORD * level) & 1 for level in Level]
            if any(planes):
                found.append(Label(info_type=name, level=Level(sum(planes[1:])), inferred=bool(planes[0])))
        return found

    def _masks_of(self, word: int) -> Masks:
        count = FIRST_OWN + len(self._caps)
        passes, marks, ceilings = (np.zeros(count, dtype=np.uint64) for _ in range(3))
        names = self.names[word * TYPES_PER_WORD : (word + 1) * TYPES_PER_WORD]
        for code in (code for code in range(count) if code != CLOSED):
            transfer, caps = self._rule(code)
            by_type = {cap.info_type: cap for cap in caps}
            passed, marked, most = _SLOTS, 0, _SLOTS
            for slot, name in enumerate(names):
                ceiling = transfer.passes(guessable=is_guessable(name))
                most |= _planes(level for level in Level if level <= ceiling) << slot
                passed |= _planes(_passing(ceiling, by_type.get(name))) << slot
                marked |= int(self.leaves_mark(code, name)) << slot
            passes[code], marks[code], ceilings[code] = passed, marked, most
        return Masks(passes, marks, ceilings)


def is_guessable(info_type: str) -> bool:
    """Whether a type's values can be tried; a type that nobody knows may be."""
    known = INFO_TYPES.get(info_type)
    return known is None or known.is_guessable


def closed_below(words: Word) -> Word:
    """With every level below one that is reached."""
    closed = words.copy()
    for _ in range(len(Level) - 2):
        closed |= ((closed & LEVELS) >> STEP) & LEVELS
    return closed


def _passing(ceiling: Level, cap: Cap | None) -> list[Level]:
    """The levels whose bits go on; where a cap does not cover what is stronger, its bits go on to be cut to the ceiling afterwards."""
    if cap is None:
        return [level for level in Level if level <= ceiling]
    return [level for level in Level if level <= min(cap.level, ceiling) or level > cap.held]


def _planes(levels: Iterable[Level]) -> int:
    """The bits of some levels, in the first slot."""
    return sum(1 << TYPES_PER_WORD * level for level in levels if level is not Level.NONE)
