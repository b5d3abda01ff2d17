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
MAX_RUN = 1_500
"""Tokens on the way down without a comma, a clause or a joining operator between them: each may cost the parser a call."""
MAX_CHAIN = 100
"""Brackets, dots and arrows that hang on one value; the parser copies all of it for some of them."""
MAX_SELECTS = 100
"""SELECTs in a row without a set operation between them: the parser may read each inside of the one before."""
MAX_ASIDES = 1_000
"""Arrows and brackets between two commas: the parser may read each as the rest of the one before."""
MAX_STEPS = 10_000_000
MAX_HELD = 600_000
"""Columns that one statement and the tables before it hold, each as two, and what reaches them: some 250 bytes each."""
MAX_EDGES = 200_000
"""Influences that one text may tell; each costs some 500 bytes until it is told."""

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
_OPENED_BY: dict[TokenType, frozenset[TokenType]] = {
    TokenType.R_PAREN: frozenset({TokenType.L_PAREN}),
    TokenType.R_BRACKET: frozenset({TokenType.L_BRACKET}),
    TokenType.R_BRACE: frozenset({TokenType.L_BRACE}),
    TokenType.END: frozenset({TokenType.CASE}),
}
_CHAINED = frozenset(
    {TokenType.L_BRACKET, TokenType.DOT, TokenType.ARROW, TokenType.DARROW, TokenType.HASH_ARROW, TokenType.DHASH_ARROW}
    | {TokenType.PLACEHOLDER, TokenType.DCOLON, TokenType.DOTCOLON, TokenType.COLON, TokenType.FARROW, TokenType.OVER}
)
"""Tokens that go on with the value before them."""
_RESTS = frozenset(
    {TokenType.COMMA, TokenType.SEMICOLON, TokenType.AND, TokenType.OR, TokenType.WHEN, TokenType.THEN, TokenType.ELSE}
    | {TokenType.PLUS, TokenType.DASH, TokenType.SLASH, TokenType.DPIPE, TokenType.JOIN, TokenType.LATERAL}
    | {TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT, TokenType.FROM, TokenType.WHERE, TokenType.SELECT, TokenType.WITH}
)
"""Tokens at which the parser goes round a loop, or from clause to clause."""
_SET_OPERATIONS = frozenset({TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT})
_QUERIES = frozenset({TokenType.SELECT, TokenType.FROM, TokenType.L_PAREN, TokenType.WITH})
"""Between two set operations one of these begins a query; without any, the parser makes a tree as deep as there are operations."""
_SIDE_BY_SIDE = frozenset({TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT, TokenType.SEMICOLON})
"""Tokens between queries of which none stands inside the other."""
_STEERING = _PREFIXES | _OPENING | _CLOSING | _CHAINED | _RESTS | {TokenType.END, TokenType.ON, TokenType.USING}
"""All others neither open nor close anything."""

_WORD = re.compile(r"'[^']*'|\w+|[^\w\s]")


class Steps:
    """A counter that runs out."""

    __slots__ = ("edges", "held", "kept", "left")

    def __init__(self, limit: int = MAX_STEPS) -> None:
        self.left = limit
        self.held = 0
        """What the statement at hand holds in memory, with what the text keeps."""
        self.kept = 0
        """What the text keeps from statement to statement."""
        self.edges = 0

    def spend(self, count: int) -> None:
        """Count work done.

        Raises:  Trouble: the budget is used up.
        """
        self.left -= count
        if self.left < 0:
            raise Trouble("work-budget")

    def begin(self) -> None:
        """Forget what the statement before held."""
        self.held = self.kept

    def hold(self, count: int) -> None:
        """Count columns and influences that stay in memory while a statement is read; ask before they are made.

        Raises:  Trouble: they are too many.
        """
        self.held += count
        if self.held > MAX_HELD:
            raise Trouble("work-budget", "columns")

    def keep(self, count: int) -> None:
        """Count what stays longer than the statement at hand; a negative count is let go.

        Raises:  Trouble: there is too much of it.
        """
        self.kept += count
        self.hold(count)

    def tell(self) -> None:
        """Count an edge.

        Raises:  Trouble: there are too many.
        """
        self.edges += 1
        if self.edges > MAX_EDGES:
            raise Trouble("work-budget", "edges")


def check_text(text: str) -> None:
    """Refuse what must not reach the tokenizer.

    Raises:  Trouble: too long, or with a NUL character.
    """
    if len(text) > MAX_TEXT_BYTES or (len(text) * 4 > MAX_TEXT_BYTES and len(text.encode("utf-8", "surrogatepass")) > MAX_TEXT_BYTES):
        raise Trouble("text-too-long", line=1, column=1)
    nul = text.find("\0")
    if nul >= 0:
        raise Trouble("nul-character", offset=nul)


def check_words(text: str) -> None:
    """Refuse more words than fit in memory once parsed.

    Raises:  Trouble: too many.
    """
    if len(text) > MAX_WORDS and sum(1 for _ in _WORD.finditer(text)) > MAX_WORDS:
        raise Trouble("text-too-long", "words", line=1, column=1)


def check_nesting(tokens: Sequence[Token], types: frozenset[TokenType] = frozenset()) -> None:
    """Refuse what would drive the recursive parser too deep: brackets, CASE, prefix operators in a row, joins whose ON comes later,
    names of `types` that are called, operators that hang on one value, and long stretches without any mark that lets the parser return.

    Raises:  Trouble: nested beyond the limit, with the place where the limit is passed.
    """
    stack: list[_Level] = []
    level = _Level(None, 0, 0, 0)
    prefixes = keywords = 0
    word: Token | None = None
    before: TokenType | None = None
    for token in tokens:
        kind = token.token_type
        keywords = 0 if kind in _OPERANDS or kind in _OPENING else keywords + 1
        level.run += 1
        if kind in _STEERING:
            prefixes = prefixes + 1 if kind in _PREFIXES and before in _PREFIXES else 0
            level.count(kind, before)
            if kind in _OPENING:
                stack.append(level)
                level = level.inner(kind, prefixes, word is not None and _is_doubled(word, kind, types))
            elif kind in _OPENED_BY:
                level = _closed(stack, level, kind)
            if level.is_beyond(prefixes):
                raise Trouble("nesting-too-deep", offset=token.start)
            if level.typed > MAX_TYPE_NESTING:
                raise Trouble("nesting-too-deep", "types", offset=token.start)
        else:
            prefixes = 0
        if keywords > MAX_NESTING or level.run > MAX_RUN:
            raise Trouble("nesting-too-deep", offset=token.start)
        before, word = kind, token


class _Level:
    """What is open inside one bracket or CASE; `run` counts tokens since the parser last returned, with those of the levels around."""

    __slots__ = ("asides", "chain", "depth", "joins", "opened_by", "run", "selects", "start", "typed", "unions")

    def __init__(self, opened_by: TokenType | None, depth: int, typed: int, run: int) -> None:
        self.opened_by = opened_by
        self.depth = depth
        self.typed = typed
        self.run = self.start = run
        self.joins = self.chain = self.asides = self.selects = self.unions = 0

    def inner(self, opened_by: TokenType, prefixes: int, is_doubled: bool) -> _Level:
        """The level that a bracket opens."""
        level = _Level(opened_by, self.depth + prefixes + 1, self.typed + is_doubled, self.run)
        level.joins = self.joins
        return level

    def count(self, kind: TokenType, before: TokenType | None) -> None:
        """Count a token for what it leaves open."""
        if kind in _RESTS and not (kind is TokenType.EXCEPT and before is TokenType.STAR):
            self.run, self.chain = self.start, 0
            if kind is TokenType.COMMA:
                self.asides = 0
        if kind is TokenType.SELECT:
            self.selects += 1
        elif kind in _SIDE_BY_SIDE:
            self.selects = 0
        if kind in _CHAINED:
            self.chain += 1
            self.asides += kind is not TokenType.DOT
        if kind in _SET_OPERATIONS:
            self.unions += 1
        elif kind in _QUERIES:
            self.unions = 0
        if kind is TokenType.JOIN and before not in (TokenType.CROSS, TokenType.NATURAL):
            self.joins += 1
        elif kind in (TokenType.ON, TokenType.USING):
            self.joins = max(self.joins - 1, 0)

    def is_beyond(self, prefixes: int) -> bool:
        """Whether more is open than the parser can bear."""
        return (
            self.depth + prefixes > MAX_NESTING
            or self.joins > MAX_NESTING
            or self.chain > MAX_CHAIN
            or self.asides > MAX_ASIDES
            or self.unions > MAX_NESTING
            or self.selects > MAX_SELECTS
        )


def _closed(stack: list[_Level], level: _Level, kind: TokenType) -> _Level:
    """The level after a closing bracket, which closes an open CASE too, or after END, which closes nothing but CASE."""
    openings = _OPENED_BY[kind]
    while stack and level.opened_by is TokenType.CASE and kind is not TokenType.END:
        level = stack.pop()
    return stack.pop() if stack and level.opened_by in openings else level


def _is_doubled(before: Token, opening: TokenType, types: frozenset[TokenType]) -> bool:
    """Whether what follows this bracket costs the parser twice the work."""
    if before.token_type in types:
        return True
    word = before.text.upper()
    return word in _DOUBLED or (opening is TokenType.L_BRACKET and word == "IF")
