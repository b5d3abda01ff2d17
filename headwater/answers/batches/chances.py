"""Probabilities of tails, without a statistics package: how often a batch as before would show this or more."""

from __future__ import annotations

import math

import numpy
import numpy.typing

Numbers = numpy.typing.NDArray[numpy.float64]
_TERMS = 20_000
_ENOUGH = 1e-7


def normal_tail(z: float) -> float:
    """The chance that a standard normal exceeds z."""
    return 0.5 * math.erfc(z / math.sqrt(2.0))


def normal_quantile(chance: float) -> float:
    """The z that a standard normal exceeds with this chance, by bisection."""
    low, high = 0.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if normal_tail(middle) > chance else (low, middle)
    return high


def student_over_normal(freedom: Numbers, z: float) -> Numbers:
    """How much wider Student's t is than the normal at the normal's z.

    Source:  Wallace 1959, Bounds on normal approximations to Student's and the chi-square distributions (inverted).
    """
    scale = (8.0 * freedom + 3.0) / (8.0 * freedom + 1.0)
    wide: Numbers = numpy.sqrt(freedom * numpy.expm1(numpy.minimum((z * scale) ** 2 / freedom, 50.0))) / z
    return wide


def hits_tail(hits: int, rows: int, share: float, dispersion: float) -> float:
    """The chance of at least so many hits among rows whose share of hits varies from batch to batch around `share`.

    `dispersion` is the variance of the share between batches on the arcsine scale; the hits are then beta-binomial.
    """
    if hits <= 0:
        return 1.0
    share = min(max(share, 1e-12), 1.0 - 1e-12)
    weight = max(1.0 / max(dispersion, 1e-9) - 1.0, 1.0)
    a, b = share * weight, (1.0 - share) * weight
    term = _log_choose(rows, hits) + _log_beta(hits + a, rows - hits + b) - _log_beta(a, b)
    return min(math.exp(min(term, 0.0)) * _sum_of_ratios(hits, rows, a, b), 1.0)


def _sum_of_ratios(hits: int, rows: int, a: float, b: float) -> float:
    """The sum of the tail's terms over its first."""
    total, term = 1.0, 1.0
    for k in range(hits, min(rows, hits + _TERMS)):
        ratio = (rows - k) * (a + k) / ((k + 1) * (b + rows - k - 1))
        term *= ratio
        total += term
        if term < total * _ENOUGH and ratio < 1.0:
            break
    return total


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
