from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from headwater.ledger import sequencing
from headwater.ledger.body import commit, encode_body
from headwater.ledger.envelope import encode_envelope
from headwater.ledger.framing import dedup_keys, entries_of, frame_bodies, frame_envelopes
from headwater.ledger.sequencing import arrange, draft_segments, framed, place_segment
from headwater.model.entries import Envelope, Position, Receipt
from headwater.model.errors import Tampered, UsageError
from tests.ledgers import all_observed, dedup_of, observed


def test_repeats_within_a_batch_and_before_it_get_the_first_position() -> None:
    receipts, fresh = arrange(all_observed([1, 2, 1, 9, 2]), {dedup_of(9): 4}, 10)
    assert receipts == [
        Receipt(Position(10), False),
        Receipt(Position(11), False),
        Receipt(Position(10), True),
        Receipt(Position(4), True),
        Receipt(Position(11), True),
    ]
    assert fresh == all_observed([1, 2])


def test_a_batch_without_repeats_takes_the_next_positions() -> None:
    assert arrange(all_observed([5, 6]), {}, 3) == ([Receipt(Position(3), False), Receipt(Position(4), False)], all_observed([5, 6]))
    assert arrange([], {}, 3) == ([], [])


def test_segments_hold_exactly_what_the_single_encoders_write() -> None:
    items = [observed(1), observed(2, size=900, sealed=b"s" * 33), replace(observed(3), producer="ключ")]
    (draft,) = draft_segments(items)
    segment, leaves = place_segment(draft, draft.commitments(), 70)
    bodies = [encode_body(item.salt, item.payload) for item in items]
    envelopes = [
        encode_envelope(Envelope(Position(place), item.received, item.producer, item.media_type, item.dedup, commit(body)))
        for place, (item, body) in enumerate(zip(items, bodies, strict=True), 70)
    ]
    assert (segment.first, segment.count) == (70, 3)
    assert segment.envelopes == frame_envelopes(envelopes)
    assert segment.bodies == frame_bodies(bodies)
    assert leaves == [sha256(b"\x00" + data).digest() for data in envelopes]
    assert dedup_keys(segment) == [item.dedup for item in items]
    assert [(entry.salt, entry.payload) for entry in entries_of(segment)] == [(item.salt, item.payload) for item in items]


def test_segments_close_at_256_entries_or_at_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [len(draft.items) for draft in draft_segments(all_observed(range(600)))] == [256, 256, 88]
    monkeypatch.setattr(sequencing, "SEGMENT_BYTES", 2000)
    items = [observed(number, size=900) for number in range(5)]
    assert [len(draft.items) for draft in draft_segments(items)] == [3, 2]


@pytest.mark.parametrize("change", [{"dedup": b"short"}, {"salt": b"short"}, {"producer": "x" * 300}])
def test_parts_that_do_not_fit_are_refused(change: dict[str, object]) -> None:
    item = replace(observed(1), **change)  # type: ignore[arg-type]  # because the fields differ
    with pytest.raises(UsageError, match="cannot record an entry"):
        [place_segment(draft, draft.commitments(), 0) for draft in draft_segments([item])]


def test_a_segment_that_was_edited_is_refused() -> None:
    (draft,) = draft_segments(all_observed([1, 2]))
    segment, _ = place_segment(draft, draft.commitments(), 5)
    for changed in (
        replace(segment, first=6),
        replace(segment, count=3),
        replace(segment, envelopes=segment.envelopes[:-1]),
        replace(segment, bodies=segment.bodies + b"x"),
        replace(segment, bodies=b"", fault="the compressed payloads are missing"),
    ):
        with pytest.raises(Tampered):
            list(entries_of(changed))
    for envelopes in (segment.envelopes[:-1], segment.envelopes[:100], b""):
        with pytest.raises(Tampered):
            dedup_keys(replace(segment, envelopes=envelopes))


def test_what_is_framed_ahead_is_stored_the_same() -> None:
    items = all_observed(range(5))
    ahead = [framed(item) for item in items]
    (draft,), (same,) = draft_segments(items), draft_segments(ahead)
    assert draft.bodies == same.bodies
    assert draft.commitments() == same.commitments()
    mixed = draft_segments([ahead[0], items[1], ahead[2]])[0]
    assert mixed.commitments() == draft.commitments()[:3]
