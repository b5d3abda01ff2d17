"""Names of tables: dotted, completed by defaults, or the path of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.words.catalogs import schema_of_catalog


class SchemaLookup(Protocol):
    """What the engine asks of a catalog.

    The table's name comes dotted, as the statement's dialect folds it and with the statement's defaults applied; a file's is its path.
    The answer holds **all** columns in the table's order, fields of structs with dots after their parents; None where not all are known.
    """

    def columns(self, table: str) -> Mapping[str, str] | None:
        """Column to type; None for a table whose columns are not (all) known."""


@dataclass(frozen=True, slots=True)
class ViewDefinition:
    """The query behind a view, with what completes the names in it. `columns` are the view's own names, where it gives any."""

    sql: str
    dialect: str | None = None
    columns: tuple[str, ...] = ()
    catalog: str | None = None
    schema: str | None = None


@runtime_checkable
class ViewLookup(Protocol):
    """What a catalog may know beside schemas: which names are views. Asked only where somebody wants to look through them."""

    def view(self, table: str) -> ViewDefinition | None:
        """The definition of a view; None for what is no view, or whose definition is not known."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What completes an unqualified table name. `certain` is false once a statement changed them in a way we do not follow."""

    catalog: str | None = None
    schema: str | None = None
    certain: bool = True


_WITHOUT_CATALOGS = frozenset({"clickhouse", "hive", "mysql", "singlestore"})
"""Dialects in which a database holds tables and nothing holds databases: `database.table` is a name in full."""

_ASSUMED_SCHEMA = {"fabric": "dbo", "snowflake": "PUBLIC", "tsql": "dbo"}
"""What `database..table` leaves out."""


def dotted(table: Expr, defaults: Defaults, dialect: str = "") -> str:
    """A table's name in full: catalog, schema and table as far as known; a file, a temporary and a remote table by its own name alone."""
    path = file_path(table)
    if path is not None:
        return path
    if isinstance(table.this, exp.Parameter):
        return f"@{table.this.name.lower()}"
    if isinstance(table.this, exp.Identifier) and (table.this.args.get("temporary") or table.this.args.get("global_")):
        return ("##" if table.this.args.get("global_") else "#") + str(table.this.name)
    catalog, schema, own = table.text("catalog"), table.text("db"), _own_parts(table, dialect)
    if dialect == "oracle" and _is_remote(table):
        return ".".join(part for part in (catalog, schema, *own) if part)
    if catalog:
        schema = schema or _ASSUMED_SCHEMA.get(dialect, "")
        return ".".join(part for part in (catalog, schema, *own) if part)
    schema = schema or schema_of_catalog(own[-1] if own else "", dialect)
    parts = [schema] if schema else []
    return ".".join([*completed(parts, defaults, dialect), *own])


def completed(parts: Sequence[str], defaults: Defaults, dialect: str) -> list[str]:
    """What stands before a table's name, with what the defaults add to it."""
    if dialect in _WITHOUT_CATALOGS:
        database = defaults.schema or defaults.catalog
        return [*parts] if parts or not database else [database]
    if not parts and defaults.schema:
        parts = [defaults.schema]
    return [defaults.catalog, *parts] if len(parts) == 1 and defaults.catalog else [*parts]


def _is_remote(table: Expr) -> bool:
    """Whether a table lies behind a database link, where our defaults say nothing."""
    parts = (table.this, table.args.get("db"), table.args.get("catalog"))
    return any(isinstance(part, exp.Identifier) and not part.args.get("quoted") and "@" in part.name for part in parts)


def _own_parts(table: Expr, dialect: str) -> list[str]:
    """The name itself; one of more than three parts hangs together by dots."""
    parts: list[str] = []
    node = table.this
    while isinstance(node, exp.Dot):
        parts.append(node.expression.name)
        node = node.this
    if isinstance(node, exp.Identifier):
        parts.append(node.name)
    elif parts and node == "":
        parts.append(_ASSUMED_SCHEMA.get(dialect, ""))
    else:
        parts.append(table.name)
    return [part for part in parts[::-1] if part]


def file_path(table: Expr) -> str | None:
    """The path, where a table name is really a file or a stage; the adapter marks those as literals before names are folded."""
    this = table.this
    if isinstance(this, exp.Literal) or (isinstance(this, exp.Var) and this.name.startswith("@")):
        return str(this.name)
    return None


def start_of(node: Expr) -> int:
    """Where the name of a column or table begins in the text, its last part; negative where it is not written there."""
    name = node.this
    start = name.meta.get("start") if isinstance(name, exp.Identifier) else None
    return start if isinstance(start, int) else -1


def offset_of(node: Expr | None) -> int | None:
    """Where a node begins in the text, told by the first name or call in it; None where it holds none."""
    if node is None:
        return None
    for each in node.walk():
        if isinstance(each, (exp.Identifier, exp.Func)):
            start = each.meta.get("start")
            if isinstance(start, int):
                return start
    return None
