"""The follower rests only while intake is busy, and long only while the process has no time to spare."""

from __future__ import annotations

import threading
import time

import pytest

from headwater.app import courtesy
from headwater.app.courtesy import Courtesy


class Clock:
    """Time that passes only by resting, and processor time that others use meanwhile."""

    def __init__(self, busy_ratio: float) -> None:
        self.busy_ratio = busy_ratio
        self.now = 0.0
        self.spent = 0.0

    def go_on(self, seconds: float) -> None:
        self.now += seconds
        self.spent += seconds * self.busy_ratio

    def monotonic(self) -> float:
        return self.now

    def process_time(self) -> float:
        return self.spent


class Wake(threading.Event):
    """An event that makes the clock go on instead of waiting."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        self._clock.go_on(timeout or 0.0)
        return False


class Pace:
    """A writer's pace."""

    def __init__(self, entries_per_second: float) -> None:
        self.entries_per_second = entries_per_second


def rests(monkeypatch: pytest.MonkeyPatch, *, pace: float, busy_ratio: float, worked: float = 0.01, times: int = 3) -> list[float]:
    clock = Clock(busy_ratio)
    monkeypatch.setattr(courtesy, "time", clock)
    rest, taken = Courtesy(Pace(pace)), []  # type: ignore[arg-type]  # because only the pace of a writer matters here
    for _ in range(times):
        before = clock.now
        rest(worked, Wake(clock))
        taken.append(round(clock.now - before, 6))
    return taken


def test_without_load_there_is_no_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rests(monkeypatch, pace=50, busy_ratio=1.0) == [0, 0, 0]


def test_with_time_to_spare_the_rest_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    assert max(rests(monkeypatch, pace=500, busy_ratio=0.1)) <= 0.003


def test_without_time_to_spare_the_rest_becomes_long_and_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = rests(monkeypatch, pace=3000, busy_ratio=0.95, times=12)
    assert taken == sorted(taken)
    assert taken[-1] == pytest.approx(0.09, rel=0.1)
    assert rests(monkeypatch, pace=3000, busy_ratio=0.95, worked=1.0, times=12)[-1] == courtesy.MAX_REST_SECONDS


def test_when_load_eases_the_rest_becomes_short_again(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(0.95)
    monkeypatch.setattr(courtesy, "time", clock)
    rest = Courtesy(Pace(3000))  # type: ignore[arg-type]  # because only the pace of a writer matters here
    for _ in range(12):
        rest(0.01, Wake(clock))
    clock.busy_ratio = 0.0
    for _ in range(12):
        before = clock.now
        rest(0.01, Wake(clock))
    assert clock.now - before < 0.004


def test_a_waiting_reader_cuts_the_rest_short() -> None:
    wake = threading.Event()
    rest = Courtesy(Pace(3000))  # type: ignore[arg-type]  # because only the pace of a writer matters here
    threading.Timer(0.05, wake.set).start()
    began = time.monotonic()
    rest(100.0, wake)
    assert time.monotonic() - began < 0.4
    assert not wake.is_set()
