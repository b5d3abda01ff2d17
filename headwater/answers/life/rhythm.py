"""Rhythms in which something arrives, and how far from due an arrival may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median
from typing import Protocol

from headwater.answers.life.pauses import Pauses
from headwater.model.times import Instant

_SIGMAS = 4.0
_OF_MAD = 1.4826
_LEAST = 0.1
_MOST = 0.5
_SECOND, _MINUTE, _HOUR, _DAY = 1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000


class Rhythm(Protocol):
    """When something arrives. `interval` and `tolerance` are microseconds; `state` is learning, irregular or regular."""

    @property
    def state(self) -> str: ...

    @property
    def interval(self) -> int | None: ...

    @property
    def tolerance(self) -> int: ...

    def due(self, last: Instant) -> Instant | None:
        """When the arrival after one is due, None where nobody can say."""

    def words(self) -> str:
        """The rhythm for people."""


@dataclass(frozen=True, slots=True)
class Learning:
    """Too little was seen to say anything."""

    state: str = "learning"
    interval: int | None = None
    tolerance: int = 0

    def due(self, last: Instant) -> Instant | None:
        return None

    def words(self) -> str:
        return "learning"


@dataclass(frozen=True, slots=True)
class Irregular:
    """Arrivals follow no rhythm that would bear an alarm."""

    middle: float
    state: str = "irregular"
    tolerance: int = 0

    @property
    def interval(self) -> int:
        return round(self.middle)

    def due(self, last: Instant) -> Instant | None:
        return None

    def words(self) -> str:
        return f"irregular, mostly within {span(self.interval)}"


@dataclass(frozen=True, slots=True)
class Steady:
    """Every so long after the last one, but for pauses that recur."""

    interval: int
    tolerance: int
    pauses: Pauses
    knows_weekends: bool = True
    """Whether two weekends were seen; before that, nothing is said of one."""
    state: str = "regular"

    def due(self, last: Instant) -> Instant | None:
        due = Instant(last + (self.pauses.after(last) or self.interval))
        return due if self.knows_weekends or not _is_weekend(due) else None

    def words(self) -> str:
        return f"every {span(self.interval)}{f', pauses each {self.pauses.each}' if self.pauses.each else ''}"


def tolerance_of(deviations: Sequence[float], interval: float) -> int | None:
    """How late an arrival may be before it counts as overdue; None where that would be more than half an interval."""
    middle = median(deviations)
    spread = _OF_MAD * median(abs(each - middle) for each in deviations)
    unsure = 1 + 2 / sqrt(len(deviations))
    tolerance = max(_LEAST * interval, _SIGMAS * spread * unsure + max(0.0, middle), 1.25 * max(deviations))
    return round(tolerance) if tolerance <= _MOST * interval else None


def _is_weekend(at: Instant) -> bool:
    """Whether it is Saturday or Sunday somewhere on Earth."""
    of_week = (at + 3 * _DAY) % (7 * _DAY)  # because the count of days begins on a Thursday
    return of_week >= 4 * _DAY + 10 * _HOUR or of_week < 12 * _HOUR


def span(microseconds: int) -> str:
    """A length of time in its largest unit that fits, such as `6 hours` or `1.5 days`."""
    for unit, word in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute"), (_SECOND, "second")):
        if microseconds >= unit * 0.95 or unit == _SECOND:
            number = microseconds / unit
            shown = f"{number:.0f}" if number >= 10 or abs(number - round(number)) < 0.1 else f"{number:.1f}"
            return f"{shown} {word}{'' if shown == '1' else 's'}"
    raise AssertionError("the smallest unit fits everything")
