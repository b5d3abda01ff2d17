"""Which batches came into a dataset, and what became of a supplier's deliveries?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from headwater.answers.batches.judge import covers
from headwater.answers.evidence import Witness, kept_from
from headwater.answers.findings.deviating import judged
from headwater.answers.findings.questions import dataset_of
from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.model.answers import Answer
from headwater.model.ids import run_node
from headwater.model.judgements import Deviation, Judgement
from headwater.model.lake_answers import BatchList, BatchView, DeliveryList, DeliveryView, DeviationView
from headwater.model.questions import BatchesQuestion, DeliveriesQuestion
from headwater.model.times import format_instant
from headwater.projections.batches import Arrivals, Batch, Profiled
from headwater.projections.deliveries import Delivery
from headwater.projections.views import Views

_HIDDEN = "hidden"


def ask_batches(views: Views, question: BatchesQuestion, sight: Sight) -> Answer[BatchList]:
    """List the batches of a dataset, newest first; one that never got any has none.

    Raises:  UnknownNode, AmbiguousNode, UsageError.
    """
    moment = Moment.of(question, views)
    dataset = dataset_of(views, sight, moment, question.node)
    assert dataset is not None, "a question about batches names a dataset"
    arrivals = views.batches.datasets.get(dataset)
    found = arrivals.until(moment.until, moment.known_at)[::-1] if arrivals is not None else []
    page = found[moment.offset : moment.offset + moment.limit]
    judgements = judgements_of(arrivals, moment) if arrivals is not None else {}
    origins = {str(batch.origin) for batch in found if sight.sees(batch.origin.namespace)}
    gaps = Witness(views, sight, moment).gaps((), {str(dataset), *origins})
    return Answer(
        question=question.name,
        asked={"node": str(dataset)},
        result=BatchList(dataset=str(dataset), batches=tuple(_batch(batch, judgements, sight) for batch in page)),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=not gaps,
        gaps=gaps,
        total={"batches": len(found), "rows": sum(batch.loaded.rows or 0 for batch in found)},
        entries=tuple(sorted({batch.position for batch in page})),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(found)),
    )


def ask_deliveries(views: Views, question: DeliveriesQuestion, sight: Sight) -> Answer[DeliveryList]:
    """List the deliveries of a source, newest first; a source that nobody knows has none."""
    moment = Moment.of(question, views)
    known = [told for told in views.deliveries.known(question.source, moment.known_at) if told.at <= moment.until]
    found = [told for told in reversed(known) if sight.sees(told.dataset.namespace)]
    page = found[moment.offset : moment.offset + moment.limit]
    held = sum(not told.seen.batch for told in found)
    concerned = {str(node) for told in found for node in (told.dataset, told.origin) if sight.sees(node.namespace)}
    gaps = (*Witness(views, sight, moment).gaps((), concerned), *kept_from(len(known) - len(found), question.source))
    return Answer(
        question=question.name,
        asked={"source": question.source},
        result=DeliveryList(
            source=question.source, deliveries=tuple(_delivery(told, sight) for told in page), hidden=len(known) - len(found)
        ),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=not gaps,
        gaps=gaps,
        total={"deliveries": len(found), "loaded": len(found) - held, "held": held},
        entries=tuple(sorted({told.position for told in page})),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(found)),
    )


def judgements_of(arrivals: Arrivals, moment: Moment) -> dict[tuple[str, str], tuple[int, tuple[DeviationView, ...]]]:
    """By source and batch: how many more are needed before statistics speak, and how it deviates, announced or not."""
    return {
        (told.source, told.profile.batch): (judgement.learning, tuple(_deviations(told, judgement, arrivals, moment)))
        for told, judgement in judged(arrivals, moment.until, moment.known_at)
    }


def _deviations(told: Profiled, judgement: Judgement, arrivals: Arrivals, moment: Moment) -> Iterator[DeviationView]:
    for deviation in judgement.deviations:
        yield DeviationView(kind=deviation.kind, column=deviation.column, reason=deviation.reason)
    for deviation in judgement.announced:
        yield _announced(deviation, told, arrivals, moment)


def _announced(deviation: Deviation, told: Profiled, arrivals: Arrivals, moment: Moment) -> DeviationView:
    """A deviation with the first announcement that covers it."""
    announcement = next(
        expected
        for expected in arrivals.expected
        if expected.source == told.source and expected.position <= moment.known_at and covers(expected.change, deviation, told.profile)
    )
    return DeviationView(
        kind=deviation.kind, column=deviation.column, reason=deviation.reason, expected=announcement.reason, by=announcement.by
    )


def _batch(batch: Batch, judgements: Mapping[tuple[str, str], tuple[int, tuple[DeviationView, ...]]], sight: Sight) -> BatchView:
    loaded = batch.loaded
    learning, deviations = judgements.get((loaded.source, batch.id), (0, ()))
    return BatchView(
        batch=batch.id,
        at=format_instant(batch.at),
        source=loaded.source,
        kind=loaded.kind,
        origin=str(batch.origin) if sight.sees(batch.origin.namespace) else _HIDDEN,
        run=run_node(batch.run) if sight.sees(batch.job.namespace) else _HIDDEN,
        job=str(batch.job) if sight.sees(batch.job.namespace) else _HIDDEN,
        version=loaded.version,
        rows=loaded.rows,
        deleted=loaded.deleted,
        size_bytes=loaded.size_bytes,
        delivered_at=format_instant(batch.delivered) if batch.delivered is not None else None,
        due_at=format_instant(batch.due) if batch.due is not None else None,
        pieces=loaded.pieces if sight.sees(batch.origin.namespace) else (),
        position=batch.position,
        deviations=deviations,
        learning=learning,
    )


def _delivery(told: Delivery, sight: Sight) -> DeliveryView:
    seen = told.seen
    is_seen = sight.sees(told.origin.namespace)
    return DeliveryView(
        delivery=seen.delivery if is_seen else _HIDDEN,
        origin=str(told.origin) if is_seen else _HIDDEN,
        dataset=str(told.dataset),
        delivered_at=format_instant(told.at),
        due_at=seen.due_at or None,
        verdict=seen.verdict,
        why=seen.why if is_seen else "",
        like=seen.like or None if is_seen else None,
        digest=seen.digest,
        batch=seen.batch or None,
        pieces=seen.pieces if is_seen else (),
        position=told.position,
    )
