"""ClickHouse's functions that look a value up by its key: in a dictionary, or in a table kept for joins.

The value comes from the attribute as it is; the key, and which rows the dictionary has, only choose it.
"""

from __future__ import annotations

from collections.abc import Callable

from headwater.capture.redaction.tokens import MARK
from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.influences import NOTHING, Influences, passed_through, rows_of, union
from headwater.capture.sql.session import Session
from headwater.capture.sql.words.clauses import words
from headwater.model.lineage import Kind

_ABOUT_KEYS = words("dictgetchildren dictgetdescendants dictgethierarchy dicthas dictisin")
"""Look at which keys there are, at no attribute."""
_MOST_PARTS = 2


def is_lookup(name: str, dialect: str) -> bool:
    """Whether a function, its name in lower case, looks a value up elsewhere."""
    return dialect == "clickhouse" and (name in _ABOUT_KEYS or name.startswith(("dictget", "joinget")))


def found_by(session: Session, name: str, arguments: list[Expr], value_of: Callable[[Expr], Influences]) -> Influences | None:
    """What reaches a value that is looked up; None where the dictionary or the attribute is computed, or redaction took its name away."""
    table = _table(session, arguments[0] if arguments else None)
    if table is None:
        return None
    if name in _ABOUT_KEYS:
        session.read(table)
        given = union(passed_through(value_of(each), Kind.TRANSFORMATION) for each in arguments[1:])
        return given | rows_of([table], Kind.CONDITIONAL)
    attributes = _attributes(arguments[1] if len(arguments) > 1 else None)
    if not attributes:
        return None
    relation = session.read(table)
    values = union(relation.find(each) or relation.shining_through(each) for each in attributes)
    key = passed_through(union(value_of(each) for each in arguments[2:3]), Kind.JOIN)
    otherwise = union(passed_through(value_of(each), Kind.TRANSFORMATION) for each in arguments[3:]) or NOTHING
    return values | key | otherwise | rows_of([table], Kind.JOIN)


def _table(session: Session, node: Expr | None) -> str | None:
    """The stored name of what a string names."""
    names = _text(node).split(".")
    if len(names) > _MOST_PARTS or not all(names):
        return None
    table = exp.Table(**dict(zip(("this", "db"), (exp.to_identifier(part) for part in names[::-1]), strict=False)))
    return session.name_of(table)


def _attributes(node: Expr | None) -> list[str]:
    """One attribute, or several in brackets; none where not all are literals."""
    listed = node.expressions if isinstance(node, (exp.Tuple, exp.Array)) else [node]
    names = [_text(each) for each in listed]
    return names if all(names) else []


def _text(node: Expr | None) -> str:
    is_literal = isinstance(node, exp.Literal) and node.is_string and MARK not in node.name.lower()
    return node.name if is_literal and node is not None else ""
