"""The lake: one DuckDB file with the warehouse attached beside it, and what the steps need to know of its tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from headwater_clinic.names import table
from headwater_clinic.reporting import Read

SCHEMAS = ("raw", "reference", "staging", "features", "predictions", "public")


class Lake:
    """An open lake; close it when the pipeline is through."""

    def __init__(self, path: Path, warehouse: Path) -> None:
        self._connection = duckdb.connect(str(path))
        self._connection.execute(f"ATTACH '{warehouse}' AS warehouse (READ_ONLY)")
        for schema in SCHEMAS:
            self._connection.execute(f"CREATE SCHEMA IF NOT EXISTS lake.{schema}")

    def close(self) -> None:
        self._connection.close()

    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        """Execute one statement."""
        self._connection.execute(sql, list(values))

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows a query gives."""
        return self._connection.execute(sql, list(values)).fetchall()

    def columns(self, dotted: str) -> dict[str, str]:
        """A table's columns with their types, in order."""
        catalog, schema, name = dotted.split(".")
        found = self.rows(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = ? AND schema_name = ? AND table_name = ?"
            " ORDER BY column_index",
            (catalog, schema, name),
        )
        return dict(found)

    def count(self, dotted: str) -> int:
        """How many rows a table holds."""
        return int(self.rows(f"SELECT count(*) FROM {dotted}")[0][0])

    def read(self, dotted: str) -> Read:
        """A table as an input to report."""
        return Read(dataset=table(dotted), columns=self.columns(dotted), rows=self.count(dotted))
