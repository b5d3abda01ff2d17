"""Faults in drawn deliveries are told in the right batch, clean ones are left alone, and judging depends on nothing else.

`bench/batches.py` counts the same over thousands of deliveries.
"""

from __future__ import annotations

import msgspec
import pytest

from headwater.answers.batches.judge import REMEMBERED, judge
from headwater.model.batches import BatchProfile
from headwater.model.judgements import Judgement
from tests.laws.deliveries import FAULTS, Source, deliver, fits, plant, profile, source

pytestmark = pytest.mark.slow
DAYS = 21
JUDGED = range(16, DAYS)
SMALL = 800, 3_000
"""Rows of the sources taken, to keep the sample small."""


def _small_sources() -> tuple[Source, ...]:
    """One source of each maker."""
    by_maker: dict[str, Source] = {}
    for seed in range(100):
        told = source(seed)
        if SMALL[0] < told.rows * (1 - told.week) and told.rows < SMALL[1]:
            by_maker.setdefault(told.maker, told)
    return tuple(by_maker.values())


SOURCES = _small_sources()


@pytest.fixture(scope="module")
def histories() -> dict[Source, list[BatchProfile]]:
    return {told: [profile(told, day, deliver(told, day)) for day in range(DAYS)] for told in SOURCES}


@pytest.mark.parametrize("told", SOURCES, ids=lambda told: told.maker)
def test_clean_deliveries_have_no_deviation(told: Source, histories: dict[Source, list[BatchProfile]]) -> None:
    history = histories[told]
    assert [judge(history[day], history[:day]).deviations for day in JUDGED] == [()] * len(JUDGED)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("told", SOURCES, ids=lambda told: told.maker)
def test_a_fault_in_a_tenth_of_the_rows_is_told_in_its_batch(told: Source, fault: str, histories: dict[Source, list[BatchProfile]]) -> None:
    for day in JUDGED[::2]:
        planted = plant(told, day, fault, 0.1)
        judgement = judge(profile(told, day, planted.delivery, "faulty"), histories[told][:day])
        assert any(fits(deviation, planted) for deviation in judgement.deviations), (day, planted.column, planted.how)


def test_a_judgement_is_the_same_when_asked_again_and_when_profiles_were_stored(histories: dict[Source, list[BatchProfile]]) -> None:
    for history in histories.values():
        stored = msgspec.json.decode(msgspec.json.encode(history), type=list[BatchProfile])
        assert judge(stored[-1], stored[:-1]) == judge(history[-1], history[:-1])


def test_a_judgement_looks_no_further_back_than_it_says(histories: dict[Source, list[BatchProfile]]) -> None:
    history = histories[SOURCES[0]]
    long = [history[place % (DAYS - 1)] for place in range(REMEMBERED + 7)]
    assert judge(history[-1], long) == judge(history[-1], long[7:])


def test_a_judgement_is_written_and_read_back(histories: dict[Source, list[BatchProfile]]) -> None:
    told = SOURCES[0]
    planted = plant(told, DAYS - 1, "null burst", 0.2)
    judgement = judge(profile(told, DAYS - 1, planted.delivery), histories[told][:-1])
    assert judgement.deviations
    assert msgspec.json.decode(msgspec.json.encode(judgement), type=Judgement) == judgement
