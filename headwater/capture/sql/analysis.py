"""One SQL text in, its lineage out: the entry of this package.

Order of work: bounds and tokens, cut into statements, then per statement parse and follow. Whatever cannot be followed becomes a reason;
nothing raises, because an exception would be lineage lost. The result depends on the statement, the schemas asked for and `ANALYSER` only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress

import msgspec

from headwater.capture.redaction.tokens import MARK, apart
from headwater.capture.sql import fingerprint, scripts
from headwater.capture.sql.adapter import VERSION, Expr, Grammar, Token, TokenType, deep_recursion, exp, grammar_of, uncollected
from headwater.capture.sql.budget import check_nesting, check_text
from headwater.capture.sql.names import Defaults, SchemaLookup
from headwater.capture.sql.queries.queries import relation_of
from headwater.capture.sql.reasons import Trouble
from headwater.capture.sql.session import Session
from headwater.capture.sql.words.mentioned import mentioned
from headwater.capture.sql.writes import creates, files, inserts, merging, targets, updates
from headwater.capture.sql.writes.written import Written
from headwater.model.lineage import Reason, Statement, StatementLineage, Status

ANALYSER = f"headwater-sql/3+sqlglot-{VERSION}"
"""Names the rules by which lineage was read; changes whenever a result may change."""

_GLANCE = 20_000
"""Characters looked at for names of tables when a text is not read."""
_IDLE_COMMANDS = frozenset({"ANALYZE", "CHECKPOINT", "DEALLOCATE", "LISTEN", "LOAD", "NOTIFY", "OPTIMIZE", "RESET", "SHOW", "VACUUM"})
_IDLE: tuple[type, ...] = (
    exp.Transaction,
    exp.Commit,
    exp.Rollback,
    exp.Analyze,
    exp.Attach,
    exp.Detach,
    exp.Comment,
    exp.Grant,
    exp.Revoke,
    exp.Install,
    exp.Show,
    exp.Kill,
    exp.Uncache,
)
"""Statements without any lineage."""

Follow = Callable[[Written, Expr], None]

_FOLLOWED: tuple[tuple[tuple[type, ...], Follow], ...] = (
    ((exp.Select, exp.SetOperation, exp.Subquery, exp.Values), targets.query),
    ((exp.Insert,), inserts.insert),
    ((exp.Create,), creates.create),
    ((exp.Update,), updates.update),
    ((exp.Delete,), updates.delete),
    ((exp.Merge,), merging.merge),
    ((exp.Copy,), files.copy),
    ((exp.TruncateTable, exp.Drop), creates.remove),
    ((exp.Alter,), creates.alter),
)


class NoSchemas:
    """A catalog that knows nothing."""

    def columns(self, table: str) -> Mapping[str, str] | None:
        """Never known."""
        return None


class Analysed(msgspec.Struct, frozen=True):
    """A statement's lineage, the stem of its fingerprint where the lineage holds for every statement of its shape (`cache`), and the
    columns that one query gives its reader, where all are known."""

    lineage: StatementLineage
    stem: str | None = None
    given: tuple[str, ...] | None = None


def analyse(statement: Statement, schemas: SchemaLookup) -> StatementLineage:
    """What a SQL text reads, writes and lets flow where, with status and reasons. Never raises for any text; the schemas' own faults pass.

    Cost: linear in the text for ordinary statements; bounded by a budget of steps for all.
    """
    return analyse_shape(statement, schemas).lineage


def analyse_query(statement: Statement, schemas: SchemaLookup) -> tuple[StatementLineage, tuple[str, ...] | None]:
    """The same, and the columns that the text gives its reader, in order: lineage alone does not tell those that come from nowhere.

    None where they are not all known, or the text is not one query.
    """
    found = analyse_shape(statement, schemas)
    return found.lineage, found.given


def analyse_shape(statement: Statement, schemas: SchemaLookup) -> Analysed:
    """The same, with what is needed to know the lineage of statements that differ from it in redaction's tokens only."""
    with uncollected():
        return _analysed(statement, schemas)


def _analysed(statement: Statement, schemas: SchemaLookup) -> Analysed:
    text = statement.sql
    grammar = grammar_of(statement.dialect)
    defaults = Defaults(statement.catalog, statement.schema)
    if grammar is None:
        return _failed(statement, None, Reason("unknown-dialect", (statement.dialect or "")[:40]))
    try:
        check_text(text)
        tokens = grammar.tokens(text)
        scripts.check_templating(tokens, text)
        chunks = scripts.split(tokens, text)
        hidden = scripts.hidden_code(text, grammar)
        if not chunks and hidden is not None:
            raise Trouble("unsupported-statement", "executable comment", offset=hidden)
        if not chunks:
            raise Trouble("no-statement", line=1, column=1)
    except Trouble as trouble:
        return _failed(statement, grammar, trouble.as_reason(text))
    session = Session(text, grammar, schemas, defaults, relation_of)
    session.is_script = len(chunks) > 1
    if hidden is not None:
        session.report.add("unsupported-clause", "executable comment", hidden)
    written = Written(session)
    with deep_recursion():
        read = [_statement(written, chunk) for chunk in chunks]
    return _result(written, tokens, any(read))


def referenced_tables(statement: Statement) -> tuple[str, ...]:
    """Every table and file a text reads or writes, dotted and sorted: the schemas that `analyse` will ask for."""
    lineage = analyse(statement, NoSchemas())
    return tuple(sorted({*lineage.sources, *lineage.targets}))


def _failed(statement: Statement, grammar: Grammar | None, reason: Reason) -> Analysed:
    """Nothing could be followed; the tables that the first words name are told all the same."""
    read, written = set[str](), set[str]()
    if grammar is not None:
        with suppress(Trouble):
            tokens = grammar.tokens(statement.sql[:_GLANCE].replace("\0", " "))
            glimpsed = mentioned(tokens, grammar, Defaults(statement.catalog, statement.schema))
            read, written = set(glimpsed[0]), set(glimpsed[1])
    stem = fingerprint.of_text(statement.sql)
    lineage = StatementLineage(
        status="failed",
        reasons=(reason,),
        sources=tuple(sorted(read)),
        targets=tuple(sorted(written)),
        fingerprint=stem.fingerprint,
        analyser=ANALYSER,
    )
    return Analysed(lineage, _shared(statement.sql, stem, lineage))


def _statement(written: Written, tokens: list[Token]) -> bool:
    """Read one statement of a script; gives whether anything of it could be read."""
    session = written.session
    try:
        check_nesting(tokens, session.grammar.types)
        trees = session.grammar.trees(tokens, session.text)
    except Trouble as trouble:
        session.report.take(trouble.as_reason(session.text))
        _note_mentioned(written, tokens)
        return False
    for tree in trees:
        try:
            _follow(written, tree, tokens)
        except Trouble as trouble:
            session.report.take(trouble.as_reason(session.text))
            _note_mentioned(written, tokens)
        except RecursionError:
            session.report.add("nesting-too-deep", offset=tokens[0].start)
            _note_mentioned(written, tokens)
        except Exception as error:  # noqa: BLE001  # because this is the rim of the workers: a fault here must become a gap, not lost lineage
            session.report.add("analyser-fault", type(error).__name__, tokens[0].start)
            _note_mentioned(written, tokens)
    return bool(trees)


def _follow(written: Written, tree: Expr, tokens: Sequence[Token]) -> None:
    session = written.session
    for kinds, follow in _FOLLOWED:
        if isinstance(tree, kinds):
            follow(written, tree)
            return
    if isinstance(tree, exp.Use):
        scripts.use(session, tree)
    elif isinstance(tree, exp.Command):
        _command(written, tree, tokens)
    elif isinstance(tree, (exp.Set, exp.Pragma)) and tree.find(exp.Query, exp.Table) is None:
        words = " ".join(token.text for token in tokens[1:])
        scripts.set_search_path(session, words)
    elif isinstance(tree, exp.Column) and tree.name.upper() in _IDLE_COMMANDS:
        return
    elif not isinstance(tree, _IDLE):
        targets.unsupported(written, tree)
        _note_mentioned(written, tokens)


def _command(written: Written, tree: Expr, tokens: Sequence[Token]) -> None:
    """What the parser gave up on: a few commands are known to move nothing."""
    session = written.session
    verb = tree.name.upper()
    words = " ".join(token.text for token in tokens[1:])
    moves = {"select", "into", "from", "data"} & {word.lower() for word in words.split()}
    if verb == "SET" and scripts.set_search_path(session, words):
        return
    if (verb in _IDLE_COMMANDS or verb == "SET") and not moves:
        return
    session.report.add("unsupported-statement", verb.lower(), tokens[0].start)
    _note_mentioned(written, [*tokens, *_swallowed(session, tokens)])


def _swallowed(session: Session, tokens: Sequence[Token]) -> list[Token]:
    """The words of a statement that the tokenizer took as one piece because it does not know the verb."""
    found: list[Token] = []
    for token in tokens[1:]:
        if token.token_type is TokenType.STRING:
            with suppress(Trouble):
                found += session.grammar.tokens(token.text)
    return found


def _note_mentioned(written: Written, tokens: Sequence[Token]) -> None:
    """Sources and targets by their place in the text, so that an unread statement still stands between the right tables."""
    read, touched = mentioned(tokens, written.session.grammar, written.session.defaults)
    for name in read:
        written.session.sources[name] = None
    for name in touched:
        written.target(name)


def _result(written: Written, tokens: Sequence[Token], any_read: bool) -> Analysed:
    session = written.session
    reasons = session.report.reasons
    status: Status = "complete" if not reasons else "partial" if any_read else "failed"
    edges = tuple(written.edges())
    read = {*session.sources, *(edge.source_table for edge in edges)}
    sources, goals = tuple(sorted(read)), tuple(sorted({*written.targets, *session.touched}))
    overwrites = tuple(sorted(written.overwrites))
    stem = fingerprint.of_lineage(tokens, session.grammar, sources=sources, targets=goals, overwrites=overwrites, edges=edges)
    lineage = StatementLineage(
        status=status,
        reasons=reasons,
        sources=sources,
        targets=goals,
        edges=edges,
        overwrites=overwrites,
        fingerprint=stem.fingerprint,
        analyser=ANALYSER,
    )
    return Analysed(lineage, _shared(session.text, stem, lineage), None if session.is_script else written.given)


def _shared(text: str, stem: fingerprint.Stem, lineage: StatementLineage) -> str | None:
    """The stem, unless tokens may matter by what they are: one stands inside a longer word, or is or meets a name."""
    pieces, _, tokens = apart(text)
    if not tokens:
        return stem.digest
    is_plain = tokens == stem.tokens and not any(MARK in word.lower() for word in (*pieces, *_names(lineage)))
    return stem.digest if is_plain else None


def _names(lineage: StatementLineage) -> Iterable[str]:
    """Every word of a lineage that comes from the statement."""
    yield from (*lineage.sources, *lineage.targets, *lineage.overwrites)
    for reason in lineage.reasons:
        yield reason.subject
    for edge in lineage.edges:
        yield from (edge.source_column or "", edge.target_column or "", *edge.functions)


__all__ = ["ANALYSER", "Analysed", "Grammar", "NoSchemas", "analyse", "analyse_query", "analyse_shape", "referenced_tables"]
