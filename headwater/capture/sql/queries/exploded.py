"""What Spark and Hive call the columns of `explode` and its relatives where nobody names them: by the kind of what is taken apart.

A list gives `col`, a map `key` and `value`, `posexplode` a position before these, `inline` the fields of the structs in a list.
"""

from __future__ import annotations

from typing import Any

from headwater.capture.redaction.tokens import MARK
from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import NOTHING, Influences, passed_through, union
from headwater.capture.sql.queries.scopes import Scope
from headwater.model.lineage import Kind

EXPLODING = frozenset({"databricks", "hive", "spark", "spark2"})
"""Dialects in which these are functions among the outputs."""
_LISTS = (
    exp.Array,
    exp.ArrayAgg,
    exp.ArrayDistinct,
    exp.ArrayFilter,
    exp.ArraySlice,
    exp.ArraySort,
    exp.ArraysZip,
    exp.ArrayUniqueAgg,
    exp.Flatten,
    exp.GenerateSeries,
    exp.MapKeys,
    exp.RegexpExtractAll,
    exp.RegexpSplit,
    exp.Split,
    exp.Transform,
)
_MAPS = (exp.Map, exp.MapFromEntries, exp.StrToMap, exp.VarMap)
_MAP_CALLS = frozenset({"map_concat", "map_filter", "map_zip_with", "transform_keys", "transform_values"})
_LIST_CALLS = frozenset(
    {"array_compact", "array_except", "array_intersect", "array_remove", "array_repeat", "array_union", "map_entries", "map_values"}
)

Column = tuple[str, Influences]


def exploded(call: Expr, scope: Scope) -> list[Column] | None:
    """The columns of such a call under their own names; None where nobody can say which they are."""
    taken = call.expressions[0] if isinstance(call, exp.Anonymous) and call.expressions else call.this
    if not isinstance(taken, exp.Expr):
        return None
    if isinstance(call, exp.Inline) or (isinstance(call, exp.Anonymous) and call.name.lower() == "inline_outer"):
        return _fields(taken, scope)
    kind = _kind(taken, scope)
    found = passed_through(influences_of(taken, scope), Kind.TRANSFORMATION)
    if kind == "MAP":
        columns = [("key", found), ("value", found)]
    elif kind == "ARRAY":
        columns = [("val" if is_counting(call) and scope.session.grammar.name == "hive" else "col", found)]
    else:
        return None
    return [("pos", NOTHING), *columns] if is_counting(call) else columns


def stacked(call: Expr, scope: Scope) -> list[Influences] | None:
    """What reaches each column of `stack(n, …)`, whose arguments fill n rows one after the other; None where n is not written out."""
    cells = call.expressions
    rows = int(call.this.name) if isinstance(call.this, exp.Literal) and call.this.name.isdecimal() else 0
    if rows < 1 or rows > len(cells):
        return None
    width = -(-len(cells) // rows)
    return [union([influences_of(cell, scope, Kind.TRANSFORMATION) for cell in cells[at::width]]) for at in range(width)]


def is_counting(call: Any) -> bool:
    """Whether a position comes before the members, which tells of no value."""
    return isinstance(call, (exp.Posexplode, exp.PosexplodeOuter))


def _fields(taken: Expr, scope: Scope) -> list[Column] | None:
    """The fields of the structs in a list, where the schema lists them or a type says them."""
    found = passed_through(influences_of(taken, scope), Kind.TRANSFORMATION)
    if isinstance(taken, exp.Column):
        listed = [(name, passed_through(each, Kind.TRANSFORMATION)) for name, each in scope.fields_under(taken) if "." not in name]
        if listed:
            return listed
    written = _type(taken, scope)
    members = written.expressions[0] if written is not None and written.this is exp.DType.ARRAY and written.expressions else None
    if not isinstance(members, exp.DataType) or members.this is not exp.DType.STRUCT:
        return None
    return [(each.name, found) for each in members.expressions if each.name] or None


def _kind(taken: Expr, scope: Scope) -> str:
    """ARRAY or MAP where an expression is one for certain."""
    if isinstance(taken, exp.Paren):
        return _kind(taken.this, scope)
    name = taken.name.lower() if isinstance(taken, exp.Anonymous) else ""
    if isinstance(taken, _LISTS) or name in _LIST_CALLS:
        return "ARRAY"
    if isinstance(taken, _MAPS) or name in _MAP_CALLS:
        return "MAP"
    written = _type(taken, scope)
    return "" if written is None else {exp.DType.ARRAY: "ARRAY", exp.DType.MAP: "MAP"}.get(written.this, "")


def _type(node: Expr, scope: Scope) -> Any:
    """The type that the schema gives a column, or a call of `from_json` or a cast writes; None where it is not to be had."""
    if isinstance(node, exp.Cast):
        return node.args.get("to")
    text = ""
    if isinstance(node, exp.Column):
        text = scope.type_under(node) or ""
    elif isinstance(node, exp.FromJson) and isinstance(node.expression, exp.Literal):
        text = node.expression.name
    if not text or MARK in text.lower():
        return None
    try:
        return exp.DataType.build(text, dialect=scope.session.grammar.dialect)
    except Exception:  # noqa: BLE001  # because a type is arbitrary text, and one that cannot be read is only not known
        return None
