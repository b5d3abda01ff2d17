"""Which labels wait for a person's review, and how often did people agree with what was found?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from headwater.answers.evidence import kept_from
from headwater.answers.findings.questions import dataset_of
from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.answers.unclassified import all_never_looked_at, never_looked_at
from headwater.model.answers import Answer
from headwater.model.ids import ColumnId, DatasetId
from headwater.model.lakes import DatasetName
from headwater.model.naming import column_key
from headwater.model.questions import LabelReviewQuestion
from headwater.model.sensitivity.classification import ColumnVerdict
from headwater.model.sensitivity.info_types import INFO_TYPES, unknown_type
from headwater.model.sensitivity.reviews import Agreement, LabelReview, ReviewItem
from headwater.projections.sensitivity.decided import Looked, SensitivityRecord
from headwater.projections.sensitivity.learned import Taught, last_words, taught
from headwater.projections.sensitivity.seeding import standing_verdicts
from headwater.projections.views import Views

_RANK = {"suspected": 0, "abstain": 1}


def ask(views: Views, question: LabelReviewQuestion, sight: Sight) -> Answer[LabelReview]:
    """List what a classifier left to a person and nobody has decided, and the counts of what people decided.

    Raises:  UsageError: there is no such info type. UnknownNode, AmbiguousNode.
    """
    if question.info_type is not None and question.info_type not in INFO_TYPES:
        raise unknown_type(f"cannot review labels of `{question.info_type[:60]}`", question.info_type)
    moment = Moment.of(question, views)
    dataset = dataset_of(views, sight, moment, question.node)
    records = [record for name, record in sorted(views.decided.datasets.items()) if dataset is None or name == dataset]
    seen = [record for record in records if sight.sees(record.id.namespace)]
    found = [item for record in seen for item in _waiting(views, record, moment) if question.info_type in (None, item.info_type)]
    found.sort(key=lambda item: (_RANK[item.state], -item.confidence, item.node, item.info_type or ""))
    page = found[moment.offset : moment.offset + moment.limit]
    decided = [told for told in taught(views.decided, moment.known_at) if sight.sees(told.column.dataset.namespace)]
    decided = [told for told in decided if dataset is None or told.column.dataset == dataset]
    agreement = tuple(each for each in _agreement(decided) if question.info_type in (None, each.info_type))
    not_looked_at = never_looked_at(views, moment, [dataset]) if dataset is not None else all_never_looked_at(views, moment, sight)
    gaps = (*not_looked_at, *kept_from(len(records) - len(seen), str(dataset or "all")))
    return Answer(
        question=question.name,
        asked={"info_type": question.info_type or "all", "node": str(dataset) if dataset is not None else "all"},
        result=LabelReview(waiting=tuple(page), agreement=agreement, hidden=len(records) - len(seen)),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=not gaps,
        gaps=gaps,
        total={
            "waiting": len(found),
            "confirmed": sum(each.confirmed for each in agreement),
            "rejected": sum(each.rejected for each in agreement),
        },
        entries=tuple(sorted({item.position for item in page} | {told.position for told in decided})),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(found)),
    )


def _waiting(views: Views, record: SensitivityRecord, moment: Moment) -> Iterator[ReviewItem]:
    """What of a dataset as it is now was suspected or left open and not decided; of a column only what is not labelled anyway."""
    decided = last_words(record.labels, record.id, moment.known_at)
    current = views.derivations.incarnations.of(record.id, moment.until, moment.known_at)
    for incarnation, verdict, look in standing_verdicts(record, views.derivations.incarnations, moment.known_at):
        if incarnation != current:
            continue
        key = column_key(record.id.namespace, verdict.column)
        settled = {info_type for (column, info_type), word in decided.items() if column == key and word.action != "withdraw"}
        yield from (item for item in _open(record.id, verdict, look) if item.info_type not in settled and (item.info_type or not settled))


def _open(dataset: DatasetId, verdict: ColumnVerdict, look: Looked) -> Iterator[ReviewItem]:
    told = [(verdict.state, verdict.info_type, verdict.confidence, verdict.evidence)]
    told += [(further.state, further.info_type, further.confidence, further.evidence) for further in verdict.also]
    for state, info_type, confidence, evidence in told:
        if state in _RANK:
            yield ReviewItem(
                node=str(ColumnId(dataset, verdict.column)),
                dataset=DatasetName(dataset.namespace, dataset.name),
                column=verdict.column,
                state=state,
                info_type=info_type,
                confidence=confidence,
                evidence=evidence,
                classifier=look.classifier,
                version=look.version,
                position=look.position,
            )


def _agreement(decided: list[Taught]) -> Iterator[Agreement]:
    """By type, columns on which it was confirmed, and columns on which it was rejected; what a person set, nobody had found."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for told in (each for each in decided if not each.is_set):
        counts[told.info_type][0 if told.holds else 1] += 1
    for info_type, (confirmed, rejected) in sorted(counts.items()):
        yield Agreement(info_type, confirmed, rejected, round(confirmed / (confirmed + rejected), 4))
