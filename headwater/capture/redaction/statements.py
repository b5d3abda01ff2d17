"""SQL texts: data literals become tokens, comments go, and what cannot be cut with certainty is sealed whole."""

from __future__ import annotations

from headwater.capture.redaction.credentials import names_secret, secret_edits
from headwater.capture.redaction.edits import Edit, Redacted, apply
from headwater.capture.redaction.lexer import Lex, Lexeme, Unlexable, lex
from headwater.capture.redaction.literals import Find, find_literals
from headwater.capture.redaction.tokens import DROPPED, Tokens

SEALED_KIND = "sql"
"""The kind of token that stands for a whole text."""
_LONGEST = 1_000_000
_LONGEST_NAME = 24
"""Lexemes between SET and its equals sign."""
_MOST_SETTINGS = 200


def redact_statement(sql: str, dialect: str | None, tokens: Tokens) -> Redacted:
    """The public form of a SQL text; same tables and columns, no data values."""
    if len(sql) > _LONGEST:
        return seal_whole(sql, SEALED_KIND, tokens)
    try:
        lexemes = lex(sql, dialect)
    except Unlexable:
        return seal_whole(sql, SEALED_KIND, tokens)
    return apply(sql, _edits(sql, lexemes, tokens))


def seal_whole(text: str, kind: str, tokens: Tokens) -> Redacted:
    """A token in place of the whole text; secrets are dropped from what is sealed."""
    original = apply(text, secret_edits(text)).text
    token = tokens.token(kind, text)
    return apply(text, [Edit(0, len(text), token, original)])


def _edits(sql: str, lexemes: list[Lexeme], tokens: Tokens) -> list[Edit]:
    edits = [_edit(sql, find, tokens) for find in find_literals(lexemes)]
    edits += _kept_secrets(sql, lexemes, gone={edit.start for edit in edits})
    for start, end in _secret_settings(sql, lexemes):
        edits = [edit for edit in edits if edit.end <= start or edit.start >= end]
        edits.append(Edit(start, end, f"'{DROPPED}'", None))
    return sorted(edits)


def _secret_settings(sql: str, lexemes: list[Lexeme]) -> list[tuple[int, int]]:
    """Where the values of `SET some.secret = value` stand, when nothing else does: such values may have no quotes."""
    found = []
    first = True
    for index, lexeme in enumerate(lexemes):
        if first and lexeme.kind is Lex.WORD and lexeme.text == "SET":
            span = _setting(sql, lexemes, index)
            if span is not None:
                found.append(span)
        first = lexeme.text == ";" and lexeme.kind is Lex.OPERATOR
        if len(found) > _MOST_SETTINGS:
            return [(0, len(sql))]
    return found


def _setting(sql: str, lexemes: list[Lexeme], index: int) -> tuple[int, int] | None:
    """The value of one setting, up to the end of its statement, if its name says that it is a secret."""
    equals = next((place for place in range(index + 1, min(index + _LONGEST_NAME, len(lexemes))) if lexemes[place].text == "="), None)
    if equals is None or not names_secret(sql[lexemes[index].end : lexemes[equals].start]):
        return None
    for lexeme in lexemes[equals + 1 :]:
        if lexeme.text == ";" and lexeme.kind is Lex.OPERATOR:
            return lexemes[equals].end, lexeme.start
    return lexemes[equals].end, len(sql)


def _edit(sql: str, find: Find, tokens: Tokens) -> Edit:
    original = sql[find.start : find.end]
    if find.kind == "secret":
        return Edit(find.start, find.end, f"'{DROPPED}'", None)
    secrets = secret_edits(original)
    if find.kind == "comment":
        return Edit(find.start, find.end, " ", apply(original, secrets).text)
    if secrets:
        return Edit(find.start, find.end, f"'{DROPPED}'", None)
    return Edit(find.start, find.end, f"'{tokens.token(find.kind, find.value)}'", original)


def _kept_secrets(sql: str, lexemes: list[Lexeme], *, gone: set[int]) -> list[Edit]:
    """Secrets inside literals and quoted names that lineage needs, such as a signed URL that is read from."""
    return [
        Edit(edit.start + lexeme.start, edit.end + lexeme.start, edit.replacement, None)
        for lexeme in lexemes
        if (lexeme.kind is Lex.STRING or lexeme.kind is Lex.QUOTED) and lexeme.start not in gone
        for edit in secret_edits(sql[lexeme.start : lexeme.end])
    ]
