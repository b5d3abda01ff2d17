"""Values and queries that stand in a script outside of any statement: conditions, defaults, what a cursor or a loop goes over."""

from __future__ import annotations

from headwater.capture.sql.adapter import Token, TokenType
from headwater.capture.sql.budget import check_nesting
from headwater.capture.sql.queries.expressions import influences_of
from headwater.capture.sql.queries.influences import Influences, Relation, union
from headwater.capture.sql.queries.queries import relation_of
from headwater.capture.sql.queries.scopes import Scope
from headwater.capture.sql.scripts.extents import CLOSING, OPENING
from headwater.capture.sql.scripts.steps import Tokens, keyword
from headwater.capture.sql.session import Session


def value_of(session: Session, tokens: Tokens) -> Influences:
    """What reaches a value: variables, and the queries inside it.

    Raises:  Trouble: the tokens are no value.
    """
    _check(session, tokens)
    scope = Scope(session, {})
    found = influences_of(session.grammar.expression(tokens, session.text), scope)
    return union([found, scope.rows])


def relation_of_tokens(session: Session, tokens: Tokens) -> Relation:
    """The rows of a query.

    Raises:  Trouble: the tokens are no query.
    """
    _check(session, tokens)
    return relation_of(session.grammar.tree(list(tokens), session.text), session, {})


def _check(session: Session, tokens: Tokens) -> None:
    session.steps.spend(len(tokens))
    check_nesting(tokens, session.grammar.types)


def parts(tokens: Tokens, kind: TokenType = TokenType.COMMA) -> list[list[Token]]:
    """Cut at commas outside of brackets."""
    found: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.token_type in OPENING) - (token.token_type in CLOSING)
        if depth == 0 and token.token_type is kind:
            found.append([])
        else:
            found[-1].append(token)
    return [part for part in found if part]


def place_of(tokens: Tokens, *words: str, start: int = 0) -> int | None:
    """Where one of these words stands outside of brackets and CASE; None where none does."""
    depth = 0
    for at in range(len(tokens)):
        token = tokens[at]
        if depth == 0 and at >= start and keyword(token) in words:
            return at
        depth += (token.token_type in OPENING) - (token.token_type in CLOSING)
    return None


def unbracketed(tokens: Tokens) -> Tokens:
    """The same without brackets around all of it."""
    while len(tokens) > 1 and tokens[0].token_type is TokenType.L_PAREN and tokens[-1].token_type is TokenType.R_PAREN:
        depth = 0
        for at, token in enumerate(tokens):
            depth += (token.token_type in OPENING) - (token.token_type in CLOSING)
            if depth == 0 and at < len(tokens) - 1:
                return tokens
        tokens = tokens[1:-1]
    return tokens


def name_of(tokens: Tokens) -> str | None:
    """The variable that these tokens name, as it is kept: with its mark, in lower case; None where they name none."""
    words = [token.text for token in tokens if token.token_type is not TokenType.COLON]
    if len(words) == 2 and words[0] in ("@", "$"):
        return words[0] + words[1].lower()
    if (
        len(words) == 1
        and tokens[-1].token_type not in (TokenType.STRING, TokenType.NUMBER)
        and (words[0][:1].isalpha() or words[0][:1] == "_")
    ):
        return words[0].lower()
    return None
