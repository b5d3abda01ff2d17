"""Which columns a change touched, and in which range the rows lie that it concerns. No key is needed.

A column is touched where the rows that went and those that came do not hold the same values, each as often; so of an update only what
it set is, and of rows that were added or removed every column is.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from headwater.edges.engines.differences.statistics import statistics
from headwater.edges.engines.differences.tables import Column
from headwater.model.differences import ColumnRange

_AT_ONCE = 200
FEWEST = 10
"""Of fewer rows no range is told: that of one row is its values."""


def touched(connection: duckdb.DuckDBPyConnection, columns: Sequence[Column]) -> tuple[str, ...]:
    """The names of touched columns that both versions have, from the tables `left_old` and `left_new`."""
    found: list[str] = []
    shared = [column for column in columns if column.is_shared]
    for start in range(0, len(shared), _AT_ONCE):
        some = shared[start : start + _AT_ONCE]
        wanted = ", ".join(f"sum(hash({', '.join(column.compared('t'))})::HUGEINT)" for column in some)
        sums = [connection.execute(f"SELECT count(*), {wanted} FROM {table} t").fetchone() or () for table in ("left_old", "left_new")]
        rows_differ = sums[0][0] != sums[1][0]
        pairs = zip(some, sums[0][1:], sums[1][1:], strict=True)
        found += [column.name for column, before, after in pairs if rows_differ or before != after]
    return tuple(found)


def ranges(connection: duckdb.DuckDBPyConnection, columns: Sequence[Column]) -> tuple[ColumnRange, ...]:
    """Between which bounds the rows lie that went or came, of columns of numbers and times, as coarse as statistics are."""
    shared = [column for column in columns if column.is_shared]
    counted = connection.execute("SELECT greatest((SELECT count(*) FROM left_old), (SELECT count(*) FROM left_new))").fetchone()
    if not shared or counted is None or counted[0] < FEWEST:
        return ()
    names = ", ".join(column.sql for column in shared)
    connection.execute(f"CREATE VIEW concerned AS SELECT {names} FROM left_old UNION ALL SELECT {names} FROM left_new")
    told = statistics(connection, "concerned", shared)
    bounds = [(column.name, told[column.sql].low, told[column.sql].high) for column in shared]
    return tuple(ColumnRange(name=name, low=low, high=high) for name, low, high in bounds if low is not None and high is not None)
