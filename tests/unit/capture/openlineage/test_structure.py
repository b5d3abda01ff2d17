"""Strict reading of JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.capture.openlineage.structure import MAX_DEPTH, decode
from headwater.model.errors import BadEvent, TooLarge

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@given(value=JSON, indent=st.sampled_from((None, 1)), ascii_only=st.booleans())
def test_reformatting_changes_neither_value_nor_canonical_form(value: Any, indent: int | None, ascii_only: bool) -> None:
    written = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    try:
        read = decode(written)
    except BadEvent:
        assert any(0xD800 <= ord(character) <= 0xDFFF for character in str(value))
        return
    assert read.value == value
    assert read.canonical == decode(json.dumps(value, separators=(" ,", " : ")).encode()).canonical


def test_key_order_does_not_change_the_canonical_form() -> None:
    assert decode(b'{"a": 1, "b": {"d": 1, "c": 2}}').canonical == decode(b'{"b":{"c":2,"d":1},"a":1}').canonical


def test_depth_is_limited_before_decoding() -> None:
    assert decode(nested(MAX_DEPTH)).value
    for raw in (nested(MAX_DEPTH + 1), b'{"a":' * 101 + b"1" + b"}" * 101, nested(200_000), b"[{" * 60, b'["\\"]",' + nested(101) + b"]"):
        with pytest.raises(TooLarge):
            decode(raw)


def test_wide_events_and_brackets_in_texts_are_not_deep() -> None:
    assert len(decode(b"[" + b",".join([b"[]"] * 500) + b"]").value) == 500
    assert decode(json.dumps(["[" * 300, '"' + "{" * 300]).encode()).value


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"a":2}',
        b'{"a":1,"a" :2}',
        b'{"a":1,"\\u0061":2,"x":"\\u0022:"}',
        b'{"x":{"b":1,"b":1}}',
        b'{"a":{"z":":"},"a":1}',
    ],
)
def test_a_key_that_stands_twice_is_refused(raw: bytes) -> None:
    with pytest.raises(BadEvent, match="each key once"):
        decode(raw)


def test_the_key_that_stands_twice_is_named() -> None:
    with pytest.raises(BadEvent, match="`runId`"):
        decode(b'{"run":{"runId":1,"runId":2}}')


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"nul",
        b"NaN",
        b'{"a":Infinity}',
        b"1e400",
        b"1" * 5000,
        b'"\\ud800"',
        b'"\\udc00x"',
        b'"\xff"',
        b"{} {}",
        b"\xef\xbb\xbf{}",
        b'{"a":1,}',
        b"'a'",
        b"\x00",
    ],
)
def test_what_is_not_strict_json_is_refused_with_a_place(raw: bytes) -> None:
    with pytest.raises(BadEvent) as refused:
        decode(raw)
    assert refused.value.problem.startswith("cannot take in the event at `")


def test_large_whole_numbers_are_kept_exactly() -> None:
    assert decode(b"123456789012345678901234567890").canonical == b"123456789012345678901234567890"
