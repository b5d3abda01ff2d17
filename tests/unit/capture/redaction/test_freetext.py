"""Prose, error messages and stack traces."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.capture.redaction.edits import undo
from headwater.capture.redaction.freetext import looks_like_data, redact_error, redact_prose, redact_trace
from headwater.capture.redaction.tokens import Tokens

TOKENS = Tokens(b"k" * 32)


@pytest.mark.parametrize(
    "text",
    [
        "mail jane.doe@example.org please",
        "call +1 (555) 123-4567 now",
        "number 123-45-6789 is taken",
        "card 4111 1111 1111 1111",
        "record 00731645",
    ],
)
def test_addresses_and_long_numbers_leave_prose(text: str) -> None:
    redacted = redact_prose(text, TOKENS)
    assert not any(part in redacted.text for part in ("jane", "555", "6789", "4111", "731645"))
    assert undo(redacted.text, redacted.spans) == text


@pytest.mark.parametrize(
    "text",
    [
        "Daily visits of ward 7 since 2024-01-01, see v1.2.3.4",
        "at 2024-01-01T10:00:00Z",
        "id 3f2b8c1e-0000-4000-8000-000000000001",
        "9fceb02d0ae598e95dc970b74767f19372d61af8",
    ],
)
def test_prose_without_data_stays_as_it_is(text: str) -> None:
    assert redact_prose(text, TOKENS).text == text


@pytest.mark.parametrize(
    "message",
    [
        "Key (name)=(zebra) already exists",
        "Failing row contains (1, zebra, 1980-01-01).",
        "could not convert string to float: zebra",
        'invalid input syntax for type integer: "zebra"',
        "The value 'zebra' of the type \"STRING\" cannot be cast",
        "Cannot parse row: [zebra, 42]",
        "bad record {'name': 'zebra'}",
        "name=zebra is not allowed",
        "patient Maria Zebrazebra was found twice".replace("Zebrazebra", "Zebra"),
        "unterminated 'zebra",
        "write to zebra@example.org failed",
    ],
)
def test_values_leave_error_messages(message: str) -> None:
    redacted = redact_error(message, TOKENS)
    assert "zebra" not in redacted.text.lower()
    assert undo(redacted.text, redacted.spans) == message


@pytest.mark.parametrize(
    "message",
    [
        'relation "public.patients" does not exist',
        "org.apache.spark.sql.AnalysisException: Table or view not found: db.tbl; line 1 pos 14",
        "can't connect to https://host:8080/x",
        "decimal(10,2) is no type",
    ],
)
def test_the_words_of_an_error_stay(message: str) -> None:
    assert redact_error(message, TOKENS).text == message


def test_the_frames_of_a_trace_stay_and_its_messages_are_redacted() -> None:
    trace = (
        'Traceback (most recent call last):\n  File "/app/x.py", line 3, in load\n'
        "    raise ValueError('zebra')\nValueError: zebra: 'zebra'\n"
        "Caused by: x.Y: value: zebra\n\tat org.x.Y.z(Y.java:12)\n\t... 12 more\n"
    )
    redacted = redact_trace(trace, TOKENS)
    for kept in ('  File "/app/x.py", line 3, in load\n', "\tat org.x.Y.z(Y.java:12)\n", "\t... 12 more\n"):
        assert kept in redacted.text
    assert "value: zebra" not in redacted.text
    assert undo(redacted.text, redacted.spans) == trace


def test_a_secret_in_an_error_is_not_sealed_either() -> None:
    redacted = redact_error("connect to postgres://bob:zebra@host failed, row: ('a', 'password=zebra')", TOKENS)
    assert "zebra" not in undo(redacted.text, redacted.spans)


def test_codes_with_long_numbers_look_like_data() -> None:
    assert looks_like_data("MRN00731645")
    assert not looks_like_data("yyyy-MM-dd")


@given(st.text(max_size=200))
def test_any_text_can_be_undone_up_to_secrets(text: str) -> None:
    for redact in (redact_prose, redact_error, redact_trace):
        redacted = redact(text, TOKENS)
        if "***" not in redacted.text:
            assert undo(redacted.text, redacted.spans) == text


@pytest.mark.parametrize("piece", ["a", "a@", "1 ", "_", "key_", "'\\", "[1,", "=(", "A a ", "1.", "://a:", "password", "eyJ", "Aa ", " "])
def test_hostile_texts_take_no_longer_than_their_length_warrants(piece: str) -> None:
    text = (piece * 200_000)[:200_000]
    started = time.process_time()
    redact_error(text, TOKENS)
    assert time.process_time() - started < 5
