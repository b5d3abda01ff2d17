"""Which columns of a batch move together: the share of each column's variance that all the others leave unexplained.

Permuting some of a column's values among its rows leaves every sketch of the column alone as it was; it shows only here.
Numbers enter as their signed logarithm, cut at four robust deviations, times unchanged, categories as one indicator each. Rows with a
null in a column that is seldom null are left out; elsewhere a null stands at the middle. Shares are adjusted for the number of explaining
variables, so that small batches do not look better explained.

Source:  multiple correlation: Anderson 2003, An Introduction to Multivariate Statistical Analysis, 2.5; adjusted: Ezekiel 1930;
         for categories Goodman and Kruskal's tau 1954, which is the same share over the indicators.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy
import numpy.typing

from headwater.model.batches import Tie
from headwater.model.sketches import significant

Numbers = numpy.typing.NDArray[numpy.float64]
Rows = numpy.typing.NDArray[numpy.bool_]
PLACE = ""
"""The name under which a row's place in the delivery stands beside the columns' names."""
_TIES = 3
_TIED = 0.9
_CUT = 4.0
_FLOOR = 1e-4
_RIDGE = 1e-6
_RARE, _WHOLE = 0.1, 0.5
_FAR, _NARROWEST = 4.0, 0.03


@dataclass(frozen=True, slots=True)
class Unexplained:
    """What the others leave unexplained of one column, how many rows of how many lie far off, and the single columns that explain most."""

    share: float
    strays: int
    rows: int
    ties: tuple[Tie, ...]

    def fields(self) -> dict[str, Any]:
        """The same as fields of a column's profile."""
        return {"unexplained": self.share, "strays": self.strays, "compared": self.rows, "ties": self.ties}


def numeric(values: Numbers, *, logarithmic: bool) -> Numbers:
    """A column of numbers as one variable; no variable where it does not vary."""
    told = numpy.sign(values) * numpy.log1p(numpy.abs(values)) if logarithmic else values
    known = told[~numpy.isnan(told)]
    if not len(known):
        return numpy.empty((len(values), 0))
    low, middle, high = numpy.quantile(known, [0.1587, 0.5, 0.8413])
    scale = (high - low) / 2 or known.std()
    if not scale > 1e-12 * max(abs(middle), 1e-300):
        return numpy.empty((len(values), 0))
    cut: Numbers = numpy.clip((told - middle) / scale, -_CUT, _CUT)[:, None]
    return cut


def categorical(codes: numpy.typing.NDArray[numpy.int64], size: int) -> Numbers:
    """A column of categories, numbered from zero with -1 for null, as an indicator for each but the last."""
    if size < 2:
        return numpy.empty((len(codes), 0))
    indicators: Numbers = (codes[:, None] == numpy.arange(size - 1)[None, :]).astype(numpy.float64)
    indicators[codes < 0] = numpy.nan
    return indicators


def unexplained(variables: Mapping[str, Numbers]) -> dict[str, Unexplained]:
    """For every column but the row's place, what the others leave unexplained; nothing where the rows are too few to tell."""
    varying = _whole_rows({name: block for name, block in variables.items() if block.shape[1]})
    if len(varying) < 2:
        return {}
    width = sum(block.shape[1] for block in varying.values())
    rows = len(next(iter(varying.values())))
    if rows < 3 * width + 20:
        return {}
    together = numpy.hstack(list(varying.values()))
    products = together.T @ together / rows
    places, start = {}, 0
    for name, block in varying.items():
        places[name] = slice(start, start + block.shape[1])
        start += block.shape[1]
    return {name: _of(name, together, products, places) for name in varying if name != PLACE}


def _whole_rows(variables: Mapping[str, Numbers]) -> dict[str, Numbers]:
    """The rows in which no column is null but those that are null often, in which a null stands at the middle; centred."""
    missing: dict[str, Rows] = {name: numpy.any(numpy.isnan(block), axis=1) for name, block in variables.items()}
    if not missing:
        return {}
    kept = numpy.ones(len(next(iter(missing.values()))), dtype=bool)
    for rows in missing.values():
        kept &= ~rows if rows.mean() <= _RARE else True
    if kept.mean() < _WHOLE:
        kept[:] = True
    blocks = {name: _standardised(block[kept]) for name, block in variables.items() if not missing[name][kept].all()}
    return {name: block for name, block in blocks.items() if block.shape[1]}


def _of(name: str, together: Numbers, products: Numbers, places: Mapping[str, slice]) -> Unexplained:
    own, rows = places[name], len(together)
    other = numpy.ones(len(products), dtype=bool)
    other[own] = False
    share = _share(products, own, numpy.flatnonzero(other), rows)
    ties = [Tie(column=n, unexplained=_share(products, own, numpy.arange(p.start, p.stop), rows)) for n, p in places.items() if n != name]
    ties.sort(key=lambda tie: (tie.unexplained, tie.column))
    strays = _strays(together, products, own, numpy.flatnonzero(other))
    return Unexplained(
        share=share,
        strays=strays,
        rows=rows if own.stop - own.start == 1 else 0,
        ties=tuple(tie for tie in ties[:_TIES] if tie.unexplained < _TIED),
    )


def _share(products: Numbers, own: slice, explaining: numpy.typing.NDArray[numpy.int64], rows: int) -> float:
    """One minus the adjusted share of the variance of `own` that a linear combination of the explaining variables tells."""
    between = products[own, :][:, explaining]
    among = products[numpy.ix_(explaining, explaining)]
    total = float(numpy.trace(products[own, own]))
    told = float(numpy.sum(between * numpy.linalg.solve(among + _RIDGE * numpy.eye(len(among)), between.T).T))
    adjusted = (1.0 - told / total) * (rows - 1) / (rows - len(explaining) - 1)
    return significant(min(max(adjusted, _FLOOR), 1.0))


def _strays(together: Numbers, products: Numbers, own: slice, explaining: numpy.typing.NDArray[numpy.int64]) -> int:
    """How many rows lie further than four robust deviations from what the explaining variables tell of a number; none for categories.

    Permuting few of many rows moves the variance little and those rows far.
    """
    if own.stop - own.start > 1:
        return 0
    among = products[numpy.ix_(explaining, explaining)] + _RIDGE * numpy.eye(len(explaining))
    slopes = numpy.linalg.solve(among, products[explaining, own.start])
    off = numpy.abs(together[:, own.start] - together[:, explaining] @ slopes)
    width = max(1.4826 * float(numpy.median(off)), _NARROWEST * float(together[:, own.start].std()))
    return int((off > _FAR * width).sum())


def _standardised(block: Numbers) -> Numbers:
    """Centred, nulls at the middle, without what does not vary."""
    centred = numpy.nan_to_num(block - numpy.nanmean(block, axis=0))
    varying: Numbers = centred[:, centred.any(axis=0)]
    return varying
