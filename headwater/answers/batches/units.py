"""Whether numbers went over to another unit: all of them, or some among others that did not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy
import numpy.typing

from headwater.model.sketches import BUCKETS_PER_OCTAVE, Histogram, merge_histograms

KNOWN = {
    18.016: "mg/dL and mmol/L of glucose",
    38.67: "mg/dL and mmol/L of cholesterol",
    88.42: "µmol/L and mg/dL of creatinine",
    2.54: "inches and centimetres",
    2.2046: "pounds and kilograms",
    1.609: "miles and kilometres",
    3.281: "feet and metres",
    3.785: "gallons and litres",
    28.35: "ounces and grams",
    4.184: "calories and joules",
    10.0: "a factor of ten",
    12.0: "a dozen, or months and years",
    24.0: "hours and days",
    60.0: "seconds and minutes",
    100.0: "hundredths and wholes",
    1_000.0: "thousandths and wholes",
    3_600.0: "seconds and hours",
    86_400.0: "seconds and days",
    1_000_000.0: "millionths and wholes",
}
_POINTS = (0.1, 0.25, 0.5, 0.75, 0.9)
_LEVEL = 4
_STEPS_PER_OCTAVE = BUCKETS_PER_OCTAVE >> _LEVEL
_LEAST_FACTOR = 1.3
_LONGEST = 20 * _STEPS_PER_OCTAVE
_LEAST_SHARE, _LEAST_EVIDENCE = 0.01, 8.0
_LEAST_FIT, _ENOUGH_FIT, _ROUGH = 0.6, 0.8, 1.2
_NEAR = 0.05
_FLOOR, _TINY = 1e-6, 1e-300
_LEAST_HISTORY = 50

Numbers = numpy.typing.NDArray[numpy.float64]


@dataclass(frozen=True, slots=True)
class Switch:
    """About which share of a batch's numbers is how many times what they would be."""

    factor: float
    share: float

    def __str__(self) -> str:
        times = f"{self.factor:.4g} times" if self.factor > 1 else f"1/{1 / self.factor:.4g} of"
        told = "all its numbers" if self.share > 0.95 else f"about {self.share:.1%} of its numbers"
        ratio = KNOWN.get(self.factor) or KNOWN.get(1.0 / self.factor)
        return f"{told} are {times} what they were" + (f", the ratio of {ratio}" if ratio else "")


def unit_switch(earlier: Sequence[Histogram], batch: Histogram) -> Switch | None:
    """The change of unit that explains how a batch's numbers differ from earlier ones, if one does."""
    past = earlier[0]
    for histogram in earlier[1:]:
        past = merge_histograms(past, histogram)
    if not past.positive or not batch.positive or past.count < _LEAST_HISTORY:
        return None
    return _whole(past, batch) or _partial(past, batch)


def _whole(past: Histogram, batch: Histogram) -> Switch | None:
    """All quantiles moved by one factor."""
    pairs = [(past.quantile(point), batch.quantile(point)) for point in _POINTS]
    if any(before * now <= 0 for before, now in pairs):
        return None
    ratios = numpy.log([now / before for before, now in pairs])
    middle = float(numpy.median(ratios))
    width = math.log(max(abs(pairs[-1][0] / pairs[0][0]), abs(pairs[0][0] / pairs[-1][0])))
    if abs(middle) < math.log(_LEAST_FACTOR) or float(numpy.ptp(ratios)) > 0.1 + 0.15 * min(abs(middle), width):
        return None
    return Switch(_named(math.exp(middle)), 1.0)


def _partial(past: Histogram, batch: Histogram) -> Switch | None:
    """The mixture of numbers as before and numbers times a factor that makes the batch likeliest, if it explains most of what is odd.

    Source:  likelihood ratio of a two-component mixture; the share by expectation-maximisation (Dempster, Laird, Rubin 1977).
    """
    known, seen = _grids(past, batch)
    total = seen.sum()
    usual = known / known.sum()
    plain = float(numpy.sum(seen * numpy.log(usual + _FLOOR)))
    best = float(numpy.sum(seen[seen > 0] * numpy.log(seen[seen > 0] / total))) - plain
    least = math.ceil(math.log2(_LEAST_FACTOR) * _STEPS_PER_OCTAVE)
    found, evidence = None, 0.0
    for steps in (*range(-_LONGEST, -least + 1), *range(least, _LONGEST + 1)):
        share, gained = _mixed(usual, _shifted(usual, steps), seen, total, plain)
        if gained > evidence and share >= _LEAST_SHARE:
            found, evidence = Switch(_named(2.0 ** (steps / _STEPS_PER_OCTAVE)), share), gained
    return found if found is not None and evidence >= max(_LEAST_EVIDENCE, _needed_fit(found.share * total) * best) else None


def _needed_fit(rows: float) -> float:
    """Which part of all that is odd a factor must explain: numbers scattered, or all alike, are no other unit, and few rows fit roughly."""
    return min(max(1.0 - _ROUGH / math.sqrt(max(rows, 1.0)), _LEAST_FIT), _ENOUGH_FIT)


def _mixed(usual: Numbers, moved: Numbers, seen: Numbers, total: float, plain: float) -> tuple[float, float]:
    """The likeliest share of moved numbers and how much likelier the batch is with it."""
    share = 0.1
    for _ in range(8):
        mixed = share * moved / ((1 - share) * (usual + _FLOOR) + share * moved + _TINY)
        share = float(numpy.sum(seen * mixed) / total)
        if share < _LEAST_SHARE / 2:
            return share, 0.0
    return share, float(numpy.sum(seen * numpy.log((1 - share) * (usual + _FLOOR) + share * moved + _TINY))) - plain


def _grids(past: Histogram, batch: Histogram) -> tuple[Numbers, Numbers]:
    """The positive numbers of both on one grid of logarithmic steps that holds every one."""
    told = [(histogram.level, histogram.positive) for histogram in (past, batch)]
    middles = [
        [((index + 0.5) * 2**level / 2**_LEVEL, 2.0 ** (level - _LEVEL), count) for index, count in buckets] for level, buckets in told
    ]
    start = math.floor(min(middle - width for side in middles for middle, width, _ in side)) - 1
    stop = math.ceil(max(middle + width for side in middles for middle, width, _ in side)) + 1
    grids = []
    for side in middles:
        grid = numpy.zeros(stop - start)
        for middle, width, count in side:
            first, last = math.floor(middle - width / 2 + 1e-9) - start, math.ceil(middle + width / 2 - 1e-9) - start
            grid[first : max(last, first + 1)] += count / max(last - first, 1)
        grids.append(grid)
    return numpy.convolve(grids[0], [0.25, 0.5, 0.25], mode="same") + 1e-12, grids[1]


def _shifted(usual: Numbers, steps: int) -> Numbers:
    moved = numpy.zeros_like(usual)
    if steps >= len(usual) or -steps >= len(usual):
        return moved
    if steps > 0:
        moved[steps:] = usual[:-steps]
    else:
        moved[:steps] = usual[-steps:]
    return moved


def _named(factor: float) -> float:
    """A known factor that is near, or the factor itself."""
    nearest = min((*KNOWN, *(1.0 / known for known in KNOWN)), key=lambda known: abs(math.log(factor / known)))
    return nearest if abs(math.log(factor / nearest)) < _NEAR else factor
