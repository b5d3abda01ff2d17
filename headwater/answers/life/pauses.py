"""Pauses that recur: what arrives every few minutes or hours may rest at night or at the weekend, and is not overdue then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from headwater.model.times import Instant

DAY = 86_400_000_000
WEEK = 7 * DAY
_LONG = 1.5
_LEAST = 2
_RATIO = 0.5


@dataclass(frozen=True, slots=True)
class Pauses:
    """Long gaps by when they began. `begun` holds (start, length), `seen` how long was looked, `near` how far starts may differ."""

    begun: tuple[tuple[Instant, int], ...]
    first: Instant
    seen: int
    near: float

    @classmethod
    def of(cls, arrivals: Sequence[Instant], middle: float) -> Pauses:
        """The long gaps between arrivals that mostly come so far apart; what comes once a day or less often has none."""
        if middle > DAY / 3 or len(arrivals) < 2:
            return cls((), Instant(0), 0, 0.0)
        gaps = pairwise(arrivals)
        begun = tuple((before, after - before) for before, after in gaps if after - before > middle * _LONG)
        return cls(begun, arrivals[0], arrivals[-1] - arrivals[0], middle * _LONG)

    def after(self, start: Instant) -> int | None:
        """How long the pause lasts that begins with an arrival, None where none recurs at this time of the day or the week."""
        for period in (WEEK, DAY):
            told = [(at, length) for at, length in self.begun if at < start and _apart(at, start, period) <= self.near]
            periods = {(at - self.first) // period for at, _ in told}
            if len(periods) >= _LEAST and len(periods) >= _RATIO * ((start - self.first) // period):
                return round(median(length for _, length in told))
        return None

    @property
    def each(self) -> str:
        """`day` or `week` where a pause recurs so, else nothing."""
        if not self.begun:
            return ""
        for period, word in ((DAY, "day"), (WEEK, "week")):
            last = self.begun[-1][0]
            near = {(at - self.first) // period for at, _ in self.begun if _apart(at, last, period) <= self.near}
            if len(near) > _LEAST and len(near) >= _RATIO * (self.seen // period):
                return word
        return ""


def _apart(one: Instant, other: Instant, period: int) -> int:
    """How far two instants stand apart within a period."""
    difference = abs(one - other) % period
    return min(difference, period - difference)
