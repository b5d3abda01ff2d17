"""What is measured of each column, by its kind."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from headwater.answers.batches.aligned import is_continuous, laid_measures
from headwater.answers.batches.distributions import position_measures
from headwater.answers.batches.measures import Hits, Measure, hits_of, over_columns
from headwater.model.batches import BatchProfile, ColumnProfile, Shapes
from headwater.model.sketches import Histogram, Moments

_TESTED_CATEGORIES = 24
_CLOSED = 0.9
"""A column is one of categories when at least this share of the batches told all its values."""
_FEW_NUMBERS = 12
STRAYS = "far from what other columns tell of them"
_TIE_NOISE, _TIE_FLOOR = 3.0, 0.01
_TIE_LEAST = 0.07
"""How much the logarithm of the unexplained share must rise to be worth a word."""
_ROUNDED = 2e-3
_RUNNING, _RUNNING_STEPS = 0.9, 5
_PATTERNS = ("digits", "letters", "capitals", "blanks", "others")


def column_measures(history: Sequence[BatchProfile], batch: BatchProfile) -> Iterator[Measure]:
    """Every measure of every column of the batch."""
    for own in batch.columns:
        columns = over_columns(history, batch, own.name)
        if any(column is not None for column in columns[:-1]):
            yield from _measures(own, columns)


def is_categorical(columns: Sequence[ColumnProfile | None]) -> bool:
    """Whether nearly all batches told every value of a column: few values, each of them a category."""
    tallies = [column.categories for column in columns if column is not None and column.categories is not None and column.categories.total]
    if not tallies or sum(tally.complete for tally in tallies) < _CLOSED * len(tallies):
        return False
    numbers = any(column is not None and column.kind in ("number", "time") for column in columns)
    seen = {token for tally in tallies for token, _ in tally.counts}
    return len(seen) <= (_FEW_NUMBERS if numbers else 2 * 64) and any(len(tally.counts) < tally.total / 4 for tally in tallies)


def _measures(own: ColumnProfile, columns: list[ColumnProfile | None]) -> Iterator[Measure]:
    yield Measure(kind="nulls", column=own.name, what="null", hits=hits_of(columns, lambda c: (c.nulls, c.rows)), least=0.005, weight=6.0)
    if own.kind == "number":
        yield Measure(kind="range", column=own.name, what="no ordinary number", hits=hits_of(columns, lambda c: (c.unusual, c.filled)))
    if own.kind == "text":
        yield Measure(kind="nulls", column=own.name, what="empty", hits=hits_of(columns, lambda c: (c.empties, c.filled)), weight=3.0)
        yield from _shape_measures(own.name, columns)
    if own.kind == "boolean":
        yield Measure(kind="shares", column=own.name, what="true", hits=hits_of(columns, _true))
    categorical = is_categorical(columns)
    if categorical:
        yield from _category_measures(own.name, columns)
    elif own.categories is not None:
        yield Measure(kind="shares", column=own.name, what="the most frequent value", hits=hits_of(columns, _top), side="more", least=0.02)
    if not (categorical and own.kind == "number"):
        noun = "ages" if own.kind == "time" else "values"
        yield from _number_measures(own.name, noun, columns, [_kept(c, own, "values") for c in columns])
    yield from position_measures(own.name, "lengths", [_kept(c, own, "lengths") for c in columns], inside="shape")
    yield Measure(kind="shuffled", column=own.name, what=STRAYS, hits=hits_of(columns, _strays), side="more", least=0.008, weight=6.0)
    yield Measure(
        kind="shuffled",
        column=own.name,
        what="variance that other columns do not explain",
        quantities=tuple(_tie(column) for column in columns),
        side="more",
        least=_TIE_LEAST,
        weight=6.0,
    )


def is_running(columns: Sequence[ColumnProfile | None]) -> bool:
    """Whether the numbers of each batch begin where those of the batch before end, as running numbers do."""
    bounds = [(column.low, column.high) for column in columns if column is not None and column.low is not None and column.high is not None]
    steps = [now[0] >= before[1] - _ROUNDED * abs(before[1]) and now[1] > before[0] for before, now in pairwise(bounds)]
    return len(steps) >= _RUNNING_STEPS and sum(steps) >= _RUNNING * len(steps) and bounds[-1][0] > bounds[0][1]


def _number_measures(
    name: str, noun: str, columns: Sequence[ColumnProfile | None], histograms: Sequence[Histogram | None]
) -> list[Measure]:
    if noun == "values" and is_running(columns[:-1]):
        return []
    if is_continuous([histogram for histogram in histograms[:-1] if histogram is not None]):
        return laid_measures(name, noun, histograms)
    return position_measures(name, noun, histograms)


def _strays(column: ColumnProfile) -> Hits | None:
    return (column.strays, column.compared) if column.compared else None


def _kept(column: ColumnProfile | None, own: ColumnProfile, part: Literal["values", "lengths"]) -> Histogram | None:
    """A histogram of a column where it is of the same kind as the batch's own."""
    if column is None or column.kind != own.kind:
        return None
    return column.values if part == "values" else column.lengths


def _true(column: ColumnProfile) -> Hits | None:
    return (round(column.moments.mean * column.moments.count), column.moments.count) if column.kind == "boolean" else None


def _top(column: ColumnProfile) -> Hits | None:
    if column.categories is None or not column.categories.total:
        return None
    return (column.categories.counts[0][1] if column.categories.counts else 0, column.categories.total)


def _tie(column: ColumnProfile | None) -> tuple[float, float] | None:
    if column is None or column.unexplained is None:
        return None
    return math.log(max(column.unexplained, _TIE_FLOOR)), _TIE_NOISE / column.rows


def _category_measures(name: str, columns: Sequence[ColumnProfile | None]) -> Iterator[Measure]:
    """The share of each frequent category, and of rows in categories that no batch before held."""
    tallies = [dict(c.categories.counts) if c is not None and c.categories is not None and c.categories.total else None for c in columns]
    totals = [c.categories.total if c is not None and c.categories is not None else 0 for c in columns]
    seen: Counter[str] = Counter()
    novel: list[Hits | None] = []
    for tally, total in zip(tallies, totals, strict=True):
        if tally is None:
            novel.append(None)
            continue
        known = sum(count for token, count in tally.items() if token in seen)
        novel.append((total - known, total) if seen else None)
        if tally is not tallies[-1]:
            seen.update(tally)
    yield Measure(
        kind="new-categories", column=name, what="in categories not seen before", hits=tuple(novel), side="more", least=0.002, weight=2.0
    )
    for rank, (token, _) in enumerate(seen.most_common(_TESTED_CATEGORIES)):
        hits = tuple((tally.get(token, 0), total) if tally is not None else None for tally, total in zip(tallies, totals, strict=True))
        yield Measure(kind="shares", column=name, what=f"in its category {rank + 1} by size", hits=hits)


def _shape_measures(name: str, columns: Sequence[ColumnProfile | None]) -> Iterator[Measure]:
    for pattern in _PATTERNS:
        quantities = tuple(_pattern(column.shapes, pattern) if column is not None else None for column in columns)
        yield Measure(kind="shape", column=name, what=f"{pattern} among its characters", quantities=quantities)


def _pattern(shapes: Shapes | None, pattern: str) -> tuple[float, float] | None:
    moments: Moments | None = getattr(shapes, pattern) if shapes is not None else None
    return (moments.mean, moments.deviation**2 / moments.count + 1e-8) if moments is not None and moments.count else None
