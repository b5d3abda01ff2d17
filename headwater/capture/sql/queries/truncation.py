"""Cutting a value short: when that hides anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from headwater.capture.sql.adapter import Expr, exp
from headwater.capture.sql.words.masking import ENDS, PARTS

MOST_KEPT: Final = 6
"""Characters that may stay for a truncation to count as a mask: as much of a card number as may be shown at its beginning."""


def hides(name: str, arguments: Sequence[Any]) -> bool:
    """Whether a function that may cut its first argument short surely keeps little of it; any other function does what its name says.

    Little is at most `MOST_KEPT` characters, by numbers that the text writes out: a length that is computed may be any, and a start that
    is computed may be each in turn, so that the value is put together again character by character.
    """
    if name in ENDS:
        return _is_little(arguments[1:2])
    if name in PARTS:
        if len(arguments) == 2:
            return 0 < -_number(arguments[1]) <= MOST_KEPT
        return _is_written_out(arguments[1:2]) and _is_little(arguments[2:3])
    if name == "mask":
        return not any(isinstance(each, exp.Null) for each in arguments[1:])  # NULL in place of a sign lets that kind of character stay
    return name != "substring_index"


def kept_by(name: str, arguments: Sequence[Any]) -> int:
    """The characters that a truncation which hides surely keeps at most; none for any other function."""
    if name in ENDS:
        return _number(arguments[1])
    if name in PARTS:
        return _number(arguments[2]) if len(arguments) > 2 else -_number(arguments[1])
    return 0


def arguments_of(node: Expr) -> list[Any]:
    """What a call takes, in order, whatever class the parser gave it."""
    if isinstance(node, exp.Substring):
        return [each for each in (node.this, node.args.get("start"), node.args.get("length")) if each is not None]
    if isinstance(node, (exp.Left, exp.Right)):
        return [node.this, node.args.get("expression")]
    return list(node.expressions)


def _is_little(length: Sequence[Any]) -> bool:
    return len(length) == 1 and isinstance(length[0], exp.Literal) and 0 <= _number(length[0]) <= MOST_KEPT


def _is_written_out(start: Sequence[Any]) -> bool:
    number = start[0].this if start and isinstance(start[0], exp.Neg) else start[0] if start else None
    return isinstance(number, exp.Literal) and number.name.isdecimal()


def _number(node: Any) -> int:
    """The whole number that an argument writes out; one too large to be little where it is none."""
    if isinstance(node, exp.Neg):
        return -_number(node.this)
    return int(node.name) if isinstance(node, exp.Literal) and node.name.isdecimal() and len(node.name) < 9 else MOST_KEPT + 1
