"""Keyed tokens."""

from __future__ import annotations

import re

from headwater.capture.redaction.tokens import Tokens, apart, is_token


def test_a_token_says_its_kind_and_nothing_of_its_value() -> None:
    assert re.fullmatch(r"hw:str:[a-z2-7]{16}", Tokens(b"k").token("str", "Maria"))


def test_equal_values_share_a_token_under_one_key_and_kind_only() -> None:
    one = Tokens(b"k")
    assert one.token("str", "Maria") == Tokens(b"k").token("str", "Maria")
    assert len({one.token("str", "Maria"), one.token("num", "Maria"), one.token("str", "maria"), Tokens(b"j").token("str", "Maria")}) == 4


def test_a_token_is_known_by_its_kind() -> None:
    assert is_token("hw:sql:abc", "sql")
    assert not is_token("hw:str:abc", "sql")


def test_a_statement_is_taken_apart_where_tokens_stand_for_literals() -> None:
    one, other = Tokens(b"k").token("str", "Maria"), Tokens(b"k").token("num", "41")
    text = f"select 'hw:str:short', {one}, 'x {one}' from t where a = '{one}' and b in ('{other}')"
    pieces, kinds, digests = apart(text)
    assert (kinds, digests) == (["str", "num"], [one[7:], other[7:]])
    assert pieces == [f"select 'hw:str:short', {one}, 'x {one}' from t where a = ", " and b in (", ")"]
    assert apart("select 1") == (["select 1"], [], [])
