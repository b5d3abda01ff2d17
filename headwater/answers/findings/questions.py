"""`finding list` and `finding show`."""

from __future__ import annotations

from headwater.answers.changes.watching import blind_spots
from headwater.answers.findings.inbox import WAITING, Inbox, worst_first
from headwater.answers.findings.raised import Raised
from headwater.answers.moment import Moment
from headwater.answers.resolve import Resolver
from headwater.answers.sight import Sight
from headwater.model.answers import Answer
from headwater.model.errors import UnknownFinding, UsageError
from headwater.model.findings import Finding, FindingList
from headwater.model.ids import ColumnId, DatasetId
from headwater.model.questions import FindingQuestion, FindingsQuestion
from headwater.projections.views import Views


def ask_list(views: Views, question: FindingsQuestion, sight: Sight) -> Answer[FindingList]:
    """List findings, confirmed ones first, then worst and newest first; what nobody looks at is told as gaps."""
    moment = Moment.of(question, views)
    inbox = Inbox(views, sight, moment)
    dataset = dataset_of(views, sight, moment, question.node)
    raised, hidden = inbox.raised(dataset)
    found = sorted((cause for cause in raised if _wanted(inbox, cause, question)), key=worst_first)
    page = [inbox.finding(cause) for cause in found[moment.offset : moment.offset + moment.limit]]
    unseen = {*blind_spots(views, sight, moment, dataset), *inbox.unseen_leaks(dataset)}
    gaps = tuple(sorted(unseen, key=lambda gap: (gap.code, gap.subject, gap.detail, gap.positions)))
    return Answer(
        question=question.name,
        asked={"kind": question.kind or "all", "state": question.state, "node": str(dataset) if dataset is not None else "all"},
        result=FindingList(findings=tuple(page), hidden=hidden),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=not gaps and not hidden,
        gaps=gaps,
        total={
            "findings": len(found),
            "confirmed": sum(cause.tier == "confirmed" for cause in found),
            "possible": sum(cause.tier == "possible" for cause in found),
            "hidden": hidden,
        },
        entries=tuple(sorted({entry for finding in page for showing in finding.occurrences for entry in showing.entries})),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(found)),
    )


def ask_one(views: Views, question: FindingQuestion, sight: Sight) -> Answer[Finding]:
    """Everything about one finding, by its id or the beginning of it.

    Raises:  UnknownFinding: none has this id now; UsageError: several begin so.
    """
    moment = Moment.of(question, views)
    inbox = Inbox(views, sight, moment)
    raised, _ = inbox.raised()
    fitting = [cause for cause in raised if question.finding and cause.id.startswith(question.finding)]
    if not fitting:
        raise UnknownFinding(
            f"cannot find finding `{question.finding}`: expected the id of one that shows now",
            next_step="headwater finding list --state all",
        )
    if len(fitting) > 1:
        raise UsageError(
            f"cannot tell which finding `{question.finding}` means: {len(fitting)} begin so", next_step="headwater finding list --state all"
        )
    found = inbox.finding(fitting[0])
    gaps = blind_spots(views, sight, moment, fitting[0].dataset)
    return Answer(
        question=question.name,
        asked={"finding": found.id},
        result=found,
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=not gaps,
        gaps=gaps,
        total={"occurrences": found.count},
        entries=tuple(
            sorted({entry for showing in found.occurrences for entry in showing.entries} | {told.position for told in found.decisions})
        ),
        analysers=dict(views.analysers),
    )


def dataset_of(views: Views, sight: Sight, moment: Moment, node: str | None) -> DatasetId | None:
    """The dataset that a node names; None for all.

    Raises:  UnknownNode, AmbiguousNode; UsageError: a job or a run.
    """
    if node is None:
        return None
    target = Resolver(views, sight, moment.known_at).resolve(node)
    if isinstance(target, ColumnId):
        return target.dataset
    if isinstance(target, DatasetId):
        return target
    raise UsageError(f"cannot look for findings of `{node}`: expected a dataset", next_step=f"headwater catalog show {node}")


def _wanted(inbox: Inbox, cause: Raised, question: FindingsQuestion) -> bool:
    if question.kind is not None and cause.kind != question.kind:
        return False
    state = inbox.state(cause)
    return question.state == "all" or (state in WAITING if question.state == "waiting" else state == question.state)
