from __future__ import annotations

import pytest

from headwater.model.entries import Position
from headwater.model.facts import ColumnsDerived, EventType
from headwater.model.times import Instant
from headwater.projections.lineage.runs import LineageRun
from tests.unit.telling import copy, dataset, job


def run(*events: tuple[int, EventType]) -> LineageRun:
    made = LineageRun(job=job("load"))
    for at, event_type in events:
        made.happened(Instant(at), event_type)
    return made


def told(at: int, column: str) -> ColumnsDerived:
    return ColumnsDerived(
        position=Position(0),
        at=Instant(at),
        target=dataset("t"),
        job=job("load"),
        run=None,
        producer="p",
        origin="f",
        flows=(copy("a", column, "x"),),
    )


def test_a_run_lasts_from_its_first_event_to_its_last_in_any_order() -> None:
    found = run((30, "COMPLETE"), (10, "START"), (20, "RUNNING"), (10, "START"))
    assert (found.started, found.ended) == (10, 30)
    assert len(found.events) == 3


@pytest.mark.parametrize(
    ("events", "wiped"),
    [
        (((10, "START"),), None),
        (((10, "START"), (20, "FAIL")), None),
        (((10, "START"), (20, "COMPLETE")), 10),
        (((20, "COMPLETE"),), 20),
        (((10, "START"), (15, "FAIL"), (20, "START"), (30, "COMPLETE")), 20),
        (((10, "START"), (20, "COMPLETE"), (30, "START")), 10),
        (((10, "START"), (10, "COMPLETE")), 10),
        (((10, "COMPLETE"), (20, "START"), (30, "COMPLETE")), 20),
    ],
)
def test_an_overwrite_wipes_what_came_before_the_attempt_that_completed(
    events: tuple[tuple[int, EventType], ...], wiped: int | None
) -> None:
    assert run(*events).wiped_at == wiped
    assert run(*reversed(events)).wiped_at == wiped


def test_of_several_claims_the_latest_event_holds_whenever_it_arrives() -> None:
    one, other = run(), run()
    for fact in (told(10, "early"), told(20, "late")):
        one.tell(fact)
    for fact in (told(20, "late"), told(10, "early")):
        other.tell(fact)
    assert one.told == other.told
    assert one.told is not None
    assert [flow.source_column for _, claim in one.told.values() for flow in claim.flows] == ["late"]


def test_entries_are_kept_once_and_in_order() -> None:
    found = run()
    for position in (3, 3, 5):
        found.stands_in(Position(position))
    assert found.positions == [3, 5]
