"""Raises datasets of which the next arrival is overdue, as looks at them saw; what arrives after all closes it.

No clock is read: that time passed is known from the scans of the lake and the runs of the source that came after the deadline.
"""

from __future__ import annotations

from shlex import quote

from headwater.answers.findings.raised import Raised, Showing
from headwater.answers.life.arriving import Feed, overdue
from headwater.answers.moment import Moment
from headwater.model.entries import Position
from headwater.model.findings import OVERDUE_DATASET
from headwater.model.ids import DatasetId
from headwater.model.times import Instant, format_instant
from headwater.projections.views import Views

_LONG = 3
"""After how many intervals without any arrival it is bad rather than late."""


def raise_overdue(views: Views, dataset: DatasetId, moment: Moment) -> list[Raised]:
    """A cause per source of a dataset, or one for the dataset."""
    return [_raised(feed, known) for feed, known in overdue(views, dataset, moment)]


def _raised(feed: Feed, known: Position) -> Raised:
    cadence = feed.cadence
    assert cadence.due is not None and cadence.deadline is not None and cadence.last is not None, "what is overdue was due"
    by = f" from {feed.source}" if feed.source else ""
    newest = feed.looked or Instant(0)
    interval = cadence.rhythm.interval or 0
    what = (
        f"{cadence.rhythm.words()}; last arrival {format_instant(cadence.last)}, next due {format_instant(cadence.due)}, "
        f"not there at {format_instant(newest)}"
    )
    showing = Showing(
        at=cadence.deadline,
        known=known,
        what=what,
        severity="high" if newest - cadence.due > _LONG * interval else "medium",
        tier="confirmed",
        entries=tuple(sorted({feed.arrivals[-1][1], known})),
    )
    return Raised(
        kind=OVERDUE_DATASET,
        dataset=feed.dataset,
        cause=feed.cause,
        title=f"nothing came in{by} when it was due",
        showings=(showing,),
        next=f"headwater lake freshness {quote(str(feed.dataset))}",
    )
