"""UPDATE and DELETE: rows that stay, changed or fewer."""

from __future__ import annotations

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import NOTHING, Relation, passed_through
from headwater.capture.sql.queries.queries import with_ctes
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.queries.sources import add_from, add_item, add_join, presence_of
from headwater.capture.sql.words.clauses import check, words
from headwater.capture.sql.writes.assignments import assign
from headwater.capture.sql.writes.cuts import THROUGH
from headwater.capture.sql.writes.inserts import stored_column
from headwater.capture.sql.writes.returning import returning
from headwater.capture.sql.writes.targets import read_query, unsupported
from headwater.capture.sql.writes.written import Written
from headwater.model.lineage import Kind

_UPDATE_PARTS = words("this expressions from_ where with_ returning order limit hint")

_DELETE_PARTS = words("this using where with_ returning order limit tables hint")


def update(written: Written, tree: Expr) -> None:
    """UPDATE: conditions steer the assigned columns only; other columns and the rows themselves stay."""
    session = written.session
    check(tree, _UPDATE_PARTS, session)
    node = tree.this
    if not isinstance(node, exp.Table):
        unsupported(written, tree)
        return
    if written.cuts.through and node.name.lower() == THROUGH:
        _through_query(written, tree)
        return
    scope = Scope(session, with_ctes(tree, session, session.outer_ctes, None))
    if not _is_named_in_from(node, tree):
        _add_target(scope, node)
    add_from(scope, tree)
    target = stored_target(scope, node)
    written.target(target)
    _conditions(tree, scope)
    assigned = assign(written, target, tree.expressions, scope)
    scope.rows |= presence_of(scope, []) if len(scope.relations) > 1 else NOTHING
    for table, name in assigned:
        written.target(table)
        written.changes(table)
        written.column(table, name, scope.rows)
    returning(written, tree, target, scope.rows, _others(scope, node))


def _conditions(tree: Expr, scope: Scope) -> None:
    """WHERE, and which rows ORDER BY and LIMIT leave."""
    where = tree.args.get("where")
    if where is not None:
        scope.rows |= influences_of(where.this, scope, Kind.FILTER)
    order, limit = tree.args.get("order"), tree.args.get("limit")
    if order is not None:
        for each in order.expressions:
            value = each.this if isinstance(each, exp.Ordered) else each
            scope.rows |= passed_through(influences_of(value, scope), Kind.SORT)
    if limit is not None:
        for part in limit.args.values():
            if isinstance(part, Expr):
                scope.rows |= influences_of(part, scope, Kind.FILTER)


def _through_query(written: Written, tree: Expr) -> None:
    """Oracle's `UPDATE (SELECT …) SET`: each column assigned must be one stored column that the query hands on."""
    session = written.session
    relation = read_query(session, written.cuts.through)
    scope = Scope(session, {})
    scope.relations = [relation]
    scope.rows |= relation.rows
    _conditions(tree, scope)
    for each in tree.expressions:
        stored = None
        if isinstance(each, exp.EQ) and isinstance(each.this, exp.Column):
            stored = stored_column(relation.find(each.this.name) or NOTHING)
        if stored is None:
            session.gap("unsupported-clause", "update through a query", each)
            continue
        table, name = stored
        written.target(table)
        written.changes(table)
        written.column(table, name, influences_of(each.args["expression"], scope))
        written.column(table, name, scope.rows)


def _add_target(scope: Scope, node: Expr) -> None:
    """The table written to, as something its own statement may read; an alias declared in FROM stands for a table there."""
    session = scope.session
    if not node.args.get("db") and node.name in scope.ctes:
        scope.relations.append(scope.ctes[node.name].renamed(node.alias_or_name))
    else:
        scope.relations.append(session.table(session.name_of(node)).renamed(node.alias_or_name))
    for join in node.args.get("joins") or ():
        add_join(scope, join)


def _others(scope: Scope, node: Expr) -> list[Relation]:
    return [relation for relation in scope.relations if relation.name != node.alias_or_name]


def _is_named_in_from(node: Expr, tree: Expr) -> bool:
    """Whether a statement names its target by what it is called in its own FROM (T-SQL) or USING (MySQL)."""
    from_ = tree.args.get("from_")
    first = [from_.this] if from_ is not None else list(tree.args.get("using") or ())
    if not first or node.args.get("alias"):
        return False
    items = [*first, *(join.this for item in first for join in item.args.get("joins") or ())]
    items += [join.this for join in tree.args.get("joins") or ()]
    return any(isinstance(item, exp.Table) and item.alias_or_name == node.name for item in items)


def stored_target(scope: Scope, node: Expr) -> str:
    """The stored table that is written: what the name stands for in FROM, else the name itself."""
    for relation in scope.relations:
        if relation.name == node.alias_or_name and not (node.args.get("db") and relation.table is None):
            if relation.table is not None:
                return relation.table
            tables = {each.table for _, found in relation.outputs for each in found}
            if len(tables) != 1 or relation.is_open:
                scope.session.gap("unsupported-clause", "write through a query", node)
            return sorted(tables)[0] if tables else scope.session.name_of(node)
    return scope.session.name_of(node)


def delete(written: Written, tree: Expr) -> None:
    """DELETE: what is compared decides which rows remain; without a condition none does."""
    session = written.session
    check(tree, _DELETE_PARTS, session)
    node = tree.this
    if not isinstance(node, exp.Table):
        unsupported(written, tree)
        return
    scope = Scope(session, with_ctes(tree, session, session.outer_ctes, None))
    if written.cuts.through and node.name.lower() == THROUGH:
        scope.relations.append(read_query(session, written.cuts.through).renamed(node.name))
        scope.rows |= scope.relations[0].rows
    elif not _is_named_in_from(node, tree):
        _add_target(scope, node)
    for item in tree.args.get("using") or ():
        add_item(scope, item)
    _conditions(tree, scope)
    named = [each for each in tree.args.get("tables") or () if isinstance(each, exp.Table)] or [node]
    targets = list(dict.fromkeys(stored_target(scope, each) for each in named))
    if len(scope.relations) > 1:
        scope.rows |= presence_of(scope, [])
    is_whole = not (scope.rows or written.cuts.is_limited or len(scope.relations) > 1)
    is_whole = is_whole and not any(tree.args.get(key) for key in ("where", "limit", "using")) and node.args.get("partition") is None
    for target in targets:
        written.target(target, overwrites=is_whole)
        written.rows(target, scope.rows)
    returning(written, tree, targets[0], scope.rows, _others(scope, named[0]))
