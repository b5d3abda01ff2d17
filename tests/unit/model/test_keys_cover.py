"""A pattern covers another only where it matches whatever the other may match."""

from __future__ import annotations

import itertools
from fnmatch import fnmatchcase

import pytest

from headwater.model.keys import covers


@pytest.mark.parametrize(
    ("held", "pattern", "is_covered"),
    [
        (("*",), "*", True),
        (("bank-*",), "bank-*", True),
        (("bank-*",), "bank-1", True),
        (("bank-*",), "bank-eu-*", True),
        (("bank-*",), "*", False),
        (("bank-*",), "ban*", False),
        (("b?",), "b*", False),
        (("b[ab]",), "b[abc]", False),
        (("b[ab]",), "b[ab]", True),
        (("ab", "a?*b"), "a*b", False),
        ((), "x", False),
    ],
)
def test_a_pattern_is_covered_or_not(held: tuple[str, ...], pattern: str, is_covered: bool) -> None:
    assert covers(held, pattern) is is_covered


def test_what_is_covered_matches_nothing_that_is_not() -> None:
    parts = ("a", "b", "*", "?", "[ab]", "[!a]")
    patterns = ["".join(chosen) for size in (1, 2, 3) for chosen in itertools.product(parts, repeat=size)]
    texts = ["".join(chosen) for size in range(5) for chosen in itertools.product("abc", repeat=size)]
    reached = {pattern: frozenset(text for text in texts if fnmatchcase(text, pattern)) for pattern in patterns}
    wrong = [
        (held, pattern) for held in patterns for pattern in patterns if covers((held,), pattern) and not reached[pattern] <= reached[held]
    ]
    assert not wrong
