"""CREATE TABLE and VIEW, DROP, TRUNCATE, ALTER: where tables begin, change and end."""

from __future__ import annotations

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.queries.definitions import define
from headwater.capture.sql.queries.queries import relation_of, with_ctes
from headwater.capture.sql.words.clauses import check, words
from headwater.capture.sql.writes.targets import target_of, unsupported
from headwater.capture.sql.writes.written import Written

_CREATE_PARTS = words("this kind expression replace with_ properties exists unique no_schema_binding refresh concurrently clustered")

_STORED = frozenset({"TABLE", "VIEW"})

_LIKE = ("LikeProperty", "InheritsProperty", "PartitionedOfProperty")

_STORED_ELSEWHERE = ("ExternalProperty", "LocationProperty")
"""A table over files that are there already has rows of unknown origin."""


def create(written: Written, tree: Expr) -> None:
    """CREATE TABLE and VIEW, with or without a query; other kinds hold no rows, or are not followed."""
    session = written.session
    kind = tree.text("kind").upper()
    if kind in ("SCHEMA", "DATABASE", "SEQUENCE", "INDEX"):
        return
    if kind in ("FUNCTION", "MACRO") and define(session, tree):
        return
    node, listed = target_of(tree.this)
    properties = tree.args.get("properties")
    borrowed = _LIKE if tree.args.get("expression") is not None else (*_LIKE, *_STORED_ELSEWHERE)
    odd = [each for each in properties.expressions if type(each).__name__ in borrowed] if properties is not None else []
    if kind not in _STORED or not isinstance(node, exp.Table) or odd or tree.args.get("clone"):
        unsupported(written, tree)
        return
    check(tree, _CREATE_PARTS, session)
    target = session.name_of(node)
    written.target(target, overwrites=not tree.args.get("exists"))
    body = tree.args.get("expression")
    if body is None:
        defined = tuple(each.name for each in tree.this.expressions if isinstance(each, exp.ColumnDef))
        if defined and (not tree.args.get("exists") or session.columns(target) is None):
            session.remember(target, defined)
        return
    ctes = with_ctes(tree, session, {}, None)
    relation = relation_of(body, session, ctes)
    if listed is None:
        written.by_name(target, relation, tree)
        return
    if relation.is_open:
        session.gap("star-without-schema", relation.open_name, tree)
    elif len(listed) != len(relation.top_level()):
        session.gap("column-count-mismatch", target, tree)
    written.relation(target, [] if relation.is_open else listed, relation)
    session.remember(target, tuple(listed))


def remove(written: Written, tree: Expr) -> None:
    """TRUNCATE and DROP of tables and views: no earlier row remains."""
    session = written.session
    kind = tree.text("kind").upper()
    tables = tree.args.get("tables") or tree.expressions
    if kind in ("SCHEMA", "DATABASE", "SEQUENCE", "INDEX", "FUNCTION", "MACRO", "TYPE", "TRIGGER"):
        if kind in ("SCHEMA", "DATABASE"):
            unsupported(written, tree)
        for each in tree.find_all(exp.Table) if kind in ("FUNCTION", "MACRO") else ():
            session.functions.pop(each.name.lower(), None)
        return
    if not all(isinstance(table, exp.Table) for table in tables) or not tables or tree.args.get("partition"):
        unsupported(written, tree)
        return
    for table in tables:
        name = session.name_of(table)
        written.target(name, overwrites=True)
        if isinstance(tree, exp.Drop):
            session.remember(name, None)


def alter(written: Written, tree: Expr) -> None:
    """ALTER TABLE that adds or drops columns or constraints moves no value; anything else is not followed."""
    session = written.session
    actions = tree.args.get("actions") or []
    plain = all(_is_plain_change(action) for action in actions)
    if not actions or not plain or not isinstance(tree.this, exp.Table) or tree.text("kind").upper() != "TABLE":
        unsupported(written, tree)
        return
    target = session.name_of(tree.this)
    written.target(target)
    known = session.columns(target)
    if known is None:
        return
    gone = {each.name for action in actions if isinstance(action, exp.Drop) for each in action.args.get("tables") or ()}
    added = [action.name for action in actions if isinstance(action, exp.ColumnDef)]
    session.remember(target, (*(name for name in known if name not in gone), *(name for name in added if name not in known)))


def _is_plain_change(action: Expr) -> bool:
    if isinstance(action, exp.Drop):
        return action.text("kind").upper() in ("COLUMN", "CONSTRAINT", "")
    return isinstance(action, (exp.ColumnDef, exp.AddConstraint)) and action.find(exp.Query, exp.Table) is None
