from __future__ import annotations

import io

import pytest

from headwater.app.sql import requests
from headwater.app.sql.requests import Unreadable, lines_of, request_of, schema_of


def test_blank_lines_are_skipped_and_counted() -> None:
    assert list(lines_of(io.BytesIO(b"\xef\xbb\xbfone\r\n\n  \ntwo"))) == [(1, b"one"), (4, b"two")]


def test_a_line_beyond_the_bound_is_passed_over_without_being_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "MAX_LINE_BYTES", 8)
    monkeypatch.setattr(requests, "_SKIPPED_BYTES", 4)
    read = list(lines_of(io.BytesIO(b"12345678\n123456789\nshort\n" + b"x" * 100)))
    assert read == [(1, b"12345678"), (2, None), (3, b"short"), (4, None)]


def test_what_a_line_does_not_say_is_left_open() -> None:
    request = request_of(b'{"sql":"select 1","more":[1]}')
    assert (request.id, request.dialect, bytes(request.schema), request.catalog) == (None, None, b"null", None)
    assert schema_of(bytes(request.schema)) is None


@pytest.mark.parametrize(
    ("line", "problem", "id"),
    [
        (b"nope", "expected JSON on one line", None),
        (b"{", "expected JSON on one line", None),
        (b"[]", "expected an object, got a list", None),
        (b'{"id":7}', "expected `sql`", 7),
        (b'{"id":"a","sql":null}', "expected text at `sql`, got null", "a"),
        (b'{"id":"a","sql":"s","dialect":3}', "expected text or null at `dialect`, got a number", "a"),
        (b'{"id":{},"sql":"s"}', "expected a number or text or null at `id`, got an object", None),
        (b'{"id":"\xff","sql":"s"}', "expected UTF-8", None),
        (b'{"id":1,"sql":"\\ud800"}', "expected JSON on one line", None),
        (b'{"id":1,"sql":"s","schema":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "JSON is nested too deep", None),
    ],
)
def test_a_line_that_is_no_request_says_what_was_expected(line: bytes, problem: str, id: object) -> None:  # noqa: A002  # because the wire calls it so
    with pytest.raises(Unreadable) as caught:
        request_of(line)
    assert (caught.value.problem, caught.value.id) == (problem, id)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"5", "expected an object of tables, got a number in `schema`"),
        (b'{"t":"a"}', "expected an object of columns for table `t`, got text in `schema`"),
        (b'{"t":{"a":"\xff"}}', "expected UTF-8"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "JSON is nested too deep"),
    ],
)
def test_a_schema_that_is_none_says_what_was_expected(raw: bytes, problem: str) -> None:
    with pytest.raises(Unreadable) as caught:
        schema_of(raw)
    assert caught.value.problem == problem
