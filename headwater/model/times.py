"""Instants: microseconds since 1970-01-01T00:00:00Z as plain integers, so that they fit numpy and sort exactly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NewType

Instant = NewType("Instant", int)

BEGINNING = Instant(-(2**62))
"""Before every event."""
FOREVER = Instant(2**62)
"""After every event: the end of an interval that is still open."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND


def instant(moment: datetime) -> Instant:
    """Turn an aware datetime into an instant; a naive one is taken as UTC."""
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return Instant((aware - _EPOCH) // _MICROSECOND)


def parse_instant(text: str) -> Instant:
    """Read RFC 3339 / ISO 8601, with a date alone meaning its first moment in UTC.

    Raises:  ValueError: not a time, or in UTC not between the years 1 and 9999.
    """
    cleaned = text.strip()
    if len(cleaned) > 64:
        raise ValueError("not a time")
    moment = instant(datetime.fromisoformat(_at_most_microseconds(cleaned)))
    if not _FIRST <= moment <= _LAST:
        raise ValueError("not a time")
    return moment


def format_instant(moment: Instant) -> str:
    """Write an instant as RFC 3339 in UTC with microseconds only where they are not zero; never fails."""
    if moment >= FOREVER:
        return "forever"
    if moment <= BEGINNING:
        return "beginning"
    text = (_EPOCH + timedelta(microseconds=min(max(moment, _FIRST), _LAST))).isoformat()
    return text.replace("+00:00", "Z")


def _at_most_microseconds(text: str) -> str:
    """Cut fractions of a second past six digits; producers in Java send nine."""
    head, dot, tail = text.partition(".")
    if not dot:
        return text
    digits = 0
    while digits < len(tail) and tail[digits].isdigit():
        digits += 1
    return f"{head}.{tail[: min(digits, 6)]}{tail[digits:]}"
