"""Tables and their columns as a file or a caller names them: checked once, then looked up by the names that statements use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.model.errors import UsageError
from headwater.model.lineage import Statement

Tables = Mapping[str, Mapping[str, str]]
"""Columns with their types by table, in the table's order; fields of structs with dots after their parents."""

_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (str, "text"),
    (int, "a number"),
    (float, "a number"),
    (dict, "an object"),
    (list, "a list"),
)


class BadSchema(UsageError):
    """What should name the columns of tables does not."""

    code = "SCHEMA-INVALID"


class Catalog:
    """What is known of tables: nothing is guessed, so a name that could mean two tables means none.

    A table is found by its whole name, else by the longest agreement of trailing parts, case aside: `orders` in the catalog stands for
    `shop.orders` in a statement, and `shop.orders` for `orders`, unless another table has as good a claim.
    """

    __slots__ = ("_by_last", "_tables")

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._by_last: dict[str, list[tuple[tuple[str, ...], str]]] | None = None

    @property
    def tables(self) -> Tables:
        """All that is known."""
        return self._tables

    def columns(self, table: str) -> Mapping[str, str] | None:
        """Column to type; None for a table that is not known."""
        found = self._tables.get(table)
        if found is not None or not self._tables:
            return found
        name = self._nearest(_parts(table))
        return None if name is None else self._tables[name]

    def _nearest(self, wanted: tuple[str, ...]) -> str | None:
        """The one name that agrees best; None where there is none, or where two agree as well."""
        ranked = sorted(
            ((_agreement(wanted, parts), name) for parts, name in self._index().get(wanted[-1], ())),
            key=lambda item: item[0],
            reverse=True,
        )
        if not ranked or ranked[0][0] == _NONE or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
            return None
        return ranked[0][1]

    def _index(self) -> dict[str, list[tuple[tuple[str, ...], str]]]:
        """Names by their last part; made when a name is first not found as it stands."""
        if self._by_last is None:
            self._by_last = {}
            for name in self._tables:
                parts = _parts(name)
                self._by_last.setdefault(parts[-1], []).append((parts, name))
        return self._by_last


_UPPER = frozenset({"exasol", "oracle", "snowflake"})
"""Dialects that store a name in capitals unless it stands in quotes."""


def stored_name(name: str | None, dialect: str | None) -> str | None:
    """A name of a schema or catalog as its dialect stores it; one in double quotes keeps its case."""
    if name is None or dialect not in _UPPER:
        return name
    return name[1:-1] if len(name) > 2 and name[0] == name[-1] == '"' else name.upper()


def asked(sql: str, dialect: str | None, catalog: str | None, schema: str | None) -> Statement:
    """A statement to read, with the names that complete it as its dialect stores them."""
    return Statement(sql, dialect, stored_name(catalog, dialect), stored_name(schema, dialect))


def stored_catalog(catalog: Catalog, dialect: str | None) -> Catalog:
    """The same catalog with names as the dialect stores them: a table written without any capital was written as statements are."""
    if dialect not in _UPPER or not any(map(_is_plain, catalog.tables.items())):
        return catalog
    return Catalog(
        {
            (table.upper() if is_plain else table): {(name.upper() if is_plain else name): kind for name, kind in columns.items()}
            for table, columns in catalog.tables.items()
            for is_plain in [_is_plain((table, columns))]
        }
    )


def _is_plain(item: tuple[str, Mapping[str, str]]) -> bool:
    table, columns = item
    return '"' not in table and "/" not in table and all(name == name.lower() for name in (table, *columns))


def catalog_of(value: object, what: str) -> Catalog:
    """A catalog from decoded JSON; `what` names it in the error.

    Raises:  BadSchema: not an object of tables, each an object of columns with their types, null for one that is not known.
    """
    tables = _object(value, what, "an object of tables", "")
    for table, columns in tables.items():
        for column, kind in _object(columns, what, "an object of columns", f" for table `{table}`").items():
            if kind is not None and not isinstance(kind, str):
                raise _bad(what, "a type as text", f" for column `{table}.{column}`", kind, nested=isinstance(kind, dict))
    return Catalog({table: {column: kind or "" for column, kind in columns.items()} for table, columns in tables.items()})


def _object(value: object, what: str, expected: str, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _bad(what, expected, where, value)
    return value


def _bad(what: str, expected: str, where: str, got: object, *, nested: bool = False) -> BadSchema:
    kind = next((words for known, words in _KINDS if isinstance(got, known)), "nothing")
    dots = "write the fields of a struct as columns of their own, with dots: `address`, `address.zip`"
    return BadSchema(
        f"cannot read {what}: expected {expected}{where}, got {kind}",
        next_step=dots if nested else 'write it as {"table": {"column": "type"}}',
    )


_NONE = (0, 0)


def _parts(name: str) -> tuple[str, ...]:
    """Dotted parts without quotes, folded; a path stays whole."""
    if "/" in name:
        return (name.rstrip("/"),)
    return tuple(part.strip('"`[]').casefold() for part in name.split("."))


def _agreement(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[int, int]:
    """How many trailing parts agree, and how alike the lengths are; `_NONE` unless the shorter name agrees whole."""
    shared = min(len(one), len(other))
    return (shared, -abs(len(one) - len(other))) if one[-shared:] == other[-shared:] else _NONE
