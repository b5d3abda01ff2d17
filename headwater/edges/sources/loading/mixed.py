"""Columns of SQLite whose values are not all of the type that was declared: SQLite keeps any value anywhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa


def mixed_columns(engine: sa.Engine, table: str, schema: str | None, left_out: Iterable[str] = ()) -> tuple[str, ...]:
    """The columns that hold a value which their declared type cannot carry, by name.

    Cost:    one pass over the table.
    """
    skipped = set(left_out)
    told = [column for column in sa.inspect(engine).get_columns(table, schema) if column["name"] not in skipped]
    if not told:
        return ()
    columns: dict[str, sa.ColumnClause[Any]] = {str(column["name"]): sa.column(str(column["name"])) for column in told}
    odd = [sa.func.max(sa.case((_misfit(columns[str(column["name"])], column["type"]), 1), else_=0)) for column in told]
    with engine.connect() as connection:
        found = connection.execute(sa.select(*odd).select_from(sa.table(table, *columns.values(), schema=schema))).one()
    return tuple(name for name, is_mixed in zip(columns, found, strict=True) if is_mixed)


def _misfit(column: sa.ColumnClause[Any], kind: Any) -> sa.ColumnElement[bool]:
    """Whether a value is of another type than its column; one without a type is so where a value is no text."""
    stored = sa.func.typeof(column)
    match kind:
        case sa.Date():
            fits = sa.and_(stored == "text", sa.func.date(column) == column)
        case sa.DateTime():
            day = sa.func.substr(column, 1, 10)
            fits = sa.and_(stored == "text", sa.func.date(day) == day, sa.func.datetime(column).is_not(None))
        case sa.Time():
            fits = sa.and_(stored == "text", sa.func.time(column).is_not(None))
        case sa.Boolean():
            fits = sa.and_(stored == "integer", column.in_((0, 1)))
        case sa.Integer():
            fits = stored == "integer"
        case sa.Numeric() | sa.Float():
            fits = stored.in_(("integer", "real"))
        case sa.LargeBinary():
            fits = stored == "blob"
        case _:
            fits = stored == "text"
    return sa.and_(stored != "null", sa.not_(sa.func.coalesce(fits, sa.false())))
