"""A small language for tests of the SQL engine: a statement in, its edges as short texts out.

`t.a -> c IDENTITY` reaches an output column, `t.a -> * FILTER` every row; `t.* -> c AGGREGATION` comes from rows as such.
"""

from __future__ import annotations

from collections.abc import Mapping

from headwater.capture.sql import analyse
from headwater.model.lineage import Statement, StatementLineage

SCHEMAS: dict[str, tuple[str, ...]] = {
    "t": ("id", "a", "b"),
    "u": ("id", "x", "y"),
    "w": ("p", "q"),
}


class Catalog:
    """Table names to column names; types do not matter here."""

    def __init__(self, tables: Mapping[str, tuple[str, ...]]) -> None:
        self.tables = tables

    def columns(self, table: str) -> Mapping[str, str] | None:
        """None for tables not given."""
        return dict.fromkeys(self.tables[table], "") if table in self.tables else None


def read(
    sql: str, dialect: str | None = "duckdb", tables: Mapping[str, tuple[str, ...]] | None = None, **defaults: str
) -> StatementLineage:
    """Analyse over the tables t, u and w, or others."""
    return analyse(Statement(sql, dialect, **defaults), Catalog(SCHEMAS if tables is None else tables))


def told(lineage: StatementLineage) -> set[str]:
    """The edges as texts."""
    return {
        f"{edge.source_table}.{edge.source_column or '*'} -> {f'{edge.target_table}.' if edge.target_table else ''}"
        f"{edge.target_column or '*'} {edge.kind.name}{f' {edge.masking}' if edge.masking else ''}"
        for edge in lineage.edges
    }


def edges(sql: str, dialect: str | None = "duckdb", tables: Mapping[str, tuple[str, ...]] | None = None, **defaults: str) -> set[str]:
    """The edges of a statement that must be complete."""
    lineage = read(sql, dialect, tables, **defaults)
    assert lineage.status == "complete", lineage.reasons
    return told(lineage)


def codes(sql: str, dialect: str | None = "duckdb", tables: Mapping[str, tuple[str, ...]] | None = None) -> list[str]:
    """Why a statement is not complete."""
    return [reason.code for reason in read(sql, dialect, tables).reasons]
