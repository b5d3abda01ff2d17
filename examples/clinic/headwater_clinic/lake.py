"""The lake: Iceberg tables with a catalog in SQLite, and a DuckDB in memory that computes over what is scanned from them.

What is written goes in as one commit per step, stamped with the run that made it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import NamespaceAlreadyExistsError, NoSuchTableError
from pyiceberg.table import Table

from headwater_clinic.names import LAKE_NAME, table
from headwater_clinic.reporting import Read, Written

SCHEMAS = ("raw", "reference", "staging", "features", "predictions", "public")


def catalog_address(folder: Path) -> str:
    """Where the catalog of the lake in a folder is."""
    return f"sqlite:///{folder.absolute()}/catalog.db"


def warehouse_address(folder: Path) -> str:
    """Where the tables' files of the lake in a folder are."""
    return f"file://{folder.absolute()}/warehouse"


def open_catalog(folder: Path) -> SqlCatalog:
    """The catalog of the lake in a folder, made where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    return SqlCatalog(LAKE_NAME, uri=catalog_address(folder), warehouse=warehouse_address(folder))


class Lake:
    """An open lake; close it when the pipeline is through."""

    def __init__(self, folder: Path) -> None:
        self._catalog = open_catalog(folder)
        self._connection = duckdb.connect()
        self._connection.execute("SET TimeZone = 'UTC'")
        for schema in SCHEMAS:
            self._connection.execute(f"CREATE SCHEMA {schema}")

    def close(self) -> None:
        self._connection.close()
        self._catalog.close()

    def read(self, dotted: str) -> Read:
        """Scan a table so that queries see it as it stands now; gives it as an input to report."""
        iceberg = self._catalog.load_table(dotted)
        rows = iceberg.scan().to_arrow()
        self._connection.register(_scanned(dotted), rows)
        self._connection.execute(f'CREATE OR REPLACE VIEW {dotted} AS FROM "{_scanned(dotted)}"')
        return Read(dataset=table(dotted), columns=_columns(iceberg), version=_version(iceberg), rows=rows.num_rows)

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows that a query over tables read before gives."""
        return self._connection.execute(sql, list(values)).fetchall()

    def make(self, dotted: str, sql: str, stamps: Mapping[str, str]) -> Written:
        """Run a statement that makes a table of tables read before, and put it into the lake in place of what is there."""
        self._connection.execute(f"DROP VIEW IF EXISTS {dotted}")
        self._connection.execute(sql)
        rows = self._connection.sql(f"FROM {dotted}").to_arrow_table()
        self._connection.execute(f"DROP TABLE {dotted}")
        return self.write(dotted, rows, stamps, replaces=True)

    def write(self, dotted: str, rows: pa.Table, stamps: Mapping[str, str], *, replaces: bool) -> Written:
        """Commit rows to a table, made where it is not there; gives what to report of it."""
        iceberg = self._table(dotted, rows.schema)
        if replaces and iceberg.current_snapshot() is not None:
            iceberg.overwrite(rows, snapshot_properties=dict(stamps))
        else:
            iceberg.append(rows, snapshot_properties=dict(stamps))
        return Written(dataset=table(dotted), columns=_columns(iceberg), rows=rows.num_rows, replaced=replaces, version=_version(iceberg))

    def _table(self, dotted: str, schema: pa.Schema) -> Table:
        try:
            return self._catalog.load_table(dotted)
        except NoSuchTableError:
            with suppress(NamespaceAlreadyExistsError):
                self._catalog.create_namespace(dotted.partition(".")[0])
            return self._catalog.create_table(dotted, schema=schema)


def _scanned(dotted: str) -> str:
    """What the rows of a scanned table are called in DuckDB, beside the view that queries name."""
    return f"scan of {dotted}"


def _columns(iceberg: Table) -> dict[str, str]:
    """A table's columns with their types, in order."""
    return {field.name: str(field.field_type) for field in iceberg.schema().fields}


def _version(iceberg: Table) -> str | None:
    snapshot = iceberg.current_snapshot()
    return str(snapshot.snapshot_id) if snapshot is not None else None
