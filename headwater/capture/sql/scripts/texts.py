"""A text as a whole, before it is cut: templates that were not rendered, comments that are code, delimiters of MySQL's client."""

from __future__ import annotations

import re
from collections.abc import Sequence

from headwater.capture.sql.adapter import Grammar, Token, TokenType, word
from headwater.capture.sql.reasons import Trouble

_EXECUTABLE = re.compile(r"/\*[mM]?!")
_RUNS_COMMENTS = frozenset({"", "doris", "mysql", "singlestore", "starrocks"})
CLIENTS = _RUNS_COMMENTS
"""Dialects whose client understands DELIMITER."""


def check_templating(tokens: Sequence[Token], text: str) -> None:
    """Refuse a text in which a template was not rendered.

    Raises:  Trouble: with the place of the first mark.
    """
    if "{" not in text and "}" not in text:
        return
    before: Token | None = None
    for token in tokens:
        kind = token.token_type
        doubled = kind is TokenType.L_BRACE and before is not None and before.token_type is kind and before.end + 1 == token.start
        if kind in (TokenType.BLOCK_START, TokenType.BLOCK_END) or doubled:
            raise Trouble("templating-left-in", offset=before.start if doubled and before is not None else token.start)
        before = token


def hidden_code(text: str, grammar: Grammar) -> int | None:
    """Where a comment may be code to the engine: MySQL and its kin run what stands in `/*! … */`, MariaDB in `/*M! … */` too."""
    if "/*" not in text or grammar.name not in _RUNS_COMMENTS:
        return None
    found = _EXECUTABLE.search(text)
    return found.start() if found is not None else None


def with_semicolons(tokens: list[Token]) -> list[Token]:
    """The same tokens with what `DELIMITER` declares turned into semicolons, as MySQL's client reads them."""
    if not any(_declares(tokens, at) for at, token in enumerate(tokens) if token.text.upper() == "DELIMITER"):
        return tokens
    found: list[Token] = []
    mark: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if _declares(tokens, at):
            end = at + 1
            while end < len(tokens) and tokens[end].line == token.line:
                end += 1
            mark = [each.text for each in tokens[at + 1 : end]]
            found.append(word(TokenType.SEMICOLON, ";", token))
            at = end
        elif mark and [each.text for each in tokens[at : at + len(mark)]] == mark:
            found.append(word(TokenType.SEMICOLON, ";", token))
            at += len(mark)
        else:
            found.append(token)
            at += 1
    return found


def _declares(tokens: Sequence[Token], at: int) -> bool:
    token = tokens[at]
    is_first = at == 0 or tokens[at - 1].line < token.line
    return token.token_type is TokenType.VAR and token.text.upper() == "DELIMITER" and is_first
