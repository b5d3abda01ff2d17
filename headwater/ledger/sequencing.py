"""What becomes of a batch: which observations are new, where they stand, how they are cut into segments.

This runs once per entry inside the commit, so its loops build bytes directly instead of going through values; tests hold them to
`encode_envelope` and `encode_body`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from struct import Struct

from headwater.ledger.body import BODY_LIMIT, SALT_BYTES, SMALLEST_BODY, check_body
from headwater.ledger.envelope import DEDUP_BYTES, FIXED, VERSION, check_length, name_bytes
from headwater.ledger.framing import BODY_LENGTH, ENVELOPE_LENGTH
from headwater.ledger.ports import Segment
from headwater.model.entries import Pending, Position, Receipt

SEGMENT_ENTRIES = 256
SEGMENT_BYTES = 8 * 2**20
"""A segment is closed once its bodies reach this; one larger entry still makes one segment."""

_BODY_HEAD = Struct(f">I{SALT_BYTES}sI")
"""Length of the body, salt, length of the public part."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A segment to be: its observations and their framed bodies, of which `ends` says where each one ends."""

    items: Sequence[Pending]
    bodies: bytes
    ends: Sequence[int]

    def commitments(self) -> list[bytes]:
        """The commitment to each body."""
        view, start, found = memoryview(self.bodies), 0, list[bytes]()
        for end in self.ends:
            found.append(sha256(view[start + BODY_LENGTH.size : end]).digest())
            start = end
        return found


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch with all that can be computed before its positions are known."""

    items: Sequence[Pending]
    drafts: Sequence[Draft]
    commitments: Sequence[Sequence[bytes]]


def arrange(pending: Sequence[Pending], stored: Mapping[bytes, int], size: int) -> tuple[list[Receipt], list[Pending]]:
    """Receipts in the order given, and the observations that are neither stored nor repeated within the batch."""
    if not stored and len({item.dedup for item in pending}) == len(pending):
        return [Receipt(Position(place), False) for place in range(size, size + len(pending))], list(pending)
    places, receipts = dict(stored), list[Receipt]()
    fresh = list[Pending]()
    for item in pending:
        place = places.get(item.dedup)
        if place is None:
            places[item.dedup] = size + len(fresh)
            receipts.append(Receipt(Position(size + len(fresh)), False))
            fresh.append(item)
        else:
            receipts.append(Receipt(Position(place), True))
    return receipts, fresh


def draft_segments(fresh: Sequence[Pending]) -> list[Draft]:
    """Cut observations into segments and frame their bodies.

    Raises:  UsageError: a salt has a wrong size.  TooLarge: a payload passes the limit.
    """
    drafts, pack = list[Draft](), _BODY_HEAD.pack
    parts, ends, start, total = list[bytes](), list[int](), 0, 0
    for at, item in enumerate(fresh, 1):
        public, sealed, salt = item.payload.public, item.payload.sealed, item.salt
        size = SMALLEST_BODY + len(public) + len(sealed)
        if len(salt) != SALT_BYTES or size > BODY_LIMIT:
            check_body(salt, size)
        parts += (pack(size, salt, len(public)), public, sealed)
        total += BODY_LENGTH.size + size
        ends.append(total)
        if len(ends) == SEGMENT_ENTRIES or total >= SEGMENT_BYTES or at == len(fresh):
            drafts.append(Draft(fresh[start:at], b"".join(parts), ends))
            parts, ends, start, total = [], [], at, 0
    return drafts


def place_segment(draft: Draft, commitments: Sequence[bytes], first: int) -> tuple[Segment, list[bytes]]:
    """The segment at its place, and its entries' leaf hashes.

    Raises:  UsageError: a dedup key or a name does not fit its field.
    """
    parts, leaves, pack = list[bytes](), list[bytes](), FIXED.pack
    for position, (item, commitment) in enumerate(zip(draft.items, commitments, strict=True), first):
        if len(item.dedup) != DEDUP_BYTES:
            check_length("dedup key", item.dedup, DEDUP_BYTES)
        names = name_bytes(item.producer, item.media_type)
        envelope = pack(VERSION, position, item.received, item.dedup, commitment, names[0]) + names[1:]
        parts += (ENVELOPE_LENGTH.pack(len(envelope)), envelope)
        leaves.append(sha256(b"\x00" + envelope).digest())
    return Segment(first, len(draft.items), b"".join(parts), draft.bodies), leaves
