"""Queries made of queries: WITH, set operations, brackets, and ORDER BY with LIMIT around them."""

from __future__ import annotations

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.provenance.blocks import block, shifted_order
from headwater.capture.sql.provenance.carried import (
    NO_INPUTS,
    SET,
    Carried,
    Carrying,
    Cte,
    Ctes,
    Refused,
    from_query,
    merged,
    select,
    widened,
)

_SIDE = "__hw_side"
_CUTS = ("order", "limit", "offset")
_SET_PARTS = frozenset({"this", "expression", "distinct", "by_name", "with_", *_CUTS})
_BRACKET_PARTS = frozenset({"this", "alias", "with_", *_CUTS})


def carry(query: Expr, carrying: Carrying, ctes: Ctes) -> Carried:
    """Rewrite a query so that its first column is each row's set.

    Raises:  Refused: it holds something that batches cannot be carried through.
    """
    with_ = query.args.get("with_")
    if with_ is None:
        return _plain(query, carrying, ctes)
    query.set("with_", None)
    known, written = _tables(with_, carrying, ctes)
    inner = _plain(query, carrying, known)
    outer = inner.query.args.get("with_")
    made = inner.query if outer is None else select(exp.Star(), source=from_query(inner.query))
    made.set("with_", exp.With(expressions=written, recursive=with_.args.get("recursive")))
    return Carried(made, inner.inputs, inner.adds)


def _plain(query: Expr, carrying: Carrying, ctes: Ctes) -> Carried:
    if isinstance(query, exp.Select):
        return block(query, carrying, ctes, carry)
    if isinstance(query, exp.SetOperation):
        _check(query, _SET_PARTS)
        return _cut(query, _set_operation(query, carrying, ctes), carrying)
    if isinstance(query, exp.Subquery):
        _check(query, _BRACKET_PARTS)
        return _cut(query, carry(query.this, carrying, ctes), carrying)
    raise Refused(f"{query.key.upper()} as a query")


def _check(query: Expr, parts: frozenset[str]) -> None:
    odd = next((key for key, value in query.args.items() if value and key not in parts), None)
    if odd is not None:
        raise Refused(f"{odd.upper().strip('_')} of {query.key.upper()}")


def _tables(with_: Expr, carrying: Carrying, ctes: Ctes) -> tuple[Ctes, list[Expr]]:
    """Common table expressions, each seen by those after it."""
    known = dict(ctes)
    written: list[Expr] = []
    for cte in with_.expressions:
        alias = cte.args.get("alias")
        if alias is None or cte.args.get("scalar"):
            raise Refused("a value in WITH")
        name = alias.this.name
        if with_.args.get("recursive") and _names_itself(cte.this, name):
            made = _recursive(cte, name, carrying, known)
            known[name.lower()] = made
            written += _merged_after(cte, made)
            continue
        inner = carry(cte.this, carrying, known)
        _name_columns(cte, inner)
        known[name.lower()] = Cte(name, inner.inputs, inner.adds)
        written.append(cte)
    return known, written


def _name_columns(cte: Expr, inner: Carried) -> None:
    cte.set("this", inner.query)
    columns = cte.args["alias"].args.get("columns")
    if columns:
        cte.args["alias"].set("columns", [exp.to_identifier(SET), *columns])


def _names_itself(query: Expr, name: str) -> bool:
    return any(table.name.lower() == name.lower() and not table.args.get("db") for table in query.find_all(exp.Table))


def _recursive(cte: Expr, name: str, carrying: Carrying, known: Ctes) -> Cte:
    """Rows found from rows: each round adds what its rows rest on. A step that is not monotone is refused."""
    union = cte.this
    if not isinstance(union, exp.Union) or union.args.get("by_name") or any(union.args.get(key) for key in (*_CUTS, "with_")):
        raise Refused("a recursive query other than UNION of a beginning and a step")
    first = carry(union.this, carrying, known)
    step = carry(union.expression, carrying, {**known, name.lower(): Cte(name, NO_INPUTS, NO_INPUTS)})
    if step.adds or any(True for _ in union.expression.find_all(exp.AggFunc, exp.Window)):
        raise Refused("a recursive query that counts, orders or leaves rows out in its step")
    made = exp.Union(this=first.query, expression=step.query, distinct=bool(union.args.get("distinct")))
    inputs = first.inputs | step.inputs
    _name_columns(cte, Carried(made))
    return Cte(f"{name}__hw" if union.args.get("distinct") else name, inputs, first.adds)


def _merged_after(cte: Expr, made: Cte) -> list[Expr]:
    """A recursive expression; where it gives equal rows once, another one after it that gives them once with the union of their sets."""
    name = cte.args["alias"].this
    if made.name == name.name:
        return [cte]
    own = exp.Table(this=name.copy())
    rows = select(exp.Star(), source=exp.From(this=own))
    return [cte, exp.CTE(this=merged(rows), alias=exp.TableAlias(this=exp.to_identifier(made.name, quoted=True)))]


def _set_operation(query: Expr, carrying: Carrying, ctes: Ctes) -> Carried:
    left, right = carry(query.this, carrying, ctes), carry(query.expression, carrying, ctes)
    inputs = left.inputs | right.inputs
    if isinstance(query, exp.Union):
        both = _united(left.query, right.query, by_name=bool(query.args.get("by_name")))
        return Carried(merged(both) if query.args.get("distinct") else both, inputs, left.adds | right.adds)
    if not query.args.get("distinct") or query.args.get("by_name"):
        raise Refused(f"{query.key.upper()} {'BY NAME' if query.args.get('by_name') else 'ALL'}")
    both = _united(_marked(left.query, 1), _marked(right.query, 2))
    sides = exp.Anonymous(this="bit_or", expressions=[exp.column(_SIDE)])
    wanted = 3 if isinstance(query, exp.Intersect) else 1
    kept = merged(both, having=exp.EQ(this=sides, expression=exp.Literal.number(wanted)), drop=[_SIDE])
    if isinstance(query, exp.Intersect):
        return Carried(kept, inputs, left.adds | right.adds)
    carrying.note("rows for want of which others are there (EXCEPT)")
    return Carried(widened(kept, right.adds), inputs, left.adds | right.inputs)


def _united(left: Expr, right: Expr, *, by_name: bool = False) -> Expr:
    made = exp.Union(this=exp.Subquery(this=left), expression=exp.Subquery(this=right), distinct=False, by_name=by_name)
    return select(exp.Star(), source=from_query(made))


def _marked(query: Expr, side: int) -> Expr:
    return select(exp.Star(), exp.alias_(exp.Literal.number(side), _SIDE), source=from_query(query))


def _cut(query: Expr, inner: Carried, carrying: Carrying) -> Carried:
    """ORDER BY and LIMIT around a query."""
    cut = query.args.get("limit"), query.args.get("offset")
    if not any(cut):
        return inner
    doubts = inner.adds | (inner.inputs if cut[1] is not None else NO_INPUTS)
    made = select(exp.Star(), source=from_query(widened(inner.query, doubts)))
    for key in _CUTS:
        if query.args.get(key):
            made.set(key, shifted_order(query.args[key]) if key == "order" else query.args[key])
    carrying.note("rows that LIMIT left out")
    return Carried(made, inner.inputs, inner.inputs)
