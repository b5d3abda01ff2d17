"""Laws of schemas that statements give, with the real analyser: chains of stars over tables that nobody but SQL ever described."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import permutations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.app.analysis import Analyser, InProcess
from headwater.model.entries import Position
from headwater.model.facts import Change, DatasetChanged, DatasetUsed, EventType, Fact, RunObserved, StatementSeen
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.lineage import Statement
from headwater.model.times import Instant
from headwater.projections.saved import capture, restore
from tests.laws.test_healing import LAKE, ZERO, Lake, instants, schema
from tests.laws.test_projections import alive_claims, believed

TABLES = ("t", "u", "w", "z")
NAMES = st.lists(st.sampled_from(["id", "a", "b"]), unique=True, min_size=1, max_size=3)
MAKES = (
    "create table {0} as select * from {1}",
    "create or replace view {0} as select * from {1}",
    "create or replace table {0} as select {1}.*, 1 as extra from {1}",
    "create table {0} (id int, b int)",
    "create table if not exists {0} as select * from {1}",
    "insert into {0} select * from {1}",
    "alter table {0} add column c int",
    "alter table {1} rename to {0}",
    "drop table {0}",
    "create or replace table {0} as select * from {1}; create or replace table {1} as select * from {0}",
)


def event(sql: str, at: int, *, run: str | None = None, kind: EventType = "COMPLETE", grant: tuple[str, ...] = ("*",)) -> list[Fact]:
    """A run of its own, or one of several events of a run, with a statement over tables that are named in full by one dataset."""
    job, moment, own = JobId("jobs", "load"), Instant(at), RunId(run or f"{sql} at {at}")
    return [
        RunObserved(position=ZERO, at=moment, run=own, job=job, event_type=kind, producer="p"),
        *(DatasetUsed(position=ZERO, at=moment, dataset=DatasetId(LAKE, name), job=job, run=own, role="input") for name in TABLES),
        StatementSeen(position=ZERO, at=moment, statement=Statement(sql, "duckdb"), job=job, run=own, grant=grant),
    ]


def change(what: Change, name: str, at: int, previous: str | None = None, run: str | None = None) -> list[Fact]:
    """Something that happened to a table."""
    before = DatasetId(LAKE, previous) if previous is not None else None
    job, own = (JobId("jobs", "load"), RunId(run)) if run is not None else (None, None)
    dataset = DatasetId(LAKE, name)
    facts: list[Fact] = []
    if job is not None and own is not None:
        facts.append(RunObserved(position=ZERO, at=Instant(at), run=own, job=job, event_type="RUNNING", producer="p"))
    return [*facts, DatasetChanged(position=ZERO, at=Instant(at), dataset=dataset, change=what, previous=before, job=job, run=own)]


makes = st.builds(
    lambda text, one, other, at, kind: event(text.format(one, other), at, run=f"{text} {one}", kind=kind),
    st.sampled_from(MAKES),
    st.sampled_from(TABLES),
    st.sampled_from(TABLES),
    instants,
    st.sampled_from(["START", "COMPLETE", "COMPLETE", "FAIL"]),
)
schemas = st.builds(lambda name, columns, at: schema(name, *columns, at=at), st.sampled_from(TABLES), NAMES, instants)
changes = st.builds(change, st.sampled_from(["DROP", "OVERWRITE", "RENAME"]), st.sampled_from(TABLES), instants, st.sampled_from(TABLES))
stories = st.lists(st.one_of(makes, makes, makes, schemas, changes), min_size=2, max_size=8)


def lake(*told: Sequence[Fact]) -> Lake:
    """A lake that was told this."""
    found = Lake(Analyser(InProcess()))
    found.tell(*told)
    return found


def status(told: Lake, sql: str) -> str:
    """How the statement is now read."""
    (found,) = {record.claim.status for record in told.parsed() if record.is_open and any(sql in key for key in record.runs)}
    return found


READ = "insert into z (id, a) select * from w"


@settings(max_examples=60)
@given(stories, st.randoms(use_true_random=False))
def test_chains_of_stars_may_come_in_any_order(told: list[list[Fact]], order: random.Random) -> None:
    shuffled = list(told)
    order.shuffle(shuffled)
    assert believed(lake(*told).views) == believed(lake(*shuffled).views)


@settings(max_examples=60)
@given(stories, st.integers(0, 8))
def test_a_restart_in_the_middle_of_a_chain_leaves_no_mark(told: list[list[Fact]], cut: int) -> None:
    whole, resumed = lake(*told), lake(*told[:cut])
    resumed.views, resumed.statements = restore(capture(resumed.views, resumed.statements, "v"))
    resumed.tell(*told[cut:])
    assert believed(resumed.views) == believed(whole.views)
    assert [record.known for record in resumed.parsed()] == [record.known for record in whole.parsed()]
    assert resumed.views.catalog.derived == whole.views.catalog.derived


@settings(max_examples=60)
@given(stories, st.integers(0, 8))
def test_what_was_known_of_a_chain_stays_what_was_known(told: list[list[Fact]], cut: int) -> None:
    early, late = lake(*told[:cut]), lake(*told)
    known_at = Position(min(cut, len(told)) - 1)
    for instant in range(0, 50, 5):
        assert alive_claims(early.views, instant, known_at) == alive_claims(late.views, instant, known_at)
    for dataset, by_statement in late.views.catalog.derived.items():
        then = early.views.catalog.derived.get(dataset, {})
        for who, words in by_statement.items():
            known = [(word.at, word.columns) for word in words if word.is_known(known_at)]
            assert known == [(word.at, word.columns) for word in then.get(who, []) if word.is_known(known_at)]


@settings(max_examples=60)
@given(stories, st.sampled_from(TABLES), NAMES, instants)
def test_an_entry_asks_for_each_statement_at_most_once(told: list[list[Fact]], name: str, columns: list[str], at: int) -> None:
    found = lake(*told)
    requests = found.tell(schema(name, *columns, at=at))
    assert len({(request.run, request.statement) for request in requests}) == len(requests)
    assert [request.at for request in requests] == sorted(request.at for request in requests)


@pytest.mark.parametrize("order", [*permutations(range(4))])
def test_a_late_schema_heals_a_whole_chain_in_one_entry(order: tuple[int, ...]) -> None:
    first, second, read = "create table u as select * from t", "create view w as select * from u", READ
    told = [schema("t", "id", "a", at=1), event(first, 10), event(second, 20), event(read, 30)]
    found = lake(*(told[at] for at in order))
    assert [status(found, sql) for sql in (first, second, read)] == ["complete"] * 3
    edges = {(flow.source.name, flow.source_column) for record in found.parsed() if record.is_open for flow in record.claim.flows}
    assert edges == {(name, column) for name in "tuw" for column in ("id", "a")}


def test_a_chain_of_two_hundred_ends() -> None:
    links = [event(f"create or replace table {'tu'[at % 2]} as select * from {'ut'[at % 2]}", 10 + at, run=f"r{at}") for at in range(200)]
    found = lake(*reversed(links))
    assert {record.claim.status for record in found.parsed() if record.is_open} == {"partial"}
    requests = found.tell(schema("u", "id", "a", at=1))
    assert len(requests) <= 200
    assert {record.claim.status for record in found.parsed() if record.is_open} == {"complete"}


def test_a_table_made_of_itself_through_renames_ends() -> None:
    found = lake(
        event("create or replace table w as select * from w", 10, run="one"),
        change("RENAME", "u", 15, previous="w"),
        change("RENAME", "w", 20, previous="u"),
        event("create or replace table w as select * from w", 25, run="two"),
        event(READ, 30),
    )
    assert status(found, READ) == "partial"
    found.tell(event("create or replace table w (id int, a int)", 5))
    assert status(found, READ) == "complete"


MADE = event("create table w as select id, a from t", 10, run="maker")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([MADE], "complete"),
        (
            [event("create table w as select id, a from t", 30, run="maker")],
            "partial",
        ),  # at the reader's own instant, and so perhaps after it
        ([event("create table w as select id, a from t", 40, run="maker")], "partial"),
        ([event("create table w as select *, 1 as x from t", 10)], "partial"),
        ([MADE, event("create or replace table w as select * from t", 20)], "partial"),
        ([MADE, event("drop table w", 20)], "partial"),
        ([MADE, change("DROP", "w", 20)], "partial"),
        ([MADE, change("RENAME", "u", 20, previous="w")], "partial"),
        ([event("create table u as select id, a from t", 10), change("RENAME", "w", 20, previous="u")], "complete"),
        ([event("create table u as select id, a from t", 10), event("alter table u rename to w", 20)], "complete"),
        ([MADE, change("OVERWRITE", "w", 20, run="another")], "partial"),
        ([MADE, change("OVERWRITE", "w", 20, run="maker")], "complete"),
        ([MADE, change("TRUNCATE", "w", 20, run="another")], "complete"),
        ([MADE, event("insert into w select something unreadable from (", 20)], "complete"),
        ([MADE, event("reshape w in some way", 20)], "complete"),
        ([MADE, event("alter table w add column c int", 20)], "partial"),
        ([MADE, event("create table w as select id, a from t", 20, run="maker", kind="FAIL")], "complete"),
        ([event("create table w as select id, a from t", 10, run="maker", kind="FAIL")], "partial"),
        ([event("create table w as select id, a from t", 10, run="maker", grant=("elsewhere",))], "partial"),
        ([event("create temporary table w as select id, a from t", 10)], "partial"),
        ([event("create table if not exists w as select id, a from t", 10)], "partial"),
        ([event("create table w as select id, a from t", 10), event("create table w as select id, a from t", 10, run="twin")], "complete"),
        ([event("create table w as select id, a from t", 10), event("create table w as select a, id from t", 10, run="twin")], "partial"),
    ],
)
def test_a_star_is_read_by_the_columns_that_the_last_statement_gave(told: list[list[Fact]], expected: str) -> None:
    read = "insert into z (id, a) select * from w"
    for order in (told, told[::-1]):
        assert status(lake(*order, event(read, 30)), READ) == expected
        assert status(lake(event(read, 30), *order), READ) == expected


def test_what_a_producer_reported_by_then_wins_and_what_it_reports_later_does_not() -> None:
    derived = event("create table w as select id, a from t", 10)
    sql = "create table z as select * from w"

    def columns(*told: list[Fact]) -> set[str]:
        found = lake(*told, event(sql, 30))
        return {
            flow.source_column or ""
            for record in found.parsed()
            if record.is_open and record.claim.target.name == "z"
            for flow in record.claim.flows
        }

    assert columns(derived) == {"id", "a"}
    assert columns(derived, schema("w", "b", at=20)) == {"b"}
    assert columns(derived, schema("w", "b", at=5)) == {"b"}
    assert columns(derived, schema("w", "b", at=40)) == {"id", "a"}
    assert columns(schema("w", "b", at=40)) == {"b"}
    part = [msgspec.structs.replace(fact, whole=False) for fact in schema("w", "b", at=20)]
    assert columns(derived, part) == {"id", "a"}


def test_an_erased_statement_takes_its_columns_along() -> None:
    told = [MADE, event(READ, 30)]
    assert status(lake(*told), READ) == "complete"
    assert status(lake([], told[1]), READ) == "partial"
