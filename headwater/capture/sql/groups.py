"""How large are the groups of an aggregation? Rewrites a statement so that, run again, it gives the size of its smallest group.

A group is as large as the rows of the one relation that its SELECT reads; or, where a column is named that tells persons apart, as the
persons in it. Without such a column a join is refused, because it may count one row many times over, and so is whatever else could.
Of what is totalled only those count that add something to the total: where one value stands among empty ones and zeros, the total is it.
Totals of groups within the query are refused, as the outer groups say nothing of how many values these mix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from headwater.capture.sql.adapter import Expr, deep_recursion, exp
from headwater.capture.sql.calls import WRITTEN
from headwater.capture.sql.provenance.blocks import found_in, is_repeatable
from headwater.capture.sql.provenance.carried import Refused, column, from_query, input_name, select
from headwater.capture.sql.provenance.statements import Filling, read_filling
from headwater.capture.sql.words.functions import is_aggregate, is_set_returning
from headwater.capture.sql.words.measures import TOTAL, measure_of
from headwater.model.errors import UsageError
from headwater.model.lineage import Statement

_SIZE = "__hw_size"
_MULTIPLYING = ("joins", "laterals", "group", "distinct", "having", "qualify", "match")
_ONE_RELATION = "rows of one table that nothing counts twice, or a column that tells persons apart"


class NotCounted(UsageError):
    """The groups of a statement cannot be counted; `what` says why in the words of SQL."""

    code: ClassVar[str] = "GROUPS-NOT-COUNTED"

    def __init__(self, expected: str, what: str) -> None:
        super().__init__(
            f"cannot count the groups of a statement: expected {expected}, got {what}", next_step="headwater label measure --help"
        )


class GroupsNothing(Exception):
    """A statement is no aggregation, so there is nothing to count."""


@dataclass(frozen=True, slots=True)
class Lent:
    """SQL for DuckDB over tables that are to be lent to it under `input_name(number)`; `inputs` are their names, by number.

    `counted` is the table whose rows it counts; none where it counts persons.
    """

    sql: str
    inputs: tuple[str, ...]
    columns: tuple[str, ...] = ()
    counted: str = ""


def query_of(statement: Statement) -> Lent:
    """The query of a statement as it is.

    Raises:  NotCounted: it is not one CREATE … AS, INSERT … SELECT or query over tables.
    """
    with deep_recursion():
        filling = _read(statement)
        inputs = _lend(filling)
        return Lent(filling.query.sql(dialect="duckdb"), inputs, filling.columns)


def sizes_of(statement: Statement, person: str = "") -> Lent:
    """A query that gives one row: the size of the smallest group, and how many groups there are.

    `person` is a column, with its table's name before a dot where that is needed, of which a group counts the different values.

    Raises:  NotCounted; GroupsNothing: it is no aggregation.
    """
    with deep_recursion():
        filling = _read(statement)
        block = _outermost(filling.query)
        if not _aggregates(block):
            raise GroupsNothing
        _check_groups_within(filling.query, block)
        counted = "" if person else filling.name_of(_source(block, filling.dialect))
        inputs = _lend(filling)
        block.set("expressions", [*block.expressions, exp.alias_(_size(block, person, filling.dialect), _SIZE)])
        counts = (exp.Min(this=column(_SIZE)), exp.Count(this=exp.Star()))
        return Lent(select(*counts, source=from_query(filling.query)).sql(dialect="duckdb"), inputs, counted=counted)


def source_of(statement: Statement) -> str:
    """The table whose rows a view gives, each at most once.

    Raises:  NotCounted: it may give one more often, or groups them.
    """
    with deep_recursion():
        filling = _read(statement)
        _check_once(filling.query, filling.dialect)
        return filling.name_of(_source(filling.query, filling.dialect))


def _read(statement: Statement) -> Filling:
    try:
        return read_filling(statement)
    except Refused as fault:
        raise NotCounted("one query that fills a table", fault.what) from None


def _size(block: Expr, person: str, dialect: str) -> Expr:
    """How large a group is: the fewest that stand behind any of what the outermost query tells of it."""
    sizes = [
        _count(person),
        *(exp.Nullif(this=_count(person, total), expression=exp.Literal.number(0)) for total in _totals(block, dialect)),
    ]
    return sizes[0] if len(sizes) == 1 else exp.Least(this=sizes[0], expressions=sizes[1:])


def _count(person: str, total: Expr | None = None) -> Expr:
    """Counts rows or persons; of a total those that add something to it."""
    counted: Expr = exp.Star()
    if person:
        table, _, name = person.rpartition(".")
        named = exp.column(exp.to_identifier(name, quoted=True), table=exp.to_identifier(table, quoted=True) if table else None)
        counted = exp.Distinct(expressions=[named])
    count = exp.Count(this=counted)
    if total is None:
        return count
    return exp.Filter(this=count, expression=exp.Where(this=exp.and_(*(_adds(each) for each in _arguments(total)))))


def _totals(block: Expr, dialect: str) -> list[Expr]:
    """The totals of the outermost query, as far as they take something."""
    aggregates = (each for part in block.expressions for each in found_in(part, (exp.AggFunc, exp.Anonymous)))
    return [each for each in aggregates if measure_of(_name(each), dialect) == TOTAL and _arguments(each)]


def _arguments(call: Expr) -> list[Expr]:
    values = [each for value in call.args.values() for each in (value if isinstance(value, list) else [value])]
    found: list[Expr] = []
    for each in values:
        argument = each.this if isinstance(each, exp.Order) else each
        if isinstance(argument, Expr):
            found += argument.expressions if isinstance(argument, exp.Distinct) else [argument]
    return found


def _adds(value: Expr) -> Expr:
    """Whether a value adds something to a total: it is there, and no zero."""
    number = exp.TryCast(this=exp.cast(value.copy(), "varchar"), to=exp.DataType.build("double"))
    is_zero = exp.EQ(this=exp.Coalesce(this=number, expressions=[exp.Literal.number(1)]), expression=exp.Literal.number(0))
    return exp.and_(exp.Is(this=exp.paren(value.copy()), expression=exp.Null()).not_(), is_zero.not_())


def _name(call: Expr) -> str:
    return str(call.meta.get(WRITTEN) or call.name).lower()


def _outermost(query: Expr) -> Expr:
    while isinstance(query, exp.Subquery) and isinstance(query.this, exp.Query):
        query = query.this
    if not isinstance(query, exp.Select):
        raise NotCounted("one SELECT", query.key.upper())
    return query


def _aggregates(block: Expr) -> bool:
    parts = [part for part in (*block.expressions, block.args.get("having")) if isinstance(part, Expr)]
    return bool(block.args.get("group")) or any(
        isinstance(each, exp.AggFunc) or is_aggregate(_name(each))
        for part in parts
        for each in found_in(part, (exp.AggFunc, exp.Anonymous))
    )


def _check_groups_within(query: Expr, block: Expr) -> None:
    """See that no query within gives totals of groups of its own; one that only decides which rows there are may."""
    for each in query.walk():
        groups = isinstance(each, exp.Pivot) or (isinstance(each, exp.Select) and each is not block and _aggregates(each))
        if groups and each.find_ancestor(exp.Where, exp.Having, exp.Qualify) is None:
            raise NotCounted("groups of the outermost query alone", "groups within it, whose size says more")


class _Visible(dict[str, "tuple[Expr, _Visible]"]):
    """Common table expressions by name, each with those that it sees itself."""

    def within(self, query: Expr) -> _Visible:
        """Those that a query sees."""
        visible, with_ = self, query.args.get("with_")
        for each in with_.expressions if with_ is not None else ():
            visible = _Visible({**visible, each.alias.lower(): (each.this, visible)})
        return visible


def _source(block: Expr, dialect: str) -> Expr:
    """The one table whose rows, each at most once, are those that FROM reads."""
    visible = _Visible()
    while True:
        visible = visible.within(block)
        if block.args.get("joins") or block.args.get("laterals"):
            raise NotCounted(_ONE_RELATION, "a join")
        source = block.args.get("from_")
        relation = source.this if source is not None else None
        if isinstance(relation, exp.Table) and not any(relation.args.get(key) for key in ("joins", "pivots", "sample", "laterals")):
            named = visible.get(relation.name.lower()) if not relation.args.get("db") else None
            if named is None:
                return relation
            inner, visible = named
        elif isinstance(relation, exp.Subquery) and not relation.args.get("pivots"):
            inner = relation.this
        else:
            raise NotCounted(_ONE_RELATION, "something else in FROM")
        _check_once(inner, dialect)
        block = inner


def _check_once(query: Expr, dialect: str) -> None:
    """See that a query gives rows of what it reads, and none twice."""
    if not isinstance(query, exp.Select) or _aggregates(query) or any(query.args.get(key) for key in _MULTIPLYING):
        raise NotCounted(_ONE_RELATION, "rows that a query in FROM joins, groups or puts together")
    for each in (node for part in query.expressions for node in part.walk()):
        if isinstance(each, exp.UDTF) or (isinstance(each, exp.Func) and is_set_returning(_name(each), dialect)):
            raise NotCounted(_ONE_RELATION, "a function that makes several rows of one")


def _lend(filling: Filling) -> tuple[str, ...]:
    """Have the query read tables that are lent to it, in place of those that it names."""
    inputs: dict[str, int] = {}
    _lend_within(filling.query, frozenset(), filling, inputs)
    for node in filling.query.walk():
        if not is_repeatable(node):
            raise NotCounted("what gives the same each time it is run", "a function that gives something else")
        if isinstance(node, exp.Column) and node.args.get("db"):
            node.set("db", None)
            node.set("catalog", None)
    return tuple(inputs)


def _lend_within(node: Expr, visible: frozenset[str], filling: Filling, inputs: dict[str, int]) -> None:
    """The same for a part of it, in which some names are those of common table expressions."""
    with_ = node.args.get("with_")
    is_recursive = with_ is not None and bool(with_.args.get("recursive"))
    for each in with_.expressions if with_ is not None else ():
        own = frozenset({each.alias.lower()})
        _lend_within(each.this, visible | own if is_recursive else visible, filling, inputs)
        visible |= own
    if isinstance(node, exp.Table):
        _lend_table(node, visible, filling, inputs)
    for key, value in node.args.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, Expr) and key != "with_":
                _lend_within(each, visible, filling, inputs)


def _lend_table(table: Expr, visible: frozenset[str], filling: Filling, inputs: dict[str, int]) -> None:
    if not table.args.get("db") and table.name.lower() in visible:
        return
    if not isinstance(table.this, exp.Identifier):
        raise NotCounted("tables in FROM", "a function or a file")
    number = inputs.setdefault(filling.name_of(table), len(inputs))
    if table.args.get("alias") is None:
        table.set("alias", exp.TableAlias(this=table.this.copy()))
    table.set("this", exp.to_identifier(input_name(number)))
    table.set("db", None)
    table.set("catalog", None)


__all__ = ["GroupsNothing", "Lent", "NotCounted", "input_name", "query_of", "sizes_of", "source_of"]
