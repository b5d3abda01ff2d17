"""Canonical bytes of an envelope: the leaf of the tree. Layout in `docs/ledger-format.md`, section "Envelope"."""

from __future__ import annotations

from functools import lru_cache
from struct import Struct

from headwater.model.entries import Envelope, Position
from headwater.model.errors import Tampered, UsageError
from headwater.model.times import Instant

VERSION = 1
DEDUP_BYTES = 16
COMMITMENT_BYTES = 32
NAME_LIMIT = 255
"""Producer and media type carry their length in one byte."""

FIXED = Struct(">BQq16s32sB")
"""Version, position, received, dedup key, commitment, length of the producer that follows."""

DEDUP_FIELD = slice(17, 17 + DEDUP_BYTES)
"""Where encoded bytes hold the dedup key."""

ENVELOPE_LIMIT = FIXED.size + NAME_LIMIT + 1 + NAME_LIMIT


def encode_envelope(envelope: Envelope) -> bytes:
    """Write the bytes that the tree hashes.

    Raises:  UsageError: a part does not fit its field.
    """
    names = name_bytes(envelope.producer, envelope.media_type)
    check_length("dedup key", envelope.dedup, DEDUP_BYTES)
    check_length("commitment", envelope.commitment, COMMITMENT_BYTES)
    head = FIXED.pack(VERSION, envelope.position, envelope.received, envelope.dedup, envelope.commitment, names[0])
    return head + names[1:]


def decode_envelope(data: bytes) -> Envelope:
    """Read an envelope; only the one canonical form of it is accepted.

    Raises:  Tampered: not an envelope that `encode_envelope` could have written.
    """
    fault = envelope_fault(data)
    if fault:
        raise Tampered(f"cannot read an envelope: {fault}", next_step="headwater ledger verify")
    _, position, received, dedup, commitment, length = FIXED.unpack_from(data)
    end = FIXED.size + length
    producer = data[FIXED.size : end].decode()
    return Envelope(Position(position), Instant(received), producer, data[end + 1 :].decode(), dedup, commitment)


def envelope_fault(data: bytes) -> str:
    """Say what is wrong with an envelope's form; empty when nothing is."""
    if len(data) < FIXED.size + 1:
        return f"expected at least {FIXED.size + 1} bytes, got {len(data)}"
    if data[0] != VERSION:
        return f"expected version {VERSION}, got {data[0]}"
    end = FIXED.size + data[FIXED.size - 1]
    if end >= len(data) or end + 1 + data[end] != len(data):
        return "its names do not fill it exactly"
    try:
        data[FIXED.size : end].decode()
        data[end + 1 :].decode()
    except UnicodeDecodeError:
        return "its names are not UTF-8"
    return ""


@lru_cache(maxsize=1024)
def name_bytes(producer: str, media_type: str) -> bytes:
    """The variable end of an envelope, from the producer's length byte on."""
    return _short(producer, "producer") + _short(media_type, "media type")


def check_length(what: str, data: bytes, expected: int) -> None:
    """Refuse a fixed-size part of another size.

    Raises:  UsageError: the size differs.
    """
    if len(data) != expected:
        raise UsageError(
            f"cannot record an entry: expected a {what} of {expected} bytes, got {len(data)}", next_step="report this as a bug"
        )


def _short(text: str, what: str) -> bytes:
    data = text.encode()
    if len(data) > NAME_LIMIT:
        raise UsageError(
            f"cannot record an entry: expected a {what} of at most {NAME_LIMIT} bytes, got {len(data)}", next_step="shorten it"
        )
    return bytes((len(data),)) + data
