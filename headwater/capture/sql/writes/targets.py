"""What statements that write have in common: the target and its column list, assignments, RETURNING; and what is not followed."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import Relation
from headwater.capture.sql.queries.queries import relation_of
from headwater.capture.sql.queries.scopes import Aliases, Scope, is_star
from headwater.capture.sql.writes.written import Written, spelled


def query(written: Written, tree: Expr) -> None:
    """A query for a reader, or into a new table."""
    session = written.session
    relation = relation_of(tree, session, {})
    into = None if isinstance(tree, exp.Pivot) else tree.args.get("into")
    target = None
    if into is not None and not isinstance(into.this, exp.Table):
        session.gap("unsupported-clause", "into", tree)
    elif into is not None:
        target = session.name_of(into.this)
        written.target(target, overwrites=True)
    written.by_name(target, relation, tree)


def target_of(node: Expr) -> tuple[Expr, list[str] | None]:
    """The table a statement writes and the column list beside it, if any."""
    if isinstance(node, exp.Schema):
        listed = [each.name for each in node.expressions if isinstance(each, (exp.Identifier, exp.Column, exp.ColumnDef))]
        return node.this, listed or None
    return node, None


def assign(written: Written, target: str, assignments: Sequence[Expr], scope: Scope, *, prefer: Relation | None = None) -> list[str]:
    """`column = value` pairs; gives the columns assigned. An unqualified name in a value means the target's own column first."""
    session = written.session
    known = session.columns(target) or ()
    assigned = []
    for each in assignments:
        if not isinstance(each, exp.EQ) or not isinstance(each.this, exp.Column):
            session.gap("unsupported-clause", "set", each)
            continue
        name = spelled(each.this.name, known) or each.this.name
        if each.this.args.get("db"):
            session.gap("unsupported-clause", "set a field", each)
        value = each.args["expression"]
        if prefer is not None and isinstance(value, exp.Column) and not value.text("table"):
            found = prefer.find(value.name) or prefer.shining_through(value.name)
        else:
            found = influences_of(value, scope)
        written.column(target, name, found)
        assigned.append(name)
    return assigned


def returning(written: Written, tree: Expr, target: str) -> None:
    """RETURNING hands the target's columns to the reader."""
    clause = tree.args.get("returning")
    if clause is None:
        return
    session = written.session
    if clause.args.get("into"):
        session.gap("unsupported-clause", "returning into", tree)
    scope = Scope(session, {})
    node, _ = target_of(tree.this)
    scope.relations.append(session.table(target).renamed(node.alias_or_name))
    scope.aliases_rule = Aliases.HIDDEN
    for at, each in enumerate(clause.expressions):
        if is_star(each):
            for name, found in scope.relations[0].top_level():
                written.column(None, name, found)
            if scope.relations[0].is_open:
                session.gap("star-without-schema", target, each)
        else:
            written.column(None, each.output_name or f"_col_{at}", influences_of(each, scope))
    session.sources[target] = None


def unsupported(written: Written, tree: Expr) -> None:
    """A statement that is not followed: every table in it counts as read and as written."""
    session = written.session
    kind = tree.text("kind") if isinstance(tree, (exp.Create, exp.Drop, exp.Alter)) else ""
    session.gap("unsupported-statement", " ".join([type(tree).__name__.lower(), kind.lower()]).strip(), tree)
    hidden = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if table.name in hidden and not table.args.get("db"):
            continue
        name = session.name_of(table)
        if not name:
            continue
        session.sources[name] = None
        written.target(name)
