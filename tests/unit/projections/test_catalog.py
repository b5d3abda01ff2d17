from __future__ import annotations

from typing import Any

import msgspec

from headwater.model.entries import Position
from headwater.model.facts import (
    AliasDeclared,
    AliasWithdrawn,
    ClaimRefused,
    DatasetDescribed,
    DatasetUsed,
    EventType,
    FacetsDeleted,
    FacetsKept,
    Fact,
    GapSeen,
    JobDescribed,
    Owner,
    RunObserved,
    StatisticsObserved,
)
from headwater.model.ids import JobId, RunId
from headwater.model.times import FOREVER, Instant
from headwater.projections.catalog import Catalog
from headwater.projections.records import Since, Timeline
from tests.unit.telling import ZERO, dataset, job

A, B, LOAD, R = dataset("a"), dataset("b"), job("load"), RunId("r")
LATEST, KNOWN = Instant(FOREVER - 1), Position(99)


def folded(*facts: Fact) -> Catalog:
    """Each fact an entry of its own."""
    catalog = Catalog()
    for position, fact in enumerate(facts):
        catalog.fold([msgspec.structs.replace(fact, position=Position(position))])
    return catalog


def happened(at: int, event: EventType, of: JobId = LOAD, **more: Any) -> RunObserved:
    return RunObserved(position=ZERO, at=Instant(at), run=R, job=of, event_type=event, producer="p", **more)


def test_a_word_holds_from_its_instant_and_is_known_from_its_entry() -> None:
    told: Timeline[str] = Timeline()
    told.say(Instant(10), "p", "old", Position(0))
    told.say(Instant(20), "p", "new", Position(1))
    told.say(Instant(15), "p", "late", Position(2))
    assert told.latest(Instant(5), KNOWN) is None
    assert told.latest(Instant(17), Position(1)) == "old"
    assert told.latest(Instant(17), Position(2)) == "late"
    assert told.latest(LATEST, KNOWN) == "new"
    assert [word.value for word in told.until(Instant(15), KNOWN)] == ["old", "late"]


def test_a_word_said_again_keeps_its_first_entry_and_equal_values_share_memory() -> None:
    told: Timeline[tuple[str, ...]] = Timeline()
    for position, at in enumerate((10, 10, 20, 5)):
        told.say(Instant(at), "p", ("long", f"value {position // 9}"), Position(position))
    assert [(word.at, word.position) for word in told.words] == [(5, 3), (10, 0), (20, 2)]
    assert len({id(word.value) for word in told.words}) == 1


def test_the_first_sighting_is_told_as_it_was_known() -> None:
    seen = Since()
    for position, at in ((1, 30), (2, 40), (4, 10)):
        seen.see(Instant(at), Position(position))
    assert seen.position == 1
    assert [seen.first(Position(known)) for known in (1, 3, 4)] == [30, 30, 10]
    assert seen.was(Instant(20), Position(4)) and not seen.was(Instant(20), Position(3))
    assert len(seen.moments) == 2


def test_events_of_a_run_are_kept_once_and_in_order_of_time() -> None:
    catalog = folded(happened(20, "COMPLETE"), happened(10, "START"), happened(20, "START"), happened(10, "START"))
    events = catalog.runs[(R, LOAD)].events
    assert [(event.at, event.type, event.position) for event in events] == [(10, "START", 1), (20, "START", 2), (20, "COMPLETE", 0)]
    assert catalog.jobs[LOAD].runs == {R: 0}


def test_one_id_of_two_jobs_is_two_runs() -> None:
    other = JobId("else", "load")
    catalog = folded(happened(10, "START"), happened(10, "FAIL", other, error="broke"))
    assert [run.job for run in catalog.runs_called(R)] == sorted([LOAD, other])
    assert catalog.runs[(R, LOAD)].errors is None
    assert catalog.runs[(R, other)].errors is not None


def test_uses_are_known_to_datasets_jobs_and_runs() -> None:
    used = DatasetUsed(position=ZERO, at=Instant(10), dataset=A, job=LOAD, run=R, role="input")
    catalog = folded(used, used, msgspec.structs.replace(used, dataset=B, role="output"))
    assert set(catalog.datasets[A].readers) == {LOAD} and not catalog.datasets[A].writers
    assert set(catalog.jobs[LOAD].outputs) == {B}
    assert catalog.runs[(R, LOAD)].inputs == ((A, 0),)
    assert catalog.runs[(R, LOAD)].outputs == ((B, 2),)


def test_a_job_may_use_datasets_without_a_run() -> None:
    catalog = folded(DatasetUsed(position=ZERO, at=Instant(10), dataset=A, job=LOAD, run=None, role="input"))
    assert not catalog.runs
    assert catalog.datasets[A].readers[LOAD].declared == [(10, 0)]


def test_what_is_not_said_changes_nothing_and_an_empty_list_says_none() -> None:
    described = DatasetDescribed(position=ZERO, at=Instant(10), dataset=A, producer="p", owners=(Owner("ann"),), documentation="words")
    silent = msgspec.structs.replace(described, at=Instant(20), owners=None, documentation=None)
    nobody = msgspec.structs.replace(described, at=Instant(30), owners=(), documentation=None)
    record = folded(described, silent, nobody).datasets[A]
    assert record.owners.latest(Instant(25), KNOWN) == (Owner("ann"),)
    assert record.owners.latest(LATEST, KNOWN) == ()
    assert record.documentation.latest(LATEST, KNOWN) == "words"


def test_aliases_stand_at_both_names_until_withdrawn() -> None:
    declared = AliasDeclared(position=ZERO, at=Instant(10), dataset=A, alias=B, producer="p")
    catalog = folded(declared, AliasWithdrawn(position=ZERO, at=Instant(20), dataset=A, producer="p", alias=B))
    assert catalog.datasets[B].shown_aliases(Instant(15), KNOWN) == (A,)
    assert catalog.datasets[A].shown_aliases(LATEST, Position(0)) == (B,)
    assert catalog.datasets[A].shown_aliases(LATEST, KNOWN) == catalog.datasets[B].shown_aliases(LATEST, KNOWN) == ()


def test_facets_statistics_and_gaps_are_kept() -> None:
    catalog = folded(
        FacetsKept(position=ZERO, at=Instant(10), subject="run:r", facets={"spark": msgspec.Raw(b"{}")}),
        FacetsDeleted(position=ZERO, at=Instant(20), subject="run:r", producer="p", facets=("spark",)),
        StatisticsObserved(position=ZERO, at=Instant(10), dataset=A, run=R, role="output", rows=7),
        GapSeen(position=ZERO, at=Instant(30), code="Z", subject="s", detail="d"),
        ClaimRefused(position=ZERO, at=Instant(20), claim="alias", subject=A, producer_key="k"),
        JobDescribed(position=ZERO, at=Instant(20), job=LOAD, producer="p", job_type="BATCH"),
    )
    assert [word.value for word in catalog.facets["run:r"].words] == ["spark", "-spark"]
    assert catalog.statistics[R].latest(LATEST, KNOWN) == (A, "output", 7, None)
    assert [(gap.code, gap.dataset) for gap in catalog.gaps] == [("CLAIM-REFUSED", A), ("Z", None)]
    assert catalog.jobs[LOAD].attributes.latest(LATEST, KNOWN) == ("type", "BATCH")
