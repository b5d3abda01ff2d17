"""Scalar expressions: what reaches the value, and how.

One walk with an explicit stack, so that long chains cost no recursion; only subqueries recurse, through `queries`.
Each kind of node says under which use its parts are read; anything without a rule of its own passes its parts on as TRANSFORMATION.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from headwater.capture.sql import functions
from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.influences import LAST_DIRECT, Influence, Relation, passed_through, rows_of
from headwater.capture.sql.masking import TYPED, masking_name, stronger
from headwater.capture.sql.scopes import Scope, is_star
from headwater.model.lineage import Kind

IDENTITY, TRANSFORMATION, AGGREGATION = int(Kind.IDENTITY), int(Kind.TRANSFORMATION), int(Kind.AGGREGATION)
SORT, WINDOW, CONDITIONAL, FILTER, JOIN = int(Kind.SORT), int(Kind.WINDOW), int(Kind.CONDITIONAL), int(Kind.FILTER), int(Kind.JOIN)

Part = tuple[Any, int, str | None]
"""A node still to be read, the use made of it, and the masking function around it."""


class Reading:
    """The state of one walk: what is still to be read and what was found."""

    __slots__ = ("found", "scope", "stack")

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.stack: list[Part] = []
        self.found: set[Influence] = set()

    def run(self, node: Expr, kind: int) -> set[Influence]:
        """Read one expression to the end."""
        self.stack.append((node, kind, None))
        stack = self.stack
        steps = self.scope.session.steps
        while stack:
            part, use, masking = stack.pop()
            steps.spend(1)
            rule = _RULES.get(type(part))
            if rule is None:
                rule = _RULES[type(part)] = _rule_for(type(part))
            rule(self, part, use, masking)
        return self.found

    def push(self, node: Any, use: int, masking: str | None) -> None:
        """Read a part later: an expression, a list of them, or nothing."""
        if isinstance(node, Expr):
            self.stack.append((node, use, masking))
        elif isinstance(node, list):
            for each in node:
                self.push(each, use, masking)

    def push_parts(self, node: Expr, use: int, masking: str | None, skip: Iterable[str] = ()) -> None:
        """Read all parts of a node under one use."""
        for key, value in node.args.items():
            if value is not None and value is not False and key not in skip:
                self.push(value, use, masking)


def influences_of(node: Expr, scope: Scope, kind: int = IDENTITY) -> frozenset[Influence]:
    """What reaches the value of an expression, used in this way."""
    if type(node) is exp.Column and type(node.this) is exp.Identifier and not scope.bound:
        scope.session.steps.spend(1)
        return passed_through(scope.resolve(node), kind)
    return frozenset(Reading(scope).run(node, kind))


def _deeper(use: int, kind: int) -> int:
    """The use of a part: an indirect use stays what it is; of two direct ones the greater wins; an indirect part of a value is indirect."""
    if use > LAST_DIRECT or kind > LAST_DIRECT:
        return use if use > LAST_DIRECT else kind
    return max(use, kind)


def _nothing(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    """Literals, names, types."""


def _same(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    reading.push(node.this, use, masking)


def _column(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    if isinstance(node.this, exp.Star):
        _star_row(reading, node, use, masking)
        return
    if isinstance(node.this, exp.Parameter) and node.this.name.isdigit():
        reading.found.update(passed_through(reading.scope.by_number(int(node.this.name), node.text("table"), node), use, masking))
        return
    bound = reading.scope.bound
    if bound and (node.text("db") or node.text("table") or node.name) in bound:
        return
    reading.found.update(passed_through(reading.scope.resolve(node), use, masking))


def _by_number_or_variable(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    """`$1` and `#1` are columns by position where there is a FROM; a variable of a script may hold what an earlier statement put there."""
    scope = reading.scope
    name = node.name
    is_number = name.isdigit() and (isinstance(node, exp.PositionalColumn) or scope.session.grammar.name == "snowflake")
    if is_number and scope.relations:
        reading.found.update(passed_through(scope.by_number(int(name), "", node), use, masking))
    elif not name.isdigit() and (scope.session.is_script or isinstance(node.parent, exp.PropertyEQ)):
        scope.session.gap("unsupported-expression", f"variable {name}", node)


def _in(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    """IN with a bare name after it means a table in some dialects, a list in others."""
    if node.args.get("field") is not None:
        reading.scope.session.gap("unsupported-expression", "in a name", node)
    _transformed(reading, node, use, masking)


def _star_row(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    """`t.*` inside an expression: the whole row."""
    relation = reading.scope.whole(node.text("table"), node)
    if relation is not None:
        _use_row(reading, relation, node, use, masking)


def _star(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    for relation in reading.scope.relations:
        _use_row(reading, relation, node, use, masking)


def _use_row(reading: Reading, relation: Relation, node: Expr, use: int, masking: str | None) -> None:
    if relation.open_tables:
        reading.scope.session.gap("star-without-schema", relation.open_name, node)
    reading.found.update(passed_through(relation.everything(), _deeper(use, TRANSFORMATION), masking))


def _transformed(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    reading.push_parts(node, _deeper(use, TRANSFORMATION), masking)


def _cast(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    reading.push(node.this, _deeper(use, TRANSFORMATION), masking)


def _value_only(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    """`name := value`: the name is none of a column's, unless it is a variable's."""
    if isinstance(node.this, exp.Parameter):
        reading.push(node.this, use, masking)
    reading.push(node.args.get("expression"), _deeper(use, TRANSFORMATION), masking)


def _case(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    reading.push(node.this, _deeper(use, CONDITIONAL), masking)
    reading.push(node.args.get("ifs"), use, masking)
    reading.push(node.args.get("default"), _deeper(use, TRANSFORMATION), masking)


def _if(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    reading.push(node.this, _deeper(use, CONDITIONAL), masking)
    reading.push(node.args.get("true"), _deeper(use, TRANSFORMATION), masking)
    reading.push(node.args.get("false"), _deeper(use, TRANSFORMATION), masking)


def _function(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    name = TYPED.get(type(node).__name__)
    if isinstance(node, exp.SHA2) and node.text("length").isdigit():
        name = f"sha{node.text('length')}"
    reading.push_parts(node, _deeper(use, TRANSFORMATION), stronger(name, masking))


def _named_function(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    """A function the parser has no class for: known by name, a masking function, or a gap."""
    name = str(node.this if isinstance(node.this, str) else node.name).lower()
    hides = masking_name(name)
    if hides is None and not functions.is_known(name):
        reading.scope.session.gap("unknown-function", name, node)
    if functions.is_set_returning(name):
        _multiplies(reading, node, use, masking)
    elif functions.is_aggregate(name):
        _aggregate_parts(reading, node, _deeper(use, AGGREGATION), masking)
    else:
        reading.push(node.args.get("expressions"), _deeper(use, TRANSFORMATION), stronger(hides, masking))


def _dotted(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    """`schema.function(…)` or `(expression).field`."""
    call = node.args.get("expression")
    if isinstance(call, exp.Anonymous) and isinstance(node.this, exp.Identifier):
        reading.push(call, use, masking)
    else:
        reading.push_parts(node, _deeper(use, TRANSFORMATION), masking)


def _aggregate(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    _aggregate_parts(reading, node, _deeper(use, AGGREGATION), masking)


def _aggregate_parts(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    """Arguments of an aggregate; where no column is among them, it counts rows."""
    if not any(isinstance(each, (exp.Column, exp.Query)) for each in node.walk()):
        reading.found.update(rows_of(reading.scope.presence(), use))
        return
    for key, value in node.args.items():
        for each in value if isinstance(value, list) else [value]:
            if is_star(each):
                reading.found.update(rows_of(reading.scope.presence(), use))
            elif key != "this" or not isinstance(each, str):
                reading.push(each, use, masking)


def _lambda(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    """A function written in place: its parameters are no columns, whatever their case."""
    _with_bound(reading, {each.name for each in node.expressions}, [(node.this, _deeper(use, TRANSFORMATION), masking)])


def _comprehension(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    """`[value FOR name IN list IF condition]`: the name stands for the list's members."""
    reading.push(node.args.get("iterator"), _deeper(use, TRANSFORMATION), masking)
    parts = [(node.this, _deeper(use, TRANSFORMATION), masking), (node.args.get("condition"), _deeper(use, CONDITIONAL), masking)]
    names = {node.text(key) for key in ("expression", "position")} - {""}
    _with_bound(reading, names, [part for part in parts if part[0] is not None])


def _with_bound(reading: Reading, names: set[str], parts: list[Part]) -> None:
    scope = reading.scope
    before, scope.bound = scope.bound, scope.bound | names
    inner = Reading(scope)
    inner.stack += parts
    reading.found |= inner.run(exp.Null(), IDENTITY)
    scope.bound = before


def _rank(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    """Window functions that hand a row's value on, or number rows."""
    reading.push_parts(node, _deeper(use, TRANSFORMATION), masking)


def _order(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    """ORDER BY inside an aggregate: the value, then what sorts it."""
    reading.push(node.this, use, masking)
    reading.push(node.args.get("expressions"), _deeper(use, SORT), masking)


def _within_group(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    """`f(…) WITHIN GROUP (ORDER BY x)`: of percentiles and modes, x is the value itself."""
    if isinstance(node.this, exp.AggFunc):
        reading.push_parts(node.this, _deeper(use, AGGREGATION), masking)
    else:
        reading.push(node.this, use, masking)
    order = node.args.get("expression")
    is_value = not isinstance(node.this, exp.GroupConcat)
    ordered = order.expressions if isinstance(order, Expr) else []
    reading.push(ordered, _deeper(use, AGGREGATION if is_value else SORT), masking)


def _filtered(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    reading.push(node.this, use, masking)
    reading.push(node.args.get("expression"), _deeper(use, CONDITIONAL), masking)


def _window(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    """What the function takes, then the frame; `over w` takes the frame of the window named w."""
    scope = reading.scope
    before = len(reading.stack)
    reading.push(node.this, use, masking)
    _frame(reading, node, _deeper(use, WINDOW), masking)
    parts = [part for part, _, _ in reading.stack[before:]]
    numbers_rows = not isinstance(node.this, exp.AggFunc) or isinstance(node.this, _RANKS)
    if numbers_rows and not any(isinstance(each, (exp.Column, exp.Query)) for part in parts for each in part.walk()):
        reading.found.update(rows_of(scope.presence(), _deeper(use, WINDOW)))


def _frame(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    scope = reading.scope
    for key in ("partition_by", "order", "spec"):
        reading.push(node.args.get(key), use, masking)
    alias = node.args.get("alias")
    seen: set[str] = set()
    while isinstance(alias, exp.Identifier) and alias.name not in seen:
        seen.add(alias.name)
        named = scope.windows.get(alias.name)
        if named is None:
            scope.session.gap("unsupported-expression", f"window {alias.name}", node)
            return
        for key in ("partition_by", "order", "spec"):
            reading.push(named.args.get(key), use, masking)
        alias = named.args.get("alias")


def _subquery(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    """A query that stands for a value: its columns are used in this way, its filters and joins steer the value."""
    relation = reading.scope.subquery(node)
    if relation.open_tables:
        reading.scope.session.gap("star-without-schema", relation.open_tables[0], node)
    reading.found.update(passed_through(relation.everything(), use, masking))
    _steered(reading, relation, use)


def _exists(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    """EXISTS looks at rows only."""
    query = node.this
    if not isinstance(query, exp.Query):
        _transformed(reading, node, use, masking)  # the array function of this name
        return
    relation = reading.scope.subquery(query)
    reading.found.update(rows_of(relation.presence, use if use > LAST_DIRECT else CONDITIONAL))
    _steered(reading, relation, use)


def _steered(reading: Reading, relation: Relation, use: int) -> None:
    reading.found.update(passed_through(relation.rows, use) if use > LAST_DIRECT else relation.rows)


def _multiplies(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    """Functions that make several rows of one: what they take also decides how many rows there are."""
    inner = Reading(reading.scope)
    inner.push_parts(node, TRANSFORMATION, None, skip=("alias",))
    found = frozenset(inner.run(exp.Null(), TRANSFORMATION))
    reading.found.update(passed_through(found, _deeper(use, TRANSFORMATION), masking))
    reading.scope.rows.update(passed_through(found, JOIN))


def _unsupported(reading: Reading, node: Expr, use: int, masking: str | None) -> None:
    reading.scope.session.gap("unsupported-expression", type(node).__name__.lower(), node)
    for table in node.find_all(exp.Table):
        reading.scope.session.read(reading.scope.session.name_of(table))


_RANKS = (
    exp.FirstValue,
    exp.LastValue,
    exp.NthValue,
    exp.Lag,
    exp.Lead,
    exp.Rank,
    exp.DenseRank,
    exp.PercentRank,
    exp.CumeDist,
    exp.Ntile,
    exp.RowNumber,
)

Rule = Callable[[Reading, Expr, int, str | None], None]

_RULES: dict[type, Rule] = {}

_FIRST_MATCH: tuple[tuple[tuple[type, ...], Rule], ...] = (
    ((exp.Column,), _column),
    ((exp.Literal, exp.Identifier, exp.DataType, exp.Var, exp.Null, exp.Boolean, exp.Placeholder, exp.JSONPath), _nothing),
    ((exp.TableAlias,), _nothing),
    ((exp.Parameter, exp.SessionParameter, exp.PositionalColumn), _by_number_or_variable),
    ((exp.In,), _in),
    ((exp.Columns, exp.Table, exp.Pivot, exp.Insert, exp.Update, exp.Delete, exp.Command), _unsupported),
    ((exp.Exists,), _exists),
    ((exp.Query,), _subquery),
    ((exp.Star,), _star),
    ((exp.Paren, exp.Alias, exp.Aliases, exp.Ordered, exp.Where, exp.IgnoreNulls, exp.RespectNulls), _same),
    ((exp.Cast,), _cast),
    ((exp.Lambda,), _lambda),
    ((exp.Comprehension,), _comprehension),
    ((exp.Case,), _case),
    ((exp.If,), _if),
    ((exp.Window,), _window),
    ((exp.WithinGroup,), _within_group),
    ((exp.Filter, exp.HavingMax), _filtered),
    ((exp.Order,), _order),
    ((exp.PropertyEQ, exp.Kwarg), _value_only),
    ((exp.Dot,), _dotted),
    (_RANKS, _rank),
    ((exp.Anonymous, exp.AnonymousAggFunc), _named_function),
    ((exp.AggFunc,), _aggregate),
    ((exp.UDTF, exp.Explode, exp.Unnest, exp.GenerateSeries), _multiplies),
    ((exp.Func,), _function),
)


def _rule_for(kind: type) -> Rule:
    for kinds, rule in _FIRST_MATCH:
        if issubclass(kind, kinds):
            return rule
    return _transformed
