"""What people decided: of a column's labels, with the derivations that a lowering is bound to, and of masking functions."""

from __future__ import annotations

from collections import defaultdict

from headwater.answers.evidence import HIDDEN
from headwater.answers.moment import Moment
from headwater.answers.resolve import Resolver
from headwater.answers.reviews.leading import arriving_at, carries, found_in, leading_into
from headwater.answers.sight import Sight
from headwater.model.answers import Answer
from headwater.model.errors import UsageError
from headwater.model.ids import ColumnId
from headwater.model.lakes import DatasetName
from headwater.model.questions import LabelDecisionsQuestion, MaskingQuestion
from headwater.model.sensitivity.reviews import BoundDerivation, LabelDecisions, LabelDecisionView, MaskingList, MaskingView
from headwater.model.times import FOREVER, Instant, format_instant
from headwater.projections.lineage.derivation import Derivation
from headwater.projections.sensitivity.decided import LabelWord, MaskingWord
from headwater.projections.views import Views


def ask(views: Views, question: LabelDecisionsQuestion, sight: Sight) -> Answer[LabelDecisions]:
    """Tell what was decided of a column, and by which derivations anything comes into it now.

    Raises:  UnknownNode, AmbiguousNode; UsageError: the node is no column.
    """
    moment = Moment.of(question, views)
    column = column_of(views, sight, moment, question.node)
    record = views.decided.datasets.get(column.dataset)
    words = record.decisions(column.column, moment.known_at)[::-1] if record is not None else []
    by_type: dict[str, list[LabelDecisionView]] = defaultdict(list)
    for word in words:
        by_type[word.info_type].append(_decision(views, word, moment))
    derivations = leading_into(views, column, moment)
    return Answer(
        question=question.name,
        asked={"node": str(column)},
        result=LabelDecisions(
            node=str(column),
            dataset=DatasetName(column.dataset.namespace, column.dataset.name),
            column=column.column,
            decisions={info_type: tuple(told) for info_type, told in sorted(by_type.items())},
            derivations=tuple(_bound(record, column, sight) for record in derivations),
            found=tuple(sorted(found_in(views, column, moment))),
            arriving=tuple(sorted(arriving_at(views, column, moment))),
        ),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=True,
        total={"decisions": len(words), "derivations": len(derivations)},
        entries=tuple(sorted(word.position for word in words)),
        analysers=dict(views.analysers),
    )


def ask_masking(views: Views, question: MaskingQuestion, sight: Sight) -> Answer[MaskingList]:
    """List the approvals in force, by function and namespace."""
    moment = Moment.of(question, views)
    approved = sorted(views.decided.masking(moment.valid, moment.known_at), key=lambda told: (told[1].function, told[0]))
    page = approved[moment.offset : moment.offset + moment.limit]
    return Answer(
        question=question.name,
        asked={},
        result=MaskingList(tuple(_approval(pattern, word) for pattern, word in page)),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=True,
        total={"approvals": len(approved)},
        entries=tuple(sorted({word.position for _, word in page})),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(approved)),
    )


def column_of(views: Views, sight: Sight, moment: Moment, node: str) -> ColumnId:
    """The column that a node names.

    Raises:  UnknownNode, AmbiguousNode; UsageError: it is no column.
    """
    target = Resolver(views, sight, moment.known_at).resolve(node)
    if isinstance(target, ColumnId):
        return target
    raise UsageError(f"cannot find labels of `{node}`: expected a column", next_step=f"headwater catalog show {node}")


def _bound(record: Derivation, column: ColumnId, sight: Sight) -> BoundDerivation:
    claim = record.claim
    job = claim.job
    return BoundDerivation(
        fingerprint=claim.fingerprint,
        job="" if job is None else str(job) if sight.sees(job.namespace) else HIDDEN,
        evidence=claim.evidence.value,
        status=claim.status,
        sources=tuple(str(source) if sight.sees(source.namespace) else HIDDEN for source in claim.datasets),
        lowers=carries(record, column),
    )


def _decision(views: Views, word: LabelWord, moment: Moment) -> LabelDecisionView:
    return LabelDecisionView(
        at=format_instant(word.at),
        action=word.action,
        reason=word.reason,
        by=word.by,
        position=word.position,
        level=word.level.word if word.level is not None else None,
        fingerprints=word.fingerprints,
        expires=_end(word.expires),
        holds=views.decided.holds(word, moment.valid, moment.known_at),
    )


def _approval(pattern: str, word: MaskingWord) -> MaskingView:
    return MaskingView(
        function=word.function,
        level=word.level.word,
        namespace=pattern,
        reason=word.reason,
        by=word.by,
        at=format_instant(word.at),
        position=word.position,
        expires=_end(word.expires),
    )


def _end(expires: Instant) -> str | None:
    return format_instant(expires) if expires < FOREVER else None
