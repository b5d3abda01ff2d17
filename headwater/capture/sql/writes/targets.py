"""What statements that write have in common: the target and its column list, what is not followed, and queries for a reader."""

from __future__ import annotations

from collections.abc import Sequence

from headwater.capture.sql.adapter import Expr, Token, TokenType, exp, word
from headwater.capture.sql.queries.influences import Relation
from headwater.capture.sql.queries.queries import relation_of
from headwater.capture.sql.reasons import Trouble
from headwater.capture.sql.session import Session
from headwater.capture.sql.writes.written import Written


def query(written: Written, tree: Expr) -> None:
    """A query for a reader, or into a new table."""
    session = written.session
    relation = relation_of(tree, session, session.outer_ctes)
    into = None if isinstance(tree, exp.Pivot) else _into(tree)
    target = None
    if into is not None and (not isinstance(into.this, exp.Table) or not isinstance(into.this.this, exp.Identifier)):
        session.gap("unsupported-clause", "into", tree)
    elif into is not None:
        target = session.name_of(into.this)
        written.target(target, overwrites=True)
        if into.args.get("temporary"):
            session.passing.add(target)
    written.by_name(target, relation, tree)


def _into(tree: Expr) -> Expr | None:
    """INTO stands in the first SELECT of a chain."""
    while isinstance(tree, (exp.SetOperation, exp.Subquery)):
        tree = tree.this
    into = tree.args.get("into")
    return into if isinstance(into, exp.Into) else None


def target_of(node: Expr) -> tuple[Expr, list[str] | None]:
    """The table a statement writes and the column list beside it, if any."""
    if isinstance(node, exp.Schema):
        listed = [each.name for each in node.expressions if isinstance(each, (exp.Identifier, exp.Column, exp.ColumnDef))]
        return node.this, listed or None
    return node, None


def table_of(session: Session, tokens: Sequence[Token]) -> tuple[str, list[str] | None]:
    """The table, and the columns in brackets, that these words name.

    Raises:  Trouble: they name none.
    """
    like = tokens[0] if tokens else None
    made = [word(TokenType.INSERT, "INSERT", like), word(TokenType.INTO, "INTO", like), *tokens]
    made += [word(TokenType.DEFAULT, "DEFAULT", like), word(TokenType.VALUES, "VALUES", like)]
    tree = session.grammar.tree(made, session.text)
    node, listed = target_of(tree.this) if isinstance(tree, exp.Insert) else (tree, None)
    if not isinstance(node, exp.Table):
        raise Trouble("unsupported-clause", "into", offset=like.start if like is not None else None)
    return session.name_of(node), listed


def read_query(session: Session, tokens: Sequence[Token]) -> Relation:
    """The rows of a query that was cut out of a statement.

    Raises:  Trouble: the words are no query.
    """
    return relation_of(session.grammar.tree(list(tokens), session.text), session, session.outer_ctes)


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
        session.doubtful.add(name)
        written.target(name)
