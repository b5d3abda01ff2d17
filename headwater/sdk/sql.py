"""Lineage of an SQL text from Python, without a home or a server."""

from __future__ import annotations

from collections.abc import Mapping

from headwater.app.sql.catalog import Catalog, catalog_of
from headwater.app.sql.lineage import End, SqlEdge, SqlLineage, SqlStatement, dialect_of, shaped
from headwater.capture.sql import SchemaLookup, analyse_script
from headwater.model.errors import UsageError
from headwater.model.lineage import Statement

__all__ = ["End", "SqlEdge", "SqlLineage", "SqlStatement", "sql_lineage"]


def sql_lineage(
    sql: str,
    dialect: str | None = None,
    schema: Mapping[str, Mapping[str, str]] | SchemaLookup | None = None,
    *,
    catalog: str | None = None,
    default_schema: str | None = None,
) -> SqlLineage:
    """What an SQL text reads, writes and lets flow where, column by column.

    `schema` names the columns of tables in their order, or is anything with a method `columns(table)`; `catalog` and `default_schema`
    complete unqualified names. No text makes it raise: one that cannot be read has the status `failed`, with the reason.
    The text is read in this process; give those of strangers to `headwater sql --batch`, which reads them in one of its own.

    >>> import headwater
    >>> found = headwater.sql_lineage(
    ...     "create table mailing as select md5(email) as contact from people where not opted_out",
    ...     dialect="duckdb",
    ...     schema={"people": {"email": "VARCHAR", "opted_out": "BOOLEAN"}},
    ... )
    >>> found.status, found.sources, found.targets
    ('complete', ('people',), ('mailing',))
    >>> for edge in found.edges:
    ...     print(edge.source.column, "->", edge.target.column, edge.subtype, edge.masked_by, (edge.line, edge.column))
    opted_out -> None FILTER None (1, 76)
    email -> contact TRANSFORMATION md5 (1, 36)

    Raises:  UsageError: `sql` is not a text. BadSchema: `schema` is a mapping of another form.
    """
    if not isinstance(sql, str):
        raise UsageError("cannot read SQL: expected text", next_step="pass the statement itself, not a path or a file")
    statement = Statement(sql, dialect_of(dialect), catalog, default_schema)
    return shaped(analyse_script(statement, _lookup(schema)), sql)


def _lookup(schema: Mapping[str, Mapping[str, str]] | SchemaLookup | None) -> SchemaLookup:
    if schema is None:
        return Catalog({})
    if isinstance(schema, Mapping):
        return catalog_of(
            {table: dict(columns) if isinstance(columns, Mapping) else columns for table, columns in schema.items()}, "`schema`"
        )
    return schema
