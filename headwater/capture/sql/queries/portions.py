"""What part of a table FROM takes: its state at some time, or a sample of its rows.

What the time or the size of a sample is made of decides over every row, wherever it comes from: a variable, a query, a column.
"""

from __future__ import annotations

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import Influences, Relation, union
from headwater.capture.sql.queries.scopes import Scope
from headwater.model.lineage import Kind

_TIMES = ("version", "when", "changes")
_NAMES = (exp.Identifier, exp.Literal, exp.Var)


def portion_of(scope: Scope, item: Expr, relation: Relation | None = None) -> Influences:
    """What decides which of a relation's rows there are, told of a table, a subquery or a SELECT; only a bucket reads its columns."""
    found = [_read(scope, part, None) for part in (item.args.get(key) for key in _TIMES) if isinstance(part, Expr)]
    sample = item.args.get("sample")
    if isinstance(sample, Expr):
        parts = [each for key, value in sample.args.items() for each in (value if isinstance(value, list) else [value])]
        field = sample.args.get("bucket_field")
        found += [
            _read(scope, each, None) for each in parts if each is not field and isinstance(each, Expr) and not isinstance(each, _NAMES)
        ]
        if isinstance(field, Expr):
            column = exp.Column(this=field.copy()) if isinstance(field, exp.Identifier) else field
            found.append(_read(scope, column, relation))
    return union(found)


def _read(scope: Scope, part: Expr, relation: Relation | None) -> Influences:
    """One expression, which sees nothing of FROM but the relation given, and what stands around the whole query."""
    inner = Scope(scope.session, scope.ctes, scope.parent)
    inner.relations = [] if relation is None else [relation]
    return influences_of(part, inner, Kind.FILTER)
