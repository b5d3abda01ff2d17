"""How the rows of two versions differ: counts, columns and places, and never a value."""

from __future__ import annotations

from typing import Literal

import msgspec

Side = Literal["added", "removed", "changed"]


class ColumnStatistics(msgspec.Struct, frozen=True, kw_only=True):
    """One column over the rows that were read of one version.

    `low` and `high` bound numbers to four significant digits and times to the day; of text only `shortest` and `longest` are kept.
    """

    rows: int
    nulls: int
    distinct: int
    low: str | None = None
    high: str | None = None
    mean: str | None = None
    shortest: int | None = None
    longest: int | None = None


class ColumnChange(msgspec.Struct, frozen=True, kw_only=True):
    """In how many of the changed rows a column differs, and its statistics before and after; a column may be in one version only."""

    name: str
    rows: int
    before: ColumnStatistics | None
    after: ColumnStatistics | None


class ColumnRange(msgspec.Struct, frozen=True, kw_only=True):
    """Between which bounds rows lie in a column: numbers to four significant digits, times to the day."""

    name: str
    low: str
    high: str


class RowPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a row stands: its file and its number in it, from 0."""

    path: str
    row: int


class RowSample(msgspec.Struct, frozen=True, kw_only=True):
    """One row that differs: where it was and is, its key as keyed tokens, and, if it changed, in which columns."""

    side: Side
    old: RowPlace | None
    new: RowPlace | None
    key: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


class RowDifference(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows were added, removed and changed, and in which columns; without keys nothing counts as changed.

    Columns that only one version has are named and not compared. `read` names the files that were read: those the versions do not share.
    Statistics are over those files. `touched` names columns whose values are not the same in the rows that went and in those that came,
    `ranges` bounds both.
    """

    added: int
    removed: int
    changed: int
    keys: tuple[str, ...]
    columns: tuple[ColumnChange, ...]
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    samples: tuple[RowSample, ...]
    read_old: tuple[str, ...]
    read_new: tuple[str, ...]
    touched: tuple[str, ...] = ()
    ranges: tuple[ColumnRange, ...] = ()
