"""Lineage of an SQL text from Python, without a home or a server."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TypeVar

from headwater.app.sql.apart import interpreter
from headwater.app.sql.catalog import BadSchema, Catalog, asked, catalog_of, stored_catalog
from headwater.app.sql.lineage import End, SqlEdge, SqlLineage, SqlStatement, dialect_of, shaped
from headwater.capture.sql import SchemaLookup, analyse_script
from headwater.capture.sql.adapter import COMPILED
from headwater.model.errors import UsageError
from headwater.model.lineage import Script, Statement

_HALVES = re.compile("[\ud800-\udfff]")

__all__ = ["End", "SqlEdge", "SqlLineage", "SqlStatement", "sql_lineage"]


def sql_lineage(
    sql: str,
    dialect: str | None = None,
    schema: Mapping[str, Mapping[str, str]] | SchemaLookup | None = None,
    *,
    catalog: str | None = None,
    default_schema: str | None = None,
    apart: bool | None = None,
) -> SqlLineage:
    """What an SQL text reads, writes and lets flow where, column by column.

    `schema` names the columns of tables in their order, or is anything with a method `columns(table)`; `catalog` and `default_schema`
    complete unqualified names. No text makes it raise: one that cannot be read has the status `failed`, with the reason.

    `apart` reads in a process kept for this, because a text can be made so that it brings the compiled parser down, and the process with
    it; then that text is `failed` with `analyser-died`, and the next is read by a new one. Left out, texts are read apart where the
    compiled parser is installed and a Python can be started, and otherwise in the calling process. The lineage is the same.

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

    Raises:  UsageError: `sql` is not a text. BadSchema: `schema` is neither such a mapping nor such an object. NotStarted: there is no
             process to read apart in.
    """
    if not isinstance(sql, str):
        raise UsageError("cannot read SQL: expected text", next_step="pass the statement itself, not a path or a file")
    statement = asked(_written(sql), dialect_of(_written(dialect)), _written(catalog), _written(default_schema))
    lookup = _lookup(schema, statement.dialect)
    is_apart = _is_read_apart() if apart is None else apart
    return shaped(_apart(statement, lookup) if is_apart else _here(statement, lookup), sql)


def _apart(statement: Statement, schemas: SchemaLookup) -> Script:
    from headwater.app.sql.kept import KEPT

    try:
        return KEPT.read_script(statement, schemas)
    except UnicodeEncodeError:
        raise BadSchema("cannot read `schema`: expected names that UTF-8 can write", next_step="look for broken characters in it") from None


def _here(statement: Statement, schemas: SchemaLookup) -> Script:
    """In this process. What a caller's own catalog raises is the caller's to know of, as when it is asked from apart."""
    asked = _Asked(schemas)
    found = analyse_script(statement, asked)
    if asked.fault is not None:
        raise asked.fault
    return found


class _Asked:
    """A catalog whose fault is kept, because the analyser would take it for one of its own."""

    def __init__(self, schemas: SchemaLookup) -> None:
        self._schemas = schemas
        self.fault: Exception | None = None

    def columns(self, table: str) -> Mapping[str, str] | None:
        """As the catalog says."""
        try:
            return self._schemas.columns(table)
        except Exception as error:
            self.fault = self.fault or error
            raise


Text = TypeVar("Text", str, "str | None")


def _written(text: Text) -> Text:
    """The text as UTF-8 can write it: half a surrogate pair stands for no character, and becomes the mark of that, in the same place."""
    if text is None or text.isascii():
        return text
    return _HALVES.sub("\N{REPLACEMENT CHARACTER}", text)


@cache
def _is_read_apart() -> bool:
    """Whether a text could bring this process down, and there is another to read it in."""
    return COMPILED and interpreter() is not None


def _lookup(schema: Mapping[str, Mapping[str, str]] | SchemaLookup | None, dialect: str | None) -> SchemaLookup:
    if schema is None:
        return Catalog({})
    if isinstance(schema, Mapping):
        plain = {table: dict(columns) if isinstance(columns, Mapping) else columns for table, columns in schema.items()}
        return stored_catalog(catalog_of(plain, "`schema`"), dialect)
    if not callable(getattr(schema, "columns", None)):
        return catalog_of(schema, "`schema`")  # which says what it is instead
    return schema
