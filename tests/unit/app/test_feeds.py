"""Feeds keep good events, name bad ones by place, and hold one event at a time."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.app.feeds import Piece, read_file, read_stream, split_document, split_feed
from headwater.app.limits import Bounds
from headwater.model.errors import BadEvent, HeadwaterError, TooLarge, UsageError

BOUNDS = Bounds(max_bytes=1_000_000, max_ratio=100)
EVENTS = [{"a": 1}, {"b": "x\ny"}, {"c": [1, 2]}]


def decoded(pieces: Iterator[Piece]) -> list[object]:
    return [piece if isinstance(piece, HeadwaterError) else json.loads(piece) for piece in pieces]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(EVENTS),
        json.dumps(EVENTS, indent=2),
        "\n".join(map(json.dumps, EVENTS)),
        "\n\n".join(map(json.dumps, EVENTS)) + "\r\n",
    ],
    ids=["array", "pretty array", "lines", "lines with blanks"],
)
def test_every_form_gives_the_same_events(text: str, tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    path.write_text(text)
    zipped = tmp_path / "events.gz"
    zipped.write_bytes(gzip.compress(text.encode()))
    assert decoded(split_feed(text.encode(), BOUNDS)) == EVENTS
    assert decoded(read_file(path, BOUNDS)) == EVENTS
    assert decoded(read_file(zipped, BOUNDS)) == EVENTS


@pytest.mark.parametrize("indent", [None, 2])
def test_one_document_is_one_event(indent: int | None) -> None:
    assert decoded(split_feed(json.dumps(EVENTS[1], indent=indent).encode(), BOUNDS)) == [EVENTS[1]]


def test_a_malformed_line_costs_only_itself() -> None:
    pieces = list(split_feed(b'{"a":1}\n{"b":\n{"c":3}', BOUNDS))
    assert pieces == [b'{"a":1}', b'{"b":', b'{"c":3}']


def test_a_malformed_first_line_does_not_cost_the_rest() -> None:
    assert list(split_feed(b'{"a":\n{"b":2}', BOUNDS)) == [b'{"a":', b'{"b":2}']


def test_an_overlong_line_is_reported_in_its_place() -> None:
    pieces = list(split_feed(b'{"a":1}\n"' + b"x" * 2_000_000 + b'"\n{"b":2}', BOUNDS))
    assert isinstance(pieces[1], TooLarge)
    assert [pieces[0], pieces[2]] == [b'{"a":1}', b'{"b":2}']


def test_a_cut_file_gives_what_came_before_and_then_the_reason() -> None:
    lines = "\n".join(json.dumps({"n": number}) for number in range(50_000)).encode()
    cut = gzip.compress(lines)[:-2000]
    pieces = list(read_stream(io.BytesIO(cut), BOUNDS))
    assert len(pieces) > 1000
    assert isinstance(pieces[-1], BadEvent) and "ends too early" in pieces[-1].problem


def test_a_malformed_array_is_one_refusal_without_values() -> None:
    with pytest.raises(BadEvent) as caught:
        split_document(b'[{"a": "secret-value"}, {"b" 1}]')
    assert "secret-value" not in str(caught.value)


def test_an_empty_feed_has_no_events() -> None:
    assert list(split_feed(b" \n ", BOUNDS)) == []


def test_a_missing_file_is_named() -> None:
    with pytest.raises(UsageError, match=r"nowhere\.json"):
        read_file(Path("nowhere.json"), BOUNDS)


def test_a_long_feed_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    with path.open("wb") as file:
        for number in range(40_000):
            file.write(b'{"n":%d,"pad":"%s"}\n' % (number, b"x" * 500))
    seen: list[int] = []
    tracemalloc.start()
    count = sum(1 for _ in read_file(path, BOUNDS, seen.append))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 40_000
    assert seen[-1] == path.stat().st_size
    assert peak < 8_000_000
