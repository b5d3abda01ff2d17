"""Tables a statement mentions, told from its tokens alone, where it cannot be read any better."""

from __future__ import annotations

import re
from collections.abc import Sequence

from headwater.capture.sql.adapter import Grammar, Token, TokenType
from headwater.capture.sql.names import Defaults, completed

_READ_AFTER = frozenset({"FROM", "JOIN", "USING"})
_WRITTEN_AFTER = frozenset({"INTO", "TABLE", "UPDATE", "VIEW", "OVERWRITE", "TRUNCATE"})
_SKIPPED = frozenset({"IF", "NOT", "EXISTS", "ONLY", "LATERAL", "TABLE", "ALL"})
_MOST_SKIPPED = 5
_MAKES_FUNCTIONS = re.compile(r"(?i)functions?|macro|aggregate|procedure")
_NAMES = frozenset({TokenType.VAR, TokenType.IDENTIFIER})


def mentioned(tokens: Sequence[Token], grammar: Grammar, defaults: Defaults) -> tuple[list[str], list[str]]:
    """Names after FROM, JOIN and USING, and names after INTO, TABLE, UPDATE and their like: probably read, probably written."""
    read: dict[str, None] = {}
    written: dict[str, None] = {}
    for at, token in enumerate(tokens):
        word = token.text.upper()
        found = read if word in _READ_AFTER else written if word in _WRITTEN_AFTER or word.startswith("INSERT ") else None
        if found is None or token.token_type in _NAMES:
            continue
        name = _name_at(tokens, at + 1, grammar, defaults)
        if name:
            found[name] = None
    return list(read), list(written)


def functions_made(tokens: Sequence[Token], text: str) -> frozenset[str]:
    """The last names after FUNCTION, MACRO, AGGREGATE and the like, in lower case: functions that the text defines."""
    if _MAKES_FUNCTIONS.search(text) is None:
        return frozenset()
    made = set[str]()
    for at, token in enumerate(tokens):
        if _MAKES_FUNCTIONS.fullmatch(token.text) is None:
            continue
        after = [each for each in tokens[at + 1 : at + 12] if each.text.upper() not in _SKIPPED]
        name = ""
        for index in range(0, len(after), 2):
            name = after[index].text.lower()
            if index + 1 >= len(after) or after[index + 1].token_type is not TokenType.DOT:
                break
        made.add(name)
    return frozenset(made)


def _name_at(tokens: Sequence[Token], at: int, grammar: Grammar, defaults: Defaults) -> str:
    last = min(at + _MOST_SKIPPED, len(tokens))
    while at < last and tokens[at].text.upper() in _SKIPPED and tokens[at].token_type is not TokenType.IDENTIFIER:
        at += 1
    parts: list[str] = []
    while at < len(tokens) and tokens[at].token_type in _NAMES:
        token = tokens[at]
        parts.append(token.text if token.token_type is TokenType.IDENTIFIER else grammar.fold(token.text))
        if at + 1 >= len(tokens) or tokens[at + 1].token_type is not TokenType.DOT:
            break
        at += 2
    is_call = at + 1 < len(tokens) and tokens[at + 1].token_type is TokenType.L_PAREN and tokens[at + 1].start == tokens[at].end + 1
    if not parts or is_call:
        return ""
    return ".".join([*completed(parts[:-1], defaults, grammar.name), parts[-1]])
