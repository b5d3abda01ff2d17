"""DuckDB's PIVOT and UNPIVOT stand wherever a SELECT may; the parser knows them as a whole statement only, so they are put in brackets.

`CREATE TABLE k AS PIVOT t ON g` becomes `CREATE TABLE k AS SELECT * FROM (PIVOT t ON g)`; likewise after WITH, INSERT INTO and UNION, and
before ORDER BY. What `FROM t PIVOT (sum(a) FOR g IN (1))` says is left as it is. This works for `adapter`, on tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlglot.tokenizer_core import Token, TokenType

_VERBS: Final = (TokenType.PIVOT, TokenType.UNPIVOT)
_OPENING: Final = (TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE)
_CLOSING: Final = (TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE)
_BEGUN: Final = (TokenType.SELECT, TokenType.FROM, TokenType.VALUES)
"""After these a query has begun, and a PIVOT is a clause of it."""
_NEXT: Final = (TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT)
_ENDS: Final = (*_NEXT, TokenType.ORDER_BY, TokenType.LIMIT, TokenType.OFFSET, TokenType.RETURNING, TokenType.SEMICOLON, TokenType.WITH)
"""What stands behind the query of which a PIVOT is all."""
_DECIDES: Final = 4
"""How far behind PIVOT the bracket of the clause may open: `UNPIVOT INCLUDE NULLS (`."""

Span = tuple[int, int]


def bracketed(tokens: list[Token]) -> list[Token]:
    """The same tokens, each PIVOT and UNPIVOT that is a query of its own as `SELECT * FROM (…)`; one that is all of them stays."""
    if not any(token.token_type in _VERBS for token in tokens):
        return tokens
    spans = [span for span in _spans(tokens) if span[0] > 0 or not _is_all(tokens, span[1])]
    if not spans:
        return tokens
    opened, closed = {start for start, _ in spans}, [end for _, end in spans]
    found: list[Token] = []
    for at, token in enumerate(tokens):
        found += [_word(TokenType.R_PAREN, ")", tokens[at - 1])] * closed.count(at)
        if at in opened:
            found += [
                _word(kind, text, token)
                for kind, text in (
                    (TokenType.SELECT, "SELECT"),
                    (TokenType.STAR, "*"),
                    (TokenType.FROM, "FROM"),
                    (TokenType.L_PAREN, "("),
                )
            ]
        found.append(token)
    return [*found, *[_word(TokenType.R_PAREN, ")", tokens[-1])] * closed.count(len(tokens))]


def _spans(tokens: Sequence[Token]) -> list[Span]:
    """Where queries made of one PIVOT begin and end."""
    found: list[Span] = []
    levels: list[tuple[bool, int | None]] = [(False, None)]
    """For each open bracket, whether its query has begun, and where as a PIVOT."""
    for at, token in enumerate(tokens):
        kind = token.token_type
        begun, start = levels[-1]
        if start is not None and (kind in _ENDS or kind in _CLOSING or _is_conflict(tokens, at)):
            found.append((start, at))
            start = None
        if kind in _OPENING:
            levels[-1] = (begun, start)
            levels.append((False, None))
        elif kind in _CLOSING:
            levels = levels[:-1] or [(False, None)]
        elif kind in _VERBS and not begun and _is_statement(tokens, at):
            levels[-1] = (True, at)
        else:
            levels[-1] = ((begun or kind in _BEGUN) and kind not in _NEXT and kind is not TokenType.SEMICOLON, start)
    return [*found, *((start, len(tokens)) for _, start in levels if start is not None)]


def _is_statement(tokens: Sequence[Token], at: int) -> bool:
    """Whether a table follows, and not the brackets of the clause, which say FOR which column."""
    behind = tokens[at + 1 : at + 1 + _DECIDES]
    opening = next((place for place, token in enumerate(behind, at + 1) if token.token_type is TokenType.L_PAREN), None)
    if opening is None or (opening > at + 1 and behind[0].text.upper() not in ("INCLUDE", "EXCLUDE")):
        return bool(behind) and behind[0].token_type not in (*_CLOSING, TokenType.COMMA, TokenType.DOT)
    depth = 0
    for token in tokens[opening:]:
        depth += (token.token_type in _OPENING) - (token.token_type in _CLOSING)
        if depth == 0:
            return True
        if depth == 1 and token.token_type is TokenType.FOR:
            return False
    return True


def _is_conflict(tokens: Sequence[Token], at: int) -> bool:
    """Whether ON begins what an INSERT does about rows that are there already."""
    return tokens[at].token_type is TokenType.ON and at + 1 < len(tokens) and tokens[at + 1].text.upper() == "CONFLICT"


def _is_all(tokens: Sequence[Token], end: int) -> bool:
    return all(token.token_type is TokenType.SEMICOLON for token in tokens[end:])


def _word(kind: TokenType, text: str, like: Token) -> Token:
    return Token(kind, text, like.line, like.col, like.start, like.end)
