"""The use case record: raw events in, a verdict per event out.

Each event is checked, redacted, sealed and queued by itself, so one bad event never costs its neighbours. At most a
window of events waits for its commit at any time, whatever the size of the source.
"""

from __future__ import annotations

import hmac
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache

from headwater.app.feeds import Piece
from headwater.app.home import HomeKeys
from headwater.app.randomness import Randomness
from headwater.app.sealer import Sealer
from headwater.app.writer import Desk, Writer
from headwater.capture import documents
from headwater.capture.dbt import accept as dbt
from headwater.capture.openlineage.accept import Accepted, accept
from headwater.capture.redaction import Redactor
from headwater.ledger.body import SALT_BYTES
from headwater.ledger.envelope import DEDUP_BYTES
from headwater.ledger.sequencing import framed
from headwater.model.answers import RecordReport, Rejected
from headwater.model.entries import Payload, Pending, Receipt
from headwater.model.errors import Forbidden, HeadwaterError, Overloaded, StoreFault
from headwater.model.keys import Principal, Scope, covers, matches
from headwater.model.times import Instant

_WINDOW = 1024
_LISTED = 10_000
_PATIENCE_SECONDS = 60.0
_KEPT_BYTES = 2047
_LARGE_BYTES = 64 * 1024

Progress = Callable[[int, int], None]
"""Told how many events were received and how many are durable."""
Clock = Callable[[], Instant]
"""Tells what time it is."""


def now() -> Instant:
    """The time by this machine's clock."""
    return Instant(time.time_ns() // 1000)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An event ready to be queued, and what was odd but taken."""

    pending: Pending
    warnings: tuple[str, ...]


class Recorder:
    """Turns raw events into pending entries and sees them through the writer."""

    def __init__(self, writer: Writer, keys: HomeKeys, sealer: Sealer | None, clock: Clock = now) -> None:
        self._writer = writer
        self._clock = clock
        self._dedup_key = keys.dedup
        self._redactor = Redactor(keys.redaction)
        self._sealer = sealer
        self._randomness = Randomness()

    def prepare(self, raw: bytes, principal: Principal) -> Prepared:
        """Check, redact, wrap and seal one event; nothing is stored yet.

        Raises:  BadEvent, TooLarge: the event itself. Forbidden: its job or dataset is outside the key's write scope.
        """
        grant = _grant(principal.scopes)
        received = self._clock()
        accepted = self._accept(raw, grant, received)
        _check_scope(accepted, grant)
        dedup = dedup_key(self._dedup_key, accepted.dedup_material)
        sealed = self._sealer.seal(accepted.sealed, dedup) if self._sealer is not None and accepted.sealed else b""
        pending = Pending(
            received=received,
            producer=principal.key,
            media_type=accepted.media_type,
            dedup=dedup,
            salt=self._randomness.take(SALT_BYTES),
            payload=Payload(accepted.public, sealed),
        )
        return Prepared(framed(pending), accepted.warnings)

    def _accept(self, raw: bytes | memoryview, grant: tuple[str, ...], received: Instant) -> Accepted:
        """Check and redact what came in: an OpenLineage event, a document of dbt, or one of our own."""
        if documents.is_document(raw):
            return documents.accept(raw, redactor=self._redactor, grant=grant)
        if dbt.is_document(raw):
            return dbt.accept(raw, redactor=self._redactor, grant=grant)
        return accept(raw, redactor=self._redactor, grant=grant, received=received)

    def post(self, pending: Pending, desk: Desk, slot: object) -> None:
        """Queue a prepared event whose receipt goes to a desk.

        Raises:  Overloaded: the queue is full.
        """
        self._writer.post(pending, desk, slot)

    def record(self, events: Iterable[Piece], principal: Principal, progress: Progress | None = None) -> RecordReport:
        """Record a feed of any length; waits, within bounds, where the writer is the slower one.

        Raises:  StoreFault: the store failed; it tells the counts, and the rest of the feed was not read. Interrupted: from the keyboard.
        """
        tally = Tally()
        waiting: deque[tuple[int, Future[Receipt]]] = deque()
        try:
            self._take_in(events, principal, tally, waiting, progress)
        except StoreFault as fault:
            self._settle_all(waiting, tally)
            raise _counted(fault, tally) from fault
        except KeyboardInterrupt:
            with suppress(KeyboardInterrupt):  # because a second one means: do not even wait for these
                self._settle_all(waiting, tally)
            raise Interrupted(tally.report()) from None
        if progress is not None:
            progress(tally.received, tally.durable)
        return tally.report()

    def _take_in(
        self,
        events: Iterable[Piece],
        principal: Principal,
        tally: Tally,
        waiting: deque[tuple[int, Future[Receipt]]],
        progress: Progress | None,
    ) -> None:
        for index, piece in enumerate(events):
            while len(waiting) >= _WINDOW:
                self._settle(waiting, tally)
            try:
                waiting.append((index, self._submit(piece, principal, tally)))
            except HeadwaterError as fault:
                tally.reject(index, fault)
            tally.received += 1
            while waiting and waiting[0][1].done():
                self._settle(waiting, tally)
            if progress is not None:
                progress(tally.received, tally.durable)
        while waiting:
            self._settle(waiting, tally)

    def _settle_all(self, waiting: deque[tuple[int, Future[Receipt]]], tally: Tally) -> None:
        """Take the verdicts that are still to come, whatever they are."""
        while waiting:
            with suppress(StoreFault):
                self._settle(waiting, tally)

    def _submit(self, piece: Piece, principal: Principal, tally: Tally) -> Future[Receipt]:
        if isinstance(piece, HeadwaterError):
            raise piece
        prepared = self.prepare(piece, principal)
        tally.warn(prepared.warnings)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return self._writer.submit(prepared.pending)
            except Overloaded:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.005)

    def _settle(self, waiting: deque[tuple[int, Future[Receipt]]], tally: Tally) -> None:
        """Take the verdict of the event that has waited longest; it leaves the queue only then, so that an interrupt loses none.

        Raises:  StoreFault: the store failed, and will fail the next ones too.
        """
        index, future = waiting[0]
        try:
            receipt = future.result()
        except HeadwaterError as fault:
            waiting.popleft()
            tally.reject(index, fault)
            if isinstance(fault, StoreFault):
                raise
        else:
            waiting.popleft()
            tally.take(receipt)


class Interrupted(KeyboardInterrupt):
    """The keyboard ended a feed; the report tells what had been taken in by then."""

    def __init__(self, report: RecordReport) -> None:
        super().__init__()
        self.report = report


class Tally:
    """Verdicts as they come in."""

    def __init__(self) -> None:
        self.received = 0
        self.recorded = 0
        self.duplicate = 0
        self.position: int | None = None
        self._rejected: list[Rejected] = []
        self._unlisted = 0
        self._warnings: dict[str, None] = {}

    @property
    def durable(self) -> int:
        """Events that stand in the ledger, now or before."""
        return self.recorded + self.duplicate

    def take(self, receipt: Receipt) -> None:
        """An event is durable."""
        if receipt.duplicate:
            self.duplicate += 1
        else:
            self.recorded += 1
        if self.position is None or receipt.position > self.position:
            self.position = receipt.position

    def reject(self, index: int, fault: HeadwaterError) -> None:
        """An event is not taken."""
        if len(self._rejected) < _LISTED:
            self._rejected.append(rejection(index, fault))
        else:
            self._unlisted += 1

    def warn(self, warnings: tuple[str, ...]) -> None:
        """An event is odd but taken; the same oddity is told once."""
        for warning in warnings:
            if len(self._warnings) < _LISTED:
                self._warnings[warning] = None

    def report(self) -> RecordReport:
        """The verdicts, as people get them. Rejections past a bound are counted in a warning, not dropped unseen."""
        warnings = list(self._warnings)
        if self._unlisted:
            warnings.append(f"{self._unlisted} further rejected events are not listed")
        return RecordReport(
            received=self.received,
            recorded=self.recorded,
            duplicate=self.duplicate,
            rejected=tuple(sorted(self._rejected, key=lambda verdict: verdict.index)),
            position=self.position,
            warnings=tuple(warnings),
        )


def _counted(fault: StoreFault, tally: Tally) -> StoreFault:
    """The store's fault in the middle of a feed, with what stands in the ledger nevertheless."""
    counts = f"{tally.recorded} events were recorded before, {tally.duplicate} stood there already"
    return StoreFault(f"{fault.problem}; {counts}", next_step=fault.next_step)


def rejection(index: int, fault: HeadwaterError) -> Rejected:
    """A fault as the verdict on one event; only our own trouble is worth another try."""
    retriable = isinstance(fault, Overloaded | StoreFault)
    return Rejected(index, fault.problem, retriable, fault.code, fault.next_step)


def dedup_key(key: bytes, material: bytes) -> bytes:
    """By what a replay is known: a keyed hash, so that the ledger's readers cannot test guesses of what was erased.

    Fed in pieces small enough that hashing keeps the interpreter; handing it over costs more than the hash.
    """
    code = hmac.new(key, digestmod="sha256")
    step = _KEPT_BYTES if len(material) < _LARGE_BYTES else _LARGE_BYTES
    for start in range(0, len(material), step):
        code.update(material[start : start + step])
    return code.digest()[:DEDUP_BYTES]


@lru_cache(maxsize=1024)
def _grant(scopes: tuple[Scope, ...]) -> tuple[str, ...]:
    return Principal("", scopes).patterns("write")


def _check_scope(accepted: Accepted, grant: tuple[str, ...]) -> None:
    outside = [namespace for namespace in accepted.namespaces if not matches(grant, namespace)]
    for namespace in outside or [pattern for pattern in accepted.patterns if not covers(grant, pattern)]:
        raise Forbidden(
            f"cannot record event in namespace `{namespace}`: the key's write scope does not cover it",
            next_step="headwater key create --write NAMESPACE",
        )
