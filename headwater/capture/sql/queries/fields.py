"""Structs taken apart: which fields an expression has, where the schema or the statement itself lists them, and what reaches each."""

from __future__ import annotations

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import Influences
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.words.functions import SPARKS, TIME_WINDOWS

_LISTS = ("ARRAY", "LIST")


def fields_of(node: Expr, scope: Scope) -> dict[str, Influences] | None:
    """The direct fields of a struct in order; None where they are not known, or it may be no struct."""
    if isinstance(node, (exp.Paren, exp.Alias)):
        return fields_of(node.this, scope)
    if isinstance(node, exp.Struct):
        return _of_literal(node, scope)
    if is_time_window(node, scope):
        moment = influences_of(node, scope)
        return {"start": moment, "end": moment}
    if isinstance(node, exp.Column):
        if is_list(node, scope):
            return None
        return {name: each for name, each in scope.fields_under(node) if "." not in name} or None
    return None


def leaves_of(node: Expr, scope: Scope) -> list[tuple[str, Influences]]:
    """All fields at any depth, by dotted path."""
    if isinstance(node, exp.Struct):
        found = _of_literal(node, scope)
        return list(found.items()) if found is not None else []
    if is_time_window(node, scope):
        return list((fields_of(node, scope) or {}).items())
    return scope.fields_under(node)


def is_time_window(node: Expr, scope: Scope) -> bool:
    """Whether an expression is Spark's window of time, by the call that makes it or by the name that it goes by."""
    if scope.session.grammar.name not in SPARKS or not isinstance(node, (exp.Anonymous, exp.Column)):
        return False
    name = node.name.lower()
    return name in TIME_WINDOWS and (isinstance(node, exp.Anonymous) or (name in scope.named_values and not node.text("table")))


def _of_literal(node: Expr, scope: Scope) -> dict[str, Influences] | None:
    fields: dict[str, Influences] = {}
    for at, each in enumerate(node.expressions):
        if isinstance(each, (exp.PropertyEQ, exp.Alias, exp.Kwarg, exp.EQ)):
            name = each.alias if isinstance(each, exp.Alias) else each.this.name
            value = each.this if isinstance(each, exp.Alias) else each.args["expression"]
        else:
            name, value = each.output_name or f"_{at}", each
        if not name or name in fields:
            return None
        fields[name] = influences_of(value, scope)
    return fields


def is_list(node: Expr, scope: Scope) -> bool:
    """Whether an expression is certainly no struct: a list, a call that gives one, or a column whose schema lists no fields below it."""
    if isinstance(node, exp.Paren):
        return is_list(node.this, scope)
    if isinstance(node, exp.Column):
        kind = scope.type_under(node)
        if kind is None:
            return False
        written = kind.upper().strip()
        return written.endswith("]") or written.startswith(_LISTS) or (not _may_be_struct(written) and not scope.fields_under(node))
    return isinstance(node, (exp.Array, exp.List, exp.GenerateSeries, exp.Split, exp.ArrayAgg, exp.RegexpExtractAll)) or (
        isinstance(node, exp.Anonymous) and node.name.lower().startswith(("list_", "array_", "string_to_array"))
    )


def _may_be_struct(kind: str) -> bool:
    return kind.startswith(("STRUCT", "ROW", "RECORD", "MAP", "JSON", "VARIANT", "OBJECT", "UNION", "UNKNOWN"))
