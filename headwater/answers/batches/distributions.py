"""Where the numbers of a column lie, batch by batch: shares of rows beyond the places where the history's quantiles are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy
import numpy.typing

from headwater.answers.batches.measures import Hits, Measure
from headwater.model.judgements import DeviationKind
from headwater.model.sketches import BUCKETS_PER_OCTAVE, Histogram

Keys = numpy.typing.NDArray[numpy.int64]
QUANTILES = (0.002, 0.02, 0.1, 0.5)
"""Below these, and above one minus these, rows are counted."""
FAR = 1_100 * BUCKETS_PER_OCTAVE
"""More than the index of any bucket of a double, either way."""
_POOLED = 60
_LEAST_BEYOND, _LEAST_WITHIN = 0.004, 0.012


@dataclass(frozen=True, slots=True)
class Spread:
    """A histogram as sorted keys: below zero for negative numbers, zero for zero, above zero for positive ones."""

    keys: Keys
    counts: Keys

    @property
    def total(self) -> int:
        return int(self.counts.sum())

    def up_to(self, key: int) -> int:
        """How many values lie in the buckets up to this one."""
        return int(self.counts[: int(numpy.searchsorted(self.keys, key, side="right"))].sum())


def spread_of(histogram: Histogram, level: int) -> Spread:
    """A histogram at a level as sorted keys; at a coarser one than the level if the histogram is coarser."""
    steps = max(level - histogram.level, 0)
    negative = numpy.array(histogram.negative, dtype=numpy.int64).reshape(-1, 2)[::-1]
    positive = numpy.array(histogram.positive, dtype=numpy.int64).reshape(-1, 2)
    far = FAR >> level
    keys = numpy.concatenate([-((negative[:, 0] >> steps) + far), [0] if histogram.zero else [], (positive[:, 0] >> steps) + far])
    counts = numpy.concatenate([negative[:, 1], [histogram.zero] if histogram.zero else [], positive[:, 1]])
    return Spread(keys.astype(numpy.int64), counts.astype(numpy.int64))


def pooled(spreads: Sequence[Spread]) -> Spread:
    """The histograms of several batches together."""
    keys = numpy.concatenate([spread.keys for spread in spreads])
    counts = numpy.concatenate([spread.counts for spread in spreads])
    found, places = numpy.unique(keys, return_inverse=True)
    return Spread(found, numpy.bincount(places, weights=counts, minlength=len(found)).astype(numpy.int64))


def position_measures(column: str, noun: str, histograms: Sequence[Histogram | None], *, inside: DeviationKind = "level") -> list[Measure]:
    """Shares of rows beyond the history's own quantiles and beyond all that it held; none where the history has no numbers."""
    earlier = [histogram for histogram in histograms[:-1] if histogram is not None][-_POOLED:]
    if not earlier or histograms[-1] is None:
        return []
    level = max(histogram.level for histogram in (*earlier, histograms[-1]))
    spreads = [spread_of(histogram, level) if histogram is not None else None for histogram in histograms]
    past = pooled([spread for spread in spreads[:-1] if spread is not None][-_POOLED:])
    cumulative = numpy.cumsum(past.counts) / past.total
    measures = _beyond(column, noun, spreads, past, cumulative)
    for share in QUANTILES:
        low, high = _key(past, cumulative, share), _key(past, cumulative, 1.0 - share) - 1
        measures.append(_share(column, inside, f"{noun} below its usual {share:.1%} point", spreads, low, below=True))
        if share < 0.5:
            measures.append(_share(column, inside, f"{noun} above its usual {1 - share:.1%} point", spreads, high, below=False))
    return measures


def _beyond(
    column: str, noun: str, spreads: Sequence[Spread | None], past: Spread, cumulative: numpy.typing.NDArray[numpy.float64]
) -> list[Measure]:
    """Rows beyond all earlier ones by more than a tenth of the distance between the outer quantiles."""
    low, high = _key(past, cumulative, 0.02), _key(past, cumulative, 0.98)
    margin = max((high - low) // 10, 1) if low * high > 0 else 1
    low, high = int(past.keys[0]) - margin - 1, int(past.keys[-1]) + margin
    if past.keys[0] >= 0 and low < 0:
        low = -1
    return [
        _share(column, "range", f"{noun} below all before", spreads, low, below=True, least=_LEAST_BEYOND, weight=2.0),
        _share(column, "range", f"{noun} above all before", spreads, high, below=False, least=_LEAST_BEYOND, weight=2.0),
    ]


def _key(past: Spread, cumulative: numpy.typing.NDArray[numpy.float64], share: float) -> int:
    """The bucket in which this share of all numbers is reached."""
    return int(past.keys[min(int(numpy.searchsorted(cumulative, share)), len(past.keys) - 1)])


def _share(
    column: str,
    kind: DeviationKind,
    what: str,
    spreads: Sequence[Spread | None],
    key: int,
    *,
    below: bool,
    least: float = _LEAST_WITHIN,
    weight: float = 1.0,
) -> Measure:
    hits: list[Hits | None] = []
    for spread in spreads:
        if spread is None:
            hits.append(None)
            continue
        under = spread.up_to(key)
        hits.append((under if below else spread.total - under, spread.total))
    return Measure(kind=kind, column=column, what=what, hits=tuple(hits), least=least, weight=weight)
