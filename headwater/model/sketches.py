"""Sketches: what is kept of a column in place of its values, so that two parts of a batch add up to the whole.

A histogram over logarithmic buckets answers quantiles and ranks, the smallest hashes answer how many distinct values there are and how
much two batches share, tallies answer shares of categories. Merging histograms and hashes is exactly associative and commutative; means
and spreads are kept at four significant digits, so merging those is so up to rounding.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec
import numpy
import numpy.typing

BUCKETS_PER_OCTAVE = 512
"""At level 0; each level above has half as many."""
NONEMPTY_BUCKETS = 192
SMALLEST_EXPONENT = -40
"""Numbers nearer to zero than two to this power count as zero."""
CATEGORIES = 64
DISTINCT_HASHES = 128
ROW_HASHES = 1024
_HASH_RANGE = float(2**64)

Buckets = tuple[tuple[int, int], ...]


def significant(number: float) -> float:
    """A number as it may be kept: four significant digits; what is not finite becomes zero."""
    return float(f"{number:.4g}") if math.isfinite(number) else 0.0


class Histogram(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many values fall into each logarithmic bucket, the resolution halved until at most 192 buckets are filled.

    Source:  Epicoco, Melle, Cafaro, Pulimeno, Morleo 2020, UDDSketch (uniform collapse of the buckets of DDSketch).
    Law:     merging in any order and grouping gives the same histogram (tests/unit/model/test_sketches.py).
    """

    level: int = 0
    zero: int = 0
    negative: Buckets = ()
    positive: Buckets = ()

    @property
    def count(self) -> int:
        return self.zero + sum(count for _, count in self.negative) + sum(count for _, count in self.positive)

    def at_level(self, level: int) -> Histogram:
        """The same at a coarser resolution; a finer one cannot be had."""
        steps = level - self.level
        if steps <= 0:
            return self
        return Histogram(level=level, zero=self.zero, negative=_coarser(self.negative, steps), positive=_coarser(self.positive, steps))

    def ordered(self) -> Iterator[tuple[float, int]]:
        """The middle of every bucket with its count, the smallest number first."""
        for index, count in reversed(self.negative):
            yield -self._middle(index), count
        if self.zero:
            yield 0.0, self.zero
        for index, count in self.positive:
            yield self._middle(index), count

    def edges(self) -> numpy.typing.NDArray[numpy.float64]:
        """Of every bucket but that of zero, the smallest number first: its lower edge, its upper edge, its count."""
        scale = 2**self.level / BUCKETS_PER_OCTAVE
        negative = numpy.array(self.negative, dtype=numpy.float64).reshape(-1, 2)[::-1]
        positive = numpy.array(self.positive, dtype=numpy.float64).reshape(-1, 2)
        below = numpy.column_stack([-(2.0 ** ((negative[:, 0] + 1) * scale)), -(2.0 ** (negative[:, 0] * scale)), negative[:, 1]])
        above = numpy.column_stack([2.0 ** (positive[:, 0] * scale), 2.0 ** ((positive[:, 0] + 1) * scale), positive[:, 1]])
        return numpy.vstack([below, above])

    def quantile(self, share: float) -> float:
        """The middle of the bucket in which this share of the values is reached; zero where there are none."""
        wanted, seen, last = share * self.count, 0, 0.0
        for middle, count in self.ordered():
            seen, last = seen + count, middle
            if seen >= wanted:
                break
        return last

    def _middle(self, index: int) -> float:
        exponent = (index + 0.5) * 2**self.level / BUCKETS_PER_OCTAVE
        return float(2.0 ** min(exponent, 1023.0))


def histogram_of(negative: Mapping[int, int], zero: int, positive: Mapping[int, int], *, level: int = 0) -> Histogram:
    """A histogram from counts by bucket, as fine as its size allows."""
    return _fitted(Histogram(level=level, zero=zero, negative=tuple(sorted(negative.items())), positive=tuple(sorted(positive.items()))))


def merge_histograms(one: Histogram, other: Histogram) -> Histogram:
    """The histogram of both parts together."""
    level = max(one.level, other.level)
    left, right = one.at_level(level), other.at_level(level)
    added = Histogram(
        level=level,
        zero=left.zero + right.zero,
        negative=_added(left.negative, right.negative),
        positive=_added(left.positive, right.positive),
    )
    return _fitted(added)


class Smallest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The smallest keyed hashes of what was seen, each once: a uniform sample of the distinct ones.

    Source:  Bar-Yossef et al. 2002; Beyer et al. 2007, On synopses for distinct-value estimation under multiset operations.
    """

    size: int
    packed: bytes = b""

    @property
    def hashes(self) -> numpy.ndarray:
        return numpy.frombuffer(self.packed, dtype="<u8")

    @property
    def full(self) -> bool:
        return len(self.packed) >= 8 * self.size

    @property
    def estimate(self) -> float:
        """About how many distinct ones there were; exact while fewer than `size`."""
        found = self.hashes
        return (self.size - 1) * _HASH_RANGE / (float(found[-1]) + 1.0) if self.full else float(len(found))


def smallest(hashes: Iterable[int], size: int) -> Smallest:
    """A sample of at most `size` of these 64-bit hashes."""
    kept = array("Q", sorted(set(hashes))[:size])
    return Smallest(size=size, packed=numpy.array(kept, dtype="<u8").tobytes())


def merge_smallest(one: Smallest, other: Smallest) -> Smallest:
    """The sample of both parts together."""
    size = min(one.size, other.size)
    return Smallest(size=size, packed=numpy.union1d(one.hashes, other.hashes)[:size].astype("<u8").tobytes())


def shared_ratio(batch: Smallest, earlier: Smallest) -> tuple[int, int]:
    """How many of the batch's distinct ones that both samples can speak of are in the earlier one too, and of how many."""
    mine, theirs = batch.hashes, earlier.hashes
    bound = min((sample.hashes[-1] for sample in (batch, earlier) if sample.full), default=None)
    if bound is not None:
        mine, theirs = mine[mine <= bound], theirs[theirs <= bound]
    return int(numpy.isin(mine, theirs, assume_unique=True).sum()), len(mine)


class Moments(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Count, mean and standard deviation: centred, since a sum of squares at four digits would no longer tell the spread."""

    count: int = 0
    mean: float = 0.0
    deviation: float = 0.0

    @property
    def total(self) -> float:
        return self.count * self.mean

    @property
    def squares(self) -> float:
        return self.count * (self.mean**2 + self.deviation**2)


def merge_moments(one: Moments, other: Moments) -> Moments:
    """The moments of both parts together. Source: Chan, Golub, LeVeque 1983."""
    count = one.count + other.count
    if not one.count or not other.count:
        return one if one.count else other
    apart = other.mean - one.mean
    mean = one.mean + apart * other.count / count
    squares = one.count * one.deviation**2 + other.count * other.deviation**2 + apart**2 * one.count * other.count / count
    return Moments(count=count, mean=significant(mean), deviation=significant(math.sqrt(squares / count)))


class Tally(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The most frequent values as keyed tokens with their counts, and how many rows hold others."""

    counts: tuple[tuple[str, int], ...] = ()
    others: int = 0

    @property
    def complete(self) -> bool:
        return self.others == 0

    @property
    def total(self) -> int:
        return self.others + sum(count for _, count in self.counts)


def tally(counts: Mapping[str, int], *, others: int = 0) -> Tally:
    """A tally of at most 64 tokens; of equally frequent ones the first in order are kept."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    dropped = sum(count for _, count in ranked[CATEGORIES:])
    return Tally(counts=tuple(ranked[:CATEGORIES]), others=others + dropped)


def merge_tallies(one: Tally, other: Tally) -> Tally:
    """The tally of both parts together; of a value that one part dropped, only the other part's rows are told apart."""
    return tally(Counter(dict(one.counts)) + Counter(dict(other.counts)), others=one.others + other.others)


def _fitted(histogram: Histogram) -> Histogram:
    while len(histogram.negative) + len(histogram.positive) > NONEMPTY_BUCKETS:
        histogram = histogram.at_level(histogram.level + 1)
    return histogram


def _coarser(buckets: Buckets, steps: int) -> Buckets:
    counts: Counter[int] = Counter()
    for index, count in buckets:
        counts[index >> steps] += count
    return tuple(sorted(counts.items()))


def _added(one: Buckets, other: Buckets) -> Buckets:
    return tuple(sorted((Counter(dict(one)) + Counter(dict(other))).items()))
