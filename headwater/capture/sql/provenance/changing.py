"""UPDATE, DELETE and MERGE as queries: what a table holds afterwards, from what it held before.

Each is a union of rows that stay, rows that change and rows that come. Columns go by name, as only the table knows its own: rows that
change are the table's star with some columns replaced. A row stays where no other makes it change, which is a NOT EXISTS, so that it
owes nothing to rows that let it be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.provenance.carried import Refused, select
from headwater.capture.sql.provenance.subqueries import queries_in

_UPDATE_PARTS = frozenset({"this", "expressions", "from_", "where", "with_"})
_DELETE_PARTS = frozenset({"this", "tables", "using", "where", "with_"})
_MERGE_PARTS = frozenset({"this", "using", "on", "using_cond", "whens", "with_"})
_TARGET_PARTS = frozenset({"this", "db", "catalog", "alias"})
_ONE_AFTER_THE_OTHER = frozenset({"mysql", "singlestore", "doris", "starrocks"})
_NAMED_IN_FROM = frozenset({"tsql", "fabric"})
_MOST_CLAUSES = 20
_DELETE, _NOTHING = "DELETE", frozenset({"DO NOTHING", "NOTHING"})


@dataclass(frozen=True, slots=True)
class Changing:
    """The table that a statement changes, and the query that gives all of its rows afterwards; `keeps_rows` where these are as many."""

    target: Expr
    query: Expr
    keeps_rows: bool = False


def changing(tree: Expr, dialect: str = "") -> Changing | None:
    """What an UPDATE, DELETE, MERGE or TRUNCATE does to a table; None where it is another statement.

    Raises:  Refused: it has a part that is not told here.
    """
    if isinstance(tree, exp.Update):
        found = _update(tree, dialect)
    elif isinstance(tree, exp.Delete):
        found = _delete(tree, dialect)
    elif isinstance(tree, exp.Merge):
        found = _merge(tree, dialect)
    elif isinstance(tree, exp.TruncateTable) and len(tree.expressions) == 1 and not tree.args.get("partition"):
        target = _plain(tree.expressions[0])
        return Changing(target, _rows(target, exp.false()))
    else:
        return None
    with_ = tree.args.get("with_")
    if with_ is not None:
        if not found.target.args.get("db") and any(cte.alias.lower() == found.target.name.lower() for cte in with_.expressions):
            raise Refused("a change of a table that WITH names")
        found.query.set("with_", with_)
    return found


def _update(tree: Expr, dialect: str) -> Changing:
    _check(tree, _UPDATE_PARTS)
    source = tree.args.get("from_")
    change = _change(tree, tree.this, [source.this] if source is not None else [], dialect)
    if dialect in _ONE_AFTER_THE_OTHER:
        _check_independent(tree.expressions)
    changed = _changed(change.target, tree.expressions, change.others, change.condition)
    return Changing(change.target, _together([_untouched(change), changed]), keeps_rows=True)


def _delete(tree: Expr, dialect: str) -> Changing:
    _check(tree, _DELETE_PARTS)
    named: list[Expr] = list(tree.args.get("tables") or ())
    table = tree.this or (named[0] if len(named) == 1 else None)
    if not isinstance(table, exp.Table) or len(named) > 1 or any(each.name != table.alias_or_name for each in named):
        raise Refused("a DELETE from several tables")
    change = _change(tree, table, list(tree.args.get("using") or ()), dialect)
    return Changing(change.target, _untouched(change))


@dataclass(frozen=True, slots=True)
class _Change:
    """Which rows of a table a statement touches: those that, beside some rows of `others`, satisfy the condition."""

    target: Expr
    others: tuple[Expr, ...]
    condition: Expr


def _change(tree: Expr, named: Expr, items: list[Expr], dialect: str) -> _Change:
    """The rows that an UPDATE or DELETE touches. T-SQL and MySQL join the table itself to others: inner joins are conditions."""
    where = tree.args.get("where")
    conditions = [where.this] if where is not None else []
    first = items[0] if items else named
    if dialect in _NAMED_IN_FROM and any(_is_meant(named, each) and not _is_called(named, each) for each in items):
        raise Refused("a change of a table that FROM gives another name")
    if first is named or _is_called(named, first):
        items = items[1:]
        for join in first.args.get("joins") or ():
            if any(join.text(key) for key in ("side", "method")) or join.text("kind").upper() not in ("", "INNER", "CROSS"):
                raise Refused("a change of what an outer join finds")
            if join.args.get("using"):
                raise Refused("a change of what JOIN USING finds")
            items.append(join.this)
            conditions += [join.args["on"]] if join.args.get("on") is not None else []
        target = _plain(first)
    elif named.args.get("joins"):
        raise Refused("a change with two lists of tables")
    else:
        target = _plain(named)
    condition = _all(conditions) if conditions else exp.true()
    return _Change(target, tuple(items), condition)


def _is_called(named: Expr, item: Expr) -> bool:
    """Whether a statement names its target by what it is called in its own FROM."""
    if not isinstance(item, exp.Table) or named.args.get("alias") or item.alias_or_name.lower() != named.name.lower():
        return False
    return not named.args.get("db") or (not item.args.get("alias") and _is_meant(named, item))


def _is_meant(named: Expr, item: Expr) -> bool:
    """Whether two tables are one by all that is said of their names."""
    return isinstance(item, exp.Table) and all(named.text(key).lower() == item.text(key).lower() for key in ("this", "db", "catalog"))


def _check_independent(assignments: list[Expr]) -> None:
    """MySQL assigns one column after the other, so that later values see what earlier ones left."""
    assigned: set[str] = set()
    for each in assignments:
        value = each.args.get("expression")
        if isinstance(value, Expr) and any(column.name.lower() in assigned for column in value.find_all(exp.Column)):
            raise Refused("an assignment of what another one changed")
        assigned.add(each.this.name.lower() if isinstance(each.this, exp.Column) else "")


def _untouched(change: _Change) -> Expr:
    if not change.others and next(queries_in(change.condition), None) is None:
        return _rows(change.target, _not_true(change.condition))
    return _rows(change.target, exp.Not(this=_any_of(change.others, change.condition)))


def _merge(tree: Expr, dialect: str) -> Changing:
    _check(tree, _MERGE_PARTS)
    target, source = _plain(tree.this), tree.args["using"]
    clauses = tree.args["whens"].expressions
    if len(clauses) > _MOST_CLAUSES:
        raise Refused(f"MERGE with more than {_MOST_CLAUSES} clauses")
    if dialect == "duckdb" and any(_has_star(each.args.get("then")) for each in clauses):
        raise Refused("`*` in a MERGE that goes by the order of columns")
    if not isinstance(source, (exp.Table, exp.Subquery)) or not source.alias_or_name:
        raise Refused("MERGE with something else than a table or a query with a name in USING")
    on = tree.args.get("on") or _all([_equal(target, source, name) for name in tree.args.get("using_cond") or ()])
    matched, new, missing = (list(_effective(tree, kind)) for kind in ((True, False), (False, False), (False, True)))
    unmatched = exp.Not(this=_any_of([source], on))
    parts = [*_staying(target, source, on, matched, missing)]
    for when, condition in matched:
        if isinstance(when, exp.Update):
            parts.append(_changed(target, when.expressions or [], [source], _all([on, condition]), star_of=source))
    for when, condition in missing:
        if isinstance(when, exp.Update):
            parts.append(_changed(target, when.expressions or [], [], _all([unmatched, condition])))
    come = exp.Not(this=_any_of([target], on))
    by_place: list[Expr] = []
    for when, condition in new:
        if isinstance(when, exp.Insert):
            query, is_named = _coming(when, source, _all([come, condition]))
            (parts if is_named else by_place).append(query)
    return Changing(target, _together([_together(parts), *by_place], by_name=False))


def _has_star(then: Expr | None) -> bool:
    parts = [then.this, *(then.args.get("expressions") or ())] if isinstance(then, (exp.Insert, exp.Update)) else []
    return any(isinstance(each, exp.Star) for each in parts)


def _effective(tree: Expr, kind: tuple[bool, bool]) -> Iterator[tuple[Expr, Expr]]:
    """The actions of one kind of clause, each with the condition under which it and none before it is taken."""
    before: list[Expr] = []
    for when in tree.args["whens"].expressions:
        if (bool(when.args.get("matched")), bool(when.args.get("source"))) != kind:
            continue
        then, condition = when.args.get("then"), when.args.get("condition")
        is_idle = isinstance(then, exp.Var) and then.name.upper() in _NOTHING
        if not (is_idle or isinstance(then, (exp.Update, exp.Insert)) or (isinstance(then, exp.Var) and then.name.upper() == _DELETE)):
            raise Refused("a clause of MERGE other than UPDATE, DELETE and INSERT")
        if then.args.get("where") is not None:
            raise Refused("a clause of MERGE with WHERE")
        if not is_idle:
            yield then, _all([*(_not_true(each) for each in before), *([condition] if condition is not None else [])])
        if condition is None:
            return
        before.append(condition)


def _staying(target: Expr, source: Expr, on: Expr, matched: list[tuple[Expr, Expr]], missing: list[tuple[Expr, Expr]]) -> Iterator[Expr]:
    """The rows that no clause touches."""
    touched = _any([condition for _, condition in matched])
    untouched = [] if touched is None else [exp.Not(this=_any_of([source], _all([on, touched])))]
    if not missing:
        yield _rows(target, _all(untouched))
        return
    gone = _any([condition for _, condition in missing])
    assert gone is not None, "there are clauses"
    yield _rows(target, _all([_any_of([source], on), *untouched]))
    yield _rows(target, _all([exp.Not(this=_any_of([source], on)), _not_true(gone)]))


def _coming(insert: Expr, source: Expr, condition: Expr) -> tuple[Expr, bool]:
    """Rows that a MERGE adds, and whether their columns have names."""
    names, values = insert.this, insert.args.get("expression")
    if isinstance(names, exp.Star):
        return _query([_star(source)], [source], condition), True
    if not isinstance(values, exp.Tuple) or any(_is_default(each) for each in values.expressions):
        raise Refused("an INSERT of MERGE without values of its own")
    if names is None:
        return _query(values.expressions, [source], condition), False
    listed = names.expressions if isinstance(names, (exp.Tuple, exp.Schema)) else []
    if len(listed) != len(values.expressions):
        raise Refused("an INSERT of MERGE with other columns than values")
    named = [exp.alias_(value.copy(), each.name, quoted=True) for each, value in zip(listed, values.expressions, strict=True)]
    return _query(named, [source], condition), True


def _changed(target: Expr, assignments: list[Expr], others: Sequence[Expr], condition: Expr, star_of: Expr | None = None) -> Expr:
    """Rows that are given other values; `star_of` is what a star gives them all from."""
    if any(isinstance(each, exp.Star) for each in assignments) and star_of is not None:
        return _query([_star(star_of)], [target, *others], condition)
    assigned = list(_assigned(target, assignments))
    if not assigned:
        raise Refused("a change that lists no columns")
    replaced = [exp.alias_(exp.Paren(this=value.copy()), name, quoted=True) for name, value in assigned]
    if others and all(_is_of(target, value) for _, value in assigned):
        return _query([_star(target, replaced)], [target], _any_of(others, condition))  # once, however many rows make it change
    return _query([_star(target, replaced)], [target, *others], condition)


def _is_of(target: Expr, value: Expr) -> bool:
    """Whether a value surely comes from the row itself that is changed."""
    plain = next(queries_in(value), None) is None
    return plain and all(each.text("table").lower() == target.alias_or_name.lower() for each in value.find_all(exp.Column))


def _assigned(target: Expr, assignments: list[Expr]) -> Iterator[tuple[str, Expr]]:
    for each in assignments:
        if not isinstance(each, exp.EQ):
            raise Refused("an assignment that is none")
        left, right = each.this, each.args["expression"]
        pairs = [(left, right)]
        if isinstance(left, exp.Tuple) and isinstance(right, exp.Tuple) and len(left.expressions) == len(right.expressions):
            pairs = list(zip(left.expressions, right.expressions, strict=True))
        for column, value in pairs:
            if not isinstance(column, exp.Column) or column.text("table").lower() not in ("", target.alias_or_name.lower()):
                raise Refused("an assignment to something else than a column of the table")
            if _is_default(value):
                raise Refused("a column's DEFAULT")
            yield column.name, value


def _query(outputs: Iterable[Expr], relations: Iterable[Expr], condition: Expr | None) -> Expr:
    first, *others = (each.copy() for each in relations)
    made = select(*(each.copy() for each in outputs), source=exp.From(this=first))
    if others:
        made.set("joins", [exp.Join(this=each) for each in others])
    if condition is not None:
        made.set("where", exp.Where(this=condition.copy()))
    return made


def _rows(target: Expr, condition: Expr) -> Expr:
    return _query([_star(target)], [target], condition)


def _any_of(relations: Iterable[Expr], condition: Expr) -> Expr:
    """Whether any rows of some relations satisfy a condition."""
    listed = list(relations)
    if listed:
        return exp.Exists(this=_query([exp.Literal.number(1)], listed, condition))
    bare = select(exp.Literal.number(1))
    bare.set("where", exp.Where(this=condition.copy()))
    return exp.Exists(this=bare)


def _star(relation: Expr, replaced: list[Expr] | None = None) -> Expr:
    return exp.Column(
        this=exp.Star(**({"replace": replaced} if replaced else {})), table=exp.to_identifier(relation.alias_or_name, quoted=True)
    )


def _together(queries: list[Expr], *, by_name: bool = True) -> Expr:
    return reduce(lambda left, right: exp.Union(this=left, expression=right, distinct=False, by_name=by_name), queries)


def _all(conditions: Iterable[Expr]) -> Expr:
    """A condition that holds where all of some do."""
    listed: list[Expr] = [exp.Paren(this=each.copy()) for each in conditions]
    return reduce(lambda left, right: exp.And(this=left, expression=right), listed) if listed else exp.true()


def _any(conditions: list[Expr]) -> Expr | None:
    listed: list[Expr] = [exp.Paren(this=each.copy()) for each in conditions]
    return reduce(lambda left, right: exp.Or(this=left, expression=right), listed) if listed else None


def _not_true(condition: Expr) -> Expr:
    return exp.Not(this=exp.Is(this=exp.Paren(this=condition.copy()), expression=exp.true()))


def _equal(target: Expr, source: Expr, name: Expr) -> Expr:
    sides = (exp.column(name.name, table=each.alias_or_name, quoted=True) for each in (target, source))
    return exp.EQ(this=next(sides), expression=next(sides))


def _is_default(value: Expr) -> bool:
    return (
        isinstance(value, exp.Column) and value.name.upper() == "DEFAULT" and not value.text("table") and not value.this.args.get("quoted")
    )


def _plain(table: Expr) -> Expr:
    """The table that is changed, by its name and alias alone."""
    if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier):
        raise Refused("a change of something else than a table")
    odd = next((key for key, value in table.args.items() if value and key not in _TARGET_PARTS and key != "joins"), None)
    if odd is not None:
        raise Refused(f"{odd.upper().strip('_')} of the table that is changed")
    return exp.Table(**{key: value.copy() for key, value in table.args.items() if value and key in _TARGET_PARTS})


def _check(tree: Expr, parts: frozenset[str]) -> None:
    odd = next((key for key, value in tree.args.items() if value and key not in parts), None)
    if odd is not None:
        raise Refused(f"{odd.upper().strip('_')} of {tree.key.upper()}")
