"""How a segment holds its entries: each envelope and each body behind its length, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from struct import Struct, error

from headwater.ledger.body import decode_body
from headwater.ledger.envelope import DEDUP_BYTES, DEDUP_FIELD, decode_envelope
from headwater.ledger.ports import Segment
from headwater.model.entries import Entry
from headwater.model.errors import Tampered

ENVELOPE_LENGTH = Struct(">H")
"""As in a C2SP entry bundle."""
BODY_LENGTH = Struct(">I")
"""Zero where the entry was erased."""
_LENGTH_AND_KEY = Struct(f">H{DEDUP_FIELD.start}x{DEDUP_BYTES}s")


def frame_envelopes(envelopes: Iterable[bytes]) -> bytes:
    """Join encoded envelopes."""
    return b"".join(part for envelope in envelopes for part in (ENVELOPE_LENGTH.pack(len(envelope)), envelope))


def frame_bodies(bodies: Iterable[bytes]) -> bytes:
    """Join encoded bodies."""
    return b"".join(part for body in bodies for part in (BODY_LENGTH.pack(len(body)), body))


def split_frames(data: bytes, length: Struct, count: int) -> list[memoryview]:
    """Cut framed bytes into exactly `count` parts, without copying.

    Raises:  Tampered: the lengths do not fill the bytes exactly.
    """
    view, parts, at = memoryview(data), [], 0
    try:
        for _ in range(count):
            (size,) = length.unpack_from(data, at)
            at += length.size + size
            parts.append(view[at - size : at])
    except error:
        at = -1
    if at != len(data):
        raise Tampered("cannot read a segment: its lengths do not fill it exactly", next_step="headwater ledger verify")
    return parts


def dedup_keys(segment: Segment) -> list[bytes]:
    """The dedup keys of a segment's entries, in order.

    Raises:  Tampered: its envelopes cannot be told apart.
    """
    data, at, keys = segment.envelopes, 0, list[bytes]()
    try:
        for _ in range(segment.count):
            length, key = _LENGTH_AND_KEY.unpack_from(data, at)
            at += ENVELOPE_LENGTH.size + length
            keys.append(key)
    except error:
        at = -1
    if at != len(data):
        raise Tampered("cannot read a segment: its lengths do not fill it exactly", next_step="headwater ledger verify")
    return keys


def entries_of(segment: Segment) -> Iterator[Entry]:
    """Decode a segment's entries, checking that they stand where they say.

    Raises:  Tampered: they do not, or cannot be read.
    """
    if segment.fault:
        raise Tampered(f"cannot read entry {segment.first}: {segment.fault}", next_step="headwater ledger verify")
    envelopes = split_frames(segment.envelopes, ENVELOPE_LENGTH, segment.count)
    bodies = split_frames(segment.bodies, BODY_LENGTH, segment.count)
    for position, (data, body) in enumerate(zip(envelopes, bodies, strict=True), segment.first):
        envelope = decode_envelope(bytes(data))
        if envelope.position != position:
            raise Tampered(f"cannot read entry {position}: another entry stands in its place", next_step="headwater ledger verify")
        salt, payload = decode_body(body) if body else (None, None)
        yield Entry(envelope, salt, payload)
