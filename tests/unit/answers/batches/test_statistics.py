"""The forecast, the tails and the mixture of units do what their sources say."""

from __future__ import annotations

import math
from collections import Counter

import numpy
import pytest

from headwater.answers.batches.chances import hits_tail, normal_quantile, normal_tail, student_over_normal
from headwater.answers.batches.forecast import forecast
from headwater.answers.batches.units import unit_switch
from headwater.model.sketches import BUCKETS_PER_OCTAVE, Histogram, histogram_of

scipy_stats = pytest.importorskip("scipy.stats", reason="scipy is not installed")


def one_series(values: list[float], noise: float = 0.0, today: int = 0) -> tuple[float, float, float]:
    days = numpy.arange(len(values)) % 7
    told = forecast(numpy.array(values)[:, None], numpy.full((len(values), 1), noise), days, today)
    return float(told.centre[0]), float(told.level_variance[0]), float(told.between_variance[0])


@pytest.mark.parametrize(("hits", "rows", "share"), [(10, 200, 0.01), (3, 50_000, 1e-5), (60, 1_000, 0.03), (1_200, 20_000, 0.05)])
def test_tails_of_hits_agree_with_scipy(hits: int, rows: int, share: float) -> None:
    for dispersion in (1e-4, 1e-2):
        weight = 1 / dispersion - 1
        exact = scipy_stats.betabinom.sf(hits - 1, rows, share * weight, (1 - share) * weight)
        assert hits_tail(hits, rows, share, dispersion) == pytest.approx(exact, rel=0.01, abs=1e-300)


def test_normal_and_student_agree_with_scipy() -> None:
    for chance in (1e-3, 1e-7):
        z = normal_quantile(chance)
        assert normal_tail(z) == pytest.approx(chance, rel=1e-6)
        for freedom in (6.0, 15.0, 50.0):
            exact = scipy_stats.t.isf(chance, freedom) / z
            assert student_over_normal(numpy.array([freedom]), z)[0] == pytest.approx(exact, rel=0.08)


def test_a_forecast_follows_slow_drift_and_its_spread_covers_it() -> None:
    rng = numpy.random.default_rng(1)
    values = [0.02 * step + rng.normal(0, 0.1) for step in range(60)]
    centre, level, between = one_series(values)
    assert abs(1.2 - centre) < 3 * math.sqrt(level + between)
    assert 0.05 < math.sqrt(between) < 0.3


def test_a_weekday_that_differs_is_expected_to_differ() -> None:
    rng = numpy.random.default_rng(2)
    values = [(-1.0 if step % 7 in (2, 3) else 0.0) + rng.normal(0, 0.05) for step in range(42)]
    assert one_series(values, today=2)[0] == pytest.approx(-1.0, abs=0.2)
    assert one_series(values, today=5)[0] == pytest.approx(0.0, abs=0.2)
    assert math.sqrt(one_series(values, today=5)[2]) < 0.3


def test_a_few_wild_batches_move_neither_level_nor_spread_far() -> None:
    rng = numpy.random.default_rng(3)
    values = rng.normal(0, 0.1, 40)
    values[[9, 25]] = 50.0
    centre, _, between = one_series(values.tolist())
    assert abs(centre) < 0.2
    assert math.sqrt(between) < 0.6


def test_noise_of_sampling_is_not_taken_for_variance_between_batches() -> None:
    values = numpy.random.default_rng(4).normal(0, 0.1, 60).tolist()
    assert one_series(values, noise=0.01)[2] < 0.006


def sketched(values: numpy.ndarray) -> Histogram:
    return histogram_of({}, 0, Counter(numpy.floor(numpy.log2(values) * BUCKETS_PER_OCTAVE).astype(int).tolist()))


@pytest.mark.parametrize("factor", [18.016, 1 / 18.016, 2.54, 1_000.0, 0.001])
@pytest.mark.parametrize("share", [0.05, 0.4, 1.0])
def test_the_factor_of_a_unit_is_found_with_its_share(factor: float, share: float) -> None:
    rng = numpy.random.default_rng(5)
    values = rng.lognormal(1.7, 0.15, 4_000)
    values[: int(share * 4_000)] *= factor
    switch = unit_switch([sketched(rng.lognormal(1.7, 0.15, 3_000)) for _ in range(5)], sketched(values))
    assert switch is not None
    assert switch.factor == pytest.approx(factor)
    assert switch.share == pytest.approx(share, abs=0.02)


def test_scattered_outliers_are_no_unit() -> None:
    rng = numpy.random.default_rng(6)
    values = numpy.concatenate([rng.lognormal(1.7, 0.15, 3_900), rng.uniform(20, 90_000, 100)])
    assert unit_switch([sketched(rng.lognormal(1.7, 0.15, 3_000))], sketched(values)) is None
