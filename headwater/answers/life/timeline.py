"""What happened to a dataset, on one timeline? `headwater lake timeline`."""

from __future__ import annotations

from headwater.answers.changes.watching import blind_spots
from headwater.answers.findings.questions import dataset_of
from headwater.answers.life.happenings import Happenings
from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.model.answers import Answer
from headwater.model.errors import UsageError
from headwater.model.life_answers import LANES, DatasetTimeline
from headwater.model.questions import TimelineQuestion
from headwater.model.times import BEGINNING, FOREVER, Instant, parse_instant
from headwater.projections.views import Views


def ask(views: Views, question: TimelineQuestion, sight: Sight) -> Answer[DatasetTimeline]:
    """List what happened to a dataset between two times, newest first; counts are of everything between them.

    Raises:  UnknownNode, AmbiguousNode; UsageError: a job or run, or no time.
    """
    moment = Moment.of(question, views)
    since, until = _time(question.since, "since", BEGINNING), _time(question.until, "until", FOREVER)
    dataset = dataset_of(views, sight, moment, question.node)
    assert dataset is not None, "a question about a timeline names a dataset"
    told = [happening for at, happening in Happenings(views, sight, moment, dataset).all() if since <= at <= until]
    page = told[moment.offset : moment.offset + moment.limit]
    gaps = blind_spots(views, sight, moment, dataset)
    return Answer(
        question=question.name,
        asked={"node": str(dataset), "since": question.since or "beginning", "until": question.until or "now"},
        result=DatasetTimeline(dataset=str(dataset), happenings=tuple(page)),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=not gaps,
        gaps=gaps,
        total={"happenings": len(told), **{lane: sum(each.lane == lane for each in told) for lane in LANES}},
        entries=tuple(sorted({entry for happening in page for entry in happening.entries})),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(told)),
    )


def _time(text: str | None, name: str, default: Instant) -> Instant:
    if text is None:
        return default
    try:
        return parse_instant(text)
    except (ValueError, OverflowError):
        problem = f"cannot read the time in `{name}`: expected RFC 3339 such as 2026-11-23T09:00:00Z"
        raise UsageError(problem, next_step=f"pass --{name} 2026-11-23") from None
