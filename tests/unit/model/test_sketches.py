"""Sketches add up in any order and grouping, and answer within their resolution."""

from __future__ import annotations

import math
from collections import Counter

import numpy
from hypothesis import given
from hypothesis import strategies as drawn

from headwater.model.sketches import (
    BUCKETS_PER_OCTAVE,
    NONEMPTY_BUCKETS,
    Histogram,
    Moments,
    histogram_of,
    merge_histograms,
    merge_moments,
    merge_smallest,
    merge_tallies,
    shared_ratio,
    significant,
    smallest,
    tally,
)

BUCKETS = drawn.dictionaries(drawn.integers(-20_000, 500_000), drawn.integers(1, 1_000), max_size=400)
HISTOGRAMS = drawn.builds(histogram_of, BUCKETS, drawn.integers(0, 50), BUCKETS)


def sketched(values: list[float]) -> Histogram:
    """The histogram of numbers, as an engine would count them."""
    sides: tuple[Counter[int], Counter[int]] = (Counter(), Counter())
    for value in values:
        if value:
            sides[value > 0][math.floor(math.log2(abs(value)) * BUCKETS_PER_OCTAVE)] += 1
    return histogram_of(sides[0], values.count(0.0), sides[1])


@given(HISTOGRAMS, HISTOGRAMS, HISTOGRAMS)
def test_histograms_add_up_in_any_order_and_grouping(one: Histogram, two: Histogram, three: Histogram) -> None:
    left = merge_histograms(merge_histograms(one, two), three)
    right = merge_histograms(three, merge_histograms(two, one))
    assert left == right
    assert left.count == one.count + two.count + three.count
    assert len(left.negative) + len(left.positive) <= NONEMPTY_BUCKETS


def test_quantiles_are_within_the_resolution_that_the_width_of_the_numbers_allows() -> None:
    values = numpy.random.default_rng(1).lognormal(3.0, 0.5, 5_000)
    histogram = sketched(values.tolist())
    width = 2.0 ** (2**histogram.level / BUCKETS_PER_OCTAVE)
    for share in (0.01, 0.25, 0.5, 0.9, 0.999):
        assert 1 / width < histogram.quantile(share) / numpy.quantile(values, share) < width


def test_negative_numbers_come_before_zero_and_zero_before_positive_ones() -> None:
    histogram = sketched([-8.0, -2.0, 0.0, 3.0])
    assert [round(middle) for middle, _ in histogram.ordered()] == [-8, -2, 0, 3]
    assert histogram.edges().shape == (3, 3)


@given(*[drawn.sets(drawn.integers(0, 2**64 - 1), max_size=60)] * 3)
def test_samples_of_hashes_add_up_to_the_sample_of_all(one: set[int], two: set[int], three: set[int]) -> None:
    parts = [smallest(part, 32) for part in (one, two, three)]
    assert merge_smallest(merge_smallest(parts[0], parts[1]), parts[2]) == smallest(one | two | three, 32)


def test_a_sample_of_hashes_tells_how_many_there_were_and_how_many_two_batches_share() -> None:
    rng = numpy.random.default_rng(2)
    hashes = [int(h) for h in rng.integers(0, 2**63, 40_000, dtype=numpy.uint64) * 2]
    assert abs(smallest(hashes[:20_000], 1_024).estimate / 20_000 - 1) < 0.15
    common, of = shared_ratio(smallest(hashes[:20_000], 1_024), smallest(hashes[18_000:], 1_024))
    assert of > 300
    assert 0.06 < common / of < 0.14


def test_moments_of_parts_are_those_of_the_whole_to_the_fourth_digit() -> None:
    values = numpy.random.default_rng(3).normal(140.0, 3.0, 1_000)
    parts = [Moments(count=len(v), mean=significant(v.mean()), deviation=significant(v.std())) for v in (values[:300], values[300:])]
    whole = merge_moments(*parts)
    assert whole.count == 1_000
    assert abs(whole.mean - values.mean()) < 0.2
    assert abs(whole.deviation - values.std()) < 0.05
    assert merge_moments(parts[0], Moments()) == parts[0] == merge_moments(Moments(), parts[0])


def test_a_tally_keeps_the_most_frequent_and_counts_the_rest() -> None:
    many = tally({f"{number:03d}": number + 1 for number in range(100)})
    assert len(many.counts) == 64
    assert many.total == sum(range(1, 101))
    assert not many.complete
    both = merge_tallies(tally({"a": 3, "b": 1}), tally({"b": 4}, others=2))
    assert both.counts == (("b", 5), ("a", 3))
    assert both.total == 10


def test_what_is_kept_of_a_number_are_four_digits() -> None:
    assert significant(123_456.7) == 123_500.0
    assert significant(float("nan")) == 0.0
