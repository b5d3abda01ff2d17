"""Patterns over names of columns: LIKE, GLOB and regular expressions, the last only where they can cost no more than a glance.

A regular expression of a statement is a stranger's: without a limit it may run for years. None stands for one that is not tried.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_LONGEST = 200
_UNBOUNDED = 3
"""Open repetitions in one pattern; work grows with the length of a name to this power."""
_STRANGE = re.compile(r"\\[0-9pPzAZQECkgXR]|\[\[:|\(\?(?!i\))|\)[*+{]|[*+?}][+*{]")
"""What RE2 and Python read differently, or what repeats a repetition."""


def regex_test(pattern: str, *, whole: bool = False) -> Callable[[str], bool] | None:
    """A test for names in which (or, `whole`, to which) a pattern matches; None where it is too strange to try."""
    compiled = harmless(pattern)
    if compiled is None:
        return None
    return lambda name: (compiled.fullmatch(name[:_LONGEST]) if whole else compiled.search(name[:_LONGEST])) is not None


def harmless(pattern: str) -> re.Pattern[str] | None:
    """A pattern made ready, where Python reads it as engines do and it cannot run for long."""
    if len(pattern) > _LONGEST or _STRANGE.search(pattern):
        return None
    if len(re.findall(r"(?<!\\)[*+]|\{\d*,", pattern)) > _UNBOUNDED or re.search(r"\{\d{3}", pattern):
        return None
    try:
        return re.compile(pattern, re.ASCII)
    except re.error:
        return None


def like_test(pattern: str, *, ignore_case: bool) -> Callable[[str], bool]:
    """A test for names like a pattern with `%` and `_`."""
    return _wild(pattern, "%", "_", re.IGNORECASE if ignore_case else re.NOFLAG)


def glob_test(pattern: str) -> Callable[[str], bool] | None:
    """A test for names of a pattern with `*` and `?`; None for one with sets of characters."""
    if "[" in pattern or "\\" in pattern:
        return None
    return _wild(pattern, "*", "?", re.NOFLAG)


def _wild(pattern: str, many: str, one: str, flags: re.RegexFlag) -> Callable[[str], bool]:
    """A test for the pieces between the signs for anything, found one after the other, so that no pattern makes it search again."""
    texts = re.sub(f"{re.escape(many)}+", many, pattern).split(many)
    pieces = [re.compile("".join("." if each == one else re.escape(each) for each in text), flags | re.DOTALL) for text in texts]
    last = len(texts[-1])

    def test(name: str) -> bool:
        if len(pieces) == 1:
            return pieces[0].fullmatch(name) is not None
        found = pieces[0].match(name)
        for piece in pieces[1:-1]:
            found = piece.search(name, found.end()) if found is not None else None
        return found is not None and len(name) - last >= found.end() and pieces[-1].fullmatch(name, len(name) - last) is not None

    return test
