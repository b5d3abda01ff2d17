"""What changed that no recorded run explains? `headwater changes`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from headwater.answers.changes.explained import Judged, judge
from headwater.answers.changes.watching import blind_spots
from headwater.answers.findings.inbox import WAITING, Inbox
from headwater.answers.findings.questions import dataset_of
from headwater.answers.findings.unexplained import finding_of, next_of, raise_unexplained
from headwater.answers.life.arriving import SCHEMA
from headwater.answers.life.evolution import steps_of
from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.model.answers import Answer, ChangeList, ChangeView
from headwater.model.findings import State
from headwater.model.ids import DatasetId, run_node
from headwater.model.life_answers import ColumnChange
from headwater.model.questions import ChangesQuestion
from headwater.model.times import format_instant
from headwater.projections.views import Views

FILES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Beside:
    """What is said beside a change: what the asker may see, how findings stand, how many datasets lie downstream."""

    sight: Sight
    states: dict[str, State]
    downstream: dict[DatasetId, int]
    columns: dict[tuple[DatasetId, str], tuple[str, ...]] = field(default_factory=dict)


def ask(views: Views, question: ChangesQuestion, sight: Sight) -> Answer[ChangeList]:
    """List versions that no run explains, newest first; with `explained` also the others, each with the run that made it.

    `total.changes` counts those that wait for somebody; those acknowledged or resolved are listed and counted apart.

    Raises:  UnknownNode, AmbiguousNode, UsageError.
    """
    moment = Moment.of(question, views)
    dataset = dataset_of(views, sight, moment, question.node)
    names = [dataset] if dataset is not None else sorted(views.lakes.datasets)
    seen = [name for name in names if name in views.lakes.datasets and sight.sees(name.namespace)]
    judged = [change for name in seen for change in judge(views, name, moment.until, moment.known_at)]
    inbox = Inbox(views, sight, moment)
    states = {cause.id: inbox.state(cause) for cause in raise_unexplained(judged)}
    counts = Counter(_class(change, states) for change in judged)
    listed = sorted((change for change in judged if question.explained or _is_alarm(change)), key=_newest_first)
    downstream = {name: inbox.downstream(name) for name in {change.dataset for change in judged if _is_alarm(change)}}
    shown = listed[moment.offset : moment.offset + moment.limit]
    about = Beside(sight, states, downstream, _columns(views, moment, shown))
    page = [shown_change(change, about) for change in shown]
    hidden = len(names) - len(seen) if dataset is None else 0
    gaps = blind_spots(views, sight, moment, dataset)
    return Answer(
        question=question.name,
        asked={"node": str(dataset) if dataset is not None else "all", "explained": str(question.explained).lower()},
        result=ChangeList(changes=tuple(page), hidden=hidden),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=not gaps and not hidden,
        gaps=gaps,
        total={
            "changes": counts["waiting"],
            "settled": counts["settled"],
            "explained": counts["explained"],
            "before_watch": counts["before"],
            "hidden": hidden,
        },
        entries=tuple(sorted({entry for change in page for entry in change.entries})),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(listed)),
    )


def _columns(views: Views, moment: Moment, shown: list[Judged]) -> dict[tuple[DatasetId, str], tuple[str, ...]]:
    """What those versions that changed the schema did to columns, in words."""
    found: dict[tuple[DatasetId, str], tuple[str, ...]] = {}
    for dataset in {change.dataset for change in shown if change.commit.seen.operation in SCHEMA}:
        for step in steps_of(views, dataset, moment):
            if step.made is not None and step.made.commit.seen.operation in SCHEMA:
                found[dataset, step.made.commit.version] = tuple(map(_done, step.changes))
    return found


def _done(change: ColumnChange) -> str:
    return f"{change.kind} {f'{change.was} to {change.to}' if change.kind == 'renamed' else change.column}"


def _is_alarm(change: Judged) -> bool:
    return not change.is_explained and change.is_watched


def _class(change: Judged, states: dict[str, State]) -> str:
    if change.is_explained:
        return "explained"
    if not change.is_watched:
        return "before"
    return "waiting" if states[finding_of(change)] in WAITING else "settled"


def _newest_first(change: Judged) -> tuple[int, str, str]:
    return -change.commit.at, str(change.dataset), change.commit.version


def shown_change(change: Judged, about: Beside) -> ChangeView:
    """A version as it is shown to one asker."""
    commit, verdict = change.commit, change.verdict
    writing = verdict.writing if verdict.writing is not None and about.sight.sees(verdict.writing.job.namespace) else None
    alarm = _is_alarm(change)
    finding = finding_of(change) if alarm else None
    why = verdict.why if change.is_watched or change.is_explained else "it is older than everything that was recorded of this dataset"
    return ChangeView(
        dataset=str(change.dataset),
        version=commit.version,
        at=format_instant(commit.at),
        not_before=format_instant(commit.not_before) if commit.not_before is not None else None,
        operation=commit.seen.operation,
        branch=commit.seen.branch,
        columns=about.columns.get((change.dataset, commit.version), ()),
        next=next_of(change) if alarm else "",
        author=commit.seen.author,
        engine=commit.seen.engine,
        added_rows=commit.seen.added_rows,
        removed_rows=commit.seen.removed_rows,
        files=tuple(file.path for file in change.files[:FILES_SHOWN]),
        rule=verdict.rule,
        run=run_node(writing.run) if writing is not None else None,
        job=str(writing.job) if writing is not None else None,
        why=why,
        tier="possible" if verdict.doubtful else "confirmed",
        finding=finding,
        state=about.states[finding] if finding is not None else None,
        downstream=about.downstream.get(change.dataset, 0) if alarm else 0,
        examined=change.examined if alarm else None,
        entries=tuple(
            sorted(
                {
                    commit.position,
                    *((change.examined_in,) if change.examined_in is not None else ()),
                    *(writing.positions[:1] + writing.positions[1:][-1:] if writing is not None else ()),
                }
            )
        ),
    )
