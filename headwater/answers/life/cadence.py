"""How often something arrives, learned from when it did: every so long, on some days of the week, once a month, or irregularly.

Arrivals that come together count as one. Each rhythm tells when the next is due after any arrival, and from when on it is overdue: the
tolerance is what arrivals deviated so far and some more, and never more than half an interval. What needs more than that to be free of
false alarms is irregular, and nothing irregular is ever overdue. Outages in the history count as deviations of no arrival.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from headwater.answers.life.calendar import DAY, monthly, weekly
from headwater.answers.life.pauses import WEEK, Pauses
from headwater.answers.life.rhythm import Irregular, Learning, Rhythm, Steady, tolerance_of
from headwater.model.times import Instant

REMEMBERED = 64
"""How many arrivals are looked at to learn how far apart they come."""
PAUSES_REMEMBERED = 5 * 7 * DAY
_LEAST_GAPS = 8
_FEW_GAPS = 5
_TOGETHER = 0.05
_MINUTE = 60_000_000
_ODD_RATIO = 0.15
_EVEN_RATIO = 0.05
_HALF = 0.5
_ABOUT_A_DAY = (18 * DAY // 24, 30 * DAY // 24)


@dataclass(frozen=True, slots=True)
class Cadence:
    """What was learned: the rhythm, the last arrival, when the next is due, and from when on it is overdue; None where that is not said."""

    rhythm: Rhythm
    arrivals: int
    last: Instant | None
    due: Instant | None = None
    deadline: Instant | None = None

    def is_overdue(self, at: Instant) -> bool:
        """Whether the next should have come by an instant."""
        return self.deadline is not None and at > self.deadline


def learn(arrivals: Sequence[Instant]) -> Cadence:
    """The cadence of arrivals, given in the order of their times.

    Law:   of 1,000 clean intervals of a rhythm at most one is overdue, and an outage is within 1.5 intervals (tests/laws/test_cadence.py).
    Cost:  O(n) of the arrivals of the last weeks.
    """
    if not arrivals:
        return Cadence(Learning(), 0, None)
    together = _joined(arrivals)
    rhythm = _rhythm(together)
    due = rhythm.due(together[-1])
    deadline = Instant(due + rhythm.tolerance) if due is not None else None
    return Cadence(rhythm, len(together), arrivals[-1], due, deadline)


def _rhythm(arrivals: list[Instant]) -> Rhythm:
    recent = arrivals[-REMEMBERED:]
    gaps = [after - before for before, after in pairwise(recent)]
    if len(gaps) < 3:
        return Learning()
    found = monthly(recent) or weekly(recent) or _steady(arrivals, gaps)
    return found or (Learning() if _is_early(recent, gaps) else Irregular(median(gaps)))


def _is_early(recent: list[Instant], gaps: list[int]) -> bool:
    """Whether there is too little to say that something is irregular: few arrivals, or gaps of days seen for less than three weeks."""
    length = recent[-1] - recent[0]
    return len(gaps) < _LEAST_GAPS or length < 2 * DAY or (median(gaps) > DAY * _HALF and length < 3 * WEEK)


def _steady(arrivals: list[Instant], gaps: list[int]) -> Steady | None:
    """Arrivals that come every so long, but for pauses that recur at the same time of the day or the week."""
    middle = median(gaps)
    length = arrivals[-1] - arrivals[0]
    if (middle < _ABOUT_A_DAY[0] and length < 2 * DAY) or (_ABOUT_A_DAY[0] <= middle <= _ABOUT_A_DAY[1] and length < 3 * WEEK):
        return None
    pauses = Pauses.of([at for at in arrivals if at >= arrivals[-1] - PAUSES_REMEMBERED], middle)
    recent = arrivals[-len(gaps) - 1 :]
    told = [gap for start, gap in zip(recent, gaps, strict=False) if not (gap > middle * 1.5 and pauses.after(start) is not None)]
    even = [gap for gap in told if abs(gap - middle) <= middle * _HALF]
    odd = len(told) - len(even)
    if len(told) < _FEW_GAPS or odd > _ODD_RATIO * len(told):
        return None
    if len(told) < _LEAST_GAPS and (odd or max(abs(gap - middle) for gap in even) > middle * _EVEN_RATIO):
        return None
    tolerance = tolerance_of([gap - middle for gap in even], middle)
    return Steady(round(middle), tolerance, pauses, knows_weekends=length >= 2 * WEEK or middle > DAY) if tolerance is not None else None


def _joined(arrivals: Sequence[Instant]) -> list[Instant]:
    """Arrivals with those that come together as one, at the time of the first of them."""
    gaps = sorted(after - before for before, after in pairwise(arrivals))
    if not gaps:
        return list(arrivals)
    within = max(_MINUTE, _TOGETHER * gaps[int(0.9 * (len(gaps) - 1))])
    if gaps[len(gaps) // 2] < 2 * _MINUTE:  # because of what comes every few seconds nothing is together
        within = min(within, _TOGETHER * gaps[int(0.9 * (len(gaps) - 1))])
    found = [arrivals[0]]
    newest = arrivals[0]
    for at in arrivals[1:]:
        if at - newest > within:
            found.append(at)
        newest = at
    return found
