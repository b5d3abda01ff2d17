"""MERGE: every branch, each with its condition."""

from __future__ import annotations

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import Influences, union
from headwater.capture.sql.queries.queries import with_ctes
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.queries.sources import add_item
from headwater.capture.sql.words.clauses import check, words
from headwater.capture.sql.writes.targets import returning, unsupported
from headwater.capture.sql.writes.written import Written, spelled
from headwater.model.lineage import Kind

_PARTS = words("this using on using_cond whens with_ returning")


def merge(written: Written, tree: Expr) -> None:
    """What is compared reaches every row; each branch's values reach the columns it assigns."""
    session = written.session
    check(tree, _PARTS, session)
    node = tree.this
    if not isinstance(node, exp.Table) or tree.args.get("using_cond"):
        unsupported(written, tree)
        return
    target = session.name_of(node)
    written.target(target)
    scope = Scope(session, with_ctes(tree, session, {}, None))
    scope.relations.append(session.table(target).renamed(node.alias_or_name))
    add_item(scope, tree.args["using"])
    scope.rows |= influences_of(tree.args["on"], scope, Kind.JOIN)
    for when in tree.args["whens"].expressions:
        condition = when.args.get("condition")
        if condition is not None:
            scope.rows |= influences_of(condition, scope, Kind.FILTER)
        _branch(written, when.args.get("then"), scope, target)
    written.rows(target, scope.rows)
    returning(written, tree, target)


def _branch(written: Written, then: Expr | None, scope: Scope, target: str) -> None:
    session = written.session
    if isinstance(then, exp.Var) and then.name.upper() in ("DELETE", "DO NOTHING"):
        return
    if isinstance(then, exp.Update):
        assigned = then.args.get("expressions")
        if not isinstance(assigned, list) or any(isinstance(each, exp.Star) for each in assigned):
            _by_name(written, then, scope, target)
            return
        for each in assigned:
            if not isinstance(each, exp.EQ) or not isinstance(each.this, exp.Column):
                session.gap("unsupported-clause", "set", each)
                continue
            _write(written, target, each.this.name, influences_of(each.args["expression"], scope))
    elif isinstance(then, exp.Insert):
        _insert(written, then, scope, target)
    else:
        session.gap("unsupported-clause", "when", then)


def _insert(written: Written, then: Expr, scope: Scope, target: str) -> None:
    session = written.session
    names, values = then.this, then.args.get("expression")
    if isinstance(names, exp.Star) or (names is None and values is None):
        _by_name(written, then, scope, target)
        return
    columns = [each.name for each in names.expressions] if isinstance(names, exp.Tuple) else None
    if columns is None:
        known = session.columns(target)
        if known is None:
            session.gap("target-columns-unknown", target, then)
            return
        columns = list(known)
    found = [influences_of(each, scope) for each in values.expressions] if isinstance(values, exp.Tuple) else []
    if len(found) != len(columns):
        session.gap("column-count-mismatch", target, then)
        return
    for name, each in zip(columns, found, strict=True):
        _write(written, target, name, each)


def _by_name(written: Written, then: Expr, scope: Scope, target: str) -> None:
    """`UPDATE SET *` and `INSERT *`: the source's columns into those of the same name."""
    session = written.session
    known = session.columns(target)
    sources = scope.relations[1:]
    if known is None and any(relation.is_open for relation in sources):
        session.gap("target-columns-unknown", target, then)
        return
    names = list(known) if known is not None else [name for relation in sources for name, _ in relation.top_level()]
    for name in names:
        found = union([relation.find(name) or relation.shining_through(name) for relation in sources])
        _write(written, target, name, found)


def _write(written: Written, target: str, name: str, found: Influences) -> None:
    written.column(target, spelled(name, written.session.columns(target) or ()) or name, found)
