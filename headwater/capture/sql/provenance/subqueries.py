"""Queries inside expressions: what they give to a row's set, and in which inputs a row that they decide over is not monotone.

A query whose value is used anyhow gives all of its rows to the set. EXISTS and IN that must hold give those that make them hold; their
negations give none, since a row is there for want of them, and make the query around them one that losing rows may add to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    named,
    select,
    star_without,
)
from headwater.capture.sql.provenance.relations import Carry

_QUERIES = (exp.Select, exp.SetOperation, exp.Subquery)
_VALUE = "__hw_value_{}"
_EXISTS_PARTS = frozenset({"expressions", "from_", "joins", "where", "kind", "operation_modifiers", "hint"})


@dataclass(slots=True)
class Inside:
    """What the queries inside one SELECT's expressions amount to. `laterals` are relations to add to FROM, each of one row with one set."""

    laterals: list[Expr] = field(default_factory=list)
    sets: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    """Columns of these that are no sets, and that no star means."""
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
        keys = None if negated else _keys_of(node.this)
        if keys is not None and self._joins_groups(node, *keys):
            return
        inner = self._replaced(node.this, is_asked=not negated)
        self._decided(inner, negated=negated)
        if not negated:
            self._add(select(named(certain(gathered(column(SET)))), source=from_query(inner.query.copy())))

    def _in(self, node: Expr, *, negated: bool) -> None:
        own = node.this.expressions if isinstance(node.this, exp.Tuple) else [node.this]
        query = node.args["query"]
        inside = [exp.to_identifier(_VALUE.format(number)) for number in range(len(own))]
        relation = exp.Subquery(this=query.copy(), alias=exp.TableAlias(this=exp.to_identifier("__hw_q"), columns=inside))
        pairs = [(column(name.name), value) for name, value in zip(inside, own, strict=True)]
        if not negated and self._joins_groups(node, select(source=exp.From(this=relation)), pairs):
            return
        inner = self._replaced(query, is_asked=False)
        self._decided(inner, negated=negated)

    def _joins_groups(self, node: Expr, query: Expr, pairs: Sequence[tuple[Expr, Expr]]) -> bool:
        """Join the rows that make a condition hold in place of it, equal ones as one with the union of their sets.

        `pairs` are expressions of the query and those outside that they must equal. That is much quicker than to ask the query beside each
        row; where nobody asks for sets the condition is best left as it is.
        """
        if self._carrying.is_bare:
            return False
        name = self._carrying.fresh()
        values = [f"{name}_value_{number}" for number in range(len(pairs))]
        query.set("expressions", [exp.alias_(own.copy(), value) for (own, _), value in zip(pairs, values, strict=True)])
        query.set("group", exp.Group(expressions=[own.copy() for own, _ in pairs]))
        inner = self._carry(query, self._carrying, self._ctes)
        self.found.inputs |= inner.inputs
        self._decided(inner, negated=False)
        alias = exp.TableAlias(this=exp.to_identifier(f"r{name}"), columns=[exp.to_identifier(each) for each in (name, *values)])
        self.found.laterals.append(exp.Join(this=exp.Lateral(this=exp.Subquery(this=inner.query), alias=alias)))
        self.found.sets.append(name)
        self.found.hidden += values
        equal = [
            exp.EQ(this=column(value), expression=exp.Paren(this=outer.copy())) for (_, outer), value in zip(pairs, values, strict=True)
        ]
        node.replace(exp.Paren(this=exp.and_(*equal)))
        return True

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


def _keys_of(query: Expr) -> tuple[Expr, list[tuple[Expr, Expr]]] | None:
    """A query for EXISTS without its conditions that its own expressions equal others outside, and these; None where there are none."""
    while isinstance(query, exp.Subquery) and query.args.get("alias") is None:
        query = query.this
    where = query.args.get("where")
    if not isinstance(query, exp.Select) or where is None or any(value and key not in _EXISTS_PARTS for key, value in query.args.items()):
        return None
    if query.args.get("from_") is None or any(True for each in query.expressions for _ in each.find_all(exp.AggFunc)):
        return None
    made = query.copy()
    own = {each.alias_or_name.lower() for each in [made.args["from_"].this, *(join.this for join in made.args.get("joins") or ())]}
    pairs: list[tuple[Expr, Expr]] = []
    rest: list[Expr] = []
    for condition in _conjuncts(made.args["where"].this):
        sides = (condition.this, condition.expression) if isinstance(condition, exp.EQ) else ()
        inside = [side for side in sides if _is_all_of(side, own, within=True)]
        outside = [side for side in sides if _is_all_of(side, own, within=False)]
        if len(inside) == len(outside) == 1:
            pairs.append((inside[0], outside[0]))
        else:
            rest.append(condition)
    if not pairs:
        return None
    made.set("where", exp.Where(this=exp.and_(*(exp.Paren(this=each.copy()) for each in rest))) if rest else None)
    return made, pairs


def _is_all_of(node: Expr, names: set[str], *, within: bool) -> bool:
    """Whether every column of an expression is one of these relations, or of others, by its own words; and whether there is any."""
    tables = [each.text("table").lower() for each in node.find_all(exp.Column)]
    plain = not _holds_query(node) and not any(each.args.get("db") for each in node.find_all(exp.Column))
    return plain and bool(tables) and all(table and (table in names) is within for table in tables)


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
