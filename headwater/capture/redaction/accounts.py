"""Passwords in statements about accounts and logins, where they may stand without quotes."""

from __future__ import annotations

from headwater.capture.redaction.credentials import names_secret
from headwater.capture.redaction.lexer import Lex, Lexeme
from headwater.capture.redaction.words import words

_ACCOUNTS = words("USER ROLE LOGIN CREDENTIAL CREDENTIALS SECRET CONNECTION LINK SERVER MAPPING INTEGRATION PROFILE")
_HEADS = words("CREATE ALTER")
_MODIFIERS = words("OR REPLACE TEMPORARY TEMP PERSISTENT PUBLIC SHARED DATABASE SCOPED STORAGE CATALOG SECURITY NOTIFICATION API EXTERNAL")
_HEAD_LENGTH = 7
"""Words in which a statement says that it is about an account."""
_MOST = 200
"""Passwords in one text; with more of them the text goes as a whole."""
_NO_PASSWORDS = words(
    "EXPIRE EXPIRED NULL DEFAULT NEVER LOCK UNLOCK UNLIMITED DISABLE RANDOM REUSE HISTORY REQUIRE OPTIONAL FIRST TRUE FALSE BY"
)


def account_secrets(sql: str, lexemes: list[Lexeme]) -> list[tuple[int, int]]:
    """Where passwords stand that no other rule sees; sorted, none overlapping."""
    found: list[tuple[int, int]] = []
    tokens = [lexeme for lexeme in lexemes if lexeme.kind is not Lex.COMMENT]
    start = 0
    for index, token in enumerate(tokens):
        if _is(token, ";"):
            start = index + 1
        elif token.kind is Lex.WORD and (not found or token.start >= found[-1][1]):
            span = _identified(tokens, index) or _login(sql, tokens, index, start) or _told(tokens, index, start)
            if span is not None and (not found or span[0] >= found[-1][1]):
                found.append(span)
                if len(found) > _MOST:
                    return [(0, len(sql))]
    return found


def _is(token: Lexeme, text: str) -> bool:
    return token.text == text and token.kind in (Lex.OPERATOR, Lex.WORD)


def _identified(tokens: list[Lexeme], index: int) -> tuple[int, int] | None:
    """`IDENTIFIED BY word`."""
    if not (_is(tokens[index], "IDENTIFIED") and index + 2 < len(tokens) and _is(tokens[index + 1], "BY")):
        return None
    value = index + 2
    if tokens[value].text in ("PASSWORD", "VALUES") and value + 1 < len(tokens):
        value += 1
    return _run(tokens, value)


def _run(tokens: list[Lexeme], value: int) -> tuple[int, int] | None:
    """A value that may be cut into several lexemes, as it stands without quotes: up to white space, a comma or the end."""
    start, end = tokens[value].start, tokens[value].end
    if tokens[value].text in (",", ";", "(", ")"):
        return None
    if tokens[value].kind not in (Lex.STRING, Lex.QUOTED):
        for token in tokens[value + 1 :]:
            if token.start != end or token.text in (",", ";", ")"):
                break
            end = token.end
    return start, end


def _login(sql: str, tokens: list[Lexeme], index: int, start: int) -> tuple[int, int] | None:
    """`CONNECT user/password@database`, at the beginning of a statement or of a line."""
    if tokens[index].text not in ("CONNECT", "CONN") or index + 3 >= len(tokens) or not _is(tokens[index + 2], "/"):
        return None
    if index != start and "\n" not in sql[tokens[index - 1].end : tokens[index].start]:
        return None
    value, end = tokens[index + 3], tokens[index + 3].end
    for token in tokens[index + 4 :]:
        if token.start != end or token.text.startswith("@"):
            break
        end = token.end
    return value.start, end


def _told(tokens: list[Lexeme], index: int, start: int) -> tuple[int, int] | None:
    """`PASSWORD word` and `some_secret = word` in a statement about an account."""
    if not names_secret(tokens[index].text) or not _is_about_account(tokens[start : start + _HEAD_LENGTH]):
        return None
    value = index + 1
    if value < len(tokens) and tokens[value].text in ("=", "TO", ":"):
        value += 1
    if value >= len(tokens) or (tokens[value].kind is Lex.WORD and tokens[value].text in _NO_PASSWORDS):
        return None
    return _run(tokens, value)


def _is_about_account(head: list[Lexeme]) -> bool:
    """Whether the first word that says what is created or altered is an account or the like."""
    if not head or head[0].text not in _HEADS:
        return False
    kind = next((token.text for token in head[1:] if token.text not in _MODIFIERS), "")
    return kind in _ACCOUNTS
