"""Bounds on work, in characters, nesting and steps; never in seconds, so that the same text always gives the same answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from headwater.capture.sql.adapter import Token, TokenType
from headwater.capture.sql.reasons import Trouble

MAX_TEXT_BYTES = 10_000_000
MAX_WORDS = 400_000
"""Tokens cost memory, some 400 bytes each and as much again once parsed."""
MAX_NESTING = 200
MAX_TYPE_NESTING = 8
"""The parser tries `name(…)` first as a type and then as a function where the name is a type's: twice the work per level."""
MAX_STEPS = 20_000_000

_OPENING = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE})
_CLOSING = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})
_OPERANDS = frozenset({TokenType.VAR, TokenType.IDENTIFIER, TokenType.STRING, TokenType.NUMBER, TokenType.STAR, TokenType.COMMA}) | _CLOSING
_DOUBLED = frozenset({"DIV0", "DIV0NULL", "NULLIFZERO", "SORT_ARRAY", "ZEROIFNULL"})
"""Functions that the parser reads twice, or whose argument it copies."""
_PREFIXES = frozenset(
    {TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.TILDE, TokenType.PARAMETER, TokenType.INTERVAL, TokenType.ANY, TokenType.ALL}
    | {TokenType.SOME, TokenType.FROM, TokenType.SELECT, TokenType.DISTINCT, TokenType.EXISTS, TokenType.COLON}
)
"""Tokens that the parser reads by calling itself for what follows."""
_STEERING = _PREFIXES | _OPENING | _CLOSING | {TokenType.END, TokenType.JOIN, TokenType.ON, TokenType.USING}
"""All others neither open nor close anything."""

_WORD = re.compile(r"'[^']*'|\w+|[^\w\s]")


class Steps:
    """A counter that runs out."""

    __slots__ = ("left",)

    def __init__(self, limit: int = MAX_STEPS) -> None:
        self.left = limit

    def spend(self, count: int) -> None:
        """Count work done.

        Raises:  Trouble: the budget is used up.
        """
        self.left -= count
        if self.left < 0:
            raise Trouble("work-budget")


def check_text(text: str) -> None:
    """Refuse what must not reach the tokenizer.

    Raises:  Trouble: too long, or with a NUL character.
    """
    if len(text) > MAX_TEXT_BYTES or (len(text) * 4 > MAX_TEXT_BYTES and len(text.encode("utf-8", "surrogatepass")) > MAX_TEXT_BYTES):
        raise Trouble("text-too-long", line=1, column=1)
    if len(text) > MAX_WORDS and sum(1 for _ in _WORD.finditer(text)) > MAX_WORDS:
        raise Trouble("text-too-long", "words", line=1, column=1)
    nul = text.find("\0")
    if nul >= 0:
        raise Trouble("nul-character", offset=nul)


def check_nesting(tokens: Sequence[Token], types: frozenset[TokenType] = frozenset()) -> None:
    """Refuse what would drive the recursive parser too deep: brackets, CASE, prefix operators in a row, joins whose ON comes later,
    names of `types` that are called.

    Raises:  Trouble: nested beyond the limit, with the place where the limit is passed.
    """
    levels = [0]
    joins = [0]
    typed = [0]
    prefixes = keywords = 0
    word: Token | None = None
    before: TokenType | None = None
    for token in tokens:
        kind = token.token_type
        keywords = 0 if kind in _OPERANDS or kind in _OPENING else keywords + 1
        if kind in _STEERING:
            prefixes = prefixes + 1 if kind in _PREFIXES and before in _PREFIXES else 0
            if kind in _OPENING:
                levels.append(levels[-1] + prefixes + 1)
                joins.append(joins[-1])
                typed.append(typed[-1] + (word is not None and _is_doubled(word, kind, types)))
            elif (kind in _CLOSING or kind is TokenType.END) and len(levels) > 1:
                levels.pop()
                typed.pop()
                joins.pop()
            elif kind is TokenType.JOIN and before not in (TokenType.CROSS, TokenType.NATURAL):
                joins[-1] += 1
            elif kind in (TokenType.ON, TokenType.USING):
                joins[-1] = max(joins[-1] - 1, 0)
            if levels[-1] + prefixes > MAX_NESTING or joins[-1] > MAX_NESTING:
                raise Trouble("nesting-too-deep", offset=token.start)
            if typed[-1] > MAX_TYPE_NESTING:
                raise Trouble("nesting-too-deep", "types", offset=token.start)
        else:
            prefixes = 0
        if keywords > MAX_NESTING:
            raise Trouble("nesting-too-deep", offset=token.start)
        before, word = kind, token


def _is_doubled(before: Token, opening: TokenType, types: frozenset[TokenType]) -> bool:
    """Whether what follows this bracket costs the parser twice the work."""
    if before.token_type in types:
        return True
    word = before.text.upper()
    return word in _DOUBLED or (opening is TokenType.L_BRACKET and word == "IF")
