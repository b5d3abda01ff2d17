"""When the ledger cannot keep up or cannot write, clients are told to come back; nothing is acknowledged that is not durable."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from headwater.model.entries import Pending, Receipt
from headwater.model.errors import StoreFault
from tests.unit.api.running import Running, run_event, running


class Valve:
    """Stands before a ledger's `append`: holds it up, or makes it fail."""

    def __init__(self, server: Running) -> None:
        self._append = server.headwater.ledger.append
        self.open = threading.Event()
        self.open.set()
        self.fault: StoreFault | None = None

    def __call__(self, pending: Sequence[Pending]) -> list[Receipt]:
        self.open.wait(20)
        if self.fault is not None:
            raise self.fault
        return self._append(pending)


@contextmanager
def valved(home: Path, monkeypatch: pytest.MonkeyPatch, **flags: object) -> Iterator[tuple[Running, Valve]]:
    with running(home, **flags) as server:
        valve = Valve(server)
        monkeypatch.setattr(server.headwater.ledger, "append", valve)
        try:
            yield server, valve
        finally:
            valve.open.set()


async def post_all(server: Running, count: int) -> list[httpx.Response]:
    async with httpx.AsyncClient(base_url=server.url, headers=server.client.headers, timeout=20) as client:
        return await asyncio.gather(*(client.post("/api/v1/lineage", json=run_event()) for _ in range(count)))


def test_a_full_queue_is_503_with_retry_after_and_the_rest_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with valved(tmp_path / "home", monkeypatch, queue_entries=5) as (server, valve):
        valve.open.clear()
        threading.Timer(1.0, valve.open.set).start()
        answers = asyncio.run(post_all(server, 40))
        statuses = {answer.status_code for answer in answers}
        assert statuses == {201, 503}
        for answer in answers:
            if answer.status_code == 503:
                assert answer.headers["retry-after"] == "1"
                assert answer.json()["code"] == "INTAKE-OVERLOADED"
        recorded = sum(answer.status_code == 201 for answer in answers)
        assert server.headwater.ledger.size == recorded + 1
        assert server.client.post("/api/v1/lineage", json=run_event()).status_code == 201


def test_a_failed_write_is_503_and_never_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with valved(tmp_path / "home", monkeypatch) as (server, valve):
        valve.fault = StoreFault("cannot record: the disk is full", next_step="free space")
        event = run_event()
        answer = server.client.post("/api/v1/lineage", json=event)
        assert (answer.status_code, answer.json()["code"]) == (503, "STORE-FAULT")
        assert answer.headers["retry-after"] == "1"
        assert server.client.post("/api/v1/lineage/batch", json=[event, run_event()]).status_code == 503
        assert server.client.get("/readyz").status_code == 503
        valve.fault = None
        assert server.client.post("/api/v1/lineage", json=event).json()["duplicate"] is False
        assert server.client.get("/readyz").status_code == 200


def test_a_commit_that_hangs_is_answered_and_the_replay_is_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with valved(tmp_path / "home", monkeypatch, request_timeout_seconds=0.3) as (server, valve):
        valve.open.clear()
        event = run_event()
        answer = server.client.post("/api/v1/lineage", json=event)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        valve.open.set()
        again = server.client.post("/api/v1/lineage", json=event)
        assert (again.status_code, again.json()["duplicate"]) == (201, True)


def test_a_batch_larger_than_the_queue_waits_its_turn(tmp_path: Path) -> None:
    with running(tmp_path / "home", queue_entries=20) as server:
        body = server.client.post("/api/v1/lineage/batch", json=[run_event() for _ in range(300)]).json()
        assert body["summary"]["successful"] == 300


def test_views_that_stand_still_are_not_ready_and_say_how_far_behind(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headwater.app.readiness.MAX_BUSY_SECONDS", 0.2)
    with server.headwater.follower.reading():
        server.client.post("/api/v1/lineage", json=run_event())
        time.sleep(1)
        answer = server.client.get("/readyz")
    assert answer.status_code == 503
    assert "have not moved for" in answer.json()["reasons"][0]
    assert server.headwater.follower.wait_for(server.headwater.ledger.size - 1)
    assert server.client.get("/readyz").status_code == 200
