from __future__ import annotations

from headwater.answers.registry import answer
from headwater.answers.sight import Sight
from headwater.model.facts import DatasetDescribed, Owner
from headwater.model.questions import StatusQuestion
from headwater.model.times import Instant
from tests.unit.telling import ZERO, Telling, copy, dataset


def lake() -> Telling:
    told = Telling()
    told.run("load", run="r1", reads=["raw"], writes=["stage"], flows=[copy("raw", "x", "x")], at=10)
    told.run("train", run="r2", reads=["stage"], writes=["model"], at=20)
    told.schema("stage", "x", "y")
    told.entry(DatasetDescribed(position=ZERO, at=Instant(30), dataset=dataset("raw"), producer="p", owners=(Owner("ann"),)))
    return told


def test_it_counts_what_is_seen_and_how_much_of_it_is_covered() -> None:
    found = lake().ask(StatusQuestion()).result
    assert (found.datasets, found.columns, found.jobs, found.runs, found.derivations, found.edges, found.open_gaps) == (3, 3, 2, 2, 2, 2, 1)
    shares = {share.what: (share.having, share.of) for share in found.coverage}
    assert shares == {
        "datasets with runs": (3, 3),
        "written datasets with column lineage": (1, 2),
        "datasets with a schema": (1, 3),
        "datasets with an owner": (1, 3),
        "datasets with documentation": (0, 3),
    }


def test_it_counts_as_known_then() -> None:
    found = lake().ask(StatusQuestion(known_at=0)).result
    assert (found.datasets, found.columns, found.jobs, found.runs, found.derivations, found.open_gaps) == (2, 2, 1, 1, 1, 0)


def test_it_counts_only_what_may_be_seen() -> None:
    answer_ = lake().ask(StatusQuestion(), "jobs")
    assert (answer_.result.datasets, answer_.result.jobs, answer_.result.runs) == (0, 2, 2)


def test_it_is_complete_when_the_views_have_reached_the_end() -> None:
    told = lake()
    assert told.ask(StatusQuestion()).complete
    behind = answer(told.views, StatusQuestion(), Sight(("*",)), told.views.folded + 1)
    assert not behind.complete
    assert (behind.result.ledger_size, behind.result.views_position) == (5, 4)


def test_an_empty_home_has_a_status() -> None:
    found = Telling().ask(StatusQuestion())
    assert (found.known_at, found.complete, found.result.datasets) == (-1, True, 0)
