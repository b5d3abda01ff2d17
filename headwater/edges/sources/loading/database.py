"""Databases, through dlt's source for SQLAlchemy: whole tables or only what is new, as Arrow batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine, make_url

from headwater.edges.sources.loading.fetching import normal
from headwater.edges.sources.loading.mixed import mixed_columns
from headwater.edges.sources.loading.types import carried, readable
from headwater.edges.sources.loading.unreachable import SourceRefused, SourceUnreachable
from headwater.model.lakes import DatasetName

import dlt  # isort: skip
from dlt.sources.sql_database import sql_table  # isort: skip

_ROWS = 50_000
_CONNECT_SECONDS = 15
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "mysql": "mysql+pymysql", "mariadb": "mysql+pymysql"}
_EXTRAS = {"psycopg": "postgres", "pymysql": "mysql"}
_MYSQL_DENIED, _MYSQL_NO_DATABASE = 1045, 1049
_PORTS = {"postgresql": 5432, "mysql": 3306}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseList:
    """One table of a database, as it is fetched. `name` is its name in the lake."""

    name: str
    schema: str
    table: str
    write: str
    key: tuple[str, ...] = ()
    cursor: str = ""
    columns: tuple[str, ...] = ()


class Database:
    """A database by its address.

    Raises:  SourceUnreachable: the address is none, or the driver is missing.
    """

    def __init__(self, name: str, address: str) -> None:
        self._name = name
        self._mixed: dict[str, tuple[str, ...]] = {}
        try:
            url = make_url(address)
            driver = _DRIVERS.get(url.drivername)
            self._url: URL = url.set(drivername=driver) if driver is not None else url
            waiting = {} if self._url.get_backend_name() == "sqlite" else {"connect_timeout": _CONNECT_SECONDS}
            self._engine: Engine = sa.create_engine(self._url, connect_args=waiting)
        except Exception as fault:  # noqa: BLE001  # because an address that is none fails in many ways, and messages may show its password
            raise self._unreachable(fault) from None

    @property
    def namespace(self) -> str:
        """How the naming specification names this database."""
        backend = self._url.get_backend_name()
        if backend == "sqlite":
            return "sqlite"
        scheme = "postgres" if backend == "postgresql" else backend
        return f"{scheme}://{self._url.host or 'localhost'}:{self._url.port or _PORTS.get(backend, 0)}"

    def origin(self, namespace: str, schema: str, table: str) -> DatasetName:
        """The name of a table; where jobs name the database, one in a file goes by the file's name without its folder and ending."""
        database = self._url.database or ""
        if namespace and self._url.get_backend_name() == "sqlite":
            database = PurePath(database).stem
        parts = (database, schema, table) if self._url.get_backend_name() == "postgresql" else (database, table)
        return DatasetName(namespace or self.namespace, ".".join(part for part in parts if part))

    def source(self, lists: Sequence[DatabaseList]) -> Any:
        """The dlt source of tables.

        Raises:  SourceUnreachable: the database does not answer, or has no such table or column.
        """
        try:
            return [self._resource(told) for told in lists]
        except SourceUnreachable:
            raise
        except Exception as fault:  # noqa: BLE001  # because each driver has faults of its own
            raise self._unreachable(fault) from None

    def mixed(self, told: DatabaseList) -> tuple[str, ...]:
        """The columns of a table that are read as text, because values in them are of several types; looked for once."""
        if self._engine.dialect.name != "sqlite":
            return ()
        if told.name not in self._mixed:
            found = mixed_columns(self._engine, told.table, told.schema or None, (told.cursor,))
            self._mixed[told.name] = tuple(name for name in found if not told.columns or name in told.columns)
        return self._mixed[told.name]

    def keys(self, told: DatabaseList, target: Path) -> None:
        """Write the keys that a table holds now into a Parquet file.

        Raises:  SourceUnreachable.
        """
        columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in told.key]
        query = sa.select(*columns).select_from(sa.table(told.table, *columns, schema=told.schema or None))
        try:
            with self._engine.connect().execution_options(stream_results=True, max_row_buffer=_ROWS) as connection:
                result = connection.execute(query)
                parts = [
                    pa.table({name: [row[index] for row in rows] for index, name in enumerate(told.key)})
                    for rows in result.partitions(_ROWS)
                ]
        except Exception as fault:  # noqa: BLE001  # because each driver has faults of its own
            raise self._unreachable(fault) from None
        empty = pa.table({name: pa.array([], pa.null()) for name in told.key})
        pq.write_table(pa.concat_tables(parts, promote_options="permissive") if parts else empty, target)

    def close(self) -> None:
        """Let go of connections."""
        self._engine.dispose()

    def _resource(self, told: DatabaseList) -> Any:
        """A table as dlt takes it, told by all its columns: by its key, rows that changed within one moment would look fetched already."""
        there = [str(column["name"]) for column in sa.inspect(self._engine).get_columns(told.table, told.schema or None)]
        check_columns(self._name, told, there)
        columns = list(told.columns) or there
        mixed = self.mixed(told)
        growing: Any = None
        if told.cursor:
            missing: Any = "include" if told.key else "raise"
            growing = dlt.sources.incremental(told.cursor, primary_key=columns, on_cursor_value_missing=missing)
        resource = sql_table(
            credentials=self._engine,
            table=told.table,
            schema=told.schema or None,
            incremental=growing,
            backend="pyarrow",
            chunk_size=_ROWS,
            included_columns=list(told.columns) or None,
            type_adapter_callback=carried,
            query_adapter_callback=readable,
            table_adapter_callback=_as_text(mixed),
        )
        return resource.with_name(told.name)

    def _unreachable(self, fault: Exception) -> SourceUnreachable:
        """What went wrong in words that hold neither values nor the password; a missing table is named."""
        next_step = "check its address, credentials and tables in lake.toml"
        missing = _without_driver(self._name, fault)
        if missing is not None:
            return missing
        if isinstance(fault, sa.exc.NoSuchTableError):
            return SourceRefused(f"cannot load source `{self._name}`: its database has no table `{fault}`", next_step=next_step)
        why, is_final = _why(fault)
        kind = SourceRefused if is_final else SourceUnreachable
        return kind(f"cannot reach database of source `{self._name}`: {why}", next_step=next_step)


def check_columns(name: str, told: DatabaseList, there: Sequence[str]) -> None:
    """See that a table has the columns of its key and the one that grows.

    Raises:  SourceRefused: it has not; the message names the table and the column.
    """
    keys = {normal(column) for column in there}
    missing = [("key", column) for column in told.key if normal(column) not in keys]
    missing += [("cursor", told.cursor)] if told.cursor and told.cursor.strip("'\"") not in there else []
    for setting, column in missing[:1]:
        part = f"{told.schema}.{told.table}" if told.schema else told.table
        problem = f"cannot load source `{name}`: its table `{part}` has no column `{column}`, which is to be its {setting}"
        raise SourceRefused(problem, next_step=f"correct `{setting}` of `{part}` in lake.toml")


def _why(fault: Exception) -> tuple[str, bool]:
    """Why a database is not reached, and whether trying again is in vain: what its driver says, in words of ours."""
    cause = getattr(fault, "orig", None) or fault
    said = str(cause).lower()
    number = cause.args[0] if cause.args and isinstance(cause.args[0], int) else 0
    if number == _MYSQL_DENIED or "authentication failed" in said or "no password supplied" in said:
        return "it refuses the credentials", True
    if number == _MYSQL_NO_DATABASE or ("database" in said and "does not exist" in said):
        return "it has no database of this name", True
    if "unable to open database file" in said:
        return "expected a file there that can be opened", True
    if "timeout" in said or "timed out" in said:
        return "it does not answer in time", False
    if "refused" in said:
        return "nothing answers at its address", False
    if "resolve" in said or "name or service not known" in said:
        return "the name of its host cannot be resolved", False
    return f"it does not answer as set up ({type(fault).__name__})", False


def _without_driver(name: str, fault: Exception) -> SourceRefused | None:
    """The fault of a database that nothing installed here can read."""
    if isinstance(fault, sa.exc.NoSuchModuleError | sa.exc.ArgumentError):
        problem = f"cannot load source `{name}`: expected an address of PostgreSQL, MySQL, MariaDB, SQLite or DuckDB, got another"
        return SourceRefused(problem, next_step="say its address as postgresql://, mysql://, mariadb://, sqlite:/// or duckdb:///")
    if isinstance(fault, ModuleNotFoundError):
        package = (fault.name or "its driver").partition(".")[0]
        extra = _EXTRAS.get(package)
        advice = f'pip install "headwater[{extra}]"' if extra is not None else f"pip install {package}"
        return SourceRefused(f"cannot load source `{name}`: expected the package {package}, which reads this database", next_step=advice)
    if isinstance(fault, ImportError):
        return SourceRefused(
            f"cannot load source `{name}`: the package that reads this database is not whole", next_step='pip install "headwater[postgres]"'
        )
    return None


def _as_text(names: Sequence[str]) -> Any:
    """What gives columns of a table no type, so that they are read as text."""

    def adapt(table: sa.Table) -> None:
        for name in names:
            table.columns[name].type = sa.types.NullType()

    return adapt
