"""A leak: which statement put it there, by which way, since when; one cause is told once, and ends when it ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.capture.documents import encode
from headwater.model.entries import DATASET_GROUPED
from headwater.model.lakes import DatasetName
from headwater.model.sensitivity.documents import Allowance, LevelWord, MeasuredGroups
from headwater.model.sensitivity.leaks import LeakView
from tests.lakes.telling import at, lake_added, version, versions
from tests.leaks.telling import NAMESPACE, Lake, node

STAGE = "CREATE OR REPLACE TABLE stage.people AS SELECT id, trim(mrn) AS patient_no, region FROM raw.people"
SHARE = "CREATE OR REPLACE TABLE share.people AS SELECT 'C' || patient_no AS code, region FROM stage.people"
HARMLESS = "CREATE OR REPLACE TABLE share.people AS SELECT 'C' AS code, region FROM stage.people"


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with Lake(tmp_path) as made:
        yield made


def stage(lake: Lake) -> None:
    lake.found("raw.people", mrn="MEDICAL_RECORD_NUMBER", clear=["id", "region"])
    lake.ran("stage", STAGE, reads=["raw.people"], writes=["stage.people"], minutes=0)


def publish(lake: Lake, sql: str = SHARE, minutes: int = 10, job: str = "publish") -> None:
    lake.ran(job, sql, reads=["stage.people"], writes=["share.people"], minutes=minutes, rows=861)


def told_of(lake: Lake, sql: str = SHARE) -> list[LeakView]:
    stage(lake)
    publish(lake, sql)
    lake.expects("share.*", owner="ada")
    return lake.leaks()


def test_a_leak_says_what_where_by_which_statement_and_since_when(lake: Lake) -> None:
    [leak] = told_of(lake)
    assert (leak.kind, leak.tier, leak.severity, leak.state) == ("leak", "confirmed", "high", "open")
    assert (leak.dataset, leak.column, leak.info_type, leak.level, leak.allowed) == (
        node("share.people"),
        "code",
        "MEDICAL_RECORD_NUMBER",
        "direct",
        "none",
    )
    assert [(hop.source.rpartition(":")[2], hop.target.rpartition(":")[2], hop.job) for hop in leak.path] == [
        ("mrn", "patient_no", "job:jobs:stage"),
        ("patient_no", "code", "job:jobs:publish"),
    ]
    assert leak.first == 1
    assert (leak.owner, leak.rows, leak.run_count) == ("ada", 861, 1)
    assert leak.since == "2026-11-02T12:10:00Z"
    assert leak.expectation == "harmless" and leak.origin == "expect.toml"
    assert "leave `code` out in jobs:publish" in leak.next[2]


def test_what_a_leak_reaches_is_what_its_column_reaches(lake: Lake) -> None:
    for minutes, column in ((20, "region"), (30, "code")):
        sql = f"CREATE TABLE far.{column} AS SELECT {column} FROM share.people"
        lake.ran(column, sql, reads=["share.people"], writes=[f"far.{column}"], minutes=minutes)
    [leak] = told_of(lake)
    impact = lake.client.impact("share.people.code")
    assert (leak.downstream, impact.total["datasets"]) == (1, 1)
    [finding] = lake.client.findings.list().result.findings
    assert finding.downstream == 1


def test_the_answer_is_the_same_when_asked_again(lake: Lake) -> None:
    told_of(lake)
    assert lake.client.leaks() == lake.client.leaks()


def test_before_it_happened_and_before_it_was_known_there_was_no_leak(lake: Lake) -> None:
    told_of(lake)
    assert lake.leaks(as_of="2026-11-02T12:05:00Z") == []
    assert lake.leaks(known_at=1) == []
    assert len(lake.leaks(as_of="2026-11-02T13:00:00Z")) == 1


def test_only_a_column_that_holds_it_leaks(lake: Lake) -> None:
    sql = "CREATE TABLE share.people AS SELECT region, count(*) AS n FROM stage.people WHERE patient_no LIKE 'A%' GROUP BY region"
    assert told_of(lake, sql) == []


def test_a_place_of_which_nothing_is_expected_holds_what_it_holds(lake: Lake) -> None:
    stage(lake)
    publish(lake)
    lake.expects("other.*")
    assert lake.leaks() == []


def test_of_allowances_the_first_that_speaks_of_a_type_counts(lake: Lake) -> None:
    told_of(lake)
    lake.expects("share.*", Allowance(level="direct", info_types=("EMAIL",)), Allowance(level="direct", categories=("PHI",)))
    assert lake.leaks() == []
    lake.expects("share.*", Allowance(level="quasi", categories=("PHI",)), Allowance(level="direct", info_types=("MEDICAL_RECORD_NUMBER",)))
    assert [leak.allowed for leak in lake.leaks()] == ["quasi"]
    lake.expects("share.*", Allowance(level="direct"))
    assert lake.leaks() == []


def test_a_place_must_meet_every_expectation_of_it(lake: Lake) -> None:
    told_of(lake)
    lake.expects("share.*", Allowance(level="direct"))
    lake.expects("share.people", Allowance(level="pseudonymous"), origin="second.toml", name="strict")
    assert [(leak.allowed, leak.origin) for leak in lake.leaks()] == [("pseudonymous", "second.toml")]


def test_an_expectation_of_some_columns_is_of_no_others(lake: Lake) -> None:
    stage(lake)
    publish(lake)
    lake.expects("share.*", columns=("REGION",))
    assert lake.leaks() == []
    lake.expects("share.*", columns=("CODE",))
    assert len(lake.leaks()) == 1


def test_a_leak_ends_when_the_table_is_made_anew_without_it(lake: Lake) -> None:
    told_of(lake)
    publish(lake, HARMLESS, minutes=30)
    assert lake.leaks() == []
    assert lake.client.findings.list(state="all").result.findings == ()


def test_runs_of_one_job_are_one_leak_and_do_not_open_it_again(lake: Lake) -> None:
    [leak] = told_of(lake)
    lake.client.findings.acknowledge(leak.finding, "being mended")
    publish(lake, minutes=40)
    [again] = lake.leaks(state="all")
    assert (again.finding, again.run_count, again.state) == (leak.finding, 2, "acknowledged")
    assert lake.leaks() == []


def test_another_statement_of_the_job_opens_it_again(lake: Lake) -> None:
    [leak] = told_of(lake)
    lake.client.findings.resolve(leak.finding, "mended")
    publish(lake, SHARE.replace("'C'", "'D'").replace("region", "upper(region) AS region"), minutes=40)
    [again] = lake.leaks()
    assert (again.finding, again.state) == (leak.finding, "re-opened")


def test_what_was_resolved_is_open_again_where_the_same_statement_does_it_again(lake: Lake) -> None:
    [leak] = told_of(lake)
    lake.client.findings.resolve(leak.finding, "the column was taken out")
    assert lake.leaks() == []
    publish(lake, minutes=40)
    [again] = lake.leaks()
    assert (again.finding, again.state) == (leak.finding, "re-opened")


def test_what_two_jobs_put_there_is_two_leaks(lake: Lake) -> None:
    told_of(lake)
    publish(lake, "INSERT INTO share.people SELECT patient_no AS code, region FROM stage.people", minutes=20, job="top_up")
    assert sorted(leak.path[leak.first or 0].job for leak in lake.leaks()) == ["job:jobs:publish", "job:jobs:top_up"]


def test_what_leaked_before_is_told_of_the_hop_that_offended_first(lake: Lake) -> None:
    told_of(lake)
    lake.ran("pass_on", "CREATE TABLE share.more AS SELECT code AS k FROM share.people", reads=["share.people"], writes=["share.more"])
    found = {leak.dataset: leak for leak in lake.leaks()}
    further = found[node("share.more")]
    assert further.first == 1 and further.path[1].job == "job:jobs:publish"
    assert len(further.path) == 3


def test_what_could_not_be_read_may_leak_and_is_told_of_the_dataset(lake: Lake) -> None:
    leaks = told_of(lake, "CREATE TABLE share.people AS PICK <<~ patient_no FROM stage.people")
    assert [(leak.tier, leak.column, leak.info_type) for leak in leaks] == [("possible", "", "MEDICAL_RECORD_NUMBER")]
    assert "not read in full" in leaks[0].why


def test_a_suspicion_makes_a_leak_possible(lake: Lake) -> None:
    lake.found("raw.people", mrn="MEDICAL_RECORD_NUMBER", suspected=True)
    lake.ran("publish", "CREATE TABLE share.p AS SELECT mrn AS code FROM raw.people", reads=["raw.people"], writes=["share.p"])
    lake.expects("share.*")
    assert [(leak.tier, leak.column) for leak in lake.leaks()] == [("possible", "code")]
    total = lake.client.leaks().total
    assert (total["leaks"], total["confirmed"], total["possible"]) == (1, 0, 1)


def test_what_a_place_holds_by_itself_is_told_of_no_job(lake: Lake) -> None:
    lake.found("share.upload", mrn="MEDICAL_RECORD_NUMBER")
    lake.expects("share.*")
    [leak] = lake.leaks()
    assert (leak.column, leak.path, leak.first, leak.tier) == ("mrn", (), None, "confirmed")
    assert "its values say so" in leak.why


def test_what_a_place_is_suspected_to_hold_by_itself_is_a_possible_leak(lake: Lake) -> None:
    lake.found("share.upload", mrn="MEDICAL_RECORD_NUMBER", suspected=True)
    lake.expects("share.*")
    [leak] = lake.leaks()
    assert (leak.tier, leak.column, leak.path) == ("possible", "mrn", ())
    assert "not enough" in leak.why and leak.next[0].startswith("headwater label review")
    lake.found("share.upload", clear=["mrn"], minutes=5)
    assert lake.leaks() == []


def test_an_influence_leaks_where_not_even_that_may_be(lake: Lake) -> None:
    stage(lake)
    publish(lake, "CREATE TABLE share.people AS SELECT region FROM stage.people WHERE patient_no LIKE 'A%'")
    lake.expects("share.*", Allowance(level="none", inferred=False))
    leaks = lake.leaks()
    assert {(leak.column, leak.level, leak.severity) for leak in leaks} == {("region", "none", "low")}


def test_only_one_dataset_or_column_can_be_asked_for(lake: Lake) -> None:
    told_of(lake)
    assert len(lake.leaks("share.people")) == 1
    assert len(lake.leaks("share.people.code")) == 1
    assert lake.leaks("share.people.region") == []
    assert lake.leaks("stage.people") == []


def test_leaks_stand_in_the_one_inbox_with_the_owner_that_was_named(lake: Lake) -> None:
    [leak] = told_of(lake)
    [finding] = lake.client.findings.list().result.findings
    assert (finding.id, finding.kind, finding.owner, finding.count) == (leak.finding, "leak", "ada", 1)
    assert finding.cause == {"info_type": "MEDICAL_RECORD_NUMBER", "column": "code", "job": "job:jobs:publish"}
    assert lake.client.findings.list(node="stage.people").result.findings == ()


PAY = "CREATE OR REPLACE TABLE share.pay AS SELECT ward, sum(salary) AS pay FROM raw.people GROUP BY ward"


def paid(lake: Lake, sql: str = PAY, allowed: LevelWord = "aggregate") -> LeakView:
    """Pay by ward in a place that a scan of a lake saw, and the leak that this is."""
    lake.found("raw.people", salary="SALARY", clear=["ward"])
    lake.record(lake_added(namespace=NAMESPACE))
    lake.record(versions("share.pay", version("1", 60), namespace=NAMESPACE))
    lake.ran("pay", sql, reads=["raw.people"], writes=["share.pay"])
    lake.expects("share.*", Allowance(level=allowed))
    [leak] = lake.leaks()
    return leak


def test_a_total_whose_groups_nobody_measured_is_to_be_measured(lake: Lake) -> None:
    leak = paid(lake)
    assert leak.next[2].startswith(f"headwater label measure {node('share.pay')} counts how small the groups are")


@pytest.mark.parametrize(
    ("sql", "allowed"), [(PAY, "none"), (PAY.replace("sum(", "max("), "aggregate")], ids=["nothing allowed", "a value of one person"]
)
def test_nothing_is_to_be_measured_where_that_would_change_nothing(lake: Lake, sql: str, allowed: LevelWord) -> None:
    assert not any("label measure" in step for step in paid(lake, sql, allowed).next)


def test_groups_that_were_measured_and_are_too_small_are_not_to_be_measured_again(lake: Lake) -> None:
    fingerprint = paid(lake).path[-1].fingerprint
    told = DatasetName(NAMESPACE, "share.pay")
    small = MeasuredGroups(headwater=DATASET_GROUPED, seen_at=at(70), dataset=told, fingerprint=fingerprint, smallest=2, version="1")
    lake.record(encode(small))
    [leak] = lake.leaks()
    assert not any("label measure" in step for step in leak.next)
