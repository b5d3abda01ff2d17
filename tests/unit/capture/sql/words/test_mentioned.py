from __future__ import annotations

import pytest

from headwater.capture.sql.adapter import grammar_of
from headwater.capture.sql.names import Defaults
from headwater.capture.sql.words.mentioned import mentioned


@pytest.mark.parametrize(
    ("sql", "read", "written"),
    [
        ("FROBNICATE a FROM S.T JOIN u", ["cat.s.t", "cat.d.u"], []),
        ("REPLACE INTO k SELECT 1 FROM z", ["cat.d.z"], ["cat.d.k"]),
        ("CREATE WEIRD TABLE IF NOT EXISTS n", [], ["cat.d.n"]),
        ("FROBNICATE UPDATE k SET a = 1", [], ["cat.d.k"]),
        ("x FROM generate(1) y FROM (SELECT 1)", [], []),
    ],
)
def test_names_are_told_by_the_words_before_them(sql: str, read: list[str], written: list[str]) -> None:
    grammar = grammar_of("duckdb")
    assert grammar is not None
    assert mentioned(grammar.tokens(sql), grammar, Defaults("cat", "d")) == (read, written)
