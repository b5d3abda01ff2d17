"""How large are the groups of an aggregation? Rewrites a statement so that, run again, it gives the size of its smallest group.

A group is as large as the rows of the one relation that its SELECT reads; or, where a column is named that tells persons apart, as the
persons in it. Without such a column a join is refused, because it may count one row many times over, and so is whatever else could.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from headwater.capture.sql.adapter import Expr, deep_recursion, exp
from headwater.capture.sql.provenance.blocks import found_in, is_repeatable
from headwater.capture.sql.provenance.carried import Refused, column, from_query, input_name, select
from headwater.capture.sql.provenance.statements import Filling, read_filling
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


class GroupsNothing(NotCounted):
    """There are no groups in it, so there is nothing to count."""

    def __init__(self) -> None:
        super().__init__("an aggregation", "a statement that groups nothing")


@dataclass(frozen=True, slots=True)
class Lent:
    """SQL for DuckDB over tables that are to be lent to it under `input_name(number)`; `inputs` are their names, by number."""

    sql: str
    inputs: tuple[str, ...]
    columns: tuple[str, ...] = ()


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
        if not person:
            _check_source(block, _ctes_of(filling.query))
        inputs = _lend(filling)
        block.set("expressions", [*block.expressions, exp.alias_(_size(person), _SIZE)])
        counts = (exp.Min(this=column(_SIZE)), exp.Count(this=exp.Star()))
        return Lent(select(*counts, source=from_query(filling.query)).sql(dialect="duckdb"), inputs)


def _read(statement: Statement) -> Filling:
    try:
        return read_filling(statement)
    except Refused as fault:
        raise NotCounted("one query that fills a table", fault.what) from None


def _size(person: str) -> Expr:
    if not person:
        return exp.Count(this=exp.Star())
    table, _, name = person.rpartition(".")
    named = exp.column(exp.to_identifier(name, quoted=True), table=exp.to_identifier(table, quoted=True) if table else None)
    return exp.Count(this=exp.Distinct(expressions=[named]))


def _outermost(query: Expr) -> Expr:
    while isinstance(query, exp.Subquery) and isinstance(query.this, exp.Query):
        query = query.this
    if not isinstance(query, exp.Select):
        raise NotCounted("one SELECT", query.key.upper())
    return query


def _aggregates(block: Expr) -> bool:
    parts = [*block.expressions, block.args.get("having")]
    return bool(block.args.get("group")) or any(True for part in parts if isinstance(part, Expr) for _ in found_in(part, exp.AggFunc))


def _ctes_of(query: Expr) -> dict[str, Expr]:
    with_ = query.args.get("with_")
    return {each.alias.lower(): each.this for each in with_.expressions} if with_ is not None else {}


def _check_source(block: Expr, ctes: dict[str, Expr]) -> None:
    """See that FROM reads one relation whose rows are rows of one table, each once."""
    seen: set[str] = set()
    while True:
        if block.args.get("joins") or block.args.get("laterals"):
            raise NotCounted(_ONE_RELATION, "a join")
        source = block.args.get("from_")
        relation = source.this if source is not None else None
        if isinstance(relation, exp.Table) and not any(relation.args.get(key) for key in ("joins", "pivots", "sample", "laterals")):
            inner = ctes.get(relation.name.lower()) if not relation.args.get("db") else None
            if inner is None or relation.name.lower() in seen:
                return
            seen.add(relation.name.lower())
        elif isinstance(relation, exp.Subquery) and not relation.args.get("pivots"):
            inner = relation.this
        else:
            raise NotCounted(_ONE_RELATION, "something else in FROM")
        if not isinstance(inner, exp.Select) or _aggregates(inner) or any(inner.args.get(key) for key in _MULTIPLYING):
            raise NotCounted(_ONE_RELATION, "rows that a query in FROM joins, groups or puts together")
        if any(isinstance(each, exp.UDTF) for part in inner.expressions for each in part.walk()):
            raise NotCounted(_ONE_RELATION, "a function that makes several rows of one")
        ctes, block = {**ctes, **_ctes_of(inner)}, inner


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


__all__ = ["GroupsNothing", "Lent", "NotCounted", "input_name", "query_of", "sizes_of"]
