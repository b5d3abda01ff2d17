from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.ledger import body
from headwater.ledger.body import commit, decode_body, encode_body
from headwater.model.entries import Payload
from headwater.model.errors import Tampered, TooLarge, UsageError

SALT = bytes(range(16))


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_salt_and_parts_come_back_as_they_went(public: bytes, sealed: bytes) -> None:
    assert decode_body(encode_body(SALT, Payload(public, sealed))) == (SALT, Payload(public, sealed))


def test_the_commitment_is_one_hash_over_salt_and_framed_payload() -> None:
    data = encode_body(SALT, Payload(b"{}", b"sealed"))
    assert data == SALT + b"\x00\x00\x00\x02" + b"{}" + b"sealed"
    assert commit(data) == sha256(data).digest()


def test_moving_a_byte_between_the_parts_changes_the_commitment() -> None:
    assert commit(encode_body(SALT, Payload(b"ab", b"c"))) != commit(encode_body(SALT, Payload(b"a", b"bc")))


@pytest.mark.parametrize("data", [b"", SALT, SALT + b"\x00\x00\x00", SALT + b"\x00\x00\x00\x05four"])
def test_what_is_no_body_is_refused(data: bytes) -> None:
    with pytest.raises(Tampered, match="its lengths do not fit"):
        decode_body(data)


def test_a_salt_of_another_size_is_refused() -> None:
    with pytest.raises(UsageError, match="expected a salt of 16 bytes, got 3"):
        encode_body(b"abc", Payload(b"{}"))


def test_a_payload_past_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "BODY_LIMIT", 30)
    with pytest.raises(TooLarge, match="expected at most 30 bytes, got 31"):
        encode_body(SALT, Payload(b"x" * 11))
