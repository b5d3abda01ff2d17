"""Where the numbers of a continuous column lie, apart from where their middle is and how wide they spread.

Level and spread are quantities of their own, and may drift. Every batch is then laid over the others by its own median and spread, and what
is counted are rows beyond the places where the history's numbers ended. So a mean that wanders with the weather, or numbers of rows that
only ever grow, do not look like outliers, and a few numbers in another unit do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy
import numpy.typing

from headwater.answers.batches.measures import Hits, Measure
from headwater.model.judgements import DeviationKind
from headwater.model.sketches import Histogram

Numbers = numpy.typing.NDArray[numpy.float64]
QUANTILES = (0.002, 0.02, 0.1)
_CONTINUOUS = 16
"""Filled buckets between the outer tenths of a column that counts as continuous."""
_OUTER = 0.1
_MIDDLE_NOISE, _SPREAD_NOISE = 2.5, 1.5
_SKEWED = 3.0
_LEAST_LEVEL, _LEAST_SPREAD = 0.15, 0.08
_LEAST_BEYOND, _LEAST_WITHIN = 0.004, 0.012
_MARGIN = 0.1


@dataclass(frozen=True, slots=True)
class Laid:
    """The numbers of a batch in units of its own spread from its own middle: the edges between its buckets, and their counts."""

    middle: float
    spread: float
    edges: Numbers
    counts: Numbers

    @property
    def total(self) -> int:
        return int(self.counts.sum())

    def beyond(self, place: float, *, below: bool) -> Hits:
        """How many lie beyond a place, of how many; within a bucket numbers count as spread evenly."""
        under = round(float(numpy.interp(place, self.edges, numpy.concatenate([[0.0], numpy.cumsum(self.counts)]))))
        return (under if below else self.total - under), self.total


def is_continuous(histograms: Sequence[Histogram]) -> bool:
    """Whether numbers fill many buckets between their outer tenths, so that quantiles move smoothly; told by the larger half of batches."""
    large = sorted(histograms, key=lambda histogram: histogram.count)[len(histograms) // 2 :]
    return bool(large) and all(_filled(histogram) >= _CONTINUOUS for histogram in large)


def laid_measures(column: str, noun: str, histograms: Sequence[Histogram | None]) -> list[Measure]:
    """Zeros, level, spread, and shares of rows far from the middle; none where the history or the batch has no numbers."""
    known = [histogram for histogram in histograms if histogram is not None]
    level, logarithmic = max(histogram.level for histogram in known), _is_skewed(known[:-1])
    laid = [_lay(histogram.at_level(level), logarithmic=logarithmic) if histogram is not None else None for histogram in histograms]
    earlier = [one for one in laid[:-1] if one is not None]
    if not earlier or laid[-1] is None:
        return []
    unit = float(numpy.median([one.spread for one in earlier]))
    levels = tuple((one.middle / unit, _MIDDLE_NOISE / one.total) if one else None for one in laid)
    spreads = tuple((math.log(one.spread), _SPREAD_NOISE / one.total) if one else None for one in laid)
    zeros = tuple((histogram.zero, histogram.count) if histogram is not None and histogram.count else None for histogram in histograms)
    return [
        Measure(kind="shares", column=column, what="zero", hits=zeros),
        Measure(kind="level", column=column, what=f"the middle of its {noun}", quantities=levels, least=_LEAST_LEVEL, weight=2.0),
        Measure(kind="spread", column=column, what=f"the width of its {noun}", quantities=spreads, least=_LEAST_SPREAD, weight=2.0),
        *_tails(column, noun, laid, earlier),
    ]


def _tails(column: str, noun: str, laid: Sequence[Laid | None], earlier: Sequence[Laid]) -> list[Measure]:
    places = numpy.concatenate([(one.edges[1:] + one.edges[:-1]) / 2 for one in earlier])
    order = numpy.argsort(places, kind="stable")
    cumulative = numpy.cumsum(numpy.concatenate([one.counts for one in earlier])[order])
    lowest, highest = min(float(one.edges[0]) for one in earlier), max(float(one.edges[-1]) for one in earlier)

    def place(share: float) -> float:
        return float(places[order[min(int(numpy.searchsorted(cumulative, share * cumulative[-1])), len(places) - 1)]])

    margin = _MARGIN * (place(0.98) - place(0.02))
    measures = [
        _share(column, "range", f"{noun} below all before", laid, lowest - margin, below=True, least=_LEAST_BEYOND, weight=2.0),
        _share(column, "range", f"{noun} above all before", laid, highest + margin, below=False, least=_LEAST_BEYOND, weight=2.0),
    ]
    for share in QUANTILES:
        measures.append(_share(column, "spread", f"{noun} below the usual {share:.1%} point", laid, place(share), below=True))
        measures.append(_share(column, "spread", f"{noun} above the usual {1 - share:.1%} point", laid, place(1 - share), below=False))
    return measures


def _share(
    column: str,
    kind: DeviationKind,
    what: str,
    laid: Sequence[Laid | None],
    place: float,
    *,
    below: bool,
    least: float = _LEAST_WITHIN,
    weight: float = 1.0,
) -> Measure:
    hits = tuple(one.beyond(place, below=below) if one is not None else None for one in laid)
    return Measure(kind=kind, column=column, what=what, hits=hits, least=least, weight=weight)


def _lay(histogram: Histogram, *, logarithmic: bool) -> Laid | None:
    """A histogram without its zeros laid over its own middle: mean and deviation of the inner four fifths, which move smoothly even
    where numbers come in heaps."""
    buckets = histogram.edges()
    if logarithmic:
        buckets = buckets[buckets[:, 0] > 0]
        buckets[:, :2] = numpy.log(buckets[:, :2])
    if len(buckets) < 2:
        return None
    middles, counts = (buckets[:, 0] + buckets[:, 1]) / 2, buckets[:, 2]
    cumulative = numpy.cumsum(counts)
    inner = numpy.diff(numpy.clip(cumulative, _OUTER * cumulative[-1], (1 - _OUTER) * cumulative[-1]), prepend=_OUTER * cumulative[-1])
    middle = float(numpy.average(middles, weights=inner))
    spread = math.sqrt(float(numpy.average((middles - middle) ** 2, weights=inner)))
    if spread <= 0.0 or not math.isfinite(spread):
        return None
    edges = numpy.concatenate([buckets[:, 0], buckets[-1:, 1]])
    return Laid(middle, spread, (edges - middle) / spread, counts)


def _is_skewed(histograms: Sequence[Histogram]) -> bool:
    """Whether numbers are all positive and the outer tenths a multiple of each other, so that ratios and not differences tell."""
    if any(histogram.negative for histogram in histograms):
        return False
    ratios = [histogram.quantile(0.9) / max(histogram.quantile(0.1), 1e-300) for histogram in histograms if histogram.count]
    return bool(ratios) and float(numpy.median(ratios)) > _SKEWED


def _filled(histogram: Histogram) -> int:
    seen = filled = 0
    for _, count in histogram.ordered():
        seen += count
        filled += histogram.count * 0.1 <= seen <= histogram.count * 0.9
    return filled
