from __future__ import annotations

from headwater.capture.sql.words.clauses import words
from tests.unit.capture.sql.reading import read


def test_words_are_a_set() -> None:
    assert words("a b\n  a") == {"a", "b"}


def test_a_clause_that_is_not_known_is_said_with_its_place() -> None:
    (reason,) = read("SELECT a\nFROM t, u MATCH_RECOGNIZE (PATTERN (x) DEFINE x AS a > 1)", "snowflake", {"T": ("A",), "U": ()}).reasons[:1]
    assert (reason.code, reason.line) == ("unsupported-clause", 2)
