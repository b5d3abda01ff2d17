"""Procedures, functions, triggers, tasks and events: where their bodies begin and end, in the text or inside a string of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from headwater.capture.sql.adapter import Token, TokenType, moved, word
from headwater.capture.sql.characters import with_numbers
from headwater.capture.sql.reasons import Trouble, place
from headwater.capture.sql.scripts.extents import CLOSING, OPENING, after_semicolon
from headwater.capture.sql.scripts.steps import Block, Plain, Routine, Step, Tokens, keyword
from headwater.capture.sql.scripts.values import parts
from headwater.capture.sql.session import Session

if TYPE_CHECKING:
    from headwater.capture.sql.scripts.reading import Reader

_MODES = frozenset({"IN", "INOUT", "OUT", "OUTPUT", "VARIADIC"})
_READ = frozenset({"", "EDBSPL", "PLPGSQL", "SQL"})
"""Languages of bodies that are read."""
_STATEMENTS = frozenset(
    {"BEGIN", "CALL", "DECLARE", "DELETE", "FOR", "IF", "INSERT", "REPLACE", "RETURN", "SELECT", "SET", "UPDATE", "WITH"}
)
_EXTENDS = frozenset({"DEFAULT", "SECURITY", "READS", "MODIFIES", "CONTAINS", "RETURNS", "NOT", "NO"})


def inner_tokens(token: Token, session: Session) -> Tokens:
    """The tokens of a text inside a string, placed in the text around it.

    Raises:  Trouble: it cannot be read, or strings are nested too deep.
    """
    raw = session.text[token.start : token.end + 1]
    inside = raw.find(token.text)
    offset = token.start + (inside if inside > 0 else 1)
    line, column = place(session.text, offset)
    session.steps.spend(len(token.text))
    try:
        tokens = session.grammar.tokens(token.text)
        tokens = with_numbers(tokens) if session.grammar.name == "oracle" else tokens
        return [moved(each, offset, line, column) for each in tokens]
    except Trouble as trouble:
        raise Trouble(trouble.reason, trouble.subject, offset=token.start) from None


def routine(reader: Reader, kind: str, name_at: int) -> list[Step]:
    """A routine with its body; a trigger, or a body in another language, stays a statement that is not followed."""
    tokens, start = reader.tokens, reader.at
    name, at = _name(tokens, name_at)
    parameters: list[str] = []
    outs: tuple[str, ...] = ()
    if kind == "TRIGGER":
        return _trigger(reader, name, at)
    if at < len(tokens) and tokens[at].token_type is TokenType.L_PAREN and kind not in ("TASK", "EVENT"):
        close = _closing(tokens, at)
        parameters = _parameters(tokens[at + 1 : close])
        outs = _outs(tokens[at + 1 : close])
        at = close + 1
    elif reader.is_tsql:
        body_at = _body_at(tokens, at, kind, needs_as=reader.is_tsql)
        parameters = [text for text in _parameters(tokens[at:body_at]) if text.startswith("@")]
        outs = _outs(tokens[at:body_at])
    body_at = _body_at(tokens, at, kind, needs_as=reader.is_tsql)
    condition = _condition(tokens[at:body_at]) if kind == "TASK" else ()
    reader.at = body_at
    made = _body(reader, kind, start)
    if made is None:
        reader.at = start
        return [reader.plain()]
    whole = tokens[start : reader.at]
    return [Routine(kind.lower(), name.lower(), tokens[start].start, tuple(parameters), outs, made, condition, text=whole)]


def _trigger(reader: Reader, name: str, at: int) -> list[Step]:
    """A trigger whose body stands in its definition; one that names a function stays a statement."""
    tokens, start = reader.tokens, reader.at
    on_at = next((here for here in range(at, min(len(tokens), at + 40)) if keyword(tokens[here]) == "ON"), None)
    if on_at is None:
        return [reader.plain()]
    on_end = on_at + 2
    while on_end + 1 < len(tokens) and tokens[on_end].token_type is TokenType.DOT:
        on_end += 2
    body_at = on_end
    while body_at < len(tokens) and not (
        keyword(tokens[body_at]) == "AS" if reader.is_tsql else keyword(tokens[body_at]) in ("ROW", "EXECUTE") or _ends(tokens[body_at])
    ):
        body_at += 1
    if body_at + 1 >= len(tokens) or keyword(tokens[body_at]) not in ("AS", "ROW"):
        return [reader.plain()]
    body_at += 1
    if keyword(tokens[body_at]) in ("FOLLOWS", "PRECEDES"):
        body_at += 2
    if keyword(tokens[body_at]) in ("WHEN", "EXECUTE", "COMPOUND"):
        return [reader.plain()]
    inner = reader.inside(tokens, body_at)
    steps = inner.all() if reader.is_tsql else tuple(inner.step())
    reader.at = inner.at
    on, whole = tokens[on_at + 1 : on_end], tokens[start : reader.at]
    return [Routine("trigger", name.lower(), tokens[start].start, body=steps, on=on, text=whole)]


def _ends(token: Token) -> bool:
    return token.token_type is TokenType.SEMICOLON


def _name(tokens: Tokens, at: int) -> tuple[str, int]:
    """The dotted name that begins here, without its qualifiers, and the place behind it."""
    if [keyword(token) for token in tokens[at : at + 3]] == ["IF", "NOT", "EXISTS"]:
        at += 3
    name = ""
    while at < len(tokens):
        name = tokens[at].text
        at += 1
        if at >= len(tokens) or tokens[at].token_type is not TokenType.DOT:
            break
        at += 1
    return name, at


def _closing(tokens: Tokens, at: int) -> int:
    depth = 0
    for here in range(at, len(tokens)):
        depth += (tokens[here].token_type in OPENING) - (tokens[here].token_type in CLOSING)
        if depth == 0:
            return here
    return len(tokens) - 1


def _parameters(tokens: Tokens) -> list[str]:
    """The names in a list of parameters; a name for what is only a type does no harm."""
    names: list[str] = []
    depth, awaits = 0, True
    for at, token in enumerate(tokens):
        kind = token.token_type
        depth += (kind in OPENING) - (kind in CLOSING)
        if depth == 0 and kind is TokenType.COMMA:
            awaits = True
        elif awaits and depth == 0 and keyword(token) not in _MODES and kind is not TokenType.PARAMETER:
            sigil = "@" if at and tokens[at - 1].token_type is TokenType.PARAMETER else ""
            names.append(sigil + token.text.lower())
            awaits = False
    return names


def _outs(tokens: Tokens) -> tuple[str, ...]:
    """The parameters that OUT, INOUT or OUTPUT stands with."""
    listed = [each for each in parts(tokens) if {"OUT", "INOUT", "OUTPUT"} & {keyword(token) for token in each}]
    return tuple(name for each in listed for name in _parameters(each)[:1])


def _body_at(tokens: Tokens, at: int, kind: str, *, needs_as: bool = False) -> int:
    """Where the body begins: behind AS, IS or DO, or at a statement."""
    depth = 0
    while at < len(tokens):
        token = tokens[at]
        word = keyword(token)
        depth += (token.token_type in OPENING) - (token.token_type in CLOSING)
        before = keyword(tokens[at - 1])
        if token.token_type is TokenType.SEMICOLON:
            return at
        if depth == 0 and ((word in ("AS", "IS") and before not in ("EXECUTE", "EXEC")) or (word == "DO" and kind == "EVENT")):
            return at + 1
        if depth == 0 and not needs_as and kind not in ("TASK", "EVENT") and word in _STATEMENTS and before not in _EXTENDS:
            return at
        at += 1
    return at


def _condition(tokens: Tokens) -> Tokens:
    for at, token in enumerate(tokens):
        if keyword(token) == "WHEN":
            return [each for each in tokens[at + 1 :] if keyword(each) not in ("AS",)]
    return ()


def _body(reader: Reader, kind: str, start: int) -> tuple[Step, ...] | None:
    """The steps of the body that begins here; None where it is not one that can be read."""
    tokens, at = reader.tokens, reader.at
    if at >= len(tokens) or tokens[at].token_type is TokenType.SEMICOLON:
        return None
    if tokens[at].token_type.name.endswith("STRING"):
        return _in_string(reader, start)
    inner = reader.inside(tokens, at)
    if reader.is_tsql and kind in ("PROC", "PROCEDURE", "FUNCTION"):
        steps = inner.all()
    elif keyword(tokens[at]) in ("BEGIN", "DECLARE") or kind in ("TASK", "EVENT"):
        steps = tuple(inner.step())
    elif reader.session.grammar.name == "oracle":
        steps = (*inner.declarations(), *(inner.block() if inner.word() == "BEGIN" else ()))
        steps = (Block(steps),)
    elif keyword(tokens[at]) in _STATEMENTS:
        steps = tuple(inner.step())
    else:
        end = after_semicolon(tokens, at)
        if _language(tokens[start:end]) not in _READ or any(token.token_type.name.endswith("STRING") for token in tokens[at : at + 2]):
            return None
        inner.at = end
        steps = (_returned(tokens[at:end]),)
    reader.at = inner.at
    return steps


def _in_string(reader: Reader, start: int) -> tuple[Step, ...] | None:
    tokens, at = reader.tokens, reader.at
    end = after_semicolon(tokens, at)
    if _language(tokens[start:end]) not in _READ:
        return None
    try:
        body = inner_tokens(tokens[at], reader.session)
    except Trouble as trouble:
        reader.session.report.take(trouble.as_reason(reader.session.text))
        return None
    reader.at = end
    is_value = not body or keyword(body[0]) not in _STATEMENTS | {"CREATE", "ALTER", "DROP", "TRUNCATE", "MERGE", "COPY", "EXECUTE"}
    if (
        is_value
        and "FUNCTION" in [keyword(token) for token in tokens[start : start + 8]]
        and len(body) < 4_000
        and not _has_semicolon(body)
    ):
        return (_returned(body),) if body else ()
    return reader.inside(body).all()


def _has_semicolon(tokens: Tokens) -> bool:
    return any(_ends(token) for token in tokens)


def _returned(tokens: Tokens) -> Plain:
    """A body that is a value or a query: what it returns."""
    return Plain([word(TokenType.VAR, "RETURN", tokens[0]), *tokens])


def _language(tokens: Tokens) -> str:
    """The language that a routine names."""
    for at, token in enumerate(tokens[:-1]):
        if keyword(token) == "LANGUAGE":
            return tokens[at + 1].text.upper()
    return ""
