from __future__ import annotations

from typing import Any

import msgspec
import pytest

from headwater.answers.evidence import HIDDEN
from headwater.model.answers import NodeDetail
from headwater.model.facts import (
    DatasetChanged,
    DatasetDescribed,
    DatasetUsed,
    EventType,
    RunObserved,
    StatisticsObserved,
    Tag,
    VersionObserved,
)
from headwater.model.ids import JobId, RunId
from headwater.model.lineage import StatementLineage
from headwater.model.questions import ShowQuestion
from headwater.model.times import FOREVER, Instant, format_instant
from headwater.projections.statements import AnalysisRequest
from tests.unit.telling import ZERO, Telling, copy, dataset, job

R = RunId("same")


def shown(told: Telling, node: str, *patterns: str, **more: Any) -> NodeDetail:
    detail: NodeDetail = told.ask(ShowQuestion(node=node, **more), *patterns).result
    return detail


def attempts(*events: tuple[EventType, int]) -> Telling:
    told = Telling()
    for event, at in events:
        told.run("load", run="same", event=event, writes=["t"], at=at)
    return told


@pytest.mark.parametrize(
    ("events", "state", "started", "ended"),
    [
        ([("START", 10)], "START", 10, None),
        ([("START", 10), ("RUNNING", 20)], "RUNNING", 10, None),
        ([("START", 10), ("COMPLETE", 10)], "COMPLETE", 10, 10),
        ([("START", 10), ("FAIL", 20), ("START", 30)], "START", 10, None),
        ([("START", 10), ("FAIL", 20), ("START", 30), ("COMPLETE", 40)], "COMPLETE", 10, 40),
        ([("START", 10), ("COMPLETE", 20), ("RUNNING", 30)], "COMPLETE", 10, 20),
        ([("COMPLETE", 20)], "COMPLETE", None, 20),
    ],
)
def test_a_run_is_over_when_its_last_attempt_is(
    events: list[tuple[EventType, int]], state: str, started: int | None, ended: int | None
) -> None:
    for order in (events, events[::-1]):
        (run,) = shown(attempts(*order), "run:same").runs
        assert run.state == state
        assert run.started == (None if started is None else format_instant(Instant(started)))
        assert run.ended == (None if ended is None else format_instant(Instant(ended)))


def test_one_run_id_of_two_jobs_shows_both_and_only_those_that_may_be_seen() -> None:
    told = Telling()
    told.run("load", run="same", writes=["t"], at=10)
    other = JobId("hidden", "clean")
    told.entry(
        RunObserved(position=ZERO, at=Instant(11), run=R, job=other, event_type="FAIL", producer="p"),
        DatasetUsed(position=ZERO, at=Instant(11), dataset=dataset("u"), job=other, run=R, role="output"),
    )
    assert [(run.job, run.state) for run in shown(told, "run:same").runs] == [("job:hidden:clean", "FAIL"), ("job:jobs:load", "COMPLETE")]
    some = shown(told, "run:same", "jobs", "postgres://*")
    assert [run.job for run in some.runs] == ["job:jobs:load"]
    assert some.outputs == (str(dataset("t")),)


def test_a_dataset_shows_its_life() -> None:
    told = Telling()
    told.schema("t", "x", at=5)
    told.schema("t", "x", "y", at=20)
    told.run("load", run="r1", reads=["a"], writes=["t"], flows=[copy("a", "x", "x")], at=10)
    told.alias("t", "s3|t")
    told.entry(DatasetChanged(position=ZERO, at=Instant(30), dataset=dataset("t"), change="ALTER", run=RunId("r1")))
    told.entry(VersionObserved(position=ZERO, at=Instant(31), dataset=dataset("t"), version="v7", run=RunId("r1"), role="output"))
    detail = shown(told, str(dataset("t")))
    assert [[column.name for column in schema.columns] for schema in detail.schemas] == [["x"], ["x", "y"]]
    assert [(column.name, column.has_lineage) for column in detail.schemas[1].columns] == [("x", True), ("y", False)]
    assert detail.schemas[0].valid_to == detail.schemas[1].valid_from
    assert detail.aliases == ("dataset:s3:t",)
    assert [(step.change, step.run) for step in detail.lifecycle] == [("ALTER", "run:r1")]
    assert [(version.version, version.role) for version in detail.versions] == [("v7", "output")]
    assert detail.written_by == ("job:jobs:load",)
    assert (detail.first_seen, detail.last_seen) == (format_instant(Instant(5)), format_instant(Instant(31)))


def test_last_seen_is_told_as_it_was_then() -> None:
    told = Telling()
    told.run("load", run="r1", writes=["t"], at=10)
    told.run("load", run="r2", writes=["t"], at=50)
    told.run("load", run="r3", writes=["t"], at=5)
    assert shown(told, "t").last_seen == format_instant(Instant(50))
    assert shown(told, "t", known_at=0).last_seen == format_instant(Instant(10))
    assert shown(told, "t", as_of=format_instant(Instant(20))).last_seen == format_instant(Instant(10))
    assert shown(told, "t").first_seen == format_instant(Instant(5))


def test_runs_that_belong_to_hidden_jobs_are_not_named_anywhere() -> None:
    told = Telling()
    other = JobId("hidden", "clean")
    told.entry(
        RunObserved(position=ZERO, at=Instant(1), run=RunId("secret-run"), job=other, event_type="START", producer="p"),
        DatasetUsed(position=ZERO, at=Instant(1), dataset=dataset("t"), job=other, run=RunId("secret-run"), role="output"),
        DatasetChanged(position=ZERO, at=Instant(1), dataset=dataset("t"), change="OVERWRITE", job=other, run=RunId("secret-run")),
    )
    detail = shown(told, "t", "postgres://*")
    assert [step.run for step in detail.lifecycle] == ["hidden"]
    assert detail.written_by == ()
    assert detail.hidden == 1


def test_a_parent_is_named_only_if_it_may_be() -> None:
    told = Telling()
    started = RunObserved(position=ZERO, at=Instant(1), run=R, job=job("load"), event_type="START", producer="p")
    told.entry(msgspec.structs.replace(started, parent_run=RunId("up"), parent_job=JobId("x", "y")))
    assert shown(told, "run:same").runs[0].parent == "run:up"
    assert shown(told, "run:same", "jobs").runs[0].parent is None


def test_a_column_shows_its_type_its_tags_and_its_schemas_by_any_spelling() -> None:
    told = Telling()
    told.schema("duckdb://lake|t", "Mrn", at=5)
    told.entry(
        DatasetDescribed(position=ZERO, at=Instant(6), dataset=dataset("duckdb://lake|t"), producer="p", tags=(Tag("pii", "yes", "MRN"),))
    )
    detail = shown(told, "t.mrn")
    assert detail.node.column == "Mrn"
    assert detail.attributes == {"type": "text"}
    assert detail.tags == ("pii=yes",)


def test_a_job_lists_its_latest_runs_and_counts_all() -> None:
    told = Telling()
    for number in range(30):
        told.run("load", run=f"r{number:02}", reads=["a"], writes=["t"], at=100 - number)
    answer = told.ask(ShowQuestion(node="job:jobs:load"))
    assert answer.total == {"runs": 30, "inputs": 1, "outputs": 1}
    assert len(answer.result.runs) == 20
    assert answer.result.runs[-1].id == "run:r00"


def test_what_a_run_wrote_is_said_in_numbers() -> None:
    told = attempts(("START", 10))
    told.entry(StatisticsObserved(position=ZERO, at=Instant(10), dataset=dataset("t"), run=R, role="output", rows=7))
    assert shown(told, "run:same").attributes == {"output t": "7 rows, ? bytes"}


def test_what_a_job_uses_rests_on_the_entry_that_told_it() -> None:
    told = Telling()
    own = told.run("load", reads=["a"], writes=["t"])
    other = told.entry(DatasetUsed(position=ZERO, at=Instant(20), dataset=dataset("b"), job=job("load"), run=None, role="input"))
    assert told.ask(ShowQuestion(node="job:jobs:load")).entries == (own, other)
    assert told.ask(ShowQuestion(node="b")).entries == (other,)


def made(request: AnalysisRequest) -> StatementLineage:
    """A statement `t=…` that gives t the columns it lists."""
    columns = tuple(request.statement.sql.removeprefix("t="))
    return StatementLineage(status="complete", targets=("t",), made=(("t", columns),), fingerprint=request.statement.sql, analyser="toy")


def test_a_schema_that_a_statement_gave_is_told_apart_from_a_reported_one() -> None:
    told = Telling(made, dict.fromkeys(("t=ab", "t=c"), ("t",)))
    told.run("load", run="r1", writes=["t"], sql="t=ab", at=10)
    told.run("load", run="r2", writes=["t"], sql="t=ab", at=20)
    told.run("load", run="r3", writes=["t"], sql="t=c", at=30)
    told.drop("t", at=40)
    told.schema("t", "a", at=15)
    found = [
        (schema.origin, schema.producer, "".join(column.name for column in schema.columns), schema.valid_from, schema.position)
        for schema in shown(told, str(dataset("t"))).schemas
    ]
    load = str(job("load"))
    assert found == [
        ("derived", load, "ab", format_instant(Instant(10)), 0),
        ("derived", load, "c", format_instant(Instant(30)), 2),
        ("reported", "p", "a", format_instant(Instant(15)), 4),
    ]
    ends = [schema.valid_to for schema in shown(told, str(dataset("t"))).schemas]
    assert ends == [format_instant(Instant(30)), format_instant(Instant(40)), format_instant(FOREVER)]
    assert [schema.origin for schema in shown(told, str(dataset("t")), known_at=1).schemas] == ["derived"]
    assert {schema.producer for schema in shown(told, str(dataset("t")), "postgres://*").schemas} == {HIDDEN, "p"}
