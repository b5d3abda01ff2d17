"""One SELECT: the set of each row that it gives, from those of the rows it reads."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.provenance.carried import (
    NO_INPUTS,
    Carried,
    Carrying,
    Ctes,
    Inputs,
    Refused,
    certain,
    column,
    counted_in,
    either,
    gathered,
    merged,
    named,
    one,
    possible,
    weakened,
)
from headwater.capture.sql.provenance.relations import Carry, FromReader, Relations, without_sets
from headwater.capture.sql.provenance.subqueries import Inside, InsideReader, queries_in

_PARTS = frozenset(
    [
        "expressions",
        "from_",
        "joins",
        "laterals",
        "where",
        "group",
        "having",
        "qualify",
        "windows",
        "distinct",
        "order",
        "limit",
        "offset",
        "kind",
        "operation_modifiers",
        "hint",
    ]
)
_CLOCKS = (exp.Localtime, exp.Localtimestamp, exp.CurrentTimestamp, exp.CurrentDate, exp.CurrentTime, exp.CurrentDatetime)
_VOLATILE = (exp.Rand, exp.Randn, exp.Uuid, exp.CurrentUser, *_CLOCKS)
_VOLATILE_NAMES = frozenset(
    {
        *("random", "setseed", "gen_random_uuid", "uuid", "uuidv4", "uuidv7", "now", "today", "nextval", "currval", "get_current_time"),
        *("get_current_timestamp", "current_setting", "getvariable", "getenv", "query", "query_table", "txid_current", "version"),
        "transaction_timestamp",
    }
)


def block(query: Expr, carrying: Carrying, ctes: Ctes, carry: Carry) -> Carried:
    """Rewrite a SELECT.

    Raises:  Refused.
    """
    odd = next((key for key, value in query.args.items() if value and key not in _PARTS), None)
    if odd is not None:
        raise Refused(f"{odd.upper().strip('_')} of SELECT")
    return _Block(query, carrying, ctes, carry).carried()


class _Block:
    """One SELECT being rewritten, in place."""

    def __init__(self, query: Expr, carrying: Carrying, ctes: Ctes, carry: Carry) -> None:
        self._query, self._carrying = query, carrying
        _without_semi_joins(query)
        _check_functions(query)
        self._aggregates = bool(query.args.get("group")) or any(True for _ in self._own(exp.AggFunc, "expressions", "having", "qualify"))
        self._plain_groups = self._only_groups()
        inside = InsideReader(carry, carrying, ctes)
        self._read_inside(inside)
        self._relations: Relations = FromReader(carry, carrying, ctes).read(query)
        self._inside: Inside = inside.found
        if self._inside.laterals:
            self._add_laterals()
        self._inputs: Inputs = self._relations.inputs | self._inside.inputs
        self._adds: Inputs = self._relations.adds | self._inside.adds
        self._doubts: Inputs = self._relations.doubts | self._inside.doubts

    def carried(self) -> Carried:
        """The whole of it."""
        query = self._query
        self._check_values()
        self._hide_sets()
        windows = list(self._windows())
        own = self._groups_set() if self._aggregates else self._rows_set()
        sets = [own]
        if self._counts or windows:
            self._doubts |= self._adds
        if self._counts and not query.args.get("group"):
            self._doubts |= self._inside.inputs
        for window in windows:
            sets.append(weakened(certain(_over(gathered(own.copy()), window))))
            self._carrying.note("other rows of a window")
        distinct, cut = query.args.get("distinct"), bool(query.args.get("limit") or query.args.get("offset"))
        adds = self._inputs if self._counts or windows else self._adds
        if cut or (distinct is not None and distinct.args.get("on")):
            self._doubts |= adds | (self._inputs if query.args.get("offset") else NO_INPUTS)
            adds = self._inputs
            self._carrying.note("rows that LIMIT or DISTINCT ON left out")
        made = named(either([exp.Paren(this=each) for each in sets] + possible(self._doubts)))
        if self._doubts:
            self._carrying.note("rows that could decide by being there or not")
        self._shift_ordinals()
        query.set("expressions", [made, *query.expressions])
        if distinct is not None and not distinct.args.get("on"):
            return Carried(self._distinct(), self._inputs, adds)
        if not cut and distinct is None:
            query.set("order", None)
        return Carried(query, self._inputs, adds)

    @property
    def _counts(self) -> bool:
        """Whether a row's values depend on all rows of its group."""
        return self._aggregates and not self._plain_groups

    def _only_groups(self) -> bool:
        """Whether groups are only told apart: then a group is there as long as any of its rows is."""
        query = self._query
        group = query.args.get("group")
        if group is None or query.args.get("having") or query.args.get("qualify"):
            return False
        if any(group.args.get(key) for key in ("grouping_sets", "cube", "rollup", "totals")):
            return False
        return not any(True for _ in self._own((exp.AggFunc, exp.Anonymous, exp.Window), "expressions"))

    def _own(self, kinds: type[Expr] | tuple[type[Expr], ...], *keys: str) -> Iterator[Expr]:
        """Nodes of some kinds in clauses of this SELECT, outside windows' own functions and queries inside."""
        for key in keys:
            value = self._query.args.get(key)
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, Expr):
                    yield from found_in(each, kinds)

    def _read_inside(self, inside: InsideReader) -> None:
        query = self._query
        for key in ("limit", "offset"):
            clause = query.args.get(key)
            if clause is not None and next(queries_in(clause), None) is not None:
                raise Refused(f"a query in {key.upper()}")
        if query.args.get("where") is not None:
            inside.conditions(query.args["where"])
        for key in ("expressions", "group", "having", "qualify", "distinct", "windows", "order"):
            value = query.args.get(key)
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, Expr):
                    inside.values(each)
        for join in query.args.get("joins") or ():
            if join.args.get("on") is not None:
                inside.values(join.args["on"], in_outer_join=join.text("side").upper() in ("LEFT", "RIGHT", "FULL"))

    def _add_laterals(self) -> None:
        query, laterals = self._query, list(self._inside.laterals)
        if query.args.get("from_") is None:
            query.set("from_", exp.From(this=laterals.pop(0).this))
        query.set("joins", [*(query.args.get("joins") or ()), *laterals])

    def _rows_set(self) -> Expr:
        """The set of one row as FROM and WHERE give it."""
        own = [
            one(column(name), self._carrying.lending) if name in self._relations.numbered else column(name)
            for _, name in self._relations.sets
        ]
        if self._relations.may_miss:
            own = [certain(each) for each in own]
        return either([*own, *(column(name) for name in self._inside.sets)])

    def _groups_set(self) -> Expr:
        """The set of a group: that of all of its rows, of which those that are only numbers are counted in for themselves."""
        if not self._relations.numbered:
            return certain(gathered(self._rows_set()))
        own = [name for _, name in self._relations.sets if name not in self._relations.numbered]
        sets = [gathered(certain(column(name))) for name in [*own, *self._inside.sets]]
        return either(
            [
                certain(each)
                for each in [*sets, *(counted_in(column(name), self._carrying.lending) for name in sorted(self._relations.numbered))]
            ]
        )

    def _check_values(self) -> None:
        """A relation's name used as a value stands for all of its columns, with ours among them."""
        names = self._relations.names()
        for node in _outside_queries(self._query):
            is_bare = isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier) and not node.args.get("table")
            if is_bare and node.name.lower() in names:
                raise Refused("a whole row as a value")
            if isinstance(node, exp.Columns):
                raise Refused("COLUMNS")

    def _hide_sets(self) -> None:
        """Stars stand for what they stood for."""
        every = [name for _, name in self._relations.sets] + self._inside.sets + self._inside.hidden
        for each in self._query.expressions:
            node = each.this if isinstance(each, exp.Alias) else each
            if isinstance(node, exp.Star):
                without_sets(node, every)
            elif isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
                own = [name for relation, name in self._relations.sets if relation.lower() == node.text("table").lower()]
                without_sets(node.this, own)
        for node in _outside_queries(self._query):
            if isinstance(node, exp.Column) and node.args.get("db"):
                node.set("db", None)
                node.set("catalog", None)

    def _windows(self) -> Iterator[Expr]:
        """The parts that windows are made of, each once."""
        defined = {window.name.lower(): window for window in self._query.args.get("windows") or ()}
        seen = set[str]()
        keys = ("expressions", "qualify", *(("order",) if self._query.args.get("limit") else ()))
        for key in keys:
            value = self._query.args.get(key)
            for each in value if isinstance(value, list) else [value]:
                for window in found_in(each, exp.Window) if isinstance(each, Expr) else ():
                    parts = _partition(window, defined)
                    told = ", ".join(part.sql() for part in parts)
                    if told not in seen:
                        seen.add(told)
                        yield exp.Window(this=None, partition_by=[part.copy() for part in parts], over="OVER")

    def _shift_ordinals(self) -> None:
        """Numbers of output columns are one more than they were."""
        group, order, distinct = (self._query.args.get(key) for key in ("group", "order", "distinct"))
        if group is not None:
            group.set("expressions", [_shifted(each) for each in group.expressions])
        if order is not None:
            self._query.set("order", shifted_order(order))
        if distinct is not None and distinct.args.get("on") is not None:
            on = distinct.args["on"]
            on.set("expressions", [_shifted(each) for each in on.expressions])

    def _distinct(self) -> Expr:
        query = self._query
        cuts = {key: query.args.get(key) for key in ("order", "limit", "offset")}
        for key in ("distinct", *cuts):
            query.set(key, None)
        made = merged(query)
        if cuts["limit"] is not None or cuts["offset"] is not None:
            for key, clause in cuts.items():
                if clause is not None:
                    made.set(key, clause)
            for node in made.args["order"].find_all(exp.Column) if cuts["order"] is not None else ():
                node.set("table", None)
        return made


def shifted_order(order: Expr) -> Expr:
    """ORDER BY where one more column stands before the others."""
    for each in order.expressions:
        value = each.this if isinstance(each, exp.Ordered) else each
        if isinstance(value, exp.Var) and value.name.upper() == "ALL":
            raise Refused("ORDER BY ALL")
        if isinstance(each, exp.Ordered):
            each.set("this", _shifted(value))
    return order


def _shifted(node: Expr) -> Expr:
    if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
        return exp.Literal.number(int(node.name) + 1)
    return node


def found_in(node: Expr, kinds: type[Expr] | tuple[type[Expr], ...]) -> Iterator[Expr]:
    """Nodes of some kinds outside queries inside; the function of a window is a part of the window."""
    if isinstance(node, kinds):
        yield node
        if isinstance(node, exp.Window):
            return
    if isinstance(node, (exp.Select, exp.SetOperation, exp.Subquery)):
        return
    if isinstance(node, exp.Window):
        inner = node.this.args.values() if isinstance(node.this, Expr) else ()
        parts = [*inner, *(value for key, value in node.args.items() if key != "this")]
    else:
        parts = list(node.args.values())
    for value in parts:
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, Expr):
                yield from found_in(each, kinds)


def _outside_queries(query: Expr) -> Iterator[Expr]:
    """Every node of a SELECT that is not part of a query inside it."""
    for value in query.args.values():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, Expr) and not isinstance(each, (exp.Select, exp.SetOperation, exp.Subquery, exp.Lateral)):
                yield each
                yield from _outside_queries(each)


def _partition(window: Expr, defined: dict[str, Expr]) -> list[Expr]:
    parts = list(window.args.get("partition_by") or ())
    alias = window.args.get("alias")
    base = defined.get(alias.name.lower()) if alias is not None else None
    return parts or (_partition(base, defined) if base is not None else [])


def _over(aggregate: Expr, window: Expr) -> Expr:
    made = window.copy()
    made.set("this", aggregate)
    return made


def is_repeatable(node: Expr) -> bool:
    """Whether a node is no function that gives something else each time, or that looks at more than its arguments."""
    return not isinstance(node, _VOLATILE) and not (isinstance(node, exp.Anonymous) and node.name.lower() in _VOLATILE_NAMES)


def _check_functions(query: Expr) -> None:
    """Functions that give something else each time cannot be run again."""
    for node in _outside_queries(query):
        if not is_repeatable(node):
            raise Refused("a function that gives something else each time it is run")


def _without_semi_joins(query: Expr) -> None:
    """SEMI and ANTI JOIN are EXISTS and NOT EXISTS."""
    joins = query.args.get("joins") or []
    kept: list[Expr] = []
    for join in joins:
        kind = join.text("kind").upper()
        if kind not in ("SEMI", "ANTI"):
            kept.append(join)
            continue
        if join.args.get("on") is None:
            raise Refused(f"a {kind} JOIN without ON")
        inner = exp.Select(expressions=[exp.Literal.number(1)], from_=exp.From(this=join.this), where=exp.Where(this=join.args["on"]))
        exists: Expr = exp.Exists(this=inner)
        condition = exists if kind == "SEMI" else exp.Not(this=exists)
        where = query.args.get("where")
        query.set("where", exp.Where(this=condition if where is None else exp.And(this=exp.Paren(this=where.this), expression=condition)))
    if len(kept) < len(joins):
        query.set("joins", kept)
