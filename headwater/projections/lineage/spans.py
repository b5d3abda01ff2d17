"""When a derivation held: from each run that made it until the next overwrite that left none of its rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from headwater.model.times import FOREVER, Instant

Span = tuple[Instant, Instant]
"""Half-open interval [from, to)."""


def held(runs: Iterable[Span], wipes: Sequence[Instant]) -> tuple[Span, ...]:
    """The union of [a run's start, the first wipe after its end), merged; `wipes` is sorted.

    A wipe at the very instant of a run's end does not end it: what cannot be told apart stays.
    """
    return merged((started, _next_wipe(ended, wipes)) for started, ended in runs)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same instants as few, sorted, disjoint, non-touching spans."""
    out: list[Span] = []
    for start, stop in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], stop))
        else:
            out.append((start, stop))
    return tuple(out)


def covers(spans: Sequence[Span], span: Span) -> bool:
    """Whether one of the spans holds the whole of `span`."""
    return any(start <= span[0] and span[1] <= stop for start, stop in spans)


def _next_wipe(ended: Instant, wipes: Sequence[Instant]) -> Instant:
    index = bisect_right(wipes, ended)
    return wipes[index] if index < len(wipes) else FOREVER
