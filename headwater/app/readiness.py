"""Whether a Headwater can take events in and answer questions, and if not, why."""

from __future__ import annotations

import msgspec

from headwater.app.headwater import Headwater
from headwater.model.errors import HeadwaterError

MAX_LAG = 10_000
"""Further behind than this, answers would mislead more than help."""
MAX_BUSY_SECONDS = 10.0
"""Views that stand this long at one place are behind, by however few entries."""


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """`reasons` is empty when ready."""

    ready: bool
    reasons: tuple[str, ...]
    ledger_size: int
    views_position: int


def readiness(headwater: Headwater) -> Readiness:
    """Look at the ledger, the writer and the follower."""
    reasons: list[str] = []
    size = position = 0
    try:
        size, position = headwater.ledger.size, headwater.follower.position
    except HeadwaterError as fault:
        reasons.append(fault.problem)
    if not headwater.caught_up:
        reasons.append("the views are being brought up to date")
    elif size - position > MAX_LAG:
        reasons.append(f"the views are {size - position} entries behind")
    elif size > position and headwater.follower.busy_seconds > MAX_BUSY_SECONDS:
        reasons.append(
            f"the views are {size - position} entries behind and have not moved for {int(headwater.follower.busy_seconds)} seconds"
        )
    if headwater.follower.fault is not None:
        reasons.append("the follower has stopped")
    if headwater.writer.last_fault is not None:
        reasons.append(headwater.writer.last_fault.problem)
    return Readiness(ready=not reasons, reasons=tuple(reasons), ledger_size=size, views_position=position)
