"""How far have the datasets of a namespace been classified, and what speaks of their columns from elsewhere?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from headwater.answers.moment import Moment
from headwater.answers.reviews.leading import brought
from headwater.answers.sight import Sight
from headwater.capture.classify.weighing import learned_weight
from headwater.model.answers import Answer
from headwater.model.errors import UnknownNode
from headwater.model.ids import DatasetId
from headwater.model.naming import column_key
from headwater.model.questions import ClassificationStateQuestion
from headwater.model.sensitivity.classification import LearnedEvidence, is_state
from headwater.model.sensitivity.reviews import ClassificationState, ClassifiedState, LearnedName
from headwater.projections.sensitivity.decided import Looked
from headwater.projections.sensitivity.learned import Taught, copied_from, like_name, taught
from headwater.projections.views import Views


def ask(views: Views, question: ClassificationStateQuestion, sight: Sight) -> Answer[ClassificationState]:
    """Tell of each dataset that is known how far this classifier got; with `node` of one, its verdicts in place of what lineage brings.

    Raises:  UnknownNode: the namespace may not be seen by the asker.
    """
    if not sight.sees(question.namespace):
        problem = f"cannot find namespace `{question.namespace}`: expected one you may see"
        raise UnknownNode(problem, next_step="headwater status")
    moment = Moment.of(question, views)
    known = sorted(
        dataset
        for dataset, record in views.catalog.datasets.items()
        if dataset.namespace == question.namespace and question.node in (None, dataset.name) and record.seen.position <= moment.known_at
    )
    page = known[moment.offset : moment.offset + moment.limit]
    words = [told for told in taught(views.decided, moment.known_at) if sight.sees(told.column.dataset.namespace)]
    by_name = _by_name(words)
    states = [_state(views, dataset, question, moment, words, by_name) for dataset in page]
    return Answer(
        question=question.name,
        asked={"namespace": question.namespace, "classifier": question.classifier, "node": question.node or "all"},
        result=ClassificationState(tuple(states), tuple(_counted(words))),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=True,
        total={"datasets": len(known)},
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(known)),
    )


def _state(
    views: Views,
    dataset: DatasetId,
    question: ClassificationStateQuestion,
    moment: Moment,
    words: list[Taught],
    by_name: dict[str, list[Taught]],
) -> ClassifiedState:
    record = views.decided.datasets.get(dataset)
    look = record.looked(question.classifier, moment.known_at) if record is not None else None
    if look is not None and not _is_of_now(views, dataset, look, moment):
        look = None
    copied = _copied(views, dataset, words, moment)
    return ClassifiedState(
        name=dataset.name,
        classified=look is not None,
        version=look.version if look is not None else "",
        is_current=look is not None and not (_taught_since(dataset, look, by_name, copied) or _is_outrun(views, dataset, look, moment)),
        is_whole=look is not None and look.whole,
        columns=look.columns if look is not None and question.node is not None else (),
        own=tuple(_counted(told for told in words if told.column.dataset == dataset)),
        copied={key: tuple(_evidence(told)) for key, told in copied.items()},
        lineage=brought(views, dataset, moment) if question.node is None else {},
    )


def _is_of_now(views: Views, dataset: DatasetId, look: Looked, moment: Moment) -> bool:
    """Whether what was looked at is what the name means now."""
    incarnations = views.derivations.incarnations
    return incarnations.of(dataset, look.at, moment.known_at) == incarnations.of(dataset, moment.until, moment.known_at)


def _is_outrun(views: Views, dataset: DatasetId, look: Looked, moment: Moment) -> bool:
    """Whether a run wrote since what has no versions: then only a new look can say that it shows no change."""
    return is_state(look.version) and views.versions.written_since(dataset, look.at, moment.known_at)


def _by_name(words: Iterable[Taught]) -> dict[str, list[Taught]]:
    found: dict[str, list[Taught]] = defaultdict(list)
    for told in words:
        found[like_name(told.column.column)].append(told)
    return found


def _taught_since(dataset: DatasetId, look: Looked, by_name: dict[str, list[Taught]], copied: dict[str, list[Taught]]) -> bool:
    """Whether people decided anything since that a new look would count."""
    names = {like_name(verdict.column) for verdict in look.columns}
    elsewhere = (told for name in names for told in by_name.get(name, ()) if told.column.dataset != dataset)
    return any(told.position > look.position for told in (*elsewhere, *(told for several in copied.values() for told in several)))


def _copied(views: Views, dataset: DatasetId, words: list[Taught], moment: Moment) -> dict[str, list[Taught]]:
    """By column key, what people decided of columns that it is a copy of; those of its own name count by that already."""
    if not words:
        return {}
    by_column = defaultdict(list)
    for told in words:
        by_column[(told.column.dataset, column_key(told.column.dataset.namespace, told.column.column))].append(told)
    found: dict[str, list[Taught]] = {}
    for key, sources in copied_from(views.derivations, dataset, moment.known_at).items():
        reached = [
            told
            for source in sorted(sources)
            for told in by_column.get((source.dataset, column_key(source.dataset.namespace, source.column)), ())
            if source.dataset != dataset and like_name(source.column) != like_name(key)
        ]
        if reached:
            found[key] = reached
    return found


def _counted(words: Iterable[Taught]) -> Iterator[LearnedName]:
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for told in words:
        counts[(like_name(told.column.column), told.info_type)][0 if told.holds else 1] += 1
    for (name, info_type), (confirmed, rejected) in sorted(counts.items()):
        yield LearnedName(name, info_type, confirmed, rejected)


def _evidence(words: Iterable[Taught]) -> Iterator[LearnedEvidence]:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for told in words:
        counts[told.info_type][0 if told.holds else 1] += 1
    for info_type, (confirmed, rejected) in sorted(counts.items()):
        weight = learned_weight(confirmed, rejected)
        yield LearnedEvidence(info_type=info_type, confirmed=confirmed, rejected=rejected, weight=weight)
