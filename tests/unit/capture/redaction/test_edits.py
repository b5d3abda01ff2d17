"""Edits and what undoes them."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from headwater.capture.redaction.edits import Edit, Replaced, Span, apply, encode_sealed, restore, undo


@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5), st.text(max_size=5)), max_size=6))
def test_undoing_edits_gives_the_text_back(parts: list[tuple[str, str, str]]) -> None:
    text = "".join(kept + gone for kept, gone, _ in parts)
    edits, at = [], 0
    for kept, gone, put in parts:
        at += len(kept)
        edits.append(Edit(at, at + len(gone), put, gone))
        at += len(gone)
    redacted = apply(text, edits)
    assert redacted.text == "".join(kept + put for kept, _, put in parts)
    assert undo(redacted.text, redacted.spans) == text


def test_a_dropped_secret_does_not_come_back() -> None:
    redacted = apply("ab", [Edit(0, 1, "*", None), Edit(1, 2, "t", "b")])
    assert redacted.text == "*t"
    assert undo(redacted.text, redacted.spans) == "*b"


def test_an_event_is_restored_place_by_place() -> None:
    sealed = encode_sealed([Replaced(("a", 1, "b"), (Span(0, 1, "long"),)), Replaced(("n",), (), 5.5)])
    assert msgspec.json.decode(restore(b'{"a":[0,{"b":"t!"}],"n":"hw:num:x"}', sealed)) == {"a": [0, {"b": "long!"}], "n": 5.5}


def test_nothing_replaced_seals_nothing() -> None:
    assert encode_sealed([]) == b""
    assert restore(b'{"a":1}', b"") == b'{"a":1}'
