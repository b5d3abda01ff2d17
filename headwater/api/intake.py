"""OpenLineage's endpoints: events in, acknowledged once they are durable.

The contract of `docs/reference/http.md`: a single event answers 201, also when it was recorded before; a batch answers 200
with a verdict per event; what is worth sending again answers 503 with `Retry-After`; nothing answers 409 or 429.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, TypeVar

import msgspec

from headwater.api.authority import Authority
from headwater.api.bodies import read_body
from headwater.api.commits import LoopDesk, Slot
from headwater.api.counters import Counters
from headwater.api.replies import Receive, Scope, Send, reply
from headwater.app.feeds import split_document
from headwater.app.headwater import Headwater
from headwater.app.record import Prepared, Tally
from headwater.model.answers import Rejected
from headwater.model.errors import BadEvent, HeadwaterError, Overloaded, TooLarge
from headwater.model.keys import Principal

T = TypeVar("T")

SINGLE_PATHS = (
    "/api/v1/lineage",
    "/api/v1/openlineage/lineage",
    "/openapi/openlineage/api/v1/lineage",
    "/api/lineage",
)
BATCH_PATHS = tuple(f"{path}/batch" for path in SINGLE_PATHS)

_LARGE_BYTES = 64 * 1024
"""From here on, splitting, checking and redacting would hold the event loop up: done on a thread."""
_WINDOW = 512
_TRIES = 40
_PAUSE_SECONDS = 0.025


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """The body of 201: where the event stands, and whether it stood there before."""

    position: int
    duplicate: bool = False
    warnings: tuple[str, ...] = ()


class BatchSummary(msgspec.Struct, frozen=True, kw_only=True):
    """How many events of a batch came, stand in the ledger (now or before), and were refused."""

    received: int
    successful: int
    failed: int
    duplicate: int


class BatchReply(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a batch's 200. `position` is the highest acknowledged: pass it as `min_position` to read it back."""

    status: Literal["success", "partial_success", "failure"]
    summary: BatchSummary
    failed_events: tuple[Rejected, ...]
    position: int | None
    warnings: tuple[str, ...] = ()


class Intake:
    """The endpoints, as plain ASGI applications."""

    def __init__(self, headwater: Headwater, authority: Authority, counters: Counters) -> None:
        self._headwater = headwater
        self._recorder = headwater.recorder
        self._bounds = headwater.bounds
        self._max_batch = headwater.config.max_batch_events
        self._authority = authority
        self._counters = counters
        self._desk: LoopDesk | None = None
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="headwater-intake")

    async def single(self, scope: Scope, receive: Receive, send: Send) -> int:
        """One event."""
        began = time.perf_counter()
        principal = self._authority.require(scope, "write")
        raw = await read_body(scope, receive, self._bounds)
        try:
            prepared = (
                self._recorder.prepare(raw, principal)
                if len(raw) < _LARGE_BYTES
                else await self._aside(self._recorder.prepare, raw, principal)
            )
        except HeadwaterError:
            self._counters.events["rejected"] += 1
            raise
        self._authority.require(scope, "write")  # because the key may have been revoked while the body came
        receipt = await self._at_desk().post(prepared.pending)
        self._counters.events["duplicate" if receipt.duplicate else "recorded"] += 1
        recorded = Recorded(position=receipt.position, duplicate=receipt.duplicate, warnings=prepared.warnings)
        await reply(send, 201, msgspec.json.encode(recorded))
        self._counters.acknowledged(time.perf_counter() - began)
        return 201

    async def batch(self, scope: Scope, receive: Receive, send: Send) -> int:
        """An array of events, each with its own verdict."""
        principal = self._authority.require(scope, "write")
        raw = await read_body(scope, receive, self._bounds)
        events = self._split(raw) if len(raw) < _LARGE_BYTES else await self._aside(self._split, raw)
        self._authority.require(scope, "write")  # because the key may have been revoked while the body came
        tally = Tally()
        for start in range(0, len(events), _WINDOW):
            await self._window(events[start : start + _WINDOW], start, principal, tally)
        report = tally.report()
        if report.rejected and not tally.durable and all(verdict.retriable for verdict in report.rejected):
            raise Overloaded("cannot record any event of the batch for now", next_step="send it again in a moment")
        self._count(tally, len(report.rejected))
        failed = report.received - tally.durable
        summary = BatchSummary(received=report.received, successful=tally.durable, failed=failed, duplicate=report.duplicate)
        status: Literal["success", "partial_success", "failure"] = "success"
        if failed:
            status = "partial_success" if tally.durable else "failure"
        body = BatchReply(status=status, summary=summary, failed_events=report.rejected, position=report.position, warnings=report.warnings)
        await reply(send, 200, msgspec.json.encode(body))
        return 200

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown()

    def _split(self, raw: bytes) -> list[bytes]:
        if raw.lstrip(b" \t\r\n")[:1] != b"[":
            raise BadEvent("cannot read batch: expected a JSON array of events", next_step="send a single event to /api/v1/lineage")
        events = split_document(raw)
        if len(events) > self._max_batch:
            problem = f"cannot read batch: expected at most {self._max_batch} events, got {len(events)}"
            raise TooLarge(problem, next_step="send smaller batches, or raise max_batch_events")
        return events

    async def _window(self, events: Sequence[bytes], start: int, principal: Principal, tally: Tally) -> None:
        """Prepare some events aside, queue them, and wait for their commits."""
        verdicts = await self._aside(self._prepare_all, events, principal)
        waiting: list[tuple[int, Slot]] = []
        for index, verdict in enumerate(verdicts, start):
            tally.received += 1
            try:
                waiting.append((index, await self._post(_unless_fault(verdict, tally))))
            except HeadwaterError as fault:
                tally.reject(index, fault)
        for index, slot in waiting:
            try:
                tally.take(await slot)
            except HeadwaterError as fault:
                tally.reject(index, fault)

    def _prepare_all(self, events: Sequence[bytes], principal: Principal) -> list[Prepared | HeadwaterError]:
        verdicts: list[Prepared | HeadwaterError] = []
        for raw in events:
            try:
                verdicts.append(self._recorder.prepare(raw, principal))
            except HeadwaterError as fault:
                verdicts.append(fault)
        return verdicts

    async def _aside(self, work: Callable[..., T], *values: object) -> T:
        """Do work on a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *values)

    async def _post(self, prepared: Prepared) -> Slot:
        """Queue one event of a batch, trying for a moment where the queue is full."""
        for _ in range(_TRIES):
            try:
                return self._at_desk().post(prepared.pending)
            except Overloaded:
                await asyncio.sleep(_PAUSE_SECONDS)
        return self._at_desk().post(prepared.pending)

    def _at_desk(self) -> LoopDesk:
        if self._desk is None:
            self._desk = LoopDesk(self._recorder, asyncio.get_running_loop())
        return self._desk

    def _count(self, tally: Tally, rejected: int) -> None:
        self._counters.events["recorded"] += tally.recorded
        self._counters.events["duplicate"] += tally.duplicate
        self._counters.events["rejected"] += rejected


def _unless_fault(verdict: Prepared | HeadwaterError, tally: Tally) -> Prepared:
    if isinstance(verdict, HeadwaterError):
        raise verdict
    tally.warn(verdict.warnings)
    return verdict
