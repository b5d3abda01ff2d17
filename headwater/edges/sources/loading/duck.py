"""DuckDB files, read by DuckDB itself: SQLAlchemy's driver for it does not keep up with its versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from headwater.edges.sources.loading.database import DatabaseList, check_columns
from headwater.edges.sources.loading.unreachable import SourceRefused, SourceUnreachable
from headwater.model.lakes import DatasetName

import dlt  # isort: skip

SCHEME = "duckdb:///"
_ROWS = 50_000
_CARRIED = {"BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "FLOAT", "DOUBLE", "VARCHAR"}
_CARRIED |= {"DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "BLOB"}


class DuckFile:
    """A DuckDB file by its address, `duckdb:///PATH`; it is opened only to read."""

    def __init__(self, name: str, address: str) -> None:
        self._name, self._path = name, address.removeprefix(SCHEME)
        if not Path(self._path).is_file():
            raise self._unreachable("expected a DuckDB file there, got none")
        try:
            self._connection = duckdb.connect(self._path, read_only=True)
        except duckdb.Error as fault:
            raise self._unreachable(f"DuckDB does not open it ({type(fault).__name__}); another process may hold it") from None

    def origin(self, namespace: str, schema: str, table: str) -> DatasetName:
        """The name of a table: `duckdb://{path}` / `{database}.{schema}.{table}`."""
        return DatasetName(namespace or f"duckdb://{self._path}", f"{Path(self._path).stem}.{schema or 'main'}.{table}")

    def source(self, lists: Sequence[DatabaseList]) -> Any:
        """The dlt source of tables.

        Raises:  SourceUnreachable: it has no such table or column.
        """
        return [self._resource(told, self._columns(told)) for told in lists]

    def mixed(self, _: DatabaseList) -> tuple[str, ...]:
        """The columns with values of several types: none, because DuckDB keeps to the types of columns."""
        return ()

    def keys(self, told: DatabaseList, target: Path) -> None:
        """Write the keys that a table holds now into a Parquet file.

        Raises:  SourceUnreachable.
        """
        kinds = self._columns(told)
        try:
            query = _select({name: kinds[name] for name in told.key}, told)
            pq.write_table(self._connection.sql(query).to_arrow_table(), target)
        except (duckdb.Error, KeyError) as fault:
            raise self._unreachable(f"its keys cannot be read ({type(fault).__name__})") from None

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _columns(self, told: DatabaseList) -> dict[str, str]:
        """The columns of a table with their types."""
        try:
            found = self._connection.execute(f"DESCRIBE {_table(told)}").fetchall()
        except duckdb.Error:
            problem = f"cannot load source `{self._name}`: its database has no table `{told.table}`"
            raise SourceRefused(problem, next_step="check its tables in lake.toml") from None
        check_columns(self._name, told, [str(name) for name, *_ in found])
        return {str(name): str(kind) for name, kind, *_ in found if not told.columns or name in told.columns}

    def _resource(self, told: DatabaseList, kinds: dict[str, str]) -> Any:
        connection = self._connection
        growing: Any = None
        if told.cursor:
            missing: Any = "include" if told.key else "raise"
            growing = dlt.sources.incremental(told.cursor, primary_key=list(kinds), on_cursor_value_missing=missing)

        def rows(growing: Any = growing) -> Iterator[Any]:
            last = growing.last_value if growing is not None else None
            where = f" WHERE {_quoted(told.cursor)} >= ?" + (f" OR {_quoted(told.cursor)} IS NULL" if told.key else "")
            yield from _pages(connection, _select(kinds, told) + (where if last is not None else ""), [last] if last is not None else [])

        made: Any = dlt.resource(rows, name=told.name, write_disposition="append")
        return made

    def _unreachable(self, why: str) -> SourceUnreachable:
        return SourceUnreachable(f"cannot reach database of source `{self._name}`: {why}", next_step="check its address in lake.toml")


def _pages(connection: duckdb.DuckDBPyConnection, query: str, values: list[Any]) -> Iterator[Any]:
    with connection.cursor() as cursor:
        reader: Any = cursor.sql(query, params=values).to_arrow_reader(_ROWS)
        for batch in reader:
            if batch.num_rows:
                yield batch


def _select(kinds: dict[str, str], told: DatabaseList) -> str:
    """A query of columns, those of types that lakes do not have as text."""
    columns = ", ".join(
        _quoted(name) if kind in _CARRIED or kind.startswith("DECIMAL") else f"CAST({_quoted(name)} AS VARCHAR) AS {_quoted(name)}"
        for name, kind in kinds.items()
    )
    return f"SELECT {columns} FROM {_table(told)}"  # noqa: S608  # because every name in it is quoted


def _table(told: DatabaseList) -> str:
    return ".".join(_quoted(part) for part in (told.schema or "main", told.table))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
