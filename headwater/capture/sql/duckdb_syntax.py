"""What DuckDB reads and the parser does not, written as the parser knows it. This works for `adapter`, on tokens.

PIVOT and UNPIVOT stand wherever a SELECT may; the parser knows them as a whole statement only, so they are put in brackets:
`CREATE TABLE k AS PIVOT t ON g` becomes `CREATE TABLE k AS SELECT * FROM (PIVOT t ON g)`, likewise after WITH, INSERT INTO and UNION, and
before ORDER BY. What `FROM t PIVOT (sum(a) FOR g IN (1))` says is left as it is.
What a parameter of a macro is when a call hands nothing in, `CREATE MACRO f(x, y := 2)`, becomes `y DEFAULT 2`.
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
_HEAD: Final = 6
"""Within how many words CREATE says what it makes."""
_DECIDES: Final = 4
"""How far behind PIVOT the bracket of the clause may open: `UNPIVOT INCLUDE NULLS (`."""

Span = tuple[int, int]


def readable(tokens: list[Token]) -> list[Token]:
    """The same statement in words that the parser knows."""
    kinds = [token.token_type for token in tokens[:_HEAD]]
    if kinds[:1] == [TokenType.CREATE] and TokenType.FUNCTION in kinds:
        tokens = _with_defaults(tokens, kinds.index(TokenType.FUNCTION))
    return bracketed(tokens)


def _with_defaults(tokens: list[Token], verb: int) -> list[Token]:
    """DEFAULT for `:=` in lists of parameters: behind the macro's name, and of further macros of the name, behind a comma."""
    found = list(tokens)
    depth, is_list = 0, False
    for at, token in enumerate(tokens):
        kind = token.token_type
        if kind in _OPENING:
            depth += 1
            if depth == 1:
                is_list = at > verb and (tokens[at - 1].token_type is TokenType.COMMA or (not is_list and _names_macro(tokens, verb, at)))
        elif kind in _CLOSING:
            depth -= 1
        elif kind is TokenType.COLON_EQ and depth == 1 and is_list:
            found[at] = _word(TokenType.DEFAULT, "DEFAULT", token)
    return found


def _names_macro(tokens: Sequence[Token], verb: int, at: int) -> bool:
    """Whether nothing but a name stands between MACRO and a bracket."""
    return all(token.token_type is not TokenType.ALIAS for token in tokens[verb:at])


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
