"""What a text is made of once cut: statements, and the blocks, branches, loops and routines around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from headwater.capture.sql.adapter import Token, TokenType

Tokens = Sequence[Token]


@dataclass(frozen=True, slots=True)
class Plain:
    """One statement, or one declaration of a block."""

    tokens: Tokens
    declares: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Statements one after the other, and what runs when one of them fails."""

    steps: tuple[Step, ...]
    handlers: tuple[tuple[Step, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Branches:
    """IF and CASE: each condition with what it leads to; `subject` is what CASE compares."""

    subject: Tokens
    arms: tuple[tuple[Tokens, tuple[Step, ...]], ...]
    otherwise: tuple[Step, ...] | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    """A body that runs again and again: under a condition, or for each of something, whose parts the names hold."""

    condition: Tokens
    body: tuple[Step, ...]
    names: tuple[str, ...] = ()
    source: Tokens = ()


@dataclass(frozen=True, slots=True)
class Handler:
    """What MySQL runs when a condition arises in the block that declares it."""

    body: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Routine:
    """A procedure, function, task or trigger: a body that runs some day."""

    kind: str
    name: str
    offset: int
    parameters: tuple[str, ...] = ()
    outs: tuple[str, ...] = ()
    """Parameters that hand a value back."""
    body: tuple[Step, ...] = ()
    condition: Tokens = ()
    on: Tokens = field(default=())
    """The table whose rows a trigger sees."""
    text: Tokens = field(default=())
    """The whole statement."""


Step: TypeAlias = "Plain | Block | Branches | Loop | Handler | Routine"


_QUOTED = frozenset(
    {
        TokenType.IDENTIFIER,
        TokenType.STRING,
        TokenType.NATIONAL_STRING,
        TokenType.RAW_STRING,
        TokenType.HEREDOC_STRING,
        TokenType.UNICODE_STRING,
        TokenType.BYTE_STRING,
        TokenType.BIT_STRING,
        TokenType.HEX_STRING,
    }
)


def keyword(token: Token) -> str:
    """A word as keywords are written; nothing for what is quoted."""
    return "" if token.token_type in _QUOTED else token.text.upper()


def keywords(tokens: Tokens, count: int) -> list[str]:
    """The first words of a statement, padded so that they can be asked for without looking."""
    found = [keyword(token) for token in tokens[:count]]
    return found + [""] * (count - len(found))
