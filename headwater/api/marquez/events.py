"""OpenLineage events as recorded, read back from the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import msgspec

from headwater.answers.sight import Sight
from headwater.api.marquez.hidden import HiddenNames
from headwater.api.marquez.shapes import Events
from headwater.ledger.ledger import Ledger
from headwater.model.entries import Entry
from headwater.model.errors import UsageError
from headwater.model.observations import OpenLineageObserved
from headwater.model.times import Instant, parse_instant

_STRIDE = 512
_HELD_BYTES = 16 * 1024 * 1024
"""Entries read forwards to be told backwards are held at once; this many bytes of them, or one."""
_PAGE_BYTES = 64 * 1024 * 1024


class _Dated(msgspec.Struct):
    """The part of an event that says when."""

    event_time: str = msgspec.field(name="eventTime")


class _Run(msgspec.Struct):
    """The part of a run event that holds its facets."""

    facets: dict[str, msgspec.Raw] = {}


class _WithRun(msgspec.Struct):
    run: _Run


_observed = msgspec.json.Decoder(OpenLineageObserved)
_dated = msgspec.json.Decoder(_Dated)
_with_run = msgspec.json.Decoder(_WithRun)


def events(ledger: Ledger, after: Instant, before: Instant, limit: int, offset: int) -> Events:
    """Events with a time from `after` until before `before`, last recorded first; counting them reads the whole ledger.

    Raises:  UsageError: the page would hold very large events, more of them than can be sent at once.
    """
    matching = (event for event in _newest_first(ledger) if after <= _time_of(event) < before)
    page: list[msgspec.Raw] = []
    total = size = 0
    for event in matching:
        if offset <= total < offset + limit:
            size += len(bytes(event))
            if page and size > _PAGE_BYTES:
                problem = f"cannot list events: expected a page of at most {_PAGE_BYTES} bytes, got more after {len(page)} events"
                raise UsageError(problem, next_step=f"ask with a `limit` of {len(page)}")
            page.append(event)
        total += 1
    return Events(events=tuple(page), total_count=total)


def run_facets(ledger: Ledger, positions: tuple[int, ...], sight: Sight, hidden: HiddenNames) -> dict[str, msgspec.Raw]:
    """The run facets of the events at these positions that name nothing out of sight; of one facet the last recorded counts."""
    facets: dict[str, msgspec.Raw] = {}
    for position in sorted(positions):
        for event in map(_event, islice(ledger.read(position, position + 1), 1)):
            if event is not None:
                facets |= _with_run.decode(event).run.facets
    if sight.sees_all:
        return facets
    return {
        name: facet
        for name, facet in facets.items()
        if _within(msgspec.json.decode(facet), sight) and not hidden.stand_in(name) and not hidden.stand_in(bytes(facet).decode())
    }


def _within(value: object, sight: Sight) -> bool:
    """Whether every namespace that stands anywhere in a value may be named; whatever else stands under that word may not."""
    if isinstance(value, dict):
        return all(
            isinstance(part, str) and sight.sees(part) if name.lower().endswith("namespace") else _within(part, sight)
            for name, part in value.items()
        )
    return all(_within(part, sight) for part in value) if isinstance(value, list) else True


def _newest_first(ledger: Ledger) -> Iterator[msgspec.Raw]:
    stop, stride = ledger.size, _STRIDE
    while stop > 0:
        start = max(0, stop - stride)
        held = _held(ledger, start, stop)
        if held is None:
            stride = (stop - start) // 2
            continue
        yield from reversed(held)
        stop, stride = start, min(_STRIDE, 2 * stride)


def _held(ledger: Ledger, start: int, stop: int) -> list[msgspec.Raw] | None:
    """The events of a stretch; None when they are too large to be held together."""
    held: list[msgspec.Raw] = []
    size = 0
    for entry in ledger.read(start, stop):
        event = _event(entry)
        if event is not None:
            held.append(event)
            size += len(bytes(event))
        if size > _HELD_BYTES and stop - start > 1:
            return None
    return held


def _event(entry: Entry) -> msgspec.Raw | None:
    """The event in an entry; None for other kinds and for erased ones."""
    if entry.payload is None or not entry.envelope.media_type.startswith("openlineage/"):
        return None
    return _observed.decode(entry.payload.public).event


def _time_of(event: msgspec.Raw) -> Instant:
    return parse_instant(_dated.decode(event).event_time)
