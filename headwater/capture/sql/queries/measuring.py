"""What a call or a comparison lets through of a value, where it stands: `words.measures` knows the names."""

from __future__ import annotations

from typing import Any

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.calls import WRITTEN
from headwater.capture.sql.session import Session
from headwater.capture.sql.words.measures import COUNT, MEMBER, TEST, TOTAL, measure_of, measure_of_operator
from headwater.model.lineage import Measure

_AROUND = (exp.Filter, exp.IgnoreNulls, exp.Paren, exp.RespectNulls)
_MARKS = (exp.Parameter, exp.Placeholder, exp.SessionParameter)
_TAKING = (
    exp.GetExtract,
    exp.JSONBExtract,
    exp.JSONBExtractScalar,
    exp.JSONExtract,
    exp.JSONExtractArray,
    exp.JSONExtractScalar,
    exp.JSONValue,
    exp.JSONValueArray,
    exp.StructExtract,
)
"""What takes a member out of a document or record, by a path that the text writes out."""


def measure_of_call(node: Expr, session: Session) -> Measure | None:
    """The measure of a function that the parser has a class for, by the name the text calls it."""
    name = node.meta.get(WRITTEN)
    if isinstance(node, _TAKING):
        return MEMBER if name not in session.redefined and _names_member(node.args.get("expression") or node.args.get("path")) else None
    if name:
        return measure_by_name(name, node, session)
    measure = measure_of_operator(type(node))
    return measure if measure is None or measure == TEST else _where_it_stands(node, measure)


def measure_of_key(node: Expr) -> Measure | None:
    """The measure of `value[key]`: a member by its name; by its number it is one of several that are alike."""
    return MEMBER if any(_names_member(each) for each in node.expressions) else None


def _names_member(path: Any) -> bool:
    """Whether a path goes to a member by its name, rather than to the whole or to one by its number."""
    if isinstance(path, exp.JSONPath):
        return any(isinstance(part, exp.JSONPathKey) and isinstance(part.this, str) for part in path.expressions)
    return isinstance(path, exp.Literal) and path.is_string and any(character.isalpha() for character in path.name)


def measure_by_name(name: str, node: Expr, session: Session) -> Measure | None:
    """The measure of a function of this name; none of one that the text defines itself, or that stands in somebody's schema.

    An aggregate over a window may be of one row: a count is a mere test there, a total the value. A total under a condition is none,
    for no size of its group says how many rows are left.
    """
    measure = measure_of(name, session.grammar.name)
    if measure is None or name in session.redefined or isinstance(node.parent, exp.Dot):
        return None
    return measure if measure == TEST else _where_it_stands(node, measure)


def _where_it_stands(node: Expr, measure: Measure) -> Measure | None:
    child, parent, narrowed = node, node.parent, False
    while isinstance(parent, _AROUND):
        narrowed |= isinstance(parent, exp.Filter)
        child, parent = parent, parent.parent
    if isinstance(parent, exp.WithinGroup) or (narrowed and measure == TOTAL):
        return None
    if isinstance(parent, exp.Window) and parent.this is child:
        return TEST if measure == COUNT else None
    return measure


def measure_of_comparison(node: Expr, session: Session) -> Measure | None:
    """A comparison is a test of all that it compares, unless it gives a boolean back, or may be no comparison but name a value."""
    left, right = node.this, node.args.get("expression")
    if isinstance(right, exp.Boolean) or isinstance(left, (exp.Boolean, *_MARKS)):
        return None
    if isinstance(node, exp.EQ) and not session.grammar.name and isinstance(node.parent, exp.Select):
        return None
    return TEST
