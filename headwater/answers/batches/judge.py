"""Judges a batch against the batches of its own source before it.

    measures (columns.py, wholes.py) -> forecast of each (forecast.py) -> how surprising (measures.py) -> told in words (wording.py)

The chance of a false finding is bounded for the batch as a whole and shared out among its measures by weight, so that a batch of many
columns is not found fault with more often than one of few. Until the history is long enough only what needs no statistics is told.

Source:  Bonferroni; weighted: Genovese, Roeder, Wasserman 2006, False discovery control with p-value weighting.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy

from headwater.answers.batches.chances import normal_quantile, student_over_normal
from headwater.answers.batches.columns import column_measures
from headwater.answers.batches.forecast import forecast
from headwater.answers.batches.measures import Surprise, surprise
from headwater.answers.batches.wholes import certain_deviations, chance_of_shortfall, whole_measures
from headwater.answers.batches.wording import column_deviations, tell
from headwater.model.batches import BatchProfile
from headwater.model.judgements import Deviation, ExpectedChange, Judgement
from headwater.model.times import Instant

FALSE_IN_A_BATCH = 3e-4
"""The chance that a batch as before has any deviation told, if what batches do is as assumed."""
NEEDED, NEEDED_OF_WEEKDAYS = 10, 14
"""Batches before statistics speak; more where they come on most days of the week, so that each day was seen twice."""
REMEMBERED = 60
_MANY_WEEKDAYS = 5
_DAY = 86_400_000_000
_LEAST_ERRORS = 4.0


def judge(batch: BatchProfile, history: Sequence[BatchProfile], expected: Sequence[ExpectedChange] = ()) -> Judgement:
    """What deviates in a batch, given earlier batches of the same source in the order of their arrival.

    Leave batches that were found to deviate out of the history until a person says that they are right: a wild one among them does not
    mislead, but makes what follows less sure.

    Law:     the answer depends on nothing but the arguments, and on no more than the last sixty batches (tests/laws/test_batches.py).
    """
    remembered = [profile for profile in history if profile.rows or batch.rows == 0][-REMEMBERED:]
    learning = max(0, batches_needed(remembered) - len(remembered))
    found = [*certain_deviations(remembered, batch)]
    tests = 0
    if not learning:
        found += column_deviations(remembered, batch)
        surprises, tests = surprising(remembered, batch)
        found += tell(remembered, batch, surprises)
    found = _once(found)
    announced = tuple(deviation for deviation in found if _is_expected(deviation, batch, expected))
    told = tuple(deviation for deviation in found if deviation not in announced)
    return Judgement(batch=batch.batch, learning=learning, tests=tests, deviations=told, announced=announced)


def batches_needed(history: Sequence[BatchProfile]) -> int:
    """How many batches of this source statistics need."""
    return NEEDED_OF_WEEKDAYS if len({weekday(profile.arrived) for profile in history}) >= _MANY_WEEKDAYS else NEEDED


def surprising(history: Sequence[BatchProfile], batch: BatchProfile) -> tuple[list[Surprise], int]:
    """The measures that are off by more than chance allows, and how many there were."""
    measures = [*whole_measures(history, batch), *column_measures(history, batch)]
    told = numpy.array([[measure.value(place) for measure in measures] for place in range(len(history))])
    days = numpy.array([weekday(profile.arrived) for profile in history])
    expected = forecast(told[:, :, 0], told[:, :, 1], days, weekday(batch.arrived))
    total = sum(measure.weight for measure in measures)
    widened = student_over_normal(numpy.maximum(expected.errors - 1.0, _LEAST_ERRORS), normal_quantile(FALSE_IN_A_BATCH / total)) ** 2
    found = []
    for place, measure in enumerate(measures):
        if expected.errors[place] < _LEAST_ERRORS:
            continue
        varying = float(expected.between_variance[place] * widened[place])
        result = surprise(measure, float(expected.centre[place]), float(expected.level_variance[place]), varying)
        if result is not None and _chance(result, batch) < FALSE_IN_A_BATCH * measure.weight / total:
            found.append(result)
    return found, len(measures)


def weekday(moment: Instant) -> int:
    """The day of the week in UTC, Thursday being zero since 1970 began on one."""
    return (moment // _DAY) % 7


def _chance(result: Surprise, batch: BatchProfile) -> float:
    """The chance of a surprise; time covered falls short by waiting times, whose tail is exponential."""
    if result.measure.kind != "truncated":
        return result.chance
    column = batch.column(result.measure.column)
    missing = 1.0 - float(numpy.exp(result.found - result.expected))
    return max(result.chance, chance_of_shortfall(missing, column.filled if column is not None else 0))


def _once(found: Sequence[Deviation]) -> list[Deviation]:
    """Each kind once for each column, the surest first."""
    kept: dict[tuple[str, str], Deviation] = {}
    for deviation in found:
        kept.setdefault((deviation.kind, deviation.column), deviation)
    return list(kept.values())


def _is_expected(deviation: Deviation, batch: BatchProfile, expected: Sequence[ExpectedChange]) -> bool:
    return any(covers(change, deviation, batch) for change in expected)


def covers(change: ExpectedChange, deviation: Deviation, batch: BatchProfile) -> bool:
    """Whether an announcement is of exactly this deviation of this batch."""
    return change.kind == deviation.kind and change.column == deviation.column and change.start <= batch.arrived < change.end
