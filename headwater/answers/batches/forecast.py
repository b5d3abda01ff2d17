"""What the next value of a statistic should be, learned from the batches before: level, drift, weekday, and how far values stray.

Many statistics are forecast at once, one column of the arrays each; rows are batches, oldest first, missing values NaN.
The level is an exponentially weighted mean of cut values, each weighted by its precision, so that a bad batch hardly moves it and a large
batch counts more than a small one; drift shows as forecast errors and widens the spread. The spread between batches is what the errors
have beyond the noise of sampling, by an estimate that one wild batch in fifteen cannot move far.

Source:  Gelper, Fried, Croux 2010, Robust forecasting with exponential and Holt-Winters smoothing; Huber 1981 (cut errors, M-scale);
         Efron, Morris 1973 (weekday effects shrunk by what they differ beyond noise).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy
import numpy.typing

Numbers = numpy.typing.NDArray[numpy.float64]
Days = numpy.typing.NDArray[numpy.int64]
KEPT = 0.9
"""How much of the weight of a batch is left one batch later: about the last ten count."""
CUT = 3.0
_SECOND_MOMENT_CUT = 0.9750
"""The mean of min(z², 9) of a standard normal z is 0.9950; the rest allows for the level's own error being counted apart."""
_LEAD = 3
_WINDOW = 9
_WEEKDAYS = 7
_WEEKDAYS_NEEDED = 14


@dataclass(frozen=True, slots=True)
class Forecast:
    """For each statistic: where it should be, the variance of that, the variance between batches, and from how many errors it is known.

    `level_variance` includes by how much the variance between batches may be larger than it seems, for want of exact batches.
    """

    centre: Numbers
    level_variance: Numbers
    between_variance: Numbers
    errors: Numbers


def forecast(values: Numbers, noise: Numbers, weekdays: Days, today: int) -> Forecast:
    """Forecast the next value of each statistic from its values so far with their sampling variances."""
    noise = numpy.where(numpy.isnan(values), numpy.nan, noise)
    effects, doubt = _weekday_effects(values, noise, weekdays, today)
    told = values - effects[weekdays]
    errors, spread = _first_errors(told)
    between = _between(errors, spread + noise)
    for _ in range(2):
        centre, level_variance, errors, spread = _smooth(told, noise, between)
        between = _between(errors, spread + noise)
    uncertain = _uncertainty(spread + noise + between)
    counted = numpy.sum(~numpy.isnan(errors), axis=0).astype(float)
    return Forecast(centre + effects[today], level_variance + uncertain, between + doubt[today], counted)


def _first_errors(values: Numbers) -> tuple[Numbers, Numbers]:
    """Each value less the median of up to nine before it, and no variance for the median."""
    errors = numpy.full_like(values, numpy.nan)
    for row in range(_LEAD, len(values)):
        errors[row] = values[row] - _median(values[max(0, row - _WINDOW) : row])
    return errors, numpy.zeros_like(values)


def _smooth(values: Numbers, noise: Numbers, between: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """The level after the last value, its variance, the errors of each value against the level before it, and that level's variances."""
    level = _median(values[:_WINDOW])
    weight = squares = numpy.zeros(values.shape[1])
    errors, spread = numpy.full_like(values, numpy.nan), numpy.full_like(values, numpy.nan)
    for row, value in enumerate(values):
        variance = noise[row] + between + 1e-12
        known = ~numpy.isnan(value)
        before = numpy.where(weight > 0, squares / numpy.maximum(weight, 1e-100) ** 2, 0.0)
        error = value - level
        if row >= _LEAD:
            errors[row], spread[row] = error, before
        cut = CUT * numpy.sqrt(variance + before)
        kept = level + numpy.clip(error, -cut, cut)
        share = numpy.where(known, 1.0 / numpy.where(known, variance, 1.0), 0.0)
        total = KEPT * weight + share
        moved = numpy.where(
            total > 0, (KEPT * weight * level + share * numpy.where(known, kept, 0.0)) / numpy.maximum(total, 1e-300), level
        )
        level = numpy.where(known, moved, level)
        squares = numpy.where(known, KEPT**2 * squares + share, squares)
        weight = numpy.where(known, total, weight)
    return level, numpy.where(weight > 0, squares / numpy.maximum(weight, 1e-100) ** 2, numpy.inf), errors, spread


def _between(errors: Numbers, noise: Numbers) -> Numbers:
    """The variance that, added to the noise, makes the errors as large as they are; wild ones count as three deviations."""
    squares = errors**2
    high = numpy.nanmax(numpy.where(numpy.isnan(squares), 0.0, squares), axis=0) + 1e-18
    low = numpy.zeros_like(high)
    for _ in range(40):
        middle = (low + high) / 2
        ratio = numpy.minimum(squares / (noise + middle + 1e-18), CUT**2)
        known = ~numpy.isnan(ratio)
        mean = numpy.sum(numpy.where(known, ratio, 0.0), axis=0) / numpy.maximum(known.sum(axis=0), 1)
        low, high = numpy.where(mean > _SECOND_MOMENT_CUT, middle, low), numpy.where(mean > _SECOND_MOMENT_CUT, high, middle)
    found: Numbers = numpy.where(high < 1e-15, 0.0, high)
    return found


def _uncertainty(variance: Numbers) -> Numbers:
    """One standard error of the variance between batches: it cannot be known better than the noise of the most exact batches allows."""
    information = numpy.nansum(1.0 / numpy.maximum(variance, 1e-15) ** 2, axis=0)
    error: Numbers = numpy.sqrt(2.0 / numpy.maximum(information, 1e-300))
    return error


def _weekday_effects(values: Numbers, noise: Numbers, weekdays: Days, today: int) -> tuple[Numbers, Numbers]:
    """By weekday, how much higher values are than in the week around them, shrunk, and what is left unknown of that."""
    width = values.shape[1]
    if len(values) < _WEEKDAYS_NEEDED or len(set(weekdays.tolist())) < 2:
        return numpy.zeros((_WEEKDAYS, width)), numpy.zeros((_WEEKDAYS, width))
    around = numpy.stack([_median(values[max(0, row - 3) : row + 4]) for row in range(len(values))])
    residuals = values - around
    effects = numpy.zeros((_WEEKDAYS, width))
    counts = numpy.zeros((_WEEKDAYS, width))
    within = numpy.full_like(values, numpy.nan)
    for day in range(_WEEKDAYS):
        rows = weekdays == day
        if rows.any():
            effects[day] = numpy.nan_to_num(_median(residuals[rows]))
            counts[day] = (~numpy.isnan(residuals[rows])).sum(axis=0)
            within[rows] = residuals[rows] - effects[day]
    inside = (1.4826 * _median(numpy.abs(within))) ** 2 + 1e-18
    apart = _apart(effects, counts, inside)
    kept = apart / (apart + inside / numpy.maximum(counts, 1.0)) * (counts > 0)
    return kept * effects, apart * (1.0 - kept)


def _apart(effects: Numbers, counts: Numbers, inside: Numbers) -> Numbers:
    """The variance of weekday effects beyond what noise alone would give them; the median's noise is half as large again."""
    seen = counts > 0
    mean_noise = (
        1.57 * inside * numpy.sum(numpy.where(seen, 1.0 / numpy.maximum(counts, 1.0), 0.0), axis=0) / numpy.maximum(seen.sum(axis=0), 1)
    )
    squares = numpy.sum(numpy.where(seen, effects**2, 0.0), axis=0) / numpy.maximum(seen.sum(axis=0), 1)
    apart: Numbers = numpy.maximum(squares - mean_noise, 0.0)
    return apart


def _median(values: Numbers) -> Numbers:
    """The median of each column over known values, NaN where there is none."""
    ordered = numpy.sort(values, axis=0)
    known = numpy.sum(~numpy.isnan(values), axis=0)
    low, high = numpy.maximum((known - 1) // 2, 0), known // 2
    columns = numpy.arange(values.shape[1])
    picked: Numbers = (ordered[low, columns] + ordered[numpy.minimum(high, len(values) - 1), columns]) / 2
    return numpy.where(known > 0, picked, numpy.nan)
