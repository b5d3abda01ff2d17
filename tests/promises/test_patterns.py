"""Patterns mean the same to every Python that is supported: some older ones go astray in a repeated group that never gives back.

Where a round of such a group (`(…)*+`) fails behind a lookahead or a repeat of its own, Python before 3.11.5 goes on from where it failed
instead of from where the round began. Rounds of plain characters are safe, and so are those that cannot fail once a repeat was taken.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import warnings
from collections.abc import Iterator
from typing import Any

import headwater.capture
from headwater.capture.redaction import lexer
from headwater.capture.sql import rows

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from re import _constants as constants  # type: ignore[attr-defined]  # because only the parser itself knows a pattern's parts
    from re import _parser as parser  # type: ignore[attr-defined]

PLAIN = (constants.LITERAL, constants.NOT_LITERAL, constants.IN, constants.ANY)
REPEATS = (constants.MAX_REPEAT, constants.MIN_REPEAT, constants.POSSESSIVE_REPEAT)
SOUND = {r"(?:[\s(]++|--[^\n]*+(?:\n|\Z)|/\*(?s:.*?)(?:\*/|\Z))*+", r"(?:[.,/:-]?\d)*+", r"(?:[ ().-]{0,2}\d){6,}+"}
"""Looked at by a person: what follows a repeat in their rounds cannot fail, or fails before anything that counts was taken."""


def patterns() -> Iterator[str]:
    """Every pattern of the modules that read what others wrote."""
    for found in pkgutil.walk_packages(headwater.capture.__path__, "headwater.capture."):
        yield from (value.pattern for value in vars(importlib.import_module(found.name)).values() if isinstance(value, re.Pattern))
    for dialect in (None, "mysql", "bigquery", "tsql"):
        yield from (lexer._pattern(dialect, escapes, three).pattern for escapes in (False, True) for three in (False, True))
    literal = rows._literal(doubled=True, backslash=True)
    yield from (rows._places(literal).pattern, rows._row(literal, 3).pattern)


def doubtful(pattern: str) -> bool:
    """Whether a pattern has a group that never gives back and whose rounds may fail half way."""
    for sound in SOUND:
        pattern = pattern.replace(sound, "")
    return any(_goes_astray(node) for node in _nodes(parser.parse(pattern)))


def _nodes(parsed: Any) -> Iterator[Any]:
    for part in parsed if isinstance(parsed, list | tuple | parser.SubPattern) else ():
        if isinstance(part, tuple) and part and part[0] is constants.POSSESSIVE_REPEAT:
            yield part
        yield from _nodes(part)


def _goes_astray(node: Any) -> bool:
    _, (_, _, body) = node
    inner = body[0][1][3] if len(body) == 1 and body[0][0] is constants.SUBPATTERN else body
    branches = inner[0][1][1] if len(inner) == 1 and inner[0][0] is constants.BRANCH else [inner]
    return any(len(branch) > 1 and any(op not in PLAIN for op, _ in branch) for branch in branches)


def test_groups_that_never_give_back_are_plain() -> None:
    assert [pattern for pattern in patterns() if doubtful(pattern)] == []


def test_what_goes_astray_is_noticed() -> None:
    assert all(doubtful(pattern) for pattern in (r"(?:[^']|'(?!''))*+", r"(?:,\(\d+\))++", r"x(?:\s*+,a)*+", r"((?:a(?:b?c)d)*+)"))
    assert not any(doubtful(pattern) for pattern in (r"(?:[^']|''|\\.)*+", r"[^']*+", r"(?>(?:,\(\d+\))+)"))
