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
        """The commitment to each body, hashed here unless it was made ahead."""
        made = [item.commitment for item in self.items]
        if all(made):
            return made
        view, start, found = memoryview(self.bodies), 0, list[bytes]()
        for ahead, end in zip(made, self.ends, strict=True):
            found.append(ahead or sha256(view[start + BODY_LENGTH.size : end]).digest())
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
    drafts = list[Draft]()
    parts, ends, start, total = list[bytes](), list[int](), 0, 0
    for at, item in enumerate(fresh, 1):
        frame = item.framed or _frame(item)
        parts.append(frame)
        total += len(frame)
        ends.append(total)
        if len(ends) == SEGMENT_ENTRIES or total >= SEGMENT_BYTES or at == len(fresh):
            drafts.append(Draft(fresh[start:at], b"".join(parts), ends))
            parts, ends, start, total = [], [], at, 0
    return drafts


def framed(item: Pending) -> Pending:
    """The same observation with its body framed and committed to, so that the commit has less to do.

    Raises:  UsageError: a salt has a wrong size.  TooLarge: a payload passes the limit.
    """
    frame = _frame(item)
    commitment = sha256(memoryview(frame)[BODY_LENGTH.size :]).digest()
    return Pending(item.received, item.producer, item.media_type, item.dedup, item.salt, item.payload, frame, commitment)


def _frame(item: Pending) -> bytes:
    public, sealed, salt = item.payload.public, item.payload.sealed, item.salt
    size = SMALLEST_BODY + len(public) + len(sealed)
    if len(salt) != SALT_BYTES or size > BODY_LIMIT:
        check_body(salt, size)
    return b"".join((_BODY_HEAD.pack(size, salt, len(public)), public, sealed))


def place_segment(draft: Draft, commitments: Sequence[bytes], first: int) -> tuple[Segment, list[bytes]]:
    """The segment at its place, and its entries' leaf hashes.

    Raises:  UsageError: a dedup key or a name does not fit its field.
    """
    parts, leaves, pack, length_of = list[bytes](), list[bytes](), FIXED.pack, ENVELOPE_LENGTH.pack
    pair, names, first_name, length = ("", ""), b"", 0, b""
    for position, (item, commitment) in enumerate(zip(draft.items, commitments, strict=True), first):
        dedup = item.dedup
        if len(dedup) != DEDUP_BYTES:
            check_length("dedup key", dedup, DEDUP_BYTES)
        if (item.producer, item.media_type) != pair or not names:
            pair = (item.producer, item.media_type)
            text = name_bytes(*pair)
            first_name, names, length = text[0], text[1:], length_of(FIXED.size - 1 + len(text))
        envelope = pack(VERSION, position, item.received, dedup, commitment, first_name) + names
        parts += (length, envelope)
        leaves.append(sha256(b"\x00" + envelope).digest())
    keys = [item.dedup for item in draft.items]
    return Segment(first, len(draft.items), b"".join(parts), draft.bodies, keys=keys), leaves
