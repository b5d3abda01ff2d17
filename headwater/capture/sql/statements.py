"""One statement: its tokens become a tree, the tree is followed by kind. What the parser does not read is followed by its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from headwater.capture.sql.adapter import Expr, Token, exp
from headwater.capture.sql.budget import check_nesting
from headwater.capture.sql.queries.influences import Relation
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.scripts import defaults
from headwater.capture.sql.scripts.steps import keyword
from headwater.capture.sql.session import Session
from headwater.capture.sql.writes import clones, commands, creates, files, inserts, merging, multiple, renames, targets, updates
from headwater.capture.sql.writes.cuts import cut
from headwater.capture.sql.writes.written import Written

_IDLE_COMMANDS = frozenset({"ANALYZE", "CHECKPOINT", "DEALLOCATE", "LISTEN", "LOAD", "NOTIFY", "OPTIMIZE", "RESET", "SHOW", "VACUUM"})
_UNDOING = frozenset({"ABORT", "ROLLBACK"})
_MOVES = frozenset({"SELECT", "INTO", "FROM", "DATA"})
_IDLE: tuple[type, ...] = (
    exp.Transaction,
    exp.Commit,
    exp.Rollback,
    exp.Analyze,
    exp.Attach,
    exp.Detach,
    exp.Comment,
    exp.Describe,
    exp.Grant,
    exp.Revoke,
    exp.Install,
    exp.Refresh,
    exp.Show,
    exp.Kill,
    exp.Uncache,
)
"""Statements without any lineage."""

Follow = Callable[[Written, Expr], None]

_FOLLOWED: tuple[tuple[tuple[type, ...], Follow], ...] = (
    ((exp.Select, exp.SetOperation, exp.Subquery, exp.Values, exp.Table, exp.Pivot, exp.Summarize), targets.query),
    ((exp.Insert,), inserts.insert),
    ((exp.MultitableInserts,), multiple.insert),
    ((exp.Create,), creates.create),
    ((exp.Cache,), creates.cache),
    ((exp.Update,), updates.update),
    ((exp.Delete,), updates.delete),
    ((exp.Merge,), merging.merge),
    ((exp.Copy,), files.copy),
    ((exp.Export,), files.export),
    ((exp.LoadData,), files.load),
    ((exp.TruncateTable, exp.Drop), creates.remove),
    ((exp.Alter,), renames.alter),
    ((exp.Declare,), creates.declare),
)


def follow(written: Written, tokens: Sequence[Token]) -> None:
    """Read one statement; whatever cannot be followed becomes a reason, and the tables that its words name are told."""
    session = written.session
    session.steps.begin()
    session.named_at.clear()
    session.steps.spend(len(tokens))
    if keyword(tokens[0]) == "SET" and "partitionoverwritemode" in [token.text.lower() for token in tokens[1:12]]:
        session.replaces_parts = "static" not in [token.text.lower() for token in tokens]
    if keyword(tokens[0]) in _UNDOING:
        written.roll_back()
    elif keyword(tokens[0]) == "COMMIT":
        written.commit()
    with written.followed(tokens):
        check_nesting(tokens, session.grammar.types)
        if commands.command(written, tokens, lambda rest: follow(written, rest)):
            written.any_read = True
            return
        cuts = cut(list(tokens), session)
        trees = session.grammar.trees(cuts.tokens, session.text)
        written.any_read = written.any_read or bool(trees)
        written.cuts = cuts
        for tree in trees:
            with written.followed(tokens):
                _tree(written, tree, tokens)


def _tree(written: Written, tree: Expr, tokens: Sequence[Token]) -> None:
    written.begin()
    _by_kind(written, tree, tokens)
    if tree.find(exp.PropertyEQ) is not None:
        _until_settled(written, tree, tokens)
    written.finish()


def _until_settled(written: Written, tree: Expr, tokens: Sequence[Token]) -> None:
    """MySQL's `@x := …` runs for every row, so what one row puts in reaches the next."""
    variables = written.session.variables
    for _ in range(8):
        before = sum(len(found) for found in variables.values())
        _by_kind(written, tree, tokens)
        if sum(len(found) for found in variables.values()) == before:
            return
    written.session.gap("work-budget", "variables", tree)


def _by_kind(written: Written, tree: Expr, tokens: Sequence[Token]) -> None:
    session = written.session
    for kinds, each in _FOLLOWED:
        if isinstance(tree, kinds):
            each(written, tree)
            return
    if isinstance(tree, exp.Use):
        defaults.use(session, tree)
    elif isinstance(tree, exp.Command):
        _command(written, tree, tokens)
    elif isinstance(tree, (exp.Set, exp.Pragma)) and tree.find(exp.Query, exp.Table) is None:
        defaults.set_search_path(session, " ".join(token.text for token in tokens[1:]))
    elif isinstance(tree, exp.Column) and tree.name.upper() in _IDLE_COMMANDS:
        return
    elif not isinstance(tree, _IDLE):
        targets.unsupported(written, tree)
        written.note_mentioned(tokens)


def _command(written: Written, tree: Expr, tokens: Sequence[Token]) -> None:
    """What the parser gave up on in the middle."""
    verb = tree.name.upper()
    words = [token.text for token in tokens[1:]]
    if verb == "SET" and defaults.set_search_path(written.session, " ".join(words)):
        return
    if (verb in _IDLE_COMMANDS or verb == "SET") and not _MOVES & {word.upper() for word in words}:
        return
    if not clones.by_words(written, tokens):
        written.session.report.add("unsupported-statement", tree.name.lower(), tokens[0].start)
        written.note_mentioned(tokens)


def modified(written: Written, tree: Expr, session: Session, ctes: Mapping[str, Relation], parent: Scope | None) -> Relation:
    """A statement that writes inside a query: followed like any other; gives the rows that it returns."""
    before, written.captured = written.captured, []
    around, written.session.outer_ctes = written.session.outer_ctes, ctes
    try:
        for kinds, each in _FOLLOWED:
            if isinstance(tree, kinds):
                each(written, tree)
                break
        given = written.captured
    finally:
        written.captured, written.session.outer_ctes = before, around
    return given[-1] if given else Relation("", ())
