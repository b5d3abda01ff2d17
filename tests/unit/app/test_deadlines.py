"""A decision ends when its moment comes by the clock that takes entries in, whether the home is open then or not."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from headwater.app.deadlines import Deadlines
from headwater.app.headwater import Headwater
from headwater.model.answers import RecordReport
from headwater.model.entries import CLOCK_PASSED
from headwater.model.errors import Overloaded
from headwater.model.questions import MaskingQuestion, StatusQuestion
from headwater.model.times import Instant, parse_instant
from tests.sensitivity.telling import approved, labelled


class SetClock:
    """A clock that stands until it is set."""

    def __init__(self, time: str) -> None:
        self.now = parse_instant(time)

    def __call__(self) -> Instant:
        return self.now

    def set(self, time: str) -> None:
        self.now = parse_instant(time)


def opened(home: Path, clock: SetClock) -> Headwater:
    return Headwater.open(home, environ={}, flags={"analysers": 0}, clock=clock)


def told(headwater: Headwater, document: bytes) -> int:
    report = headwater.record(document)
    assert not report.rejected and report.position is not None
    assert headwater.follower.wait_for(report.position)
    return report.position


def kinds(headwater: Headwater) -> list[str]:
    return [entry.envelope.media_type for entry in headwater.ledger.read(0)]


def test_a_decision_ends_when_its_moment_comes_and_is_known_before_as_it_was(tmp_path: Path) -> None:
    clock = SetClock("2027-01-01T00:00:00Z")
    with opened(tmp_path / "home", clock) as headwater:
        lowered = told(headwater, labelled("t", "mail", "lower", level="none", fingerprints=("f",), expires="2027-01-02"))
        last = told(headwater, approved("hmac", expires="2027-01-03"))
        clock.set("2027-01-01T23:59:59Z")
        assert headwater.deadlines.keep() == []
        clock.set("2027-01-02")
        assert headwater.deadlines.keep() == [lowered]
        assert headwater.deadlines.keep() == []
        with headwater.follower.reading() as views:
            now, before = views.seeding.seeds(None, None), views.seeding.seeds(None, last)  # type: ignore[arg-type]  # because a report's position is a plain number
        assert (len(now.lowerings), len(before.lowerings), len(now.approvals)) == (0, 1, 1)
        clock.set("2027-02-01")
        assert headwater.ask(MaskingQuestion()).total == {"approvals": 0}
        assert kinds(headwater).count(CLOCK_PASSED) == 2


def test_a_home_that_was_closed_at_the_moment_says_so_before_it_answers(tmp_path: Path) -> None:
    clock = SetClock("2027-01-01")
    with opened(tmp_path / "home", clock) as headwater:
        told(headwater, approved("hmac", expires="2027-01-02"))
        assert headwater.ask(MaskingQuestion()).total == {"approvals": 1}
    clock.set("2027-03-01")
    with opened(tmp_path / "home", clock) as headwater:
        assert headwater.ask(MaskingQuestion()).total == {"approvals": 0}
        assert kinds(headwater).count(CLOCK_PASSED) == 1
    with opened(tmp_path / "home", clock) as headwater:
        headwater.ask(StatusQuestion())
        assert kinds(headwater).count(CLOCK_PASSED) == 1


def test_deadlines_are_kept_without_anybody_asking(tmp_path: Path) -> None:
    clock, ended = SetClock("2027-01-01"), threading.Event()
    with opened(tmp_path / "home", clock) as headwater:
        told(headwater, approved("hmac", expires="2027-01-02"))
    clock.set("2027-01-02")
    with opened(tmp_path / "home", clock) as headwater:
        for _ in range(500):
            with headwater.follower.reading() as views:
                if not list(views.decided.masking(None, views.known_at)):
                    break
            ended.wait(0.02)
        assert kinds(headwater).count(CLOCK_PASSED) == 1


def test_nobody_ends_a_decision_before_its_time(tmp_path: Path) -> None:
    clock = SetClock("2027-01-01")
    with opened(tmp_path / "home", clock) as headwater:
        entry = told(headwater, approved("hmac", expires="2027-01-02"))
        told(
            headwater,
            b'{"headwater":"clock/passed","seen_at":"2030-01-01","entry":%d,"passed_at":"2030-01-01T00:00:00Z"}' % entry,
        )
        assert headwater.ask(MaskingQuestion()).total == {"approvals": 1}
        clock.set("2027-01-02")
        assert headwater.ask(MaskingQuestion()).total == {"approvals": 0}


def test_a_question_is_refused_while_an_end_that_has_come_cannot_be_recorded(tmp_path: Path) -> None:
    clock = SetClock("2027-01-01")
    with opened(tmp_path / "home", clock) as headwater:
        told(headwater, approved("hmac", expires="2027-01-02"))
        headwater.deadlines.stop()
        headwater.deadlines = Deadlines(headwater.follower, lambda events: RecordReport(received=1, recorded=0, duplicate=0), clock)
        assert headwater.ask(MaskingQuestion()).total == {"approvals": 1}
        clock.set("2027-01-02")
        with pytest.raises(Overloaded, match="decisions that have ended"):
            headwater.ask(MaskingQuestion())
