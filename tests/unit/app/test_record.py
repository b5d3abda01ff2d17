"""Recording gives every event a verdict, keeps the good ones, and knows replays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.app.headwater import Headwater
from headwater.app.record import dedup_key
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


def test_a_store_that_fails_makes_events_retriable(headwater: Headwater, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise StoreFault("cannot record: the disk is full", next_step="free space")

    monkeypatch.setattr(headwater.ledger, "append", fail)
    report = headwater.record(encoded([run_event(), {"no": "event"}]))
    assert report.recorded == 0
    assert [(verdict.index, verdict.retriable) for verdict in report.rejected] == [(0, True), (1, False)]


@pytest.mark.parametrize("size", [0, 1, 2047, 2048, 70_000, 200_000])
def test_the_dedup_key_is_the_hmac_of_the_whole(size: int) -> None:
    import hmac

    material = b"x" * size
    assert dedup_key(b"k" * 32, material) == hmac.digest(b"k" * 32, material, "sha256")[:16]
