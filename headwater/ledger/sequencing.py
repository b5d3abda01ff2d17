"""What becomes of a batch: which observations are new, where they stand, how they are cut into segments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from headwater.ledger.body import commit
from headwater.ledger.envelope import DEDUP_BYTES, FIXED, VERSION, check_length, name_bytes
from headwater.ledger.framing import frame_bodies, frame_envelopes
from headwater.ledger.ports import Segment
from headwater.model.entries import Pending, Position, Receipt

SEGMENT_ENTRIES = 256
SEGMENT_BYTES = 8 * 2**20
"""A segment is closed once its bodies reach this; one larger entry still makes one segment."""


def arrange(pending: Sequence[Pending], stored: Mapping[bytes, int], size: int) -> tuple[list[Receipt], list[Pending]]:
    """Receipts in the order given, and the observations that are neither stored nor repeated within the batch."""
    places, receipts = dict(stored), list[Receipt]()
    fresh = list[Pending]()
    for item in pending:
        place = places.get(item.dedup)
        if place is None:
            check_length("dedup key", item.dedup, DEDUP_BYTES)
            places[item.dedup] = size + len(fresh)
            receipts.append(Receipt(Position(size + len(fresh)), duplicate=False))
            fresh.append(item)
        else:
            receipts.append(Receipt(Position(place), duplicate=True))
    return receipts, fresh


def build_segments(fresh: Sequence[Pending], bodies: Sequence[bytes], first: int) -> tuple[list[Segment], list[bytes]]:
    """Segments from position `first` on, and every envelope in order."""
    envelopes = [_envelope(item, position, commit(body)) for position, (item, body) in enumerate(zip(fresh, bodies, strict=True), first)]
    segments = []
    for start, stop in _cuts(bodies):
        framed = frame_envelopes(envelopes[start:stop]), frame_bodies(bodies[start:stop])
        segments.append(Segment(first + start, stop - start, *framed))
    return segments, envelopes


def _envelope(item: Pending, position: int, commitment: bytes) -> bytes:
    """Same bytes as `encode_envelope`, without building the value: this runs once per entry inside the commit."""
    names = name_bytes(item.producer, item.media_type)
    return FIXED.pack(VERSION, position, item.received, item.dedup, commitment, names[0]) + names[1:]


def _cuts(bodies: Sequence[bytes]) -> Iterator[tuple[int, int]]:
    start = total = 0
    for at, body in enumerate(bodies, 1):
        total += len(body)
        if at - start == SEGMENT_ENTRIES or total >= SEGMENT_BYTES:
            yield start, at
            start, total = at, 0
    if start < len(bodies):
        yield start, len(bodies)
