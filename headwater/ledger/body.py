"""What an envelope commits to: salt and payload, framed so that one hash over one slice gives the commitment."""

from __future__ import annotations

from hashlib import sha256
from struct import Struct

from headwater.ledger.envelope import check_length
from headwater.model.entries import Payload
from headwater.model.errors import Tampered, TooLarge

SALT_BYTES = 16
BODY_LIMIT = 256 * 2**20
"""Largest salt + payload of one entry, in bytes."""

LENGTH = Struct(">I")
SMALLEST_BODY = SALT_BYTES + LENGTH.size


def encode_body(salt: bytes, payload: Payload) -> bytes:
    """Salt, then the payload's framing: length of the public part, public part, sealed part to the end.

    Raises:  UsageError: the salt has a wrong size.  TooLarge: the payload passes the limit.
    """
    check_body(salt, SMALLEST_BODY + len(payload.public) + len(payload.sealed))
    return b"".join((salt, LENGTH.pack(len(payload.public)), payload.public, payload.sealed))


def check_body(salt: bytes, size: int) -> None:
    """Refuse a body that does not fit its fields.

    Raises:  UsageError: the salt has a wrong size.  TooLarge: the body passes the limit.
    """
    check_length("salt", salt, SALT_BYTES)
    if size > BODY_LIMIT:
        raise TooLarge(f"cannot record an entry: expected at most {BODY_LIMIT} bytes, got {size}", next_step="split the event")


def decode_body(body: bytes | memoryview) -> tuple[bytes, Payload]:
    """Read back salt and payload.

    Raises:  Tampered: not a body that `encode_body` could have written.
    """
    if body_fault(body):
        raise Tampered("cannot read a payload: its lengths do not fit", next_step="headwater ledger verify")
    (length,) = LENGTH.unpack_from(body, SALT_BYTES)
    end = SMALLEST_BODY + length
    return bytes(body[:SALT_BYTES]), Payload(bytes(body[SMALLEST_BODY:end]), bytes(body[end:]))


def body_fault(body: bytes | memoryview) -> bool:
    """Whether a body's form is wrong."""
    return len(body) < SMALLEST_BODY or SMALLEST_BODY + LENGTH.unpack_from(body, SALT_BYTES)[0] > len(body)


def commit(body: bytes | memoryview) -> bytes:
    """The commitment to a body; hiding, because the salt is random and secret once erased."""
    return sha256(body).digest()
