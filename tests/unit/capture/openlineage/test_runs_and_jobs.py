"""The facts of runs, jobs and their SQL."""

from __future__ import annotations

from typing import Any

import pytest

from headwater.capture.openlineage.statements import default_names
from headwater.model.facts import GapSeen, JobDescribed, Owner, RunObserved, StatementSeen, Tag
from headwater.model.ids import DatasetId, JobId
from headwater.model.times import parse_instant
from tests.unit.capture.observed import SPEC, facts, only, run_event, table


def test_a_run_tells_its_parents_times_engine_and_error() -> None:
    run = {
        "parent": {
            "run": {"runId": "p"},
            "job": {"namespace": "jobs", "name": "dag"},
            "root": {"run": {"runId": "r"}, "job": {"namespace": "jobs", "name": "root"}},
        },
        "nominalTime": {"nominalStartTime": "2026-01-01T00:00:00Z", "nominalEndTime": "2026-01-02T00:00:00Z"},
        "processing_engine": {"name": "spark", "version": "3.5.1"},
        "errorMessage": {"message": "table not found\nsecond line", "programmingLanguage": "JAVA"},
    }
    fact = only(RunObserved, facts(run_event(run=run, event_type="FAIL")))[0]
    assert (fact.event_type, fact.parent_run, fact.parent_job) == ("FAIL", "p", JobId("jobs", "dag"))
    assert (fact.root_run, fact.root_job) == ("r", JobId("jobs", "root"))
    assert (fact.nominal_start, fact.nominal_end) == (parse_instant("2026-01-01"), parse_instant("2026-01-02"))
    assert (fact.engine, fact.error) == ("spark 3.5.1", "table not found")


def test_the_old_name_of_the_parent_facet_is_understood() -> None:
    fact = only(RunObserved, facts(run_event(run={"parentRun": {"run": {"runId": "p"}, "job": {"namespace": "n", "name": "j"}}})))[0]
    assert fact.parent_run == "p"


@pytest.mark.parametrize(("told", "taken"), [("complete", "COMPLETE"), ("DONE", "OTHER"), (None, "OTHER")])
def test_event_types_are_read_leniently(told: str | None, taken: str) -> None:
    assert only(RunObserved, facts(run_event(event_type=told)))[0].event_type == taken


@pytest.mark.parametrize("facet", [{"nominalStartTime": "soon"}, {"nominalStartTime": 5}, {}, []])
def test_a_run_facet_built_wrongly_is_a_gap_and_the_run_is_kept(facet: Any) -> None:
    found = facts(run_event(run={"nominalTime": facet}))
    assert [(gap.code, gap.subject) for gap in only(GapSeen, found)] == [("FACET-UNREADABLE", "run:0190f0f0-0000-7000-8000-000000000001")]
    assert only(RunObserved, found)


def test_statements_that_the_producer_could_not_read_are_gaps() -> None:
    errors = [{"errorMessage": "cannot parse: 'Maria'", "taskNumber": 3}, {"errorMessage": ""}]
    gaps = only(GapSeen, facts(run_event(run={"extractionError": {"totalTasks": 4, "failedTasks": 2, "errors": errors}})))
    assert [(gap.code, gap.subject) for gap in gaps] == [("EXTRACTION-ERROR", "job:jobs:load")] * 2
    assert gaps[0].detail.startswith("the producer could not read task 3: cannot parse")
    assert "Maria" not in gaps[0].detail
    assert gaps[1].detail == "the producer could not read task 1"


def test_failed_tasks_without_details_are_one_gap() -> None:
    gaps = only(GapSeen, facts(run_event(run={"extractionError": {"totalTasks": 4, "failedTasks": 2}})))
    assert [gap.detail for gap in gaps] == ["the producer could not read 2 of its tasks"]


def test_a_job_is_described_by_its_facets() -> None:
    job = {
        "documentation": {"description": "Loads visits"},
        "ownership": {"owners": [{"name": "team:data"}]},
        "tags": {"tags": [{"key": "tier", "value": "1"}]},
        "jobType": {"processingType": "BATCH", "integration": "SPARK", "jobType": "SQL_JOB"},
        "sourceCodeLocation": {"type": "git", "url": "https://example.org/x.py"},
        "sourceCode": {"language": "python", "sourceCode": "x"},
    }
    fact = only(JobDescribed, facts(run_event(job=job)))[0]
    assert (fact.documentation, fact.owners, fact.tags) == ("Loads visits", (Owner("team:data"),), (Tag("tier", "1"),))
    assert (fact.job_type, fact.source_location, fact.source_language) == ("BATCH SPARK SQL_JOB", "https://example.org/x.py", "python")


def test_a_job_event_makes_its_job_known() -> None:
    event = {**run_event(), "schemaURL": SPEC + "JobEvent"}
    found = facts(event)
    assert [fact.job for fact in only(JobDescribed, found)] == [JobId("jobs", "load")]
    assert only(RunObserved, found) == []


def statement_of(query: str = "SELECT a FROM t", **changes: Any) -> StatementSeen:
    dialect = changes.pop("dialect", None)
    return only(StatementSeen, facts(run_event(job={"sql": {"query": query, "dialect": dialect}}, **changes)))[0]


@pytest.mark.parametrize(
    ("changes", "dialect"),
    [
        ({"dialect": "PostgreSQL"}, "postgres"),
        ({"dialect": "nothing known", "inputs": [table("a", "mysql://h")]}, "mysql"),
        ({"inputs": [table("a", "bigquery")]}, "bigquery"),
        ({"inputs": [table("a", "sqlserver://h:1433")], "outputs": [table("b", "s3://b")]}, "tsql"),
        ({"inputs": [table("a", "mysql://h")], "outputs": [table("b", "postgres://h")]}, None),
        ({"inputs": [table("a", "hive://h")], "run": {"processing_engine": {"name": "spark", "version": "3"}}}, "spark"),
        ({"inputs": [table("a", "awsathena://athena.eu-west-1.amazonaws.com")]}, "athena"),
        ({"producer": "https://github.com/OpenLineage/OpenLineage/tree/1.1/integration/spark"}, "spark"),
        ({}, None),
    ],
)
def test_the_dialect_is_told_or_inferred(changes: dict[str, Any], dialect: str | None) -> None:
    assert statement_of(**changes).statement.dialect == dialect


def test_the_statement_is_redacted_and_has_the_runs_defaults() -> None:
    seen = statement_of("SELECT a FROM t WHERE b = 'Maria'", inputs=[table("db.public.t")], outputs=[table("db.public.u")])
    assert "Maria" not in seen.statement.sql
    assert (seen.statement.catalog, seen.statement.schema) == ("db", "public")


@pytest.mark.parametrize(
    ("names", "defaults"),
    [
        (("db.s.a", "db.s.b"), ("db", "s")),
        (("db.s.a", "db.r.b"), ("db", None)),
        (("a.s.a", "b.s.b"), (None, None)),
        (("s.a", "s.b"), (None, "s")),
        (("s.a", "db.s.b"), (None, None)),
        (("a",), (None, None)),
        (("s.a", "warehouse/x/y"), (None, "s")),
        ((), (None, None)),
    ],
)
def test_default_names_are_what_all_datasets_share(names: tuple[str, ...], defaults: tuple[str | None, str | None]) -> None:
    assert default_names([DatasetId("n", name) for name in names]) == defaults


def test_a_statement_that_was_sealed_whole_is_a_gap() -> None:
    found = facts(run_event(job={"sql": {"query": "SELECT 'Maria"}}))
    assert [gap.code for gap in only(GapSeen, found)] == ["SQL-SEALED"]
    assert only(StatementSeen, found) == []


def test_a_statement_too_long_to_be_read_is_a_gap_and_no_statement() -> None:
    found = facts(run_event(job={"sql": {"query": "select a from t where " + "a = 1 or " * 250_000 + "a = 2"}}))
    assert [gap.code for gap in only(GapSeen, found)] == ["SQL-SEALED"]
    assert only(StatementSeen, found) == []


def test_an_empty_statement_says_nothing() -> None:
    assert only(StatementSeen, facts(run_event(job={"sql": {"query": "  "}}))) == []


@pytest.mark.parametrize(("time", "codes"), [("2201-01-01T00:00:00Z", ["EVENT-FROM-FUTURE"]), ("2026-01-01T00:00:00Z", [])])
def test_an_event_dated_well_after_it_came_in_is_a_gap(time: str, codes: list[str]) -> None:
    gaps = only(GapSeen, facts({**run_event(), "eventTime": time}))
    assert [gap.code for gap in gaps] == codes


def test_a_dialect_that_nobody_knows_leaves_its_name_beside_the_one_that_was_guessed() -> None:
    assert statement_of(dialect="klingon").statement.misnamed == "klingon"
    assert statement_of(dialect="PostgreSQL").statement.misnamed is None
    assert statement_of(dialect="ansi").statement.misnamed is None
