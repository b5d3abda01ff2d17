"""One SQL text in, its lineage out: the entry of this package.

Order of work: bounds and tokens, cut into statements, then per statement parse and follow. Whatever cannot be followed becomes a reason;
nothing raises, because an exception would be lineage lost. The result depends on the statement, the schemas asked for and `ANALYSER` only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial

import msgspec

from headwater.capture.redaction.tokens import MARK, apart
from headwater.capture.sql import fingerprint
from headwater.capture.sql.adapter import VERSION, Grammar, Token, TokenType, deep_recursion, grammar_of, uncollected
from headwater.capture.sql.characters import tokens_of
from headwater.capture.sql.names import Defaults, SchemaLookup
from headwater.capture.sql.queries.queries import relation_of
from headwater.capture.sql.reasons import Trouble
from headwater.capture.sql.scripts import texts
from headwater.capture.sql.scripts.parts import Parts, Told
from headwater.capture.sql.scripts.reading import steps_of
from headwater.capture.sql.scripts.running import Running
from headwater.capture.sql.scripts.steps import Plain
from headwater.capture.sql.scripts.verbs import run_statement
from headwater.capture.sql.session import Session
from headwater.capture.sql.statements import modified
from headwater.capture.sql.words.mentioned import functions_made, mentioned
from headwater.capture.sql.writes.written import Written, edges_of
from headwater.model.lineage import Mentions, Reason, Script, ScriptPart, Statement, StatementLineage, Status, TableEdge

ANALYSER = f"headwater-sql/11+sqlglot-{VERSION}"
"""Names the rules by which lineage was read; changes whenever a result may change."""

_GLANCE = 20_000
"""Characters looked at for names of tables when a text is not read."""


_UNREAD = frozenset({"analyser-fault", "dynamic-statement", "nesting-too-deep", "parse-error", "unsupported-statement", "work-budget"})
"""Reasons for which a statement without any edge counts as not read at all."""


class Analysed(msgspec.Struct, frozen=True):
    """A statement's lineage, the stem of its fingerprint where the lineage holds for every statement of its shape (`cache`), and the
    columns that one query gives its reader, where all are known."""

    lineage: StatementLineage
    stem: str | None = None
    given: tuple[str, ...] | None = None


class NoSchemas:
    """A catalog that knows nothing."""

    def columns(self, table: str) -> Mapping[str, str] | None:
        """Never known."""
        return None


def analyse(statement: Statement, schemas: SchemaLookup, *, through_views: bool = False, masking: Collection[str] = ()) -> StatementLineage:
    """What a SQL text reads, writes and lets flow where, with status and reasons. Never raises; a fault of `schemas` is a reason.

    A view is a dataset of its own unless asked to look through: then what reaches its columns is told of the tables behind it, as far
    as `schemas` is a `ViewLookup` and knows its definition. `masking` names functions of the caller's own that hide values; they are
    trusted to look at their arguments only.

    Cost: linear in the text for ordinary statements; bounded by a budget of steps for all.
    """
    return _analysed(statement, schemas, masking, through_views=through_views).lineage


def analyse_query(statement: Statement, schemas: SchemaLookup) -> tuple[StatementLineage, tuple[str, ...] | None]:
    """The same, and the columns that the text gives its reader, in order: lineage alone does not tell those that come from nowhere.

    None where they are not all known, or the text is not one query.
    """
    found = analyse_shape(statement, schemas)
    return found.lineage, found.given


def analyse_shape(statement: Statement, schemas: SchemaLookup, *, masking: Collection[str] = ()) -> Analysed:
    """The same, with what is needed to know the lineage of statements that differ from it in redaction's tokens only."""
    return _analysed(statement, schemas, masking, through_views=False)


def analyse_script(statement: Statement, schemas: SchemaLookup, *, masking: Collection[str] = ()) -> Script:
    """The same, and beside it what each statement says on its own; one that holds others (a text that is run) stands beside them.

    Reasons that no statement has alone, as that of a block without an end, are told of the whole.
    """
    parts = Parts()
    whole = _analysed(statement, schemas, masking, through_views=False, parts=parts).lineage
    grammar = grammar_of(statement.dialect)
    if grammar is None or not parts.tells_more:
        return Script(whole)
    return Script(whole, tuple(ScriptPart(*span, told.kind, _part(grammar, told)) for span, told in parts.in_order()))


def _analysed(
    statement: Statement, schemas: SchemaLookup, masking: Collection[str], *, through_views: bool, parts: Parts | None = None
) -> Analysed:
    grammar = grammar_of(statement.dialect)
    with uncollected():
        try:
            tokens = _tokens(statement, grammar)
        except Trouble as trouble:
            return _failed(statement, grammar, trouble.as_reason(statement.sql))
        written = _prepared(statement, grammar, schemas, masking, through_views=through_views)
        written.tells_apart = parts is not None
        written.session.redefined = functions_made(tokens, statement.sql)
        _run(written, tokens, parts)
        return _result(written, tokens)


def _tokens(statement: Statement, grammar: Grammar | None) -> list[Token]:
    """The words of a text that can be read at all.

    Raises:  Trouble: it cannot.
    """
    if grammar is None:
        raise Trouble("unknown-dialect", (statement.dialect or "")[:40])
    tokens = tokens_of(statement.sql, grammar)
    texts.check_templating(tokens, statement.sql)
    if all(token.token_type is TokenType.SEMICOLON for token in tokens):
        hidden = texts.hidden_code(statement.sql, grammar)
        if hidden is not None:
            raise Trouble("unsupported-statement", "executable comment", offset=hidden)
        raise Trouble("no-statement", line=1, column=1)
    return texts.with_semicolons(tokens) if grammar.name in texts.CLIENTS else tokens


def _prepared(
    statement: Statement, grammar: Grammar | None, schemas: SchemaLookup, masking: Collection[str], *, through_views: bool
) -> Written:
    """An empty account of a text."""
    assert grammar is not None
    session = Session(statement.sql, grammar, schemas, Defaults(statement.catalog, statement.schema), relation_of, masking)
    session.through_views = through_views
    hidden = texts.hidden_code(statement.sql, grammar)
    if hidden is not None:
        session.report.add("unsupported-clause", "executable comment", hidden)
    written = Written(session)
    session.modified = partial(modified, written)
    return written


def _run(written: Written, tokens: Sequence[Token], parts: Parts | None) -> None:
    """Cut the text into steps and follow them; what goes wrong around the statements themselves ends the reading with a reason."""
    session = written.session
    with written.followed(tokens), deep_recursion():
        steps = steps_of(tokens, session)
        session.is_script = len(steps) > 1 or not all(isinstance(step, Plain) for step in steps)
        running = Running(written, run_statement)
        running.parts = parts
        if parts is not None:
            parts.in_script = session.is_script
        running.run(steps)


def mentions_of(statement: Statement) -> Mentions:
    """Every table and file a text reads or writes, dotted and sorted, and whether it may say in `made` what columns one has."""
    lineage = analyse(statement, NoSchemas())
    return Mentions(tuple(sorted({*lineage.sources, *lineage.targets})), bool(lineage.made))


def referenced_tables(statement: Statement) -> tuple[str, ...]:
    """The tables alone: the schemas that `analyse` will ask for."""
    return mentions_of(statement).tables


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
        made=tuple((table, None) for table in sorted(written)),
        fingerprint=stem.fingerprint,
        analyser=ANALYSER,
    )
    return Analysed(lineage, _shared(statement.sql, stem, lineage))


def _result(written: Written, tokens: Sequence[Token]) -> Analysed:
    session = written.session
    told = Told(tokens, sources=session.sources, targets={**written.targets, **session.touched}, overwrites=written.overwrites)
    told.reasons = {(reason.code, reason.subject): reason for reason in session.report.reasons}
    lineage, stem = _lineage(session.grammar, told, written.edges(), is_read=written.any_read)
    lineage = msgspec.structs.replace(lineage, made=session.left(certain=lineage.status == "complete"))
    return Analysed(lineage, _shared(session.text, stem, lineage), None if session.is_script else written.given)


def _part(grammar: Grammar, told: Told) -> StatementLineage:
    edges = edges_of(told.flows)
    return _lineage(grammar, told, edges, is_read=bool(edges) or not _UNREAD & {code for code, _ in told.reasons})[0]


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
    for table, columns in lineage.made:
        yield from (table, *(columns or ()))
    for edge in lineage.edges:
        yield from (edge.source_column or "", edge.target_column or "", *edge.functions)


def _lineage(grammar: Grammar, told: Told, edges: Sequence[TableEdge], *, is_read: bool) -> tuple[StatementLineage, fingerprint.Stem]:
    reasons = tuple(told.reasons.values())
    status: Status = "complete" if not reasons else "partial" if is_read else "failed"
    sources = tuple(sorted({*told.sources, *(edge.source_table for edge in edges)}))
    goals, overwrites = tuple(sorted(told.targets)), tuple(sorted(told.overwrites))
    stem = fingerprint.of_lineage(told.tokens, grammar, sources=sources, targets=goals, overwrites=overwrites, edges=edges)
    lineage = StatementLineage(
        status=status,
        reasons=reasons,
        sources=sources,
        targets=goals,
        edges=tuple(edges),
        overwrites=overwrites,
        fingerprint=stem.fingerprint,
        analyser=ANALYSER,
    )
    return lineage, stem


__all__ = [
    "ANALYSER",
    "Analysed",
    "Grammar",
    "NoSchemas",
    "analyse",
    "analyse_query",
    "analyse_script",
    "analyse_shape",
    "mentions_of",
    "referenced_tables",
]
