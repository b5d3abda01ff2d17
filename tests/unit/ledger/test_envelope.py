from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.ledger.envelope import DEDUP_FIELD, ENVELOPE_LIMIT, decode_envelope, encode_envelope, envelope_fault
from headwater.model.entries import Envelope, Position
from headwater.model.errors import Tampered, UsageError
from headwater.model.times import Instant

ONE = Envelope(Position(7), Instant(-5), "key-1", "openlineage/run", b"d" * 16, b"c" * 32)

envelopes = st.builds(
    Envelope,
    st.integers(0, 2**64 - 1).map(Position),
    st.integers(-(2**63), 2**63 - 1).map(Instant),
    st.text(max_size=60),
    st.text(max_size=60),
    st.binary(min_size=16, max_size=16),
    st.binary(min_size=32, max_size=32),
)


def test_the_layout_is_the_documented_one() -> None:
    assert encode_envelope(ONE).hex() == (
        "01" + "0000000000000007" + "fffffffffffffffb" + "64" * 16 + "63" * 32 + "05" + b"key-1".hex() + "0f" + b"openlineage/run".hex()
    )
    assert encode_envelope(ONE)[DEDUP_FIELD] == ONE.dedup


@given(envelopes)
def test_an_envelope_comes_back_as_it_went(envelope: Envelope) -> None:
    data = encode_envelope(envelope)
    assert decode_envelope(data) == envelope
    assert len(data) <= ENVELOPE_LIMIT


@given(envelopes, st.data())
def test_only_the_canonical_form_is_read(envelope: Envelope, data: st.DataObject) -> None:
    encoded = bytearray(encode_envelope(envelope))
    at = data.draw(st.integers(0, len(encoded) - 1))
    encoded[at] ^= data.draw(st.integers(1, 255))
    changed = bytes(encoded)
    if not envelope_fault(changed):
        assert encode_envelope(decode_envelope(changed)) == changed
    assert envelope_fault(encode_envelope(envelope) + b"x")
    assert envelope_fault(encode_envelope(envelope)[:-1])


@pytest.mark.parametrize("data", [b"", b"\x01" * 66, b"\x02" + encode_envelope(ONE)[1:], encode_envelope(ONE)[:-1] + b"\xff"])
def test_what_is_no_envelope_is_refused(data: bytes) -> None:
    with pytest.raises(Tampered, match="cannot read an envelope"):
        decode_envelope(data)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"dedup": b"short"}, "expected a dedup key of 16 bytes, got 5"),
        ({"commitment": b""}, "expected a commitment of 32 bytes, got 0"),
        ({"producer": "x" * 256}, "expected a producer of at most 255 bytes, got 256"),
        ({"media_type": "é" * 128}, "expected a media type of at most 255 bytes, got 256"),
    ],
)
def test_parts_that_do_not_fit_are_refused(change: dict[str, object], problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        encode_envelope(replace(ONE, **change))  # type: ignore[arg-type]  # because the fields differ in type
