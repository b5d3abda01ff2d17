"""Variables of scripts among the names of a query: what an earlier statement put into them reaches whoever reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from headwater.capture.sql.adapter import Expr
from headwater.capture.sql.queries.influences import Influences, Relation, union

if TYPE_CHECKING:
    from headwater.capture.sql.queries.scopes import Scope

_COLUMN_LAST = frozenset({"doris", "mysql", "singlestore", "starrocks"})
"""Dialects in which a variable hides a column of its name."""
_ROW_STATES = frozenset({"@@error", "@@rowcount", "found", "row_count", "sqlcode", "sqlrowcount"})


def held_by_name(scope: Scope, parts: Sequence[str], node: Expr) -> Influences | None:
    """What a bare name holds if it is a variable's, or a field of a row that a variable holds; None where it is a column's."""
    session = scope.session
    if not session.variables and not session.records:
        return None
    first = parts[0].lower()
    record = session.records.get(first)
    value = session.variables.get(first)
    if len(parts) > 1:
        if _is_relation(scope, parts[0]) or (record is None and value is None):
            return None
        if record is None:
            return value
        found = record.find(parts[1])
        return union([found if found is not None else record.shining_through(parts[1]) | record.everything(), value or {}])
    if value is None:
        return None if record is None or _is_known(scope, parts[0]) else record.everything()
    if _is_known(scope, parts[0]):
        return value if session.grammar.name in _COLUMN_LAST else None
    guesses = [relation.shining_through(parts[0]) for relation in _relations(scope) if relation.is_open]
    if guesses and value:
        session.gap("ambiguous-column", parts[0], node)
    return union([value, *guesses])


def held_by_mark(scope: Scope, name: str, node: Expr) -> Influences:
    """What a variable with a mark before its name holds: `@x`, `$x`, `:x`. One that nothing was put into holds nothing of a table's."""
    session = scope.session
    key = name.lower()
    for spelled in (f"@{key}", f"${key}", key):
        if spelled in session.variables:
            return session.variables[spelled]
        if spelled in session.records:
            return session.records[spelled].everything()
    if session.is_script and key in _ROW_STATES:
        session.gap("unsupported-expression", f"variable {key}", node)
    return {}


def _relations(scope: Scope) -> list[Relation]:
    found: list[Relation] = []
    level: Scope | None = scope
    while level is not None:
        found += level.relations
        level = level.parent
    return found


def _is_relation(scope: Scope, name: str) -> bool:
    return any(relation.name.lower() == name.lower() for relation in _relations(scope))


def _is_known(scope: Scope, name: str) -> bool:
    return any(relation.find(name) is not None for relation in _relations(scope))
