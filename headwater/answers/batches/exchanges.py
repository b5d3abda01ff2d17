"""Whether two columns changed places: each looks as the other did before, and no longer as itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy

from headwater.answers.batches.distributions import pooled, spread_of
from headwater.model.batches import BatchProfile, ColumnProfile
from headwater.model.sketches import Histogram

_ALIKE, _MUCH_NEARER = 0.15, 0.4


def exchanged_with(history: Sequence[BatchProfile], batch: BatchProfile, name: str, candidates: Sequence[str]) -> str | None:
    """The column among the candidates that this one changed places with."""
    for other in dict.fromkeys(candidates):
        here, there = _apart(history, batch, name, other), _apart(history, batch, other, name)
        own, theirs = _apart(history, batch, name, name), _apart(history, batch, other, other)
        if None in (here, there, own, theirs):
            continue
        assert here is not None and there is not None and own is not None and theirs is not None
        if max(here, there) < _ALIKE and max(here, there) < _MUCH_NEARER * min(own, theirs):
            return other
    return None


def _apart(history: Sequence[BatchProfile], batch: BatchProfile, name: str, earlier: str) -> float | None:
    """How far a column of the batch is from one of the history: the largest difference of cumulative shares, or that of categories."""
    own = batch.column(name)
    past = [column for profile in history if (column := profile.column(earlier)) is not None]
    if own is None or not past:
        return None
    if own.values is not None and any(column.values is not None for column in past):
        return _distance([column.values for column in past if column.values is not None], own.values)
    if own.categories is not None and own.categories.total:
        return _difference(past, own)
    return None


def _distance(past: Sequence[Histogram], own: Histogram) -> float:
    """Source: Kolmogorov's distance, at the buckets of the coarser histogram."""
    level = max(histogram.level for histogram in (*past, own))
    before, now = pooled([spread_of(histogram, level) for histogram in past]), spread_of(own, level)
    keys = numpy.union1d(before.keys, now.keys)
    shares = [numpy.array([spread.up_to(int(key)) for key in keys]) / max(spread.total, 1) for spread in (before, now)]
    return float(numpy.max(numpy.abs(shares[0] - shares[1])))


def _difference(past: Sequence[ColumnProfile], own: ColumnProfile) -> float:
    """Half the sum of the differences of shares: the share of rows that would have to change."""
    before: Counter[str] = Counter()
    for column in past:
        before.update(dict(column.categories.counts) if column.categories is not None else {})
    now = dict(own.categories.counts) if own.categories is not None else {}
    if not before or not now:
        return 1.0
    tokens = before.keys() | now.keys()
    return sum(abs(before[token] / before.total() - now.get(token, 0) / sum(now.values())) for token in tokens) / 2
