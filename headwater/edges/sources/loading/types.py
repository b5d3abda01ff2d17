"""Types of columns that dlt cannot carry are read as text, so that each of their values arrives: intervals, addresses, lists, JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import INET

_CARRIED = (
    sa.String,
    sa.Integer,
    sa.Numeric,
    sa.Float,
    sa.Boolean,
    sa.DateTime,
    sa.Date,
    sa.Time,
    sa.LargeBinary,
    sa.Uuid,
    sa.types.BINARY,
)


def carried(kind: Any) -> Any:
    """The type that dlt is told for a type of a database, None where it is the same."""
    if _is_double(kind):
        return sa.Double()
    is_other = isinstance(kind, (sa.ARRAY, sa.JSON, sa.Enum)) or not isinstance(kind, _CARRIED)
    return sa.Text() if is_other else None


def readable(query: Any, table: Any, growing: Any, engine: Any) -> Any:
    """A query that reads columns of other types as text, and in SQLite compares times that are texts there as times."""
    last = growing.last_value if growing is not None else None
    cursor = table.columns.get(growing.cursor_path) if growing is not None else None
    if engine.dialect.name == "sqlite" and isinstance(last, datetime) and cursor is not None:
        since = sa.func.datetime(cursor) >= sa.func.datetime(sa.literal(str(last.replace(tzinfo=None))))
        query = sa.select(table).where(sa.or_(since, cursor.is_(None)) if growing.on_cursor_value_missing == "include" else since)
    return query.with_only_columns(*(_read(column) for column in table.columns), maintain_column_froms=True)


def _is_double(kind: Any) -> bool:
    return type(kind).__name__ == "DOUBLE_PRECISION"


def _read(column: Any) -> Any:
    if isinstance(column.type, sa.ARRAY):
        return sa.cast(sa.func.to_json(column), sa.Text()).label(column.name)
    if carried(column.type) is None or _is_double(column.type):
        return column
    if isinstance(column.type, INET):
        return sa.func.abbrev(column, type_=sa.Text()).label(column.name)
    return sa.cast(column, sa.Text()).label(column.name)
