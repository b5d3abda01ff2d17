"""One door for all entries."""

from __future__ import annotations

import msgspec
import pytest

from headwater.capture.translate import translate
from headwater.model.entries import KEY_CREATED, KEY_REVOKED, OPENLINEAGE_DATASET, OPENLINEAGE_JOB, OPENLINEAGE_RUN, Entry, Position
from headwater.model.facts import GapSeen, KeyCreatedFact, KeyRevokedFact
from headwater.model.keys import Scope
from headwater.model.observations import KeyCreated, KeyRevoked, OpenLineageObserved
from headwater.model.times import Instant
from tests.unit.capture.observed import dataset_event, entry, facts, recorded, run_event, table

ALL = (OPENLINEAGE_RUN, OPENLINEAGE_JOB, OPENLINEAGE_DATASET, KEY_CREATED, KEY_REVOKED)


RECEIVED = Instant(2_000_000_000_000_000)


def test_keys_come_and_go_at_the_time_of_their_entry() -> None:
    made = translate(entry(KEY_CREATED, msgspec.json.encode(KeyCreated(key="k", name="n", digest="d", scopes=(Scope("read"),)))))
    gone = translate(entry(KEY_REVOKED, msgspec.json.encode(KeyRevoked(key="k"))))
    assert made == [KeyCreatedFact(position=Position(7), at=RECEIVED, key="k", name="n", digest="d", scopes=(Scope("read"),))]
    assert gone == [KeyRevokedFact(position=Position(7), at=RECEIVED, key="k")]


def test_an_unknown_media_type_is_a_gap() -> None:
    gaps = translate(entry("lake/commit", b"{}"))
    assert [(gap.code, gap.subject) for gap in gaps if isinstance(gap, GapSeen)] == [("ENTRY-UNKNOWN", "entry:7")]


@pytest.mark.parametrize("media_type", ALL)
@pytest.mark.parametrize("public", [b"", b"{}", b"[]", b"\xff", b'{"grant":[],"event":{}}', b'{"grant":[],"event":{"eventTime":"x"}}'])
def test_a_payload_that_cannot_be_read_is_a_gap(media_type: str, public: bytes) -> None:
    assert [gap.code for gap in translate(entry(media_type, public)) if isinstance(gap, GapSeen)] == ["EVENT-UNREADABLE"]


@pytest.mark.parametrize("media_type", [OPENLINEAGE_RUN, OPENLINEAGE_JOB, OPENLINEAGE_DATASET])
def test_an_event_of_another_kind_than_its_entry_says_is_a_gap(media_type: str) -> None:
    public = msgspec.json.encode(OpenLineageObserved(grant=(), event=msgspec.Raw(b'{"eventTime":"2026-01-01T00:00:00Z"}')))
    assert [gap.code for gap in translate(entry(media_type, public)) if isinstance(gap, GapSeen)] == ["EVENT-UNREADABLE"]


@pytest.mark.parametrize("media_type", ALL)
def test_an_erased_entry_has_no_facts(media_type: str) -> None:
    whole = entry(media_type, b"{}")
    assert translate(Entry(whole.envelope, None, None)) == []


def test_facts_share_position_and_event_time() -> None:
    found = facts(run_event(inputs=[table("a", odd={})], outputs=[table("b")]))
    assert {(fact.position, fact.at) for fact in found} == {(7, 1_767_225_600_000_000)}


def test_translating_twice_gives_the_same_facts() -> None:
    whole = recorded(dataset_event(table("a", odd={"x": 1})))
    assert msgspec.json.encode(translate(whole)) == msgspec.json.encode(translate(whole))
