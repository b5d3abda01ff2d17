"""From characters to tokens: what must not reach the tokenizer, and what engines read in different ways and so cannot be trusted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from headwater.capture.sql.adapter import Grammar, Token, TokenType
from headwater.capture.sql.budget import MAX_WORDS, check_text, check_words
from headwater.capture.sql.reasons import Trouble
from headwater.capture.sql.rows import folded

_MARK = "\ufeff"
_ODD_SPACE = re.compile("[\x1c-\x1f\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
"""Space to the tokenizer; to most engines part of a name, or an error."""
_ODD_LETTER = re.compile("[\u180e\u200b-\u200d\u2060\ufeff]")
"""Without width: part of a name to the tokenizer, and invisible to a reader."""
_SPACED = frozenset({"", "duckdb"})
"""Dialects whose engine takes these for a space: U+00A0, U+2000 to U+200B, U+202F, U+205F, U+2060, U+3000 and U+FEFF."""
_ODD_SPACE_THERE = re.compile("[\x1c-\x1f\x85\u1680\u2028\u2029]")
_SPACE_THERE = re.compile("[\u200b\u2060\ufeff]")
_LINE_COMMENT = re.compile(r"--[^\n]*+")
_ENDS_AT_RETURN = frozenset({"", "athena", "bigquery", "databricks", "duckdb", "hive", "postgres", "presto", "redshift", "spark", "trino"})
"""Dialects whose engine ends a comment of one line at a carriage return, as the tokenizer does."""
_CONTINUES = frozenset({"databricks", "spark", "spark2"})
"""Dialects in which a comment of one line goes on after a backslash at its end."""
_TEMPLATE = re.compile(r"\{\{|\{%|\$\{")
_QUOTING = frozenset(
    {TokenType.STRING, TokenType.NATIONAL_STRING, TokenType.RAW_STRING, TokenType.HEREDOC_STRING, TokenType.UNICODE_STRING}
    | {TokenType.BYTE_STRING, TokenType.IDENTIFIER, TokenType.HINT}
)
_VALUES = frozenset({TokenType.VAR, TokenType.IDENTIFIER, TokenType.NUMBER, TokenType.STRING, TokenType.R_PAREN, TokenType.R_BRACKET})
_DOLLAR_NAMES = frozenset({"$action", "$cuid", "$edge_id", "$from_id", "$identity", "$node_id", "$partition", "$rowguid", "$to_id"})
_NO_DOLLAR_FIRST = frozenset({"athena", "bigquery", "fabric", "oracle", "presto", "trino", "tsql"})
"""Dialects in which no plain name begins with a dollar sign."""


def tokens_of(text: str, grammar: Grammar) -> list[Token]:
    """The tokens of a text.

    Raises:  Trouble: too long, not to be split, with a template left in, or with characters that engines read differently.
    """
    check_text(text)
    read = folded(text, grammar) if len(text) > MAX_WORDS else text
    check_words(read)
    if read.startswith(_MARK):
        read = " " + read[1:]
    if grammar.name in _SPACED and not read.isascii():
        read = _spaced(read, grammar)
    try:
        tokens = grammar.tokens(read)
    except Trouble:
        mark = _TEMPLATE.search(read)
        if mark is not None:
            raise Trouble("templating-left-in", offset=mark.start()) from None
        raise
    _check_comments(read, grammar)
    if _ODD_SPACE.search(read) or _ODD_LETTER.search(read):
        _check_spaces(tokens, read, grammar)
    _check_templates(tokens, read, grammar)
    if grammar.name == "oracle" and ":" in read:
        tokens = with_numbers(tokens)
    return _with_parameters(tokens) if "%s" in read or "%(" in read else tokens


def _spaced(text: str, grammar: Grammar) -> str:
    """Characters without width as the spaces that the engine takes them for, quotes apart."""
    if not _SPACE_THERE.search(text):
        return text
    quoted = [(token.start, token.end) for token in grammar.tokens(text) if token.token_type in _QUOTING]
    pieces, done = [], 0
    for start, end in quoted:
        pieces += [_SPACE_THERE.sub(" ", text[done:start]), text[start : end + 1]]
        done = end + 1
    return "".join([*pieces, _SPACE_THERE.sub(" ", text[done:])])


def _check_comments(text: str, grammar: Grammar) -> None:
    """Refuse comments whose end engines see in different places: code may hide there."""
    may_return = "\r" in text and grammar.name not in _ENDS_AT_RETURN
    may_go_on = "\\\n" in text and grammar.name in _CONTINUES
    for found in _LINE_COMMENT.finditer(text) if may_return or may_go_on else ():
        is_ended = found.end() < len(text)
        returns = may_return and "\r" in (found[0].removesuffix("\r") if is_ended else found[0])
        if returns or (may_go_on and is_ended and found[0].endswith("\\")):
            raise Trouble("parse-error", "a comment that engines end in different places", offset=found.start())


def _check_spaces(tokens: Sequence[Token], text: str, grammar: Grammar) -> None:
    """Refuse white space, outside of quotes and comments, that the engine may take for a part of a name."""
    odd = _ODD_SPACE_THERE if grammar.name in _SPACED else _ODD_SPACE
    end = 0
    for token in tokens:
        between = text[end : token.start]
        if between and "--" not in between and "/*" not in between and "#" not in between:
            found = odd.search(between)
            if found is not None:
                raise Trouble("parse-error", "white space that engines read differently", offset=end + found.start())
        if token.token_type not in _QUOTING:
            found = _ODD_LETTER.search(token.text)
            if found is not None:
                raise Trouble("parse-error", "white space that engines read differently", offset=token.start)
        end = token.end + 1


def _check_templates(tokens: Sequence[Token], text: str, grammar: Grammar) -> None:
    """Refuse what a program should have replaced: `${name}`, `{name}`, and `$name` where no name begins so."""
    if "{" not in text and "$" not in text:
        return
    for at, token in enumerate(tokens):
        kind, follows = token.token_type, tokens[at + 1 : at + 3]
        if kind is TokenType.L_BRACE:
            before = tokens[at - 1] if at else None
            if before is not None and before.text.endswith("$") and before.end + 1 == token.start:
                raise Trouble("templating-left-in", offset=before.end)
            if (
                len(follows) == 2
                and (not at or tokens[at - 1].token_type is not kind)
                and follows[0].token_type is not TokenType.NUMBER
                and follows[1].token_type is TokenType.R_BRACE
            ):
                raise Trouble("templating-left-in", offset=token.start)
        elif _is_template(token, grammar):
            raise Trouble("templating-left-in", offset=token.start)


def _is_template(token: Token, grammar: Grammar) -> bool:
    if token.token_type is TokenType.IDENTIFIER:
        return _TEMPLATE.search(token.text) is not None
    return token.token_type is TokenType.VAR and token.text.startswith("$") and _is_unfilled(token.text, grammar)


def _is_unfilled(word: str, grammar: Grammar) -> bool:
    if word == "$$":
        return False  # what MySQL's client may be told to end statements with
    if word.startswith("$$") or word[1:].isdigit():
        return True
    return grammar.name in _NO_DOLLAR_FIRST and word.lower() not in _DOLLAR_NAMES


def with_numbers(tokens: list[Token]) -> list[Token]:
    """Oracle's `:1`, which stands for a value that comes with USING, as the parameter `?`."""
    found: list[Token] = []
    for token in tokens:
        before = found[-1] if found else None
        if token.token_type is TokenType.NUMBER and before is not None and before.text == ":" and before.end + 1 == token.start:
            found[-1] = Token(TokenType.PLACEHOLDER, "?", before.line, before.col, before.start, token.end)
        else:
            found.append(token)
    return found


def _with_parameters(tokens: list[Token]) -> list[Token]:
    """The parameters of drivers, `%s` and `%(name)s`, where no value stands before them, as the parameter `?`."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        length = 1
        if token.token_type is TokenType.MOD and (not found or found[-1].token_type not in _VALUES):
            words = [each.text for each in tokens[at + 1 : at + 5]]
            length = 2 if words[:1] == ["s"] else 5 if words[:1] == ["("] and words[2:] == [")", "s"] else 1
            if tokens[at + length - 1].end - token.start != sum(len(each.text) for each in tokens[at : at + length]) - 1:
                length = 1
        if length > 1:
            token = Token(TokenType.PLACEHOLDER, "?", token.line, token.col, token.start, tokens[at + length - 1].end)
        found.append(token)
        at += length
    return found
