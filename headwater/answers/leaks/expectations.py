"""What is expected of places? `headwater expect list`."""

from __future__ import annotations

from headwater.answers.leaks.places import Expected, expected_of, is_about
from headwater.answers.moment import Moment
from headwater.answers.sight import Sight
from headwater.model.answers import Answer
from headwater.model.questions import ExpectationsQuestion
from headwater.model.sensitivity.leaks import DeclaredExpectation, ExpectationList
from headwater.model.times import format_instant
from headwater.projections.views import Views


def ask(views: Views, question: ExpectationsQuestion, sight: Sight) -> Answer[ExpectationList]:
    """List expectations as they stand, by who declared them."""
    moment = Moment.of(question, views)
    declared = expected_of(views.decided.expectations(moment.known_at))
    wanted = [told for told in declared if question.origin in (None, told.word.origin)]
    seen = [told for told in wanted if sight.sees(told.word.namespace)]
    page = seen[moment.offset : moment.offset + moment.limit]
    return Answer(
        question=question.name,
        asked={"origin": question.origin or "all"},
        result=ExpectationList(expectations=tuple(_shown(views, sight, told) for told in page), hidden=len(wanted) - len(seen)),
        as_of=moment.as_of,
        known_at=moment.known_at,
        complete=len(wanted) == len(seen),
        gaps=(),
        total={"expectations": len(seen), "hidden": len(wanted) - len(seen)},
        entries=tuple(sorted({told.word.position for told in page})),
        analysers=dict(views.analysers),
        next_page=moment.next_page(len(seen)),
    )


def _shown(views: Views, sight: Sight, told: Expected) -> DeclaredExpectation:
    word = told.word
    about = sum(is_about(told.expectation, dataset) for dataset in views.catalog.datasets if sight.sees(dataset.namespace))
    return DeclaredExpectation(
        expectation=told.expectation,
        namespace=word.namespace,
        origin=word.origin,
        by=word.by,
        at=format_instant(word.at),
        position=word.position,
        datasets=about,
    )
