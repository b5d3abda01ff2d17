"""Profiles of batches: what is kept of the rows that one delivery brought, so that the next can be held against it.

A profile holds counts, numbers at four significant digits, keyed tokens and keyed hashes; never a value of the data. It outlives the
version it was taken of. `headwater/edges/engines` takes profiles, `headwater/answers/batches` judges them. Read `sketches.py` next.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from headwater.model.sketches import (
    Histogram,
    Moments,
    Smallest,
    Tally,
    merge_histograms,
    merge_moments,
    merge_smallest,
    merge_tallies,
    significant,
)
from headwater.model.times import Instant

TypeClass = Literal["number", "time", "boolean", "text", "binary", "nested", "none"]
"""`none` is a column whose type tells nothing, such as one of nulls only in a text file."""


class Shapes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What texts look like: of a value's characters, the share that are digits, letters, capitals, blanks and others."""

    digits: Moments = Moments()
    letters: Moments = Moments()
    capitals: Moments = Moments()
    blanks: Moments = Moments()
    others: Moments = Moments()


class Tie(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a column's variance another column leaves unexplained, between 0 (all is told by it) and 1 (nothing is)."""

    column: str
    unexplained: float


class ColumnProfile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One column of a batch.

    Units:   times are told as seconds before the batch arrived; of booleans the mean is the share of true; lengths are characters of
             texts, bytes of binaries, elements of lists. `unexplained` is the share of variance that all other columns and the row's
             place in the file leave unexplained, None where it was not measured; `strays` of `compared` rows lie far from what those
             tell of them.
    """

    name: str
    kind: TypeClass
    type: str
    rows: int
    nulls: int = 0
    empties: int = 0
    unusual: int = 0
    distinct: Smallest | None = None
    moments: Moments = Moments()
    low: float | None = None
    high: float | None = None
    values: Histogram | None = None
    lengths: Histogram | None = None
    shapes: Shapes | None = None
    categories: Tally | None = None
    unexplained: float | None = None
    strays: int = 0
    compared: int = 0
    ties: tuple[Tie, ...] = ()

    @property
    def filled(self) -> int:
        return self.rows - self.nulls


class BatchProfile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One batch. Hashes of two profiles are comparable only where `hashed` is the same.

    `duplicates` is the number of rows beyond the first of each distinct row. `hashed` says by which engine and over which columns (not
    those that tell of the load) rows were hashed, `fingerprint` is the sum of those hashes over all rows, in hex, whatever their order.
    `announced` is how many rows the supplier said there are, `closed` whether its last record ends as records do, None where unknown.
    """

    batch: str
    dataset: str
    source: str
    arrived: Instant
    due: Instant | None = None
    rows: int = 0
    announced: int | None = None
    closed: bool | None = None
    duplicates: int = 0
    hashed: str = ""
    fingerprint: str = ""
    sample: Smallest | None = None
    columns: tuple[ColumnProfile, ...] = ()

    def column(self, name: str) -> ColumnProfile | None:
        """The profile of a column by its name."""
        return next((column for column in self.columns if column.name == name), None)


def merge(one: BatchProfile, other: BatchProfile) -> BatchProfile:
    """The profile of two parts of one batch together.

    Equal rows of different parts are not seen, so `duplicates` is a lower bound; where the parts were hashed differently the hashes go.
    Law:     exactly associative in counts, histograms, hashes; up to the fourth digit in means (tests/unit/model/test_batches.py).
    """
    comparable = one.hashed == other.hashed
    return msgspec.structs.replace(
        one,
        arrived=max(one.arrived, other.arrived),
        rows=one.rows + other.rows,
        announced=_sum(one.announced, other.announced),
        closed=_both(one.closed, other.closed),
        duplicates=one.duplicates + other.duplicates,
        hashed=one.hashed if comparable else "",
        fingerprint=_sum_of_hashes(one.fingerprint, other.fingerprint) if comparable else "",
        sample=merge_smallest(one.sample, other.sample) if comparable and one.sample and other.sample else None,
        columns=_merged_columns(one, other),
    )


def _merged_columns(one: BatchProfile, other: BatchProfile) -> tuple[ColumnProfile, ...]:
    names = dict.fromkeys([column.name for column in one.columns] + [column.name for column in other.columns])
    return tuple(_merged_column(name, one, other) for name in names)


def _merged_column(name: str, one: BatchProfile, other: BatchProfile) -> ColumnProfile:
    """A column that one part lacks is null there in every row."""
    left, right = one.column(name), other.column(name)
    if left is None or right is None:
        found, missing = (left, other.rows) if left is not None else (right, one.rows)
        assert found is not None  # the name is of one of the two
        return msgspec.structs.replace(found, rows=found.rows + missing, nulls=found.nulls + missing)
    return merge_columns(left, right)


def merge_columns(one: ColumnProfile, other: ColumnProfile) -> ColumnProfile:
    """The profile of a column over two parts; where their kinds differ only what every kind has is kept."""
    kind = _common_kind(one, other)
    counts = ColumnProfile(
        name=one.name,
        kind=kind,
        type=one.type if one.filled or not other.filled else other.type,
        rows=one.rows + other.rows,
        nulls=one.nulls + other.nulls,
        empties=one.empties + other.empties,
        unusual=one.unusual + other.unusual,
        distinct=merge_smallest(one.distinct, other.distinct) if one.distinct and other.distinct else one.distinct or other.distinct,
    )
    if one.kind != other.kind and one.filled and other.filled:
        return counts
    return msgspec.structs.replace(
        counts,
        moments=merge_moments(one.moments, other.moments),
        low=min((low for low in (one.low, other.low) if low is not None), default=None),
        high=max((high for high in (one.high, other.high) if high is not None), default=None),
        values=merge_histograms(one.values, other.values) if one.values and other.values else one.values or other.values,
        lengths=merge_histograms(one.lengths, other.lengths) if one.lengths and other.lengths else one.lengths or other.lengths,
        shapes=_merged_shapes(one.shapes, other.shapes),
        categories=merge_tallies(one.categories, other.categories)
        if one.categories and other.categories
        else one.categories or other.categories,
        unexplained=_mean_unexplained(one.unexplained, one.filled, other.unexplained, other.filled),
        strays=one.strays + other.strays,
        compared=one.compared + other.compared,
        ties=_merged_ties(one, other),
    )


def _common_kind(one: ColumnProfile, other: ColumnProfile) -> TypeClass:
    if one.kind == other.kind or not other.filled:
        return one.kind
    return other.kind if not one.filled else "none"


def _merged_shapes(one: Shapes | None, other: Shapes | None) -> Shapes | None:
    if one is None or other is None:
        return one or other
    return Shapes(
        digits=merge_moments(one.digits, other.digits),
        letters=merge_moments(one.letters, other.letters),
        capitals=merge_moments(one.capitals, other.capitals),
        blanks=merge_moments(one.blanks, other.blanks),
        others=merge_moments(one.others, other.others),
    )


def _mean_unexplained(one: float | None, rows: int, other: float | None, other_rows: int) -> float | None:
    """Both shares weighted by their rows: an approximation, since the means of the parts may differ."""
    if one is None or other is None:
        return one if other is None else other
    return significant((one * rows + other * other_rows) / max(rows + other_rows, 1))


def _merged_ties(one: ColumnProfile, other: ColumnProfile) -> tuple[Tie, ...]:
    left, right = ({tie.column: tie.unexplained for tie in side.ties} for side in (one, other))
    ties = []
    for column in left.keys() | right.keys():
        share = _mean_unexplained(left.get(column), one.filled, right.get(column), other.filled)
        ties.append(Tie(column=column, unexplained=share if share is not None else 1.0))
    return tuple(sorted(ties, key=lambda tie: (tie.unexplained, tie.column)))


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _both(one: bool | None, other: bool | None) -> bool | None:
    return None if one is None or other is None else one and other


def _sum_of_hashes(one: str, other: str) -> str:
    return f"{(int(one or '0', 16) + int(other or '0', 16)) % 2**64:016x}"
