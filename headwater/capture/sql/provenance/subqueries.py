"""Queries inside expressions: what they give to a row's set, and in which inputs a row that they decide over is not monotone.

A query whose value is used anyhow gives all of its rows to the set. EXISTS and IN that must hold give those that make them hold; their
negations give none, since a row is there for want of them, and make the query around them one that losing rows may add to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.provenance.carried import (
    NO_INPUTS,
    SET,
    Carried,
    Carrying,
    Ctes,
    Inputs,
    certain,
    column,
    from_query,
    gathered,
    in_brackets,
    named,
    select,
    star_without,
)
from headwater.capture.sql.provenance.relations import Carry

_QUERIES = (exp.Select, exp.SetOperation, exp.Subquery)
_VALUE = "__hw_value_{}"


@dataclass(slots=True)
class Inside:
    """What the queries inside one SELECT's expressions amount to. `laterals` are relations to add to FROM, each of one row with one set."""

    laterals: list[Expr] = field(default_factory=list)
    sets: list[str] = field(default_factory=list)
    inputs: Inputs = NO_INPUTS
    adds: Inputs = NO_INPUTS
    doubts: Inputs = NO_INPUTS


class InsideReader:
    """Reads the queries inside one SELECT's expressions, rewriting them in place."""

    def __init__(self, carry: Carry, carrying: Carrying, ctes: Ctes) -> None:
        self._carry, self._carrying, self._ctes = carry, carrying, ctes
        self.found = Inside()

    def conditions(self, clause: Expr) -> None:
        """The conditions of WHERE, all of which must hold."""
        for condition in list(_conjuncts(clause.this)):
            negated = isinstance(condition, exp.Not)
            inner = _unbracketed(condition.this) if negated else condition
            if isinstance(inner, exp.Exists):
                self._exists(inner, negated=negated)
            elif isinstance(inner, exp.In) and inner.args.get("query") is not None and not _holds_query(inner.this):
                self._in(inner, negated=negated)
            else:
                self.values(condition)

    def values(self, node: Expr, *, in_outer_join: bool = False) -> None:
        """Any expression."""
        for query in list(queries_in(node)):
            is_one_row = _is_one_row(query)
            inner = self._replaced(query)
            self.found.adds |= inner.inputs
            if in_outer_join or not is_one_row:
                self.found.doubts |= inner.inputs if in_outer_join else inner.adds
            if not in_outer_join:
                self._add(select(named(certain(gathered(column(SET)))), source=from_query(inner.query.copy())))

    def _exists(self, node: Expr, *, negated: bool) -> None:
        inner = self._replaced(node.this, is_asked=not negated)
        self._decided(inner, negated=negated)
        if not negated:
            self._add(select(named(certain(gathered(column(SET)))), source=from_query(inner.query.copy())))

    def _in(self, node: Expr, *, negated: bool) -> None:
        inner = self._replaced(node.args["query"], is_asked=not negated)
        self._decided(inner, negated=negated)
        if negated:
            return
        own = node.this.expressions if isinstance(node.this, exp.Tuple) else [node.this]
        values = [_VALUE.format(number) for number in range(len(own))]
        made = select(named(certain(gathered(column(SET)))))
        made.set("from_", exp.From(this=in_brackets(inner.query.copy(), "__hw_q", [SET, *values])))
        equal = [exp.EQ(this=column(name), expression=exp.Paren(this=value.copy())) for name, value in zip(values, own, strict=True)]
        made.set("where", exp.Where(this=exp.and_(*equal)))
        self._add(made)

    def _decided(self, inner: Carried, *, negated: bool) -> None:
        if negated:
            self.found.adds |= inner.inputs
            self.found.doubts |= inner.adds
            self._carrying.note("rows for want of which others are there (NOT EXISTS, NOT IN)")
        else:
            self.found.adds |= inner.adds

    def _replaced(self, query: Expr, *, is_asked: bool = True) -> Carried:
        """Rewrite a query, and leave in its place one that gives its own columns only; `is_asked` where its sets count."""
        holder, key, index = query.parent, query.arg_key, query.index
        with self._carrying.bare():
            bare = self._carry(query.copy(), self._carrying, self._ctes)
        inner = bare if self._carrying.is_bare or not is_asked else self._carry(query.copy(), self._carrying, self._ctes)
        plain: Expr = select(star_without(SET), source=from_query(bare.query))
        if isinstance(query, exp.Subquery):
            plain = exp.Subquery(this=plain)
        assert holder is not None and key is not None
        holder.set(key, plain, index)
        self.found.inputs |= inner.inputs
        return inner

    def _add(self, query: Expr) -> None:
        """Ask a query for its set beside each row, where anybody asks for that."""
        if self._carrying.is_bare:
            return
        name = self._carrying.fresh()
        alias = exp.TableAlias(this=exp.to_identifier(f"r{name}"), columns=[exp.to_identifier(name)])
        self.found.laterals.append(exp.Join(this=exp.Lateral(this=exp.Subquery(this=query), alias=alias)))
        self.found.sets.append(name)


def queries_in(node: Expr) -> Iterator[Expr]:
    """The outermost queries in an expression."""
    if isinstance(node, _QUERIES):
        yield node
        return
    for value in node.args.values():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, Expr):
                yield from queries_in(each)


def _is_one_row(query: Expr) -> bool:
    """Whether a query gives one row whatever it reads, so that none can be added; that row's own set says what it owes to whom."""
    while isinstance(query, exp.Subquery):
        query = query.this
    if not isinstance(query, exp.Select) or any(
        query.args.get(key) for key in ("group", "having", "qualify", "distinct", "limit", "offset")
    ):
        return False
    outputs = [each.this if isinstance(each, exp.Alias) else each for each in query.expressions]
    return any(isinstance(each, exp.AggFunc) for each in outputs)


def _holds_query(node: Expr) -> bool:
    return next(queries_in(node), None) is not None


def _conjuncts(node: Expr) -> Iterator[Expr]:
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.And):
        yield from _conjuncts(node.this)
        yield from _conjuncts(node.expression)
    else:
        yield node


def _unbracketed(node: Expr) -> Expr:
    while isinstance(node, exp.Paren):
        node = node.this
    return node
