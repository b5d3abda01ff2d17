"""The only thread that appends: gathers what arrives within a few milliseconds into one durable transaction.

A waiter hears of its entry only after the commit that holds it; a commit that fails fails exactly its own entries.
Threads wait on futures (`submit`); an event loop takes all receipts of a commit in one call (`post`, see `api/commits.py`).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from time import monotonic
from typing import Any, Protocol

from headwater.ledger.sequencing import Prepared
from headwater.model.entries import Pending, Receipt
from headwater.model.errors import HeadwaterError, Overloaded, StoreFault

_WINDOW_SECONDS = 0.2


class Appender(Protocol):
    """The part of the ledger the writer needs: one durable, all-or-nothing transaction, receipts in order, and a head start on it."""

    def prepare(self, pending: Sequence[Pending]) -> Prepared: ...

    def append(self, pending: Sequence[Pending] | Prepared) -> list[Receipt]: ...


class Desk(Protocol):
    """Where receipts of a commit are handed over, together; called from the writer's thread, must not block or raise."""

    def deliver(self, slots: list[Any], receipts: list[Receipt]) -> None:
        """These slots are durable."""

    def refuse(self, slots: list[Any], fault: HeadwaterError) -> None:
        """These slots are not recorded."""


class _Futures:
    """The desk of threads: each slot is a future."""

    def deliver(self, slots: list[Future[Receipt]], receipts: list[Receipt]) -> None:
        for future, receipt in zip(slots, receipts, strict=True):
            if future.set_running_or_notify_cancel():
                future.set_result(receipt)

    def refuse(self, slots: list[Future[Receipt]], fault: HeadwaterError) -> None:
        for future in slots:
            if future.set_running_or_notify_cancel():
                future.set_exception(fault)


_Item = tuple[Pending, Desk, Any]


class Writer:
    """Group commit. The queue is bounded in entries and bytes; past that, `Overloaded` at once instead of a wait."""

    def __init__(
        self,
        ledger: Appender,
        max_delay: float = 0.005,
        max_batch: int = 256,
        max_queue: int = 4096,
        *,
        max_queue_bytes: int = 128 * 1024 * 1024,
    ) -> None:
        self._ledger = ledger
        self._max_delay = max_delay
        self._max_batch = max_batch
        self._max_queue = max_queue
        self._max_queue_bytes = max_queue_bytes
        self._futures = _Futures()
        self._guard = threading.Lock()
        self._arrived = threading.Condition(self._guard)
        self._queue: list[_Item] = []
        self._queued_bytes = 0
        self._idle = False
        self._company = False
        self._closed = False
        self._last_fault: HeadwaterError | None = None
        self._commits = 0
        self._rate, self._window_began, self._window_entries = 0.0, monotonic(), 0
        self._thread = threading.Thread(target=self._run, name="headwater-writer", daemon=True)
        self._thread.start()

    @property
    def queued(self) -> int:
        """Entries waiting for a commit to start."""
        return len(self._queue)

    @property
    def commits(self) -> int:
        """Durable transactions so far."""
        return self._commits

    @property
    def entries_per_second(self) -> float:
        """How fast entries were committed lately; nothing, soon after the last of them."""
        return self._rate if monotonic() - self._window_began < 2 * _WINDOW_SECONDS else 0.0

    @property
    def last_fault(self) -> HeadwaterError | None:
        """Why the latest commit failed; None while commits succeed."""
        return self._last_fault

    def submit(self, pending: Pending) -> Future[Receipt]:
        """Queue an observation; the future resolves once it is durable.

        Raises:  Overloaded: the queue is full, or the writer is closing.
        """
        future: Future[Receipt] = Future()
        self.post(pending, self._futures, future)
        return future

    def post(self, pending: Pending, desk: Desk, slot: object) -> None:
        """Queue an observation whose receipt goes to a desk."""
        size = len(pending.payload.public) + len(pending.payload.sealed)
        with self._guard:
            if self._closed or len(self._queue) >= self._max_queue or self._queued_bytes > self._max_queue_bytes:
                raise self._overloaded()
            self._queue.append((pending, desk, slot))
            self._queued_bytes += size
            if self._idle and (len(self._queue) == 1 or len(self._queue) >= self._max_batch):
                self._arrived.notify()

    def close(self) -> None:
        """Take nothing more, commit what is queued, and stop."""
        with self._guard:
            self._closed = True
            self._arrived.notify()
        self._thread.join()

    def _overloaded(self) -> Overloaded:
        if self._closed:
            return Overloaded("cannot record: the server is stopping", next_step="send it again when the server is back")
        return Overloaded("cannot record: the intake queue is full", next_step="send it again in a moment")

    def _run(self) -> None:
        ahead: tuple[list[_Item], Prepared | None] | None = None
        while batch := ahead[0] if ahead is not None else self._gather():
            prepared, ahead = ahead[1] if ahead is not None else None, self._look_ahead()
            self._commit(batch, prepared)

    def _look_ahead(self) -> tuple[list[_Item], Prepared | None] | None:
        """Prepare the next batch before this one is committed, if a full one waits: it is compressed while the disk works."""
        with self._guard:
            batch = self._take() if len(self._queue) >= self._max_batch else []
        if not batch:
            return None
        try:
            return batch, self._ledger.prepare([item[0] for item in batch])
        except Exception:  # noqa: BLE001  # because the commit meets it again, and tells whoever waits
            return batch, None

    def _gather(self) -> list[_Item]:
        """Wait for the first entry, then a moment for company; an empty batch means closed and drained.

        Whoever came alone last time is not made to wait: a single producer that sends one event after the other has no company.
        """
        with self._guard:
            self._idle = True
            while not self._queue and not self._closed:
                self._arrived.wait()
            deadline = monotonic() + (self._max_delay if self._company or len(self._queue) > 1 else 0.0)
            while len(self._queue) < self._max_batch and not self._closed:
                remaining = deadline - monotonic()
                if remaining <= 0 or not self._arrived.wait(remaining):
                    break
            self._idle = False
            return self._take()

    def _take(self) -> list[_Item]:
        """The next batch out of the queue; under the guard."""
        batch = self._queue[: self._max_batch]
        del self._queue[: self._max_batch]
        self._company = len(batch) > 1
        self._queued_bytes -= sum(len(item[0].payload.public) + len(item[0].payload.sealed) for item in batch)
        return batch

    def _commit(self, batch: list[_Item], prepared: Prepared | None) -> None:
        try:
            receipts = self._ledger.append(prepared or [item[0] for item in batch])
        except HeadwaterError as fault:
            self._fail(batch, fault)
        except Exception as error:  # noqa: BLE001  # because whoever waits must hear, whatever broke
            unforeseen = StoreFault("cannot record: the entry store failed", next_step="headwater ledger verify")
            unforeseen.__cause__ = error
            self._fail(batch, unforeseen)
        else:
            self._last_fault = None
            self._commits += 1
            self._measure(len(batch))
            for desk, slots, part in _by_desk(batch, receipts):
                desk.deliver(slots, part)

    def _measure(self, committed: int) -> None:
        """Count in windows; the last whole one is the rate."""
        elapsed = monotonic() - self._window_began
        if elapsed > _WINDOW_SECONDS:
            self._rate = self._window_entries / elapsed if elapsed < 2 * _WINDOW_SECONDS else 0.0
            self._window_began, self._window_entries = monotonic(), 0
        self._window_entries += committed

    def _fail(self, batch: list[_Item], fault: HeadwaterError) -> None:
        self._last_fault = fault
        for desk, slots, _ in _by_desk(batch, []):
            desk.refuse(slots, fault)


def _by_desk(batch: list[_Item], receipts: list[Receipt]) -> list[tuple[Desk, list[Any], list[Receipt]]]:
    """Slots and receipts of each desk, in order."""
    groups: dict[int, tuple[Desk, list[Any], list[Receipt]]] = {}
    for index, (_, desk, slot) in enumerate(batch):
        group = groups.get(id(desk))
        if group is None:
            group = groups[id(desk)] = (desk, [], [])
        group[1].append(slot)
        if receipts:
            group[2].append(receipts[index])
    return list(groups.values())
