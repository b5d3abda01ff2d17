"""What is recorded of sensitivity is the same through every entry store and every view store, piece by piece or at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.app.analysis import Analyser, InProcess
from headwater.app.follower import Follower
from headwater.capture.documents import accept
from headwater.capture.redaction import Redactor
from headwater.edges.stores.memory import MemoryEntryStore
from headwater.edges.stores.sqlite import SqliteEntryStore
from headwater.edges.stores.views import MemoryViewStore, SqliteViewStore
from headwater.ledger.ledger import Ledger
from headwater.ledger.note import Signer
from headwater.ledger.ports import EntryStore
from headwater.model.entries import Payload, Pending
from headwater.model.times import Instant, parse_instant
from headwater.projections.sensitivity.seeds import Seeds
from headwater.projections.views import ViewStore
from tests.sensitivity.telling import approved, classified, grouped, labelled, passed, verdict

DOCUMENTS = [
    classified("people", verdict("mail"), verdict("phone", "PHONE")),
    labelled("people", "mail", "reject"),
    labelled("people", "phone", "lower", "PHONE", level="quasi", fingerprints=("f",), expires="2026-12-01"),
    approved("hmac", expires="2026-12-01"),
    grouped("people", 12, version=""),
    passed(3),
    classified("people", verdict("mail"), version="2", minutes=200),
]
REDACTOR = Redactor(b"k" * 32)


@pytest.fixture(params=["memory", "sqlite"])
def entries(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EntryStore]:
    store: EntryStore = MemoryEntryStore() if request.param == "memory" else SqliteEntryStore(tmp_path / "ledger.sqlite")
    yield store
    store.close()


@pytest.fixture(params=["memory", "sqlite"])
def views(request: pytest.FixtureRequest, tmp_path: Path) -> ViewStore:
    return MemoryViewStore() if request.param == "memory" else SqliteViewStore(tmp_path / "views.sqlite")


def pending(number: int, document: bytes) -> Pending:
    taken = accept(document, redactor=REDACTOR, grant=("*",))
    received = Instant(parse_instant("2026-12-01") - 5_000_000 + number * 1_000_000)
    return Pending(received, "local", taken.media_type, bytes([number]) * 16, bytes([number]) * 16, Payload(taken.public))


def seeds_at(follower: Follower, size: int) -> list[Seeds]:
    with follower.reading() as known:
        return [known.seeding.seeds(None, at) for at in range(size)]  # type: ignore[arg-type]  # because a count is a plain number


def test_seeds_are_the_same_however_they_were_kept(entries: EntryStore, views: ViewStore) -> None:
    ledger = Ledger(entries, Signer.from_seed("headwater.local/test", b"s" * 32))
    follower = Follower(ledger, views, Analyser(InProcess()))
    for number, document in enumerate(DOCUMENTS):
        ledger.append([pending(number, document)])
        follower.catch_up()
        follower.save()
    piecewise = seeds_at(follower, len(DOCUMENTS))
    again = Follower(ledger, views, Analyser(InProcess()))
    assert again.position == len(DOCUMENTS)
    assert seeds_at(again, len(DOCUMENTS)) == piecewise
    at_once = Follower(ledger, MemoryViewStore(), Analyser(InProcess()))
    at_once.catch_up()
    assert seeds_at(at_once, len(DOCUMENTS)) == piecewise
    assert [len(seeds.approvals) for seeds in piecewise] == [0, 0, 0, 1, 1, 0, 0]
