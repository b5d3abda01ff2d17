"""What is measured of a batch so that it can be held against others: shares of rows, and quantities with a sampling variance."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from headwater.answers.batches.chances import hits_tail, normal_tail
from headwater.model.batches import BatchProfile, ColumnProfile
from headwater.model.judgements import DeviationKind

_LEAST_DEVIATIONS = 2.0
_RARE = 3
_CLUSTERED = 2.0
Side = Literal["more", "less", "either"]
Hits = tuple[int, int]
"""How many rows of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One statistic of every batch: the history's values, oldest first, then the batch's own; None where a batch has none.

    A share is told as hits, everything else as (value, sampling variance). `least` is how far a value must be off, in its own unit (a share
    of rows, or the quantity's), to be worth a word. `weight` is the measure's part of the chance of a false finding.
    """

    kind: DeviationKind
    column: str
    what: str
    hits: tuple[Hits | None, ...] = ()
    quantities: tuple[tuple[float, float] | None, ...] = ()
    side: Side = "either"
    least: float = 0.01
    weight: float = 1.0

    @property
    def length(self) -> int:
        return len(self.hits or self.quantities)

    def value(self, place: int) -> tuple[float, float]:
        """The value on the scale of the test with its sampling variance, NaN for none; a share as twice the arcsine of its root."""
        if self.hits:
            told = self.hits[place]
            if told is None or told[1] == 0:
                return math.nan, math.nan
            return arc(told[0] / told[1]), 1.0 / told[1]
        quantity = self.quantities[place]
        return quantity if quantity is not None else (math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class Surprise:
    """A measure that is off: by the chance of that, what was expected and what was found (shares of rows, or quantities)."""

    measure: Measure
    chance: float
    expected: float
    found: float
    deviations: float


def arc(share: float) -> float:
    """A share on the scale on which its sampling variance is one over the rows. Source: Freeman, Tukey 1950."""
    return 2.0 * math.asin(math.sqrt(min(max(share, 0.0), 1.0)))


def share_of(arcs: float) -> float:
    """Back from the arcsine scale."""
    return math.sin(min(max(arcs, 0.0), math.pi) / 2.0) ** 2


def over_columns(history: Sequence[BatchProfile], batch: BatchProfile, name: str) -> list[ColumnProfile | None]:
    """A column's profile in each batch of the history and in the batch itself; None where absent or where nothing came."""
    return [column if (column := profile.column(name)) and profile.rows else None for profile in (*history, batch)]


def hits_of(columns: Sequence[ColumnProfile | None], count: Callable[[ColumnProfile], Hits | None]) -> tuple[Hits | None, ...]:
    """A share in each batch that has the column."""
    return tuple(count(column) if column is not None else None for column in columns)


def surprise(measure: Measure, centre: float, certain: float, varying: float) -> Surprise | None:
    """How surprising the batch's own value is, given where it should be, the level's variance and the widened variance between batches."""
    value, noise = measure.value(measure.length - 1)
    if math.isnan(value) or math.isnan(centre):
        return None
    deviations = (value - centre) / math.sqrt(noise + certain + varying + 1e-18)
    if measure.side == ("less" if deviations > 0 else "more"):
        return None
    if not measure.hits:
        return (
            Surprise(measure, 2.0 * normal_tail(abs(deviations)), centre, value, deviations)
            if abs(value - centre) >= measure.least
            else None
        )
    return _surprising_share(measure, centre, certain + varying, deviations)


def _surprising_share(measure: Measure, centre: float, dispersion: float, deviations: float) -> Surprise | None:
    """Exact tails, since a few hits among few rows are far from normal.

    Of what hardly ever occurred no variance between batches can be learned: there the rate itself is uncertain, as a beta distribution.
    Source:  Jeffreys' prior for a rate; its weight is halved since rare things come in clusters.
    """
    told = measure.hits[-1]
    assert told is not None and told[1]  # or its value were NaN
    hits, rows = told
    usual = share_of(centre)
    if abs(hits / rows - usual) < measure.least or abs(deviations) < _LEAST_DEVIATIONS:
        return None
    seen, of = _seen(measure)
    if seen <= _RARE:
        share, dispersion = (seen + 0.5) / (of + 1.0), _CLUSTERED / (of + 1.0)
    else:
        share = usual
    tail = hits_tail(hits, rows, share, dispersion) if deviations > 0 else hits_tail(rows - hits, rows, 1.0 - share, dispersion)
    return Surprise(measure, min(2.0 * tail, 1.0), usual, hits / rows, deviations)


def _seen(measure: Measure) -> Hits:
    """How many hits of how many rows all batches before had."""
    before = [told for told in measure.hits[:-1] if told is not None]
    return sum(hits for hits, _ in before), sum(rows for _, rows in before)
