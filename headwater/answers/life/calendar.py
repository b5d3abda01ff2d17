"""Rhythms of the calendar, in UTC: once on some days of the week, or once a month by its first, its last or a business day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import median

from headwater.answers.life.rhythm import tolerance_of
from headwater.model.times import Instant, instant

DAY = 86_400_000_000
_THURSDAY = 3
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EPOCH = date(1970, 1, 1)
_LEAST_DAYS, _LEAST_DAILY = 21, 8
_ALWAYS, _HARDLY = 0.7, 0.15
_MONTH = 30 * DAY
_SHORTEST_MONTH, _LONGEST_MONTH = 22 * DAY, 39 * DAY
_LEAST_MONTHS, _MONTHS_REMEMBERED = 4, 24
_FAR = 9 * DAY
"""How far from its anchor an arrival may be, so that it is clear which month it belongs to."""
_STRAY = 0.15


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Once on each of some days of the week. A day begins at `begin`, when nothing ever comes, so that no arrival is on a brink."""

    days: frozenset[int]
    begin: int
    at: int
    tolerance: int
    state: str = "regular"

    @property
    def interval(self) -> int:
        return round(7 * DAY / len(self.days))

    def due(self, last: Instant) -> Instant | None:
        day = _day(last, self.begin) + 1
        while _weekday(day) not in self.days:
            day += 1
        return Instant(day * DAY + self.begin + self.at)

    def words(self) -> str:
        minutes = (self.begin + self.at) % DAY // 60_000_000
        shift = (self.begin + self.at) // DAY
        days = sorted((day + shift) % 7 for day in self.days)
        return f"{_named(days)} about {minutes // 60:02}:{minutes % 60:02}"


def weekly(arrivals: Sequence[Instant]) -> Weekdays | None:
    """The days of the week on which something comes once at about the same time, where that is so."""
    begin = _quiet(arrivals)
    days = [_day(at, begin) for at in arrivals]
    seen = sorted(set(days))
    first, last = seen[0], seen[-1]
    length = last - first + 1
    if len(seen) < _LEAST_DAILY or len(seen) < len(days) * (1 - _STRAY):
        return None
    active: set[int] = set()
    for weekday in range(7):
        possible = sum(_weekday(day) == weekday for day in range(first, last + 1))
        ratio = sum(_weekday(day) == weekday for day in seen) / possible if possible else 0.5
        if _HARDLY < ratio < _ALWAYS:
            return None
        if ratio >= _ALWAYS:
            active.add(weekday)
    if not active or (len(active) < 7 and length < _LEAST_DAYS):
        return None
    offsets = [at - day * DAY - begin for at, day in zip(arrivals, days, strict=True) if _weekday(day) in active]
    at = round(median(offsets))
    tolerance = tolerance_of(_inner([offset - at for offset in offsets]), DAY)
    return Weekdays(frozenset(active), begin, at, tolerance) if tolerance is not None else None


@dataclass(frozen=True, slots=True)
class Monthly:
    """Once a month, so long after (or before) a day that `anchor` gives for each month; `after` months follow one another."""

    anchor: Anchor
    at: int
    tolerance: int
    state: str = "regular"
    interval: int = _MONTH

    def due(self, last: Instant) -> Instant | None:
        return Instant(self.anchor.of(self.anchor.nearest(last) + 1) + self.at)

    def words(self) -> str:
        days = self.at // DAY
        if self.anchor.number is not None:
            number = self.anchor.number + days
            ends = {0: "on the last day", -1: "on the day before the last"}
            return f"monthly, {f'on day {number}' if number > 0 else ends.get(number, f'{-number} days before the last')}"
        apart = f"{abs(days)} day{'s' if abs(days) != 1 else ''} {'after' if days > 0 else 'before'}" if days else "on"
        return f"monthly, {apart} {self.anchor.name}"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A day of each month, by which arrivals are told; months are counted from the year 0."""

    name: str
    day: Callable[[int, int], date]
    number: int | None = None
    """Which day it is, where that is the same in each month."""

    def of(self, month: int) -> Instant:
        told = self.day(month // 12, month % 12 + 1)
        return instant(datetime(told.year, told.month, told.day, tzinfo=UTC))

    def nearest(self, at: Instant) -> int:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
        here = moment.year * 12 + moment.month - 1
        return min(range(here - 1, here + 2), key=lambda month: (abs(at - self.of(month)), month))


def monthly(arrivals: Sequence[Instant]) -> Monthly | None:
    """The day of the month on which something comes, where gaps are months; of several ways to tell it the one that fits best."""
    arrivals = arrivals[-_MONTHS_REMEMBERED:]
    gaps = [after - before for before, after in pairwise(arrivals)]
    if len(arrivals) < _LEAST_MONTHS or not _SHORTEST_MONTH <= median(gaps) <= _LONGEST_MONTH:
        return None
    best: tuple[float, int, Anchor] | None = None
    for anchor in _ANCHORS:
        offsets = [at - anchor.of(anchor.nearest(at)) for at in arrivals]
        middle = round(median(offsets))
        if abs(middle) > _FAR:
            continue
        spread = median(abs(offset - middle) for offset in offsets) + max(map(abs, _inner([offset - middle for offset in offsets])))
        if best is None or spread < best[0]:
            best = (spread, middle, anchor)
    if best is None:
        return None
    _, at, anchor = best
    tolerance = tolerance_of(_inner([at_ - anchor.of(anchor.nearest(at_)) - at for at_ in arrivals]), _MONTH)
    return Monthly(anchor, at, tolerance) if tolerance is not None else None


def _inner(deviations: Sequence[int]) -> list[int]:
    """Deviations without the few largest, which are outages."""
    ordered = sorted(deviations, key=abs)
    limit = max(DAY // 8, 3 * ordered[int(0.8 * (len(ordered) - 1))])
    kept = [each for each in ordered if abs(each) <= limit]
    return kept if len(kept) >= len(ordered) * (1 - _STRAY) else ordered


def _quiet(arrivals: Sequence[Instant]) -> int:
    """The time of the day that is farthest from arrivals: in the middle of the longest stretch of the day without any."""
    times = sorted(at % DAY for at in arrivals)
    stretches = [(after - before, before) for before, after in zip(times, [*times[1:], times[0] + DAY], strict=True)]
    length, start = max(stretches)
    return (start + length // 2) % DAY


def _day(at: Instant, begin: int) -> int:
    return (at - begin) // DAY


def _weekday(day: int) -> int:
    return (day + _THURSDAY) % 7


def _named(days: list[int]) -> str:
    if len(days) == 7:
        return "every day"
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{_DAYS[days[0]]} to {_DAYS[days[-1]]}"
    return ", ".join(_DAYS[day] for day in days)


def _month_begin(year: int, month: int) -> date:
    return date(year, month, 1)


def _mid_month(year: int, month: int) -> date:
    return date(year, month, 15)


def _first_business(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=max(0, 7 - first.weekday()) if first.weekday() > 4 else 0)


def _last_business(year: int, month: int) -> date:
    end = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return end - timedelta(days=max(0, end.weekday() - 4))


def _business(number: int) -> Callable[[int, int], date]:
    def day(year: int, month: int) -> date:
        told = _first_business(year, month)
        for _ in range(number - 1):
            told += timedelta(days=3 if told.weekday() == 4 else 1)
        return told

    return day


_ANCHORS = (
    Anchor("day 1", _month_begin, 1),
    Anchor("day 15", _mid_month, 15),
    Anchor("the first business day", _first_business),
    *(Anchor(f"business day {number}", _business(number)) for number in range(2, 8)),
    Anchor("the last business day", _last_business),
)
