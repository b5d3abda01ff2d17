"""Freshness is learned from versions, batches or runs; being overdue is a finding once somebody looked, and closes by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.answers.life import freshness
from headwater.answers.sight import Sight
from headwater.model.life_answers import FreshnessView
from headwater.model.questions import FreshnessQuestion
from headwater.sdk.local import LocalClient
from tests.lakes.arriving import DAY, daily, day_version, loaded, scan_at, source_run
from tests.lakes.telling import at, lake_added, version, versions


@pytest.fixture
def client(tmp_path: Path) -> Iterator[LocalClient]:
    with LocalClient.open(tmp_path / "home", create=True) as made:
        yield made


def told(client: LocalClient, *documents: bytes) -> None:
    report = client.record(list(documents))
    assert not report.rejected, report.rejected


def fresh(client: LocalClient, day: float, dataset: str | None = "visits") -> FreshnessView:
    [view] = client.lakes.freshness(dataset, as_of=at(day * DAY)).result.datasets
    assert isinstance(view, FreshnessView)
    return view


def test_a_daily_dataset_is_on_time_then_due_then_overdue(client: LocalClient) -> None:
    told(client, lake_added(), daily(30), scan_at(30.4 * DAY))
    states = {day: fresh(client, day).state for day in (29.5, 30.05, 30.5)}
    assert states == {29.5: "on time", 30.05: "due", 30.5: "overdue"}
    view = fresh(client, 30.5)
    assert view.cadence.startswith("every day about 12:0")
    assert (view.evidence, view.arrivals, view.interval_seconds) == ("versions", 30, 86_400)
    assert view.last == "2026-11-30T12:04:00Z" and view.expected is not None and view.expected.startswith("2026-12-01T12:0")
    assert 11 * 3600 < (view.late_seconds or 0) < 13 * 3600


def test_what_nobody_looked_at_since_is_not_said_to_be_overdue(client: LocalClient) -> None:
    told(client, lake_added(), daily(30), scan_at(29.5 * DAY))
    answer = client.lakes.freshness("visits", as_of=at(32 * DAY))
    assert answer.result.datasets[0].state == "not looked"
    assert not answer.complete and [gap.code for gap in answer.gaps] == ["LAKE-UNSCANNED"]
    assert answer.total["overdue"] == 0
    assert client.findings.list(kind="overdue-dataset").total["findings"] == 0


def test_a_scan_after_the_deadline_raises_a_finding_that_an_arrival_closes(client: LocalClient) -> None:
    told(client, lake_added(), daily(30), scan_at(29.5 * DAY))
    assert client.findings.list(kind="overdue-dataset").total["findings"] == 0
    told(client, scan_at(31 * DAY))
    [finding] = client.findings.list(kind="overdue-dataset").result.findings
    assert finding.id == fresh(client, 31).finding
    assert (finding.severity, finding.tier, finding.state) == ("medium", "confirmed", "open")
    client.findings.acknowledge(finding.id, "the ward moves house")
    told(client, scan_at(31.5 * DAY))
    assert client.findings.list(kind="overdue-dataset").total["findings"] == 0
    before = client.findings.list().known_at
    told(client, versions("visits", day_version(33), minutes=33 * DAY), scan_at(33.1 * DAY))
    assert client.findings.list(kind="overdue-dataset", state="all").total["findings"] == 0
    told(client, scan_at(40 * DAY))
    [again] = client.findings.list(kind="overdue-dataset").result.findings
    assert (again.id, again.state, again.severity) == (finding.id, "re-opened", "high")
    assert before < client.findings.list().known_at


def test_compactions_deletes_and_rollbacks_are_no_arrivals(client: LocalClient) -> None:
    others = (
        version("900", 29.2 * DAY, "replace", added_rows=300, removed_rows=300),
        version("901", 29.3 * DAY, "delete", removed_rows=3, added_rows=0),
        version("902", 29.4 * DAY, "set current version"),
        version("schema-1", 29.5 * DAY, "schema", added_rows=0),
    )
    told(client, lake_added(), daily(30), versions("visits", *others, minutes=30 * DAY), scan_at(30 * DAY))
    assert fresh(client, 30.5).arrivals == 30


def test_a_version_on_a_branch_arrives_when_readers_get_it(client: LocalClient) -> None:
    audited = [version(str(900 + each), (30 + each / 10) * DAY, added_rows=5, branch="audit", parent=str(899 + each)) for each in (1, 2)]
    told(client, lake_added(), daily(30), versions("visits", *audited, minutes=30.6 * DAY, current="129"), scan_at(30.7 * DAY))
    view = fresh(client, 30.7)
    assert (view.arrivals, view.last, view.state) == (30, "2026-11-30T12:04:00Z", "overdue")
    told(client, versions("visits", minutes=31 * DAY, current="902"), scan_at(31.1 * DAY))
    view = fresh(client, 31.1)
    assert (view.arrivals, view.last, view.state) == (31, "2026-12-02T12:00:00Z", "on time")
    assert fresh(client, 30.9).arrivals == 30


def test_each_source_of_a_dataset_has_its_own_rhythm(client: LocalClient) -> None:
    labs = [loaded(day) for day in range(20)]
    wards = [loaded(day, source="wards") for day in range(15)]
    told(client, *labs, *wards)
    answer = client.lakes.freshness(as_of=at(20.05 * DAY))
    assert [(view.source, view.state) for view in answer.result.datasets] == [("wards", "overdue"), ("labs", "due")]
    assert client.findings.list().total["findings"] == 0
    told(client, source_run(20.01, source="wards"))
    [finding] = client.findings.list().result.findings
    assert finding.cause == {"source": "wards"} and "wards" in finding.title


def test_a_dataset_of_no_lake_is_known_by_the_runs_that_wrote_it(client: LocalClient) -> None:
    told(client, *(source_run(day, table="visits") for day in range(20)))
    view = fresh(client, 21)
    assert (view.evidence, view.arrivals, view.state) == ("runs", 20, "overdue")


def test_little_history_is_learning_and_the_same_question_has_the_same_answer(client: LocalClient) -> None:
    told(client, lake_added(), daily(5), scan_at(31 * DAY))
    first = client.lakes.freshness(as_of=at(30 * DAY))
    assert [view.state for view in first.result.datasets] == ["learning"]
    told(client, daily(40, first=5))
    again = client.lakes.freshness(as_of=at(30 * DAY), known_at=first.known_at)
    assert again == first


def test_now_is_meant_where_no_time_is_given(client: LocalClient) -> None:
    told(client, lake_added(), daily(30), scan_at(31 * DAY))
    answer = client.lakes.freshness()
    assert answer.as_of != "latest"
    assert client.lakes.freshness(as_of=answer.as_of) == answer


def test_a_key_sees_only_what_it_may_read(client: LocalClient) -> None:
    told(client, lake_added(), daily(30), scan_at(31 * DAY))
    client.wait()
    with client._headwater.follower.reading() as views:
        answer = freshness.ask(views, FreshnessQuestion(as_of=at(31 * DAY)), Sight(("elsewhere",)))
    assert (answer.result.datasets, answer.result.hidden, answer.complete) == ((), 1, False)
