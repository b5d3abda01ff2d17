"""What could we not see? Gaps that entries told of, and derivations that nobody could read in full."""

from __future__ import annotations

from headwater.answers.evidence import HIDDEN, Witness
from headwater.answers.moment import Moment
from headwater.answers.resolve import Resolver, Target, node_id
from headwater.answers.sight import Sight
from headwater.model.answers import Answer, Gap, GapList
from headwater.model.ids import ColumnId, DatasetId
from headwater.model.questions import GapsQuestion
from headwater.projections.lineage.derivation import Derivation
from headwater.projections.views import Views


def ask(views: Views, question: GapsQuestion, sight: Sight) -> Answer[GapList]:
    """List open gaps, newest first, for all or for one dataset, job or run. Gaps about hidden things are counted."""
    moment = Moment.of(question, views)
    witness = Witness(views, sight, moment)
    target = Resolver(views, sight, moment.known_at).resolve(question.node) if question.node is not None else None
    found, hidden = open_gaps(views, witness, moment, target)
    page = found[moment.offset : moment.offset + moment.limit]
    return Answer(
        question=question.name,
        asked={"node": node_id(target) if target is not None else "all"},
        result=GapList(tuple(page)),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=True,
        total={"gaps": len(found), "hidden": hidden},
        entries=tuple(sorted({position for gap in page for position in gap.positions})),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(found)),
    )


def open_gaps(views: Views, witness: Witness, moment: Moment, target: Target | None = None) -> tuple[list[Gap], int]:
    """Gaps open at a moment, newest first, and how many concern what the asker may not see."""
    derived = (record for record in _derived(views, moment) if _concerns(record, target, moment))
    found = [gap for record in derived if (gap := witness.gap_of(record)) is not None]
    about = None if target is None else node_id(target.dataset if isinstance(target, ColumnId) else target)
    recorded = (told for told in views.catalog.gaps if target is None or about == told.subject or target in (told.job, told.run))
    found.extend(witness.recorded(told) for told in recorded if witness.was_told(told))
    seen = [gap for gap in found if gap.subject != HIDDEN]
    return sorted(seen, key=lambda gap: (-max(gap.positions, default=-1), gap.code, gap.subject, gap.detail)), len(found) - len(seen)


def _derived(views: Views, moment: Moment) -> list[Derivation]:
    alive = views.derivations.episodes.alive(moment.valid, None if moment.is_latest else moment.known_at)
    return [record for record in views.derivations.records if record is not None and record.id < len(alive) and alive[record.id]]


def _concerns(record: Derivation, target: Target | None, moment: Moment) -> bool:
    if target is None or record.claim.job == target:
        return True
    if isinstance(target, str):
        return any(key.partition("\x00")[0] == target for key in record.runs_at(moment.known_at))
    dataset = target.dataset if isinstance(target, ColumnId) else target
    return isinstance(dataset, DatasetId) and dataset in (record.claim.target, *record.claim.datasets)
