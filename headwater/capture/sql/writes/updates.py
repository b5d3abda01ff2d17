"""UPDATE and DELETE: rows that stay, changed or fewer."""

from __future__ import annotations

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import NOTHING
from headwater.capture.sql.queries.queries import with_ctes
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.queries.sources import add_from, add_item, add_join, presence_of
from headwater.capture.sql.words.clauses import check, words
from headwater.capture.sql.writes.targets import assign, returning, unsupported
from headwater.capture.sql.writes.written import Written
from headwater.model.lineage import Kind

_UPDATE_PARTS = words("this expressions from_ where with_ returning order limit hint")

_DELETE_PARTS = words("this using where with_ returning order limit tables")


def update(written: Written, tree: Expr) -> None:
    """UPDATE: conditions steer the assigned columns only; other columns and the rows themselves stay."""
    session = written.session
    check(tree, _UPDATE_PARTS, session)
    node = tree.this
    if not isinstance(node, exp.Table):
        unsupported(written, tree)
        return
    scope = Scope(session, with_ctes(tree, session, {}, None))
    if not _is_named_in_from(node, tree):
        _add_target(scope, node)
    add_from(scope, tree)
    target = _updated(scope, node)
    written.target(target)
    where = tree.args.get("where")
    if where is not None:
        scope.rows |= influences_of(where.this, scope, Kind.FILTER)
    _reject_order(written, tree)
    assigned = assign(written, target, tree.expressions, scope)
    scope.rows |= presence_of(scope, []) if len(scope.relations) > 1 else NOTHING
    for name in assigned:
        written.column(target, name, scope.rows)
    returning(written, tree, target)


def _add_target(scope: Scope, node: Expr) -> None:
    """The table written to, as something its own statement may read; an alias declared in FROM stands for a table there."""
    session = scope.session
    scope.relations.append(session.table(session.name_of(node)).renamed(node.alias_or_name))
    for join in node.args.get("joins") or ():
        add_join(scope, join)


def _is_named_in_from(node: Expr, tree: Expr) -> bool:
    """Whether an UPDATE names its target by what it is called in its own FROM (T-SQL)."""
    from_ = tree.args.get("from_")
    if from_ is None or node.args.get("alias"):
        return False
    items = [from_.this, *(join.this for join in from_.this.args.get("joins") or ()), *(join.this for join in tree.args.get("joins") or ())]
    return any(isinstance(item, exp.Table) and item.alias_or_name == node.name for item in items)


def _updated(scope: Scope, node: Expr) -> str:
    """The stored table that is updated: what the name stands for in FROM, else the name itself."""
    for relation in scope.relations:
        if relation.name == node.alias_or_name and relation.table is not None:
            return relation.table
    return scope.session.name_of(node)


def _reject_order(written: Written, tree: Expr) -> None:
    for key in ("order", "limit"):
        if tree.args.get(key):
            written.session.gap("unsupported-clause", key, tree)


def delete(written: Written, tree: Expr) -> None:
    """DELETE: what is compared decides which rows remain; without a condition none does."""
    session = written.session
    check(tree, _DELETE_PARTS, session)
    node = tree.this
    if not isinstance(node, exp.Table) or tree.args.get("tables"):
        unsupported(written, tree)
        return
    scope = Scope(session, with_ctes(tree, session, {}, None))
    _add_target(scope, node)
    for item in tree.args.get("using") or ():
        add_item(scope, item)
    target = session.name_of(node)
    where = tree.args.get("where")
    _reject_order(written, tree)
    written.target(target, overwrites=where is None and not tree.args.get("using") and not tree.args.get("limit"))
    if where is not None:
        scope.rows |= influences_of(where.this, scope, Kind.FILTER)
    if len(scope.relations) > 1:
        scope.rows |= presence_of(scope, [])
    written.rows(target, scope.rows)
    returning(written, tree, target)
