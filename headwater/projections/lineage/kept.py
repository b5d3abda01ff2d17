"""Derivations that have ended where they wrote, while rows they wrote live on in what was made of them.

A staging table is emptied after it was loaded from; what once filled it still stands behind everything that was made of it. So a walk
counts an ended derivation as well if a derivation that counts read its target while its rows were there. (A derivation that has not
ended counts whenever it ran: what was written after the last reading is told too.)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from headwater.model.entries import Position
from headwater.model.times import FOREVER, Instant
from headwater.projections.lineage.derivation import Derivation
from headwater.projections.lineage.derivations import Derivations
from headwater.projections.lineage.spans import Span

Alive = NDArray[np.bool_]
_RUNS_TOLD_APART = 64


class Times(Protocol):
    """The two times that a walk is of."""

    @property
    def valid(self) -> Instant | None:
        """The instant it is about, None for the latest."""

    @property
    def known_at(self) -> Position:
        """The position up to which knowledge is used."""

    @property
    def is_latest(self) -> bool:
        """Whether nothing is known beyond that position."""

    @property
    def until(self) -> Instant:
        """The last instant that counts."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """Both times, where no question says them; None for the latest."""

    valid: Instant | None = None
    known_to: Position | None = None

    @property
    def known_at(self) -> Position:
        """The position up to which knowledge is used."""
        return Position(FOREVER - 1) if self.known_to is None else self.known_to

    @property
    def is_latest(self) -> bool:
        """Whether all that is known is used."""
        return self.known_to is None

    @property
    def until(self) -> Instant:
        """The last instant that counts."""
        return Instant(FOREVER - 1) if self.valid is None else self.valid


@dataclass(slots=True)
class Kept:
    """Which derivations count in one walk: those that hold at its moment, and those found to be kept by them."""

    derivations: Derivations
    moment: Times
    alive: Alive = field(init=False)
    _known: dict[int, bool] = field(default_factory=dict)
    _asked: set[int] = field(default_factory=set)
    _into: dict[int, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known_at = None if self.moment.is_latest else self.moment.known_at
        self.alive = self.derivations.episodes.alive(self.moment.valid, known_at)

    def behind(self, reached: Iterable[int]) -> bool:
        """Count what ended derivations put into the sources of these derivations; whether any was added."""
        found = set[int]()
        for number in reached:
            reader = self.derivations.record(number)
            if reader is not None and number not in self._asked:
                self._asked.add(number)
                found.update(ended for source in reader.key.sources for ended in self.ended_into(source) if self.saw(reader, ended))
        return self._count(found)

    def ahead(self, owners: Iterable[int]) -> bool:
        """Count ended derivations that read these incarnations and whose rows live on; whether any was added."""
        readers = {number for owner in owners for number in self.derivations.by_source.get(owner, ())}
        return self._count({number for number in readers if not self.counts(number) and self.lives_on(number)})

    def lives_on(self, number: int) -> bool:
        """Whether some derivation that counts, or lives on itself, read what this one wrote while it was there."""
        waiting, seen, chain = [number], {number}, dict[int, int]()
        while waiting:
            one = waiting.pop()
            if self._known.get(one):
                break
            record = self._ended(one)
            for reader in self.derivations.by_source.get(record.key.target, ()) if record is not None else ():
                told = self.derivations.record(reader)
                if told is None or record is None or reader in seen or not self.saw(told, record.id):
                    continue
                chain[reader] = one
                if self.counts(reader) or self._known.get(reader):
                    self._mark(reader, chain)
                    return True
                seen.add(reader)
                waiting.append(reader)
        else:
            return False
        self._mark(one, chain)
        return True

    def _mark(self, number: int, chain: dict[int, int]) -> None:
        """All on the way to a derivation that counts live on."""
        while number in chain:
            number = chain[number]
            self._known[number] = True

    def counts(self, number: int) -> bool:
        """Whether a derivation holds at the moment, or was found to be kept."""
        return number < len(self.alive) and bool(self.alive[number])

    def ended_into(self, target: int) -> list[int]:
        """The derivations that wrote an incarnation and do not hold at the moment."""
        known = self._into.get(target)
        if known is None:
            known = self._into[target] = [number for number in self.derivations.by_target.get(target, ()) if not self.counts(number)]
        return known

    def _count(self, found: set[int]) -> bool:
        if not found:
            return False
        size = max(len(self.alive), max(found) + 1)
        alive = np.zeros(size, dtype=np.bool_)
        alive[: len(self.alive)] = self.alive
        alive[sorted(found)] = True
        self.alive = alive
        return True

    def saw(self, reader: Derivation, ended: int) -> bool:
        """Whether a derivation ran, up to the moment asked about, while rows of an ended one stood in its target."""
        record = self._ended(ended)
        spans = self._spans(record) if record is not None else ()
        return any(first < until and last >= since for since, until in spans for first, last in self._ran(reader))

    def _ended(self, number: int) -> Derivation | None:
        """A derivation's record, if it may count at all."""
        record = self.derivations.record(number)
        return None if record is None or record.claim.superseded else record

    def _spans(self, record: Derivation) -> tuple[Span, ...]:
        told = self.derivations.spans_at(record, self.moment.known_at)
        return tuple(span for span in told if span[0] <= self.moment.until)

    def _ran(self, record: Derivation) -> list[Span]:
        """First and last moment of each of its runs; of many, of all together."""
        known_at, until = self.moment.known_at, self.moment.until
        runs = [(first, last) for first, last, since in record.runs.values() if since <= known_at and first <= until]
        if len(runs) > _RUNS_TOLD_APART:
            return [(min(first for first, _ in runs), max(last for _, last in runs))]
        return runs or [(first, first) for first, _ in self._spans(record)]
