"""A text as a script: its tokens cut into statements, and the bookkeeping between them (`USE`, default schemas)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from headwater.capture.sql.adapter import Expr, Grammar, Token, TokenType, exp
from headwater.capture.sql.names import Defaults
from headwater.capture.sql.reasons import Trouble
from headwater.capture.sql.session import Session

_RUNS_COMMENTS = frozenset({"", "doris", "mysql", "singlestore", "starrocks"})
_EXECUTABLE = re.compile(r"/\*[mM]?!")
_IDLE_USES = frozenset({"WAREHOUSE", "ROLE", "SECONDARY ROLES"})


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


def split(tokens: list[Token], text: str) -> list[list[Token]]:
    """Cut at semicolons; empty statements fall away."""
    if ";" not in text:
        return [tokens] if tokens else []
    statements: list[list[Token]] = [[]]
    for token in tokens:
        if token.token_type is TokenType.SEMICOLON:
            statements.append([])
        else:
            statements[-1].append(token)
    return [statement for statement in statements if statement]


def use(session: Session, tree: Expr) -> None:
    """USE: unqualified names after it mean another schema."""
    kind = tree.text("kind").upper()
    if kind in _IDLE_USES:
        return
    table = tree.this
    if not isinstance(table, exp.Table) or kind not in ("", "SCHEMA", "DATABASE", "CATALOG") or table.args.get("catalog"):
        session.defaults = replace(session.defaults, certain=False)
        return
    name, qualifier = table.name, table.text("db")
    if qualifier:
        session.defaults = Defaults(catalog=qualifier, schema=name)
    elif kind in ("DATABASE", "CATALOG") or (kind == "" and session.grammar.name in ("tsql", "fabric")):
        session.defaults = Defaults(catalog=name, schema=None, certain=session.grammar.name in ("tsql", "fabric"))
    else:
        session.defaults = replace(session.defaults, schema=name, certain=True)


def set_search_path(session: Session, words: str) -> bool:
    """`SET search_path TO x`, `SET schema = x`: follows the first name; gives whether the text was one of these."""
    cleaned = words.replace("=", " ").replace(",", " ").split()
    cleaned = cleaned[1:] if cleaned and cleaned[0].lower() in ("session", "local") else cleaned
    if not cleaned or cleaned[0].lower() not in ("search_path", "schema"):
        return False
    names = [word.strip("'\"") for word in cleaned[1:] if word.lower() != "to"]
    known = len(names) >= 1 and names[0].isidentifier() and len([name for name in names if name.lower() != "public"]) <= 1
    session.defaults = replace(session.defaults, schema=names[0] if known else session.defaults.schema, certain=known)
    return True
