"""Samples of PostgreSQL's tables, taken by it.

Of a large table a bounded part of its pages is read, and of what is read the values with the smallest hashes are taken.
"""

# because names are quoted by quoted() and the rest of each statement is our own text

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from headwater.edges.engines.profile_dialects import quoted
from headwater.edges.engines.samples.relations import CHARACTERS, DOCUMENT_CHARACTERS, Bounds, Sampled
from headwater.model.errors import HeadwaterError, UsageError
from headwater.model.sensitivity.classification import ColumnSample, state_of

try:
    import psycopg
    from psycopg import sql
except ImportError as missing:  # the extra is not installed
    raise UsageError(
        "cannot classify in PostgreSQL: expected package `psycopg`, got none", next_step='pip install "headwater[postgres]"'
    ) from missing

SAMPLED_ROWS = 50_000
_TABLES = """
SELECT n.nspname, c.relname, greatest(c.reltuples, 0)::bigint, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm', 'p') AND NOT c.relispartition
AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema' ORDER BY 1, 2
"""
_COLUMNS = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod), t.typcategory, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


_SIGNS = """
SELECT pg_postmaster_start_time(), c.oid, pg_relation_filenode(c.oid), c.xmin, pg_relation_size(c.oid),
pg_stat_get_tuples_inserted(c.oid), pg_stat_get_tuples_updated(c.oid), pg_stat_get_tuples_deleted(c.oid), d.stats_reset
FROM pg_class c JOIN pg_stat_database d ON d.datname = current_database()
WHERE c.oid = %s::regclass AND c.relkind = 'r' AND current_setting('track_counts') = 'on'
"""


class DatabaseUnreachable(HeadwaterError):
    """A database cannot be reached, or refuses to be read."""

    code = "DATABASE-UNREACHABLE"


class Database:
    """An open database, read in one transaction that cannot write."""

    def __init__(self, connection: psycopg.Connection[Any], bounds: Bounds) -> None:
        self._connection, self._bounds = connection, bounds

    def tables(self) -> list[tuple[str, int]]:
        """The tables that are not the database's own, by their quoted names, with about how many rows each has."""
        return [(f"{schema}.{name}", int(rows)) for schema, name, rows, _ in self._connection.execute(_TABLES).fetchall()]

    def state(self, table: str) -> str:
        """A word that is another once PostgreSQL counted a row written in a table; empty where it does not count them."""
        try:
            with self._connection.transaction():
                signs = self._connection.execute(_SIGNS, (_name(table),)).fetchone()
        except psycopg.Error:
            return ""
        return state_of(signs) if signs is not None else ""

    def sample(self, table: str, rows: int) -> Sampled | None:
        """The samples of a table; None where it may not be read, or not in time."""
        try:
            with self._connection.transaction():
                self._connection.execute(sql.SQL(f"SET LOCAL statement_timeout = {int(self._bounds.seconds * 1000)}"))
                return self._sampled(table, rows)
        except psycopg.Error:
            return None

    def _sampled(self, table: str, rows: int) -> Sampled:
        name = _name(table)
        columns = self._connection.execute(_COLUMNS, (name,)).fetchall()
        part = f" TABLESAMPLE SYSTEM ({min(100.0, 100.0 * SAMPLED_ROWS / rows):.6f}) REPEATABLE (1)" if rows > 2 * SAMPLED_ROWS else ""
        found = [self._column(name + part, rows if part else None, *map(str, column)) for column in columns]
        seen = max((sample.rows for sample in found), default=0)
        return Sampled(tuple(found), seen, (("", "ROWS-SAMPLED"),) if part else ())

    def _column(self, source: str, rows: int | None, column: str, type_name: str, category: str, base: str) -> ColumnSample:
        nested = category in ("A", "C") or base in ("json", "jsonb")
        text = f"to_json({quoted(column)})::text" if nested else f"{quoted(column)}::text"
        most = DOCUMENT_CHARACTERS if nested else CHARACTERS
        taken = f"CASE WHEN length(x) <= {most} THEN x END" if nested else f"left(x, {most})"
        statement = (
            f"WITH read AS MATERIALIZED (SELECT {taken} AS x, length(x) > {most} AS long "
            f"FROM (SELECT {text} AS x FROM {source}) AS all_rows), "
            "grouped AS (SELECT x, count(*) AS n FROM read WHERE x IS NOT NULL GROUP BY x), "
            f"chosen AS (SELECT x, n FROM grouped ORDER BY hashtextextended(x, 0), x LIMIT {self._bounds.values}) "
            "SELECT (SELECT count(*) FROM read), (SELECT count(*) FROM read WHERE x IS NULL AND long IS NOT TRUE), "
            "(SELECT count(*) FROM grouped), "
            "(SELECT count(*) FROM read WHERE long), (SELECT array_agg(x) FROM chosen), (SELECT array_agg(n) FROM chosen)"
        )
        seen, nulls, distinct, cut, values, counts = self._connection.execute(sql.SQL(statement)).fetchone() or (0, 0, 0, 0, None, None)
        return ColumnSample(
            column, type_name, int(seen), int(nulls), int(distinct), tuple(values or ()), tuple(map(int, counts or ())), cut=int(cut)
        )


def _name(table: str) -> str:
    return ".".join(quoted(part) for part in table.split(".", 1))


@contextmanager
def database(address: str, bounds: Bounds) -> Iterator[Database]:
    """A database by its address; what the address lacks comes from libpq's own settings, such as a password file.

    Raises:  DatabaseUnreachable.
    """
    try:
        connection = psycopg.connect(address, options="-c default_transaction_read_only=on", connect_timeout=15, autocommit=True)
    except (psycopg.Error, UnicodeError):
        problem = "cannot classify the database: expected PostgreSQL at the address, got no connection"
        raise DatabaseUnreachable(problem, next_step="check the address, and the password in PGPASSWORD or a password file") from None
    with connection:
        yield Database(connection, bounds)
