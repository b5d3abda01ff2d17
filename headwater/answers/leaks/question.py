"""What sensitive data is where it may not be? `headwater leaks`."""

from __future__ import annotations

from headwater.answers.findings.inbox import WAITING, Inbox, worst_first
from headwater.answers.leaks.arrived import Leaked
from headwater.answers.leaks.blind import blind_spots
from headwater.answers.leaks.places import category_of
from headwater.answers.leaks.raised import raise_leaks
from headwater.answers.moment import Moment
from headwater.answers.resolve import Resolver
from headwater.answers.sight import Sight
from headwater.model.answers import Answer
from headwater.model.errors import UsageError
from headwater.model.findings import State
from headwater.model.ids import ColumnId, DatasetId
from headwater.model.naming import column_key
from headwater.model.questions import LeaksQuestion
from headwater.model.sensitivity.documents import LevelWord
from headwater.model.sensitivity.labels import Level
from headwater.model.sensitivity.leaks import IDENTIFIER_IN_NAME, MASKED_OR_DEAD, LeakList, LeakView
from headwater.model.times import format_instant
from headwater.projections.views import Views

_RUNS = 20


def ask(views: Views, question: LeaksQuestion, sight: Sight) -> Answer[LeakList]:
    """List leaks, confirmed ones first, then worst and newest first; what cannot be told, and why, as gaps.

    `total.leaks` counts those that are listed, suggestions of low severity apart.

    Raises:  UnknownNode, AmbiguousNode, UsageError.
    """
    moment = Moment.of(question, views)
    target = _target(views, sight, moment, question.node)
    inbox = Inbox(views, sight, moment)
    dataset = target.dataset if isinstance(target, ColumnId) else target
    scene = inbox.scene
    every = raise_leaks(scene, dataset)
    states = {told.raised.id: inbox.state(told.raised) for told in every}
    found = [told for told in every if _wanted(told, target, question, states[told.raised.id])]
    found.sort(key=lambda told: worst_first(told.raised))
    shown = found[moment.offset : moment.offset + moment.limit]
    reach = {place: inbox.downstream(*place) for place in {_place(told) for told in shown}}
    page = [_shown(inbox, told, states[told.raised.id], reach[_place(told)]) for told in shown]
    gaps = blind_spots(scene, dataset)
    alarms = [told for told in found if told.kind != MASKED_OR_DEAD]
    hidden = sum(not sight.sees(name.namespace) for name in views.catalog.datasets) if target is None else 0
    return Answer(
        question=question.name,
        asked={"node": str(target) if target is not None else "all", "kind": question.kind or "all", "state": question.state},
        result=LeakList(leaks=tuple(page), hidden=hidden),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=not gaps and not hidden,
        gaps=gaps,
        total={
            "leaks": len(alarms),
            "suggestions": len(found) - len(alarms),
            "confirmed": sum(told.raised.tier == "confirmed" for told in alarms),
            "possible": sum(told.raised.tier != "confirmed" for told in alarms),
            "settled": sum(state not in WAITING for state in states.values()) if question.state == "waiting" else 0,
            "hidden": hidden,
        },
        entries=tuple(sorted({entry for leak in page for entry in leak.entries})),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(found)),
    )


def _target(views: Views, sight: Sight, moment: Moment, node: str | None) -> DatasetId | ColumnId | None:
    if node is None:
        return None
    target = Resolver(views, sight, moment.known_at).resolve(node)
    if isinstance(target, DatasetId | ColumnId):
        return target
    raise UsageError(f"cannot look for leaks of `{node}`: expected a dataset or a column", next_step=f"headwater catalog show {node}")


def _wanted(told: Leaked, target: DatasetId | ColumnId | None, question: LeaksQuestion, state: State) -> bool:
    if question.kind is not None and told.kind != question.kind:
        return False
    if isinstance(target, ColumnId) and told.column:
        namespace = target.dataset.namespace
        if column_key(namespace, told.column) != column_key(namespace, target.column):
            return False
    return question.state == "all" or (state in WAITING if question.state == "waiting" else state == question.state)


def _place(told: Leaked) -> tuple[DatasetId, str]:
    """Where it is; what is in a name is in the whole dataset."""
    return told.dataset, told.column if told.kind != IDENTIFIER_IN_NAME else ""


def _shown(inbox: Inbox, told: Leaked, state: State, downstream: int) -> LeakView:
    """A leak as it is shown to one asker."""
    raised, expected = told.raised, told.expected
    since = min(showing.at for showing in raised.showings)
    return LeakView(
        finding=raised.id,
        kind=told.kind,
        severity=raised.severity,
        tier=raised.tier,
        state=state,
        owner=raised.owner or inbox.owner(told.dataset),
        dataset=raised.subject or str(told.dataset),
        column=told.column,
        info_type=told.info_type,
        category=category_of(told.info_type),
        level=_word(told.level),
        allowed=_word(told.allowed) if told.allowed is not None else None,
        expectation=expected.expectation.name if expected is not None else "",
        origin=expected.word.origin if expected is not None else "",
        since=format_instant(since) if since > 0 else "",
        title=raised.title,
        why=told.why,
        path=told.path,
        first=told.first,
        runs=told.runs[-_RUNS:],
        run_count=len(told.runs),
        rows=told.rows,
        downstream=downstream,
        next=told.next,
        entries=tuple(sorted({entry for showing in raised.showings for entry in showing.entries})),
    )


def _word(level: Level) -> LevelWord:
    return level.word  # type: ignore[return-value]  # because the levels' words are these
