"""`SET column = value`: by name, in brackets by position, into fields and elements; and which table a column is of."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import Influences, Relation, passed_through, union
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.writes.written import Written, spelled
from headwater.model.lineage import Kind

Assigned = list[tuple[str, str]]
"""Tables and their columns that were assigned."""


def assign(written: Written, target: str, assignments: Sequence[Expr], scope: Scope, *, prefer: Relation | None = None) -> Assigned:
    """Read `column = value` pairs; gives what was assigned. An unqualified name in a value means the preferred relation's column first."""
    done: Assigned = []
    for each in assignments:
        if not isinstance(each, exp.Binary):
            written.session.gap("unsupported-clause", "set", each)
            continue
        left, value = each.this, each.args["expression"]
        if isinstance(left, (exp.Tuple, exp.Paren)):
            columns = left.expressions if isinstance(left, exp.Tuple) else [left.this]
            _several(written, target, columns, value, scope, done)
            continue
        found = _value(value, scope, prefer)
        if not isinstance(each, (exp.EQ, exp.PropertyEQ)):
            found = passed_through(union([influences_of(left, scope), found]), Kind.TRANSFORMATION)
        _one(written, target, left, found, scope, done)
    return done


def _value(value: Expr, scope: Scope, prefer: Relation | None) -> Influences:
    if prefer is not None and isinstance(value, exp.Column) and not value.text("table"):
        return prefer.find(value.name) or prefer.shining_through(value.name)
    if isinstance(value, exp.Column) and not value.text("table") and value.name.upper() == "DEFAULT" and not value.this.args.get("quoted"):
        return {}
    return influences_of(value, scope)


def _several(written: Written, target: str, columns: Sequence[Expr], value: Expr, scope: Scope, done: Assigned) -> None:
    """`(a, b) = (SELECT …)`, `(a, b) = (1, 2)`, `(a, b) = ROW(…)`."""
    session = written.session
    rows: Influences = {}
    if isinstance(value, exp.Subquery) and not isinstance(value.this, exp.Table):
        relation = scope.subquery(value)
        found = [each for _, each in relation.top_level()]
        rows = relation.rows
        if relation.is_open:
            session.gap(relation.open_code, relation.open_name, value)
            found = [relation.everything()] * len(columns)
    elif isinstance(value, (exp.Tuple, exp.Anonymous, exp.Paren)):
        listed = [value.this] if isinstance(value, exp.Paren) else value.expressions
        found = [_value(each, scope, None) for each in listed]
    else:
        session.gap("unsupported-clause", "set", value)
        return
    if len(found) != len(columns):
        session.gap("column-count-mismatch", target, value)
        found = [union(found)] * len(columns)
    for column, each in zip(columns, found, strict=True):
        _one(written, target, column, union([each, rows]), scope, done)


def _one(written: Written, target: str, left: Expr, found: Influences, scope: Scope, done: Assigned) -> None:
    inner = left
    while isinstance(inner, (exp.Bracket, exp.Dot, exp.Paren)):
        inner = inner.this
    if not isinstance(inner, exp.Column):
        written.session.gap("unsupported-clause", "set", left)
        return
    table, path = _place(written, target, inner, scope)
    known = written.session.columns(table) or ()
    name = spelled(".".join(path), known)
    if inner is not left:
        found = passed_through(found, Kind.TRANSFORMATION)
    if name is None:
        name = spelled(path[0], known) or path[0]
        found = passed_through(found, Kind.TRANSFORMATION) if len(path) > 1 else found
    written.column(table, name, found)
    done.append((table, name))


def _place(written: Written, target: str, column: Expr, scope: Scope) -> tuple[str, list[str]]:
    """The stored table that a column is of, and its name, with fields after it."""
    parts = [part for part in (column.text("catalog"), column.text("db"), column.text("table"), column.name) if part]
    stored = [relation for relation in scope.relations if relation.table is not None]
    for length in range(len(parts) - 1, 0, -1):
        for relation in stored:
            table = relation.table or ""
            if relation.name == parts[length - 1] and (length == 1 or f".{table}".endswith("." + ".".join(parts[:length]))):
                return table, parts[length:]
    if len(stored) > 1 and len(parts) == 1 and written.session.grammar.name in _ANY_TABLE:
        holders = [relation.table or "" for relation in stored if relation.find(parts[0]) is not None]
        if len(holders) == 1 and not any(relation.is_open for relation in stored):
            return holders[0], parts
        if holders != [target] or any(relation.is_open for relation in stored):
            written.session.gap("ambiguous-column", parts[0], column)
    return target, parts


_ANY_TABLE = frozenset({"", "doris", "mysql", "singlestore", "starrocks"})
"""Dialects in which one UPDATE may change several tables."""
