"""Receipts brought from the writer's thread into the event loop: one wake-up per commit, however many wait."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from headwater.app.record import Recorder
from headwater.model.entries import Pending, Receipt
from headwater.model.errors import HeadwaterError

Slot = asyncio.Future[Receipt]


class LoopDesk:
    """The desk of one event loop; each slot is a future of that loop."""

    def __init__(self, recorder: Recorder, loop: asyncio.AbstractEventLoop) -> None:
        self._recorder = recorder
        self._loop = loop

    def post(self, pending: Pending) -> Slot:
        """Queue a prepared event; the future resolves once it is durable.

        Raises:  Overloaded: the queue is full.
        """
        slot: Slot = self._loop.create_future()
        self._recorder.post(pending, self, slot)
        return slot

    def deliver(self, slots: list[Any], receipts: list[Receipt]) -> None:
        """Hand the receipts of one commit over."""
        self._call(_resolve, slots, receipts)

    def refuse(self, slots: list[Any], fault: HeadwaterError) -> None:
        """Tell everyone in a failed commit."""
        self._call(_fail, slots, fault)

    def _call(self, resolve: Any, slots: list[Any], outcome: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(resolve, slots, outcome)


def _resolve(slots: Sequence[Slot], receipts: Sequence[Receipt]) -> None:
    for slot, receipt in zip(slots, receipts, strict=True):
        if not slot.done():
            slot.set_result(receipt)


def _fail(slots: Sequence[Slot], fault: HeadwaterError) -> None:
    for slot in slots:
        if not slot.done():
            slot.set_exception(fault)
