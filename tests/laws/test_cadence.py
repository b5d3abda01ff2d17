"""Cadences are learned from drawn histories: hardly ever a false alarm, and no outage unnoticed for long."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Callable, Iterator

import pytest

from headwater.answers.life.cadence import REMEMBERED, learn
from headwater.answers.life.calendar import DAY
from headwater.model.times import Instant, parse_instant

HOUR, MINUTE = DAY // 24, DAY // 1440
BEGIN = parse_instant("2025-01-06T00:00:00Z")
"""A Monday."""
Draw = Callable[[random.Random], Iterator[int]]


def daily(chance: random.Random) -> Iterator[int]:
    """At six in the morning, up to an hour later, seldom two."""
    for day in range(10_000):
        yield BEGIN + day * DAY + 6 * HOUR + int(chance.expovariate(1 / (15 * MINUTE)))


def daily_around_midnight(chance: random.Random) -> Iterator[int]:
    for day in range(10_000):
        yield BEGIN + (day + 1) * DAY + int(chance.gauss(0, 40 * MINUTE))


def hourly(chance: random.Random) -> Iterator[int]:
    for hour in range(100_000):
        yield BEGIN + hour * HOUR + int(chance.gauss(10 * MINUTE, 3 * MINUTE))


def quarter_hours_by_day(chance: random.Random) -> Iterator[int]:
    """From seven to nineteen each day."""
    for day in range(10_000):
        for quarter in range(48):
            yield BEGIN + day * DAY + 7 * HOUR + quarter * 15 * MINUTE + int(chance.uniform(0, 2 * MINUTE))


def hourly_but_weekends(chance: random.Random) -> Iterator[int]:
    for hour in range(100_000):
        if hour // 24 % 7 < 5:
            yield BEGIN + hour * HOUR + int(chance.uniform(0, 6 * MINUTE))


def drifting(chance: random.Random) -> Iterator[int]:
    """Five hours after the last one ended."""
    at = int(BEGIN)
    while True:
        at += 5 * HOUR + int(chance.gauss(0, 10 * MINUTE))
        yield at


def weekdays(chance: random.Random) -> Iterator[int]:
    for day in range(10_000):
        if day % 7 < 5:
            yield BEGIN + day * DAY + 18 * HOUR + int(chance.gauss(0, 25 * MINUTE))


def weekly(chance: random.Random) -> Iterator[int]:
    for week in range(3_000):
        yield BEGIN + week * 7 * DAY + 9 * HOUR + int(chance.uniform(0, 4 * HOUR))


def first_of_month(chance: random.Random) -> Iterator[int]:
    for month in range(1_200):
        yield parse_instant(f"{2000 + month // 12}-{month % 12 + 1:02}-01") + 3 * HOUR + int(chance.expovariate(1 / (3 * HOUR)))


def month_end(chance: random.Random) -> Iterator[int]:
    for at in first_of_month(chance):
        yield at - DAY


def irregular(chance: random.Random) -> Iterator[int]:
    at = float(BEGIN)
    while True:
        at += chance.expovariate(1 / DAY)
        yield int(at)


def bursts(chance: random.Random) -> Iterator[int]:
    """Three files each morning, minutes apart."""
    for at in daily(chance):
        yield from (at, at + 2 * MINUTE, at + 5 * MINUTE)


REGULAR: dict[Draw, int] = {
    daily: DAY,
    daily_around_midnight: DAY,
    hourly: HOUR,
    quarter_hours_by_day: 15 * MINUTE,
    hourly_but_weekends: HOUR,
    drifting: 5 * HOUR,
    weekdays: DAY,
    weekly: 7 * DAY,
    first_of_month: 31 * DAY,
    month_end: 31 * DAY,
    bursts: DAY,
}


def drawn(draw: Draw, seed: int, length: int) -> list[Instant]:
    source = draw(random.Random(seed))
    return sorted(Instant(next(source)) for _ in range(length))


def looked_at(arrivals: list[Instant], index: int) -> list[Instant]:
    """What is known after an arrival, of the last five weeks or at least of the arrivals that are looked at."""
    start = bisect_left(arrivals, arrivals[index] - 36 * DAY)
    return arrivals[min(start, max(0, index - 4 * REMEMBERED)) : index + 1]


@pytest.mark.parametrize("draw", [*REGULAR, irregular], ids=lambda draw: draw.__name__)
def test_of_a_thousand_clean_intervals_at_most_one_is_overdue(draw: Draw) -> None:
    false = judged = 0
    for seed in range(2 if draw in (first_of_month, month_end) else 3):
        arrivals = drawn(draw, seed, 300 if draw in (first_of_month, month_end) else 700)
        for index in range(1, len(arrivals) - 1):
            judged += 1
            false += learn(looked_at(arrivals, index)).is_overdue(arrivals[index + 1])
    assert false <= judged / 1000, (false, judged)


@pytest.mark.parametrize("draw", list(REGULAR), ids=lambda draw: draw.__name__)
def test_an_outage_is_noticed_within_one_and_a_half_intervals_and_the_rhythm_outlives_it(draw: Draw) -> None:
    noticed = 0
    for seed in range(4):
        chance = random.Random(seed)
        arrivals = drawn(draw, seed, 900)
        for _ in range(6):
            index = chance.randrange(700, 880)
            known = learn(looked_at(arrivals, index))
            assert known.rhythm.state == "regular", known
            assert known.due is not None and known.deadline is not None
            assert known.deadline - known.due <= REGULAR[draw] / 2
            following = next(at for at in arrivals[index + 1 :] if draw is not bursts or at - arrivals[index] > HOUR)
            noticed += known.deadline <= following + REGULAR[draw] / 2
            hole = arrivals[: index - 7] + arrivals[index - 4 : index + 1]
            assert learn(looked_at(hole, len(hole) - 1)).rhythm.state == "regular"
    assert noticed >= 22, noticed


@pytest.mark.parametrize("seed", range(12))
def test_what_is_irregular_is_said_to_be(seed: int) -> None:
    known = learn(drawn(irregular, seed, 200))
    assert known.rhythm.state == "irregular"
    assert known.due is None and not known.is_overdue(Instant(2**61))


@pytest.mark.parametrize("draw", list(REGULAR), ids=lambda draw: draw.__name__)
def test_little_history_is_learning(draw: Draw) -> None:
    for length in range(3):
        assert learn(drawn(draw, 1, length)).rhythm.state == "learning"


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (daily, "every day about 06:"),
        (hourly, "every 1 hour"),
        (weekdays, "Monday to Friday about 1"),
        (first_of_month, "monthly, on day 1"),
        (month_end, "monthly, on the last day"),
        (quarter_hours_by_day, "every 15 minutes, pauses each day"),
        (hourly_but_weekends, "every 1 hour, pauses each week"),
    ],
)
def test_a_rhythm_is_told_in_words(draw: Draw, words: str) -> None:
    assert learn(drawn(draw, 3, 700)).rhythm.words().startswith(words)
