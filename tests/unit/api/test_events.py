"""Recorded events are told backwards without holding more of the ledger than a bound, however large they are."""

from __future__ import annotations

import msgspec
import pytest

from headwater.api.marquez import events as listing
from headwater.api.marquez.shapes import Events
from headwater.ledger.ledger import Ledger
from headwater.model.errors import UsageError
from headwater.model.times import BEGINNING, FOREVER
from tests.unit.app.lake import append, copy_event, empty_ledger


@pytest.fixture
def ledger() -> Ledger:
    chain = empty_ledger()
    for number in range(40):
        append(chain, copy_event(number, f"t{number}", f"t{number + 1}", *(f"column_{place}" for place in range(number % 7 * 20 + 1))))
    return chain


def runs(told: Events) -> list[int]:
    return [int(msgspec.json.decode(event)["run"]["runId"][-12:]) for event in told.events]


@pytest.mark.parametrize("held_bytes", [1, 3_000, 20_000, 10_000_000])
def test_the_order_does_not_depend_on_how_much_is_held_at_once(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, held_bytes: int) -> None:
    monkeypatch.setattr(listing, "_HELD_BYTES", held_bytes)
    told = listing.events(ledger, BEGINNING, FOREVER, 100, 0)
    assert (runs(told), told.total_count) == (list(range(39, -1, -1)), 40)


def test_more_than_the_bound_is_never_held_but_for_one_event(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_HELD_BYTES", 3_000)
    assert listing._held(ledger, 0, 40) is None
    assert len(listing._held(ledger, 6, 7) or ()) == 1


def test_a_page_too_large_to_send_is_refused_in_words(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_PAGE_BYTES", 10_000)
    with pytest.raises(UsageError) as caught:
        listing.events(ledger, BEGINNING, FOREVER, 100, 0)
    limit = int(caught.value.next_step.rsplit(" ", 1)[1])
    assert len(listing.events(ledger, BEGINNING, FOREVER, limit, 0).events) == limit
