"""Recording gives every event a verdict, keeps the good ones, and knows replays."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.app.headwater import Headwater
from headwater.app.record import Interrupted, dedup_key
from headwater.model.entries import Pending, Receipt
from headwater.model.errors import StoreFault
from headwater.model.keys import Principal, Scope
from tests.unit.api.running import encoded, run_event


@pytest.fixture
def headwater(tmp_path: Path) -> Iterator[Headwater]:
    with Headwater.open(tmp_path / "home", environ={}, flags={"analysers": 0}) as made:
        yield made


def test_each_event_has_its_verdict_and_the_rest_is_kept(headwater: Headwater) -> None:
    events = [run_event(), {"no": "event"}, run_event(), "text", run_event(namespace="vault")]
    report = headwater.record(encoded(events), Principal("k", (Scope("write", "lake"),)))
    assert (report.received, report.recorded, report.duplicate) == (5, 2, 0)
    assert [(verdict.index, verdict.retriable) for verdict in report.rejected] == [(1, False), (3, False), (4, False)]
    assert report.position == headwater.ledger.size - 1
    assert "vault" in report.rejected[2].reason


def test_a_replay_is_counted_and_stored_once_however_it_is_written(headwater: Headwater) -> None:
    event = run_event()
    lines = b"\n".join([encoded(event), json.dumps(event, sort_keys=True).encode(), encoded(event)])
    report = headwater.record(lines)
    assert (report.recorded, report.duplicate, headwater.ledger.size) == (1, 2, 1)
    again = headwater.record(encoded(event))
    assert (again.recorded, again.duplicate, again.position) == (0, 1, 0)


def test_a_long_feed_is_recorded_in_windows_with_progress(headwater: Headwater) -> None:
    seen: list[tuple[int, int]] = []
    feed = (encoded(run_event(f"job-{number}")) for number in range(3000))
    report = headwater.record(feed, progress=lambda received, durable: seen.append((received, durable)))
    assert (report.recorded, headwater.ledger.size) == (3000, 3000)
    assert seen[-1] == (3000, 3000)
    assert max(received - durable for received, durable in seen) <= 1025


def test_odd_events_are_taken_with_each_warning_told_once(headwater: Headwater) -> None:
    report = headwater.record(encoded([run_event(producer="no uri"), run_event(producer="no uri")]))
    assert report.recorded == 2
    assert len(report.warnings) == 1


def test_a_store_that_fails_ends_the_feed_with_what_was_recorded_before(headwater: Headwater, monkeypatch: pytest.MonkeyPatch) -> None:
    append, kept = headwater.ledger.append, [run_event() for _ in range(3)]
    headwater.record(encoded(kept[:1]))

    def fail_later(pending: list[Pending]) -> list[Receipt]:
        if headwater.ledger.size >= 3:
            raise StoreFault("cannot record: the disk is full", next_step="free space")
        return append(pending)

    read: list[int] = []

    def paced() -> Iterator[bytes]:
        for number, event in enumerate([*kept, *(run_event() for _ in range(5000))], 1):
            read.append(number)
            yield encoded(event)
            while number <= 3 and headwater.ledger.size < number:
                time.sleep(0.001)

    monkeypatch.setattr(headwater.ledger, "append", fail_later)
    with pytest.raises(StoreFault) as caught:
        headwater.record(paced())
    assert (caught.value.code, caught.value.next_step) == ("STORE-FAULT", "free space")
    assert "the disk is full; 2 events were recorded before, 1 stood there already" in caught.value.problem
    assert len(read) < 5003


def test_an_interrupt_ends_the_feed_with_what_was_taken_in(headwater: Headwater) -> None:
    def interrupted() -> Iterator[bytes]:
        yield encoded(run_event())
        yield encoded(run_event())
        raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:
        headwater.record(interrupted())
    assert (caught.value.report.received, caught.value.report.recorded) == (2, 2)
    assert headwater.ledger.size == 2


@pytest.mark.parametrize("size", [0, 1, 2047, 2048, 70_000, 200_000])
def test_the_dedup_key_is_the_hmac_of_the_whole(size: int) -> None:
    import hmac

    material = b"x" * size
    assert dedup_key(b"k" * 32, material) == hmac.digest(b"k" * 32, material, "sha256")[:16]
