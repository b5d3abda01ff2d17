"""When a derivation held: from each run that made it until the next overwrite that left none of its rows."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from headwater.model.times import FOREVER, Instant

Span = tuple[Instant, Instant]
"""Half-open interval [from, to)."""


def held(runs: Iterable[Span], wipes: Sequence[Instant]) -> tuple[Span, ...]:
    """The union of [a run's start, the first wipe after its end), merged; `wipes` is sorted.

    A wipe at the very instant of a run's end does not end it: what cannot be told apart stays.
    """
    return merged((started, next_wipe(ended, wipes)) for started, ended in runs)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same instants as few, sorted, disjoint, non-touching spans."""
    out: list[Span] = []
    for start, stop in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], stop))
        else:
            out.append((start, stop))
    return tuple(out)


def retold(spans: Sequence[Span], region: Span, inside: Iterable[Span]) -> tuple[int, int, tuple[Span, ...]]:
    """What to put in place of which slice of merged spans, so that within a region exactly `inside` holds and nothing else changes.

    Cost:    O(log spans + what lies in the region).
    """
    start, stop = region
    first, last = bisect_left(spans, start, key=_stop_of), bisect_right(spans, stop, key=_start_of)
    kept: list[Span] = []
    for since, until in spans[first:last]:
        if since < start:
            kept.append((since, min(until, start)))
        if until > stop:
            kept.append((max(since, stop), until))
    return first, last, merged([*kept, *inside])


def held_within(region: Span, ends: Sequence[Span], wipes: Sequence[Instant]) -> list[Span]:
    """What runs make hold within a region; `ends` is their (end, start), sorted.

    Cost:    O(wipes in the region * runs that end after its beginning).
    Law:     equals `held` cut to the region (tests/unit/projections/lineage/test_spans.py).
    """
    start, stop = region
    found: list[Span] = []
    while start < stop:
        index = bisect_right(wipes, start)
        wiped, until = (wipes[index - 1] if index else None), (min(stop, wipes[index]) if index < len(wipes) else stop)
        first = 0 if wiped is None else bisect_left(ends, wiped, key=_start_of)
        since = min((begun for _, begun in ends[first:]), default=until)
        if since < until:
            found.append((max(since, start), until))
        start = until
    return found


def next_wipe(ended: Instant, wipes: Sequence[Instant]) -> Instant:
    """The first wipe later than an instant, FOREVER for none."""
    index = bisect_right(wipes, ended)
    return wipes[index] if index < len(wipes) else FOREVER


def _start_of(span: Span) -> Instant:
    return span[0]


def _stop_of(span: Span) -> Instant:
    return span[1]
