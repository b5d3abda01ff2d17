"""How deep a text of JSON is nested, told before a parser that calls itself for each level is given it."""

from __future__ import annotations

import io
import json
import random

import pytest

from headwater.edges.sources.content.digest import digest_opened
from headwater.edges.sources.content.nesting import DEEPEST, Nesting


def nested(levels: int, sign: str = "[]") -> bytes:
    return (sign[0] * levels + sign[1] * levels).encode()


def follow(text: bytes, size: int = 7) -> None:
    nesting = Nesting()
    for start in range(0, len(text), size):
        nesting.follow(text[start : start + size])


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_as_many_levels_as_allowed_are_let_pass_however_the_text_is_cut(size: int) -> None:
    follow(nested(DEEPEST) * 20, size)
    with pytest.raises(ValueError, match="nested deeper than 100 levels"):
        follow(b"[1]" + nested(DEEPEST + 1), size)


@pytest.mark.parametrize("size", [1, 3, 100_000])
@pytest.mark.parametrize("text", ["[" * 500, '"' + "[" * 500, "\\" + '"' + "{" * 500, "\\\\" * 3 + "[" * 300])
def test_brackets_within_strings_are_no_levels(text: str, size: int) -> None:
    told = json.dumps({"note": text, "list": [1, {"a": text}]}).encode()
    follow(told * 3, size)
    with pytest.raises(ValueError, match="nested deeper"):
        follow(told + nested(101), size)


def test_what_is_closed_too_often_opens_nothing() -> None:
    with pytest.raises(ValueError, match="nested deeper"):
        follow(b"]" * 500 + b"[" * 101)


def test_any_json_is_as_deep_as_its_values_are() -> None:
    chance = random.Random(7)

    def value(levels: int) -> object:
        kind = chance.randrange(4) if levels else 3
        if kind == 0:
            return [value(levels - 1) for _ in range(chance.randrange(3))]
        if kind == 1:
            return {chance.choice('ab"[{\\'): value(levels - 1) for _ in range(chance.randrange(3))}
        return [value(levels - 1)] if kind == 2 else chance.choice(['"[', "{\\", "]]", 1, None])

    def depth(told: object) -> int:
        inner = list(told.values()) if isinstance(told, dict) else told if isinstance(told, list) else None
        return 0 if inner is None else 1 + max((depth(each) for each in inner), default=0)

    for _ in range(300):
        told: object = value(8)
        levels = depth(told)
        for _ in range(DEEPEST - levels):
            told = [told]
        follow(json.dumps(told).encode())
        with pytest.raises(ValueError, match="nested deeper"):
            follow(json.dumps([told]).encode() if levels else nested(DEEPEST + 1))


def test_a_file_nested_too_deep_has_a_digest_of_its_bytes_and_a_reason() -> None:
    told = digest_opened(io.BytesIO(b'{"a":' + nested(20_000) + b"}\n"), path="a.jsonl", key=None, holds="json")
    assert told.unread is not None and told.unread.kind == "corrupt"
