"""Group commit: nothing is acknowledged before it is durable, and a failure fails exactly its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, wait

import pytest

from headwater.app.writer import Writer
from headwater.ledger.sequencing import Prepared
from headwater.model.entries import Payload, Pending, Position, Receipt
from headwater.model.errors import Overloaded, StoreFault
from headwater.model.times import Instant


def pending(number: int, size: int = 10) -> Pending:
    return Pending(Instant(0), "local", "openlineage/run", number.to_bytes(16, "big"), b"s" * 32, Payload(b"x" * size))


def faults_of(writer: Writer) -> list[str]:
    return [writer.last_fault.code] if writer.last_fault is not None else []


class Tape:
    """A ledger that keeps what it is given, can be held up, and fails on demand."""

    def __init__(self) -> None:
        self.entries: list[Pending] = []
        self.batches: list[int] = []
        self.open = threading.Event()
        self.open.set()
        self.fault: Exception | None = None

    def prepare(self, pending: Sequence[Pending]) -> Prepared:
        return Prepared(pending, (), ())

    def append(self, pending: Sequence[Pending] | Prepared) -> list[Receipt]:
        pending = pending.items if isinstance(pending, Prepared) else pending
        self.open.wait(10)
        self.batches.append(len(pending))
        if self.fault is not None:
            raise self.fault
        first = len(self.entries)
        self.entries.extend(pending)
        return [Receipt(Position(first + index), duplicate=False) for index in range(len(pending))]


def test_receipts_come_in_the_order_of_submission() -> None:
    tape = Tape()
    writer = Writer(tape, max_delay=0.001)
    futures = [writer.submit(pending(number)) for number in range(1000)]
    assert [future.result(10).position for future in futures] == list(range(1000))
    writer.close()
    assert tape.entries == [pending(number) for number in range(1000)]


def test_what_arrives_during_a_commit_goes_into_the_next_one_together() -> None:
    tape = Tape()
    tape.open.clear()
    writer = Writer(tape, max_delay=0.001, max_batch=8)
    first = writer.submit(pending(0))
    time.sleep(0.05)
    rest = [writer.submit(pending(number)) for number in range(1, 18)]
    tape.open.set()
    wait([first, *rest], 10)
    writer.close()
    assert tape.batches == [1, 8, 8, 1]


def test_nothing_resolves_before_its_commit() -> None:
    tape = Tape()
    tape.open.clear()
    writer = Writer(tape, max_delay=0)
    future = writer.submit(pending(1))
    time.sleep(0.05)
    assert not future.done()
    tape.open.set()
    assert future.result(10).position == 0
    writer.close()


@pytest.mark.parametrize("fault", [StoreFault("cannot record: disk full", next_step="free space"), OSError("no space")])
def test_a_failed_commit_fails_its_own_futures_and_no_others(fault: Exception) -> None:
    tape = Tape()
    writer = Writer(tape, max_delay=0.001)
    before = writer.submit(pending(1))
    assert before.result(10).position == 0
    tape.fault = fault
    failed = [writer.submit(pending(number)) for number in (2, 3)]
    for future in failed:
        with pytest.raises(StoreFault):
            future.result(10)
    assert faults_of(writer) == ["STORE-FAULT"]
    tape.fault = None
    assert writer.submit(pending(4)).result(10).position == 1
    assert faults_of(writer) == []
    writer.close()


def test_a_full_queue_refuses_at_once_by_entries_and_by_bytes() -> None:
    for submit_size, bounds in ((10, {"max_queue": 2}), (600, {"max_queue_bytes": 1000})):
        tape = Tape()
        tape.open.clear()
        writer = Writer(tape, max_delay=0, **bounds)
        held = [writer.submit(pending(0, submit_size))]
        while writer.queued:
            time.sleep(0.001)
        held += [writer.submit(pending(number, submit_size)) for number in (1, 2)]
        with pytest.raises(Overloaded):
            writer.submit(pending(3, submit_size))
        tape.open.set()
        assert [future.result(10).position for future in held] == [0, 1, 2]
        writer.close()


def test_closing_commits_what_is_queued_and_refuses_what_comes_after() -> None:
    tape = Tape()
    tape.open.clear()
    writer = Writer(tape, max_delay=0.001, max_batch=4)
    futures = [writer.submit(pending(number)) for number in range(10)]
    threading.Timer(0.05, tape.open.set).start()
    writer.close()
    assert all(future.done() for future in futures)
    assert len(tape.entries) == 10
    with pytest.raises(Overloaded, match="stopping"):
        writer.submit(pending(11))


def test_a_cancelled_waiter_does_not_disturb_the_others() -> None:
    tape = Tape()
    tape.open.clear()
    writer = Writer(tape, max_delay=0.001)
    futures: list[Future[Receipt]] = [writer.submit(pending(number)) for number in range(3)]
    futures[1].cancel()
    tape.open.set()
    assert [futures[0].result(10).position, futures[2].result(10).position] == [0, 2]
    writer.close()
