"""How fresh are datasets, when is the next arrival expected, and what is overdue? `headwater lake freshness`."""

from __future__ import annotations

from headwater.answers.changes.watching import blind_spots
from headwater.answers.findings.questions import dataset_of
from headwater.answers.life.arriving import Feed, feeds_of, newest
from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.model.answers import Answer, Gap
from headwater.model.life_answers import FreshnessList, FreshnessState, FreshnessView
from headwater.model.questions import FreshnessQuestion
from headwater.model.times import Instant, format_instant
from headwater.projections.views import Views

_ORDER: tuple[FreshnessState, ...] = ("overdue", "not looked", "due", "on time", "irregular", "learning")
_SECOND = 1_000_000


def ask(views: Views, question: FreshnessQuestion, sight: Sight) -> Answer[FreshnessList]:
    """List datasets with the rhythm in which something comes in, overdue ones first.

    The time asked about is `as_of`; the pure answer to a question without one stands at the newest look or arrival that is known.

    Raises:  UnknownNode, AmbiguousNode, UsageError.
    """
    moment = Moment.of(question, views)
    dataset = dataset_of(views, sight, moment, question.node)
    names = [dataset] if dataset is not None else sorted(views.lakes.datasets.keys() | views.batches.datasets.keys())
    seen = [name for name in names if sight.sees(name.namespace)]
    feeds = [feed for name in seen for feed in feeds_of(views, name, moment)]
    at = moment.valid if moment.valid is not None else newest(feeds)
    shown = sorted((_view(feed, at) for feed in feeds), key=lambda view: (_ORDER.index(view.state), view.dataset, view.source))
    page = shown[moment.offset : moment.offset + moment.limit]
    in_lake = dataset is None or dataset in views.lakes.datasets
    gaps = (*(blind_spots(views, sight, moment, dataset) if in_lake else ()), *_unlooked(shown))
    hidden = len(names) - len(seen) if dataset is None else 0
    return Answer(
        question=question.name,
        asked={"node": str(dataset) if dataset is not None else "all"},
        result=FreshnessList(datasets=tuple(page), hidden=hidden),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=not gaps and not hidden,
        gaps=gaps,
        total={
            "feeds": len(shown),
            **{state: sum(view.state == state for view in shown) for state in _ORDER},
            "hidden": hidden,
        },
        entries=tuple(sorted({entry for view in page for entry in view.entries})),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(shown)),
    )


def _view(feed: Feed, at: Instant) -> FreshnessView:
    cadence, looked = feed.cadence, feed.looked
    state = _state(feed, at)
    rhythm = cadence.rhythm
    is_regular = rhythm.state == "regular"
    late = at - cadence.due if cadence.due is not None and state in ("due", "overdue", "not looked") else None
    return FreshnessView(
        dataset=str(feed.dataset),
        source=feed.source,
        evidence=feed.evidence,
        state=state,
        cadence=rhythm.words(),
        arrivals=len(feed.arrivals),
        last=_told(feed.arrivals[-1][0]) if feed.arrivals else None,
        interval_seconds=rhythm.interval // _SECOND if rhythm.interval is not None else None,
        tolerance_seconds=rhythm.tolerance // _SECOND if is_regular else None,
        expected=_told(cadence.due),
        overdue_from=_told(cadence.deadline),
        late_seconds=late // _SECOND if late is not None else None,
        looked=_told(looked),
        finding=feed.finding if state == "overdue" else None,
        entries=tuple(sorted({position for _, position in (*feed.arrivals[-1:], *feed.looks[-1:])})),
    )


def _state(feed: Feed, at: Instant) -> FreshnessState:
    cadence = feed.cadence
    if cadence.rhythm.state == "irregular":
        return "irregular"
    if cadence.rhythm.state == "learning" or cadence.due is None or cadence.deadline is None:
        return "learning"
    if at <= cadence.deadline:
        return "due" if at > cadence.due else "on time"
    looked = feed.looked
    return "not looked" if feed.needs_look and (looked is None or looked <= cadence.deadline) else "overdue"


def _unlooked(views: list[FreshnessView]) -> tuple[Gap, ...]:
    words = "the lake was not scanned since the next version should have come: whether it came is not known"
    return tuple(Gap("LAKE-UNSCANNED", view.dataset, words, view.entries) for view in views if view.state == "not looked")


def _told(at: Instant | None) -> str | None:
    return format_instant(at) if at is not None else None
