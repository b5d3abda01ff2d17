"""SQL texts: data literals become tokens, comments go, and what cannot be cut with certainty is sealed whole."""

from __future__ import annotations

import re
from typing import NamedTuple

from headwater.capture.redaction.accounts import account_secrets
from headwater.capture.redaction.credentials import names_secret, secret_edits
from headwater.capture.redaction.edits import Edit, Redacted, apply, undo
from headwater.capture.redaction.lexer import BACKSLASH, Lex, Lexeme, Unlexable, lex
from headwater.capture.redaction.literals import Find, find_literals
from headwater.capture.redaction.tokens import DROPPED, MARK, Tokens
from headwater.capture.redaction.vocabulary import SCRIPTS, SQL_BEGINS, STATEMENT_WORDS

SEALED_KIND = "sql"
"""The kind of token that stands for a whole text."""
EXECUTABLE = "/*!*/"
"""What is left of a comment that MySQL and MariaDB run: whoever reads the statement must know that not all of it is here."""
_EXECUTABLE = re.compile(r"/\*[mM]?!")
_LONGEST = 1_000_000
_LONGEST_SEARCHED = 4 * 1024 * 1024
_LONGEST_NAME = 24
"""Lexemes between SET and its equals sign."""
_MOST_SETTINGS = 200
_MOST_LITERALS = 20_000
_DEEPEST = 3
"""SQL in a text in SQL in a text."""
_ESCAPED = re.compile(r"\\(['\"n])")


def redact_statement(sql: str, dialect: str | None, tokens: Tokens, *, depth: int = 0) -> Redacted:
    """The public form of a SQL text; same tables and columns, no data values."""
    if len(sql) > _LONGEST or depth > _DEEPEST:
        return seal_whole(sql, SEALED_KIND, tokens)
    try:
        lexemes = lex(sql, dialect)
    except Unlexable:
        return seal_whole(sql, SEALED_KIND, tokens)
    if _has_odd_signs(lexemes) or sum(lexeme.kind in (Lex.STRING, Lex.NUMBER) for lexeme in lexemes) > _MOST_LITERALS:
        return seal_whole(sql, SEALED_KIND, tokens)
    return apply(sql, _edits(_Reading(sql, lexemes, dialect, tokens, depth)))


def is_script(sql: str, dialect: str | None) -> bool:
    """Whether every part between semicolons holds a word that begins statements; other texts only pretend to be SQL."""
    try:
        lexemes = lex(sql, dialect)
    except (Unlexable, RecursionError):
        return True
    known = empty = True
    for lexeme in lexemes:
        if lexeme.text == ";" and lexeme.kind is Lex.OPERATOR:
            if not (known or empty):
                return False
            known, empty = False, True
        elif lexeme.kind is not Lex.COMMENT:
            known = (known and not empty) or (lexeme.kind is Lex.WORD and lexeme.text in STATEMENT_WORDS)
            empty = False
            if lexeme.kind is Lex.WORD and lexeme.text in SCRIPTS:
                return True
    return known or empty


def _has_odd_signs(lexemes: list[Lexeme]) -> bool:
    """Whether a sign outside of ASCII stands in the statement: a quote of print or of full width, which no reading knows to end."""
    return any(lexeme.kind is Lex.OPERATOR and not lexeme.text.isascii() for lexeme in lexemes)


def seal_whole(text: str, kind: str, tokens: Tokens) -> Redacted:
    """A token in place of the whole text; secrets are dropped from what is sealed, and a text too long to look for them is not sealed."""
    original = apply(text, secret_edits(text)).text if len(text) <= _LONGEST_SEARCHED else None
    token = tokens.token(kind, text)
    return apply(text, [Edit(0, len(text), token, original)])


class _Reading(NamedTuple):
    """A SQL text that was cut, and what is needed to redact it."""

    sql: str
    lexemes: list[Lexeme]
    dialect: str | None
    tokens: Tokens
    depth: int


def _edits(reading: _Reading) -> list[Edit]:
    sql, lexemes = reading.sql, reading.lexemes
    edits = [_edit(reading, find) for find in find_literals(lexemes, dialect=reading.dialect)]
    edits += _kept_secrets(sql, lexemes, gone={edit.start for edit in edits})
    for start, end in (*account_secrets(sql, lexemes), *_secret_settings(sql, lexemes)):
        edits = [edit for edit in edits if edit.end <= start or edit.start >= end]
        edits.append(Edit(start, end, f"'{DROPPED}'", None))
    return sorted(edits)


def _secret_settings(sql: str, lexemes: list[Lexeme]) -> list[tuple[int, int]]:
    """Where the values of `SET some.secret = value` stand, when nothing else does: such values may have no quotes."""
    found: list[tuple[int, int]] = []
    head = ""
    first = True
    for index, lexeme in enumerate(lexemes):
        if lexeme.kind is Lex.COMMENT:
            continue
        if first:
            head = lexeme.text if lexeme.kind is Lex.WORD else ""
        if lexeme.kind is Lex.WORD and lexeme.text == "SET" and (first or head == "ALTER"):
            span = _setting(sql, lexemes, index)
            if span is not None:
                found.append(span)
        first = lexeme.text == ";" and lexeme.kind is Lex.OPERATOR
        if len(found) > _MOST_SETTINGS:
            return [(0, len(sql))]
    return found


def _setting(sql: str, lexemes: list[Lexeme], index: int) -> tuple[int, int] | None:
    """The value of one setting, up to the end of its statement, if its name says that it is a secret."""
    places = range(index + 1, min(index + _LONGEST_NAME, len(lexemes)))
    equals = next((place for place in places if lexemes[place].text in ("=", "TO", ";")), None)
    if equals is None or lexemes[equals].text == ";" or not names_secret(sql[lexemes[index].end : lexemes[equals].start]):
        return None
    for lexeme in lexemes[equals + 1 :]:
        if lexeme.text == ";" and lexeme.kind is Lex.OPERATOR:
            return lexemes[equals].end, lexeme.start
    return lexemes[equals].end, len(sql)


def _edit(reading: _Reading, find: Find) -> Edit:
    original = reading.sql[find.start : find.end]
    if find.kind == "secret":
        return Edit(find.start, find.end, f"'{DROPPED}'", None)
    if find.kind == "sql":
        return _nested(reading, find, original)
    secrets = secret_edits(original)
    if find.kind == "comment":
        public = f" {EXECUTABLE} " if _EXECUTABLE.match(original) is not None else " "
        return Edit(find.start, find.end, public, apply(original, secrets).text)
    if secrets:
        return Edit(find.start, find.end, f"'{DROPPED}'", None)
    return Edit(find.start, find.end, f"'{reading.tokens.token(find.kind, find.value)}'", original)


def _nested(reading: _Reading, find: Find, original: str) -> Edit:
    """SQL inside a text: redacted as SQL, or a token for the whole when it cannot be read as such."""
    text = _unescaped(find.value) if reading.dialect in BACKSLASH else find.value
    if secret_edits(original):
        return Edit(find.start, find.end, f"'{DROPPED}'", None)
    token = f"'{reading.tokens.token('str', find.value)}'"
    if text is None or SQL_BEGINS.match(text) is None or not is_script(text, None):
        return Edit(find.start, find.end, token, original)
    inner = redact_statement(text, None, reading.tokens, depth=reading.depth + 1)
    if undo(inner.text, inner.spans) != text:
        return Edit(find.start, find.end, f"'{DROPPED}'", None)
    if inner.text.startswith(f"{MARK}{SEALED_KIND}:") or "\\" in inner.text:
        return Edit(find.start, find.end, token, original)
    quote = "\\'" if reading.dialect in BACKSLASH else "''"
    return Edit(find.start, find.end, "'" + inner.text.replace("'", quote) + "'", original)


def _unescaped(text: str) -> str | None:
    """A text without the escapes of quotes and line ends; None when there are others."""
    plain = _ESCAPED.sub(lambda match: "\n" if match.group(1) == "n" else match.group(1), text)
    return None if "\\" in plain else plain


def _kept_secrets(sql: str, lexemes: list[Lexeme], *, gone: set[int]) -> list[Edit]:
    """Secrets inside literals and quoted names that lineage needs, such as a signed URL that is read from."""
    return [
        Edit(edit.start + lexeme.start, edit.end + lexeme.start, edit.replacement, None)
        for lexeme in lexemes
        if (lexeme.kind is Lex.STRING or lexeme.kind is Lex.QUOTED) and lexeme.start not in gone
        for edit in secret_edits(sql[lexeme.start : lexeme.end])
    ]
