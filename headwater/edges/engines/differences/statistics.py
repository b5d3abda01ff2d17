"""Statistics of columns, computed by DuckDB in one pass and made coarse enough to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from headwater.edges.engines.differences.tables import Column
from headwater.model.differences import ColumnStatistics

_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT")
_TIMES = ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS")
_LENGTHS = {"VARCHAR": "length", "BLOB": "octet_length"}
_NONE = "NULL"
_DIGITS = 4
_WIDTH = 7
_AT_ONCE = 200
"""Columns per query, so that ten thousand of them make no query too large to plan."""


def statistics(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[Column]) -> dict[str, ColumnStatistics]:
    """The statistics of columns of a table, by their names in SQL; the number of distinct values is an estimate."""
    found = dict[str, ColumnStatistics]()
    for start in range(0, len(columns), _AT_ONCE):
        some = columns[start : start + _AT_ONCE]
        wanted = ", ".join(text for column in some for text in _wanted(column))
        (row,) = connection.execute(f"SELECT count(*), {wanted} FROM {table}").fetchall()
        for number, column in enumerate(some):
            found[column.sql] = _statistics(column, int(row[0]), row[1 + number * _WIDTH : 1 + (number + 1) * _WIDTH])
    return found


def _wanted(column: Column) -> tuple[str, ...]:
    value = column.sql
    counts = (f"count({value})", f"approx_count_distinct({value})")
    if column.kind in _NUMBERS or column.kind.startswith("DECIMAL"):
        return (*counts, f"min({value})::DOUBLE", f"max({value})::DOUBLE", f"avg({value})::DOUBLE", _NONE, _NONE)
    if column.kind in ("FLOAT", "DOUBLE"):
        finite = f"FILTER (isfinite({value}))"
        return (*counts, f"min({value}) {finite}", f"max({value}) {finite}", f"avg({value}) {finite}", _NONE, _NONE)
    if column.kind in _TIMES:
        return (*counts, *(f"{bound}({value})::TIMESTAMP::DATE::VARCHAR" for bound in ("min", "max")), _NONE, _NONE, _NONE)
    if column.kind in _LENGTHS:
        length = f"{_LENGTHS[column.kind]}({value})"
        return (*counts, _NONE, _NONE, _NONE, f"min({length})", f"max({length})")
    return (*counts, _NONE, _NONE, _NONE, _NONE, _NONE)


def _statistics(column: Column, rows: int, found: tuple[Any, ...]) -> ColumnStatistics:
    present, distinct, low, high, mean, shortest, longest = found
    return ColumnStatistics(
        rows=rows,
        nulls=rows - int(present),
        distinct=min(int(distinct), int(present)),
        low=_bound(low),
        high=_bound(high),
        mean=_bound(mean),
        shortest=shortest,
        longest=longest,
    )


def _bound(value: float | str | None) -> str | None:
    """A day as it is, a number to a few digits."""
    return value if value is None or isinstance(value, str) else f"{value:.{_DIGITS}g}"
