"""The arithmetic of witnesses: counts become log-odds, log-odds become a confidence.

Source: docs/decisions/0022-how-witnesses-combine.md; Good 1950, Probability and the Weighing of Evidence.
"""

from __future__ import annotations

import math

AS_MANY_AS = 25
"""Values of one column are alike for reasons of their own, so however many there are they count as so many that are independent."""
WORST = -8.0
LABELLED_FROM, SUSPECTED_FROM, CLEAR_BELOW = 0.7, 0.35, 0.25
VALUES_SUPPORT_FROM = 1.4
NAME_SUSPECTS_FROM = 2.9
BY_FORM_OR_NAME = -2.0
LEARNED_EACH, LEARNED_MOST, LEARNED_SUSPECTS_FROM = 1.5, 2.5, 1.0
"""One confirmed column makes another of its name suspected; however many there are, they weigh less than a clear name."""


def ratio_weight(matched: int, tested: int, *, expected: float, chance: float, cap: float, count_as: int = AS_MANY_AS) -> float:
    """The log-likelihood ratio of `matched` of `tested` under a type's share against chance's, damped and capped.

    Units:   natural log-odds; positive speaks for the type.
    Law:     more matches of as many tested never weigh less.
    """
    if not tested:
        return 0.0
    share, many = matched / tested, min(tested, count_as)
    low, high = min(max(chance, 1e-4), expected - 1e-3), min(expected, 0.999)
    each = share * math.log(high / low) + (1 - share) * math.log((1 - high) / (1 - low))
    return max(min(each * many, cap), WORST)


def check_weight(passed: int, tested: int, *, expected: float, chance: float, cap: float) -> float:
    """The same for a check digit, where values do count each: the binomial ratio against what passes by chance."""
    return ratio_weight(passed, tested, expected=expected, chance=chance, cap=cap, count_as=400)


def learned_weight(confirmed: int, rejected: int) -> float:
    """What decisions on like-named columns weigh: the log-ratio of those that confirm to those that reject, bounded to both sides.

    Law:     as many confirmed as rejected weigh nothing; one more confirmed never weighs less.
    """
    weight = LEARNED_EACH * math.log((confirmed + 1) / (rejected + 1))
    return round(max(min(weight, LEARNED_MOST), -LEARNED_MOST), 2)


def confidence_of(log_odds: float) -> float:
    """The probability that log-odds stand for, in four digits and never quite 0 or 1."""
    bounded = max(min(log_odds, 7.0), -9.0)
    return round(1.0 / (1.0 + math.exp(-bounded)), 4)
