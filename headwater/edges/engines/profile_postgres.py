"""Profiles of batches by PostgreSQL, in its own SQL: each statement is one scan, groups spill to disk, no rows but a sample come here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from headwater.edges.engines.profile_dialects import ColumnType, PostgresDialect, quoted
from headwater.edges.engines.profiling import About, Scanned, salt_of, take_profile
from headwater.model.batches import BatchProfile, TypeClass
from headwater.model.errors import UsageError

try:
    import psycopg
    from psycopg import sql
except ImportError as missing:  # the extra is not installed
    raise UsageError(
        "cannot profile a batch in PostgreSQL: expected package `psycopg`, got none", next_step='pip install "headwater[postgres]"'
    ) from missing

_NUMBERS = ("int2", "int4", "int8", "float4", "float8", "numeric", "oid")
_TIMES = ("date", "timestamp", "timestamptz", "time", "interval")
_NESTED = ("json", "jsonb", "hstore", "record")


def profile_postgres(
    connection: psycopg.Connection[Any], table: Sequence[str], about: About, *, key: bytes, where: str = ""
) -> BatchProfile:
    """The profile of a table's rows, or of those that a condition of our own holds for, such as `"_dlt_load_id" = '…'`.

    All statements see the table as it was at the first.
    """
    name = ".".join(quoted(part) for part in table)
    source = f"(SELECT * FROM {name} WHERE {where})" if where else name  # because the names are quoted and the condition is ours
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute("SET LOCAL TimeZone = 'UTC'")
        scanned = Scanned(_columns(connection, source), source, _runner(connection), PostgresDialect(salt_of(key)), "postgresql")
        return take_profile(scanned, about, key=key)


def kind_of(type_name: str) -> TypeClass:
    """What kind of sketch a type of PostgreSQL takes."""
    if type_name.endswith("[]") or type_name in _NESTED:
        return "nested"
    if type_name in _NUMBERS:
        return "number"
    if type_name in _TIMES:
        return "time"
    if type_name in ("bool", "bytea"):
        return "boolean" if type_name == "bool" else "binary"
    return "text"


def _columns(connection: psycopg.Connection[Any], source: str) -> tuple[ColumnType, ...]:
    described = _runner(connection)
    cursor = connection.execute(_own(f"SELECT * FROM {source} AS source LIMIT 0"))  # because the source is ours
    names = {
        oid: name.removeprefix("_") + ("[]" if category == "A" else "")
        for oid, name, category in described("SELECT oid, typname, typcategory FROM pg_type")
    }
    return tuple(ColumnType(c.name, names[c.type_code], kind_of(names[c.type_code])) for c in cursor.description or ())


def _runner(connection: psycopg.Connection[Any]) -> Any:
    return lambda statement: connection.execute(_own(statement)).fetchall()


def _own(statement: str) -> sql.SQL:
    """A statement of our own: its names are quoted, its literals are made by us."""
    return sql.SQL(statement)
