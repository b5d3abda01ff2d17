"""The other kinds of leaks: secrets, training sets, values that no lineage brings, lineage that no values show, identifiers in names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from headwater.model.sensitivity.documents import Allowance
from tests.leaks.telling import NAMESPACE, Lake, node

LOAD = "CREATE OR REPLACE TABLE stage.people AS SELECT id, mail, salary FROM raw.people"


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with Lake(tmp_path) as made:
        yield made


def test_a_secret_is_told_wherever_it_is_and_whatever_is_expected(lake: Lake) -> None:
    lake.found("raw.config", key="API_TOKEN")
    lake.ran("copy", "CREATE TABLE stage.config AS SELECT key AS k FROM raw.config", reads=["raw.config"], writes=["stage.config"])
    lake.expects("raw.*", Allowance(level="direct"))
    found = {leak.dataset: leak for leak in lake.leaks()}
    assert {leak.kind for leak in found.values()} == {"secret-in-data"}
    assert {leak.severity for leak in found.values()} == {"critical"}
    assert found[node("raw.config")].path == ()
    assert found[node("raw.config")].why.startswith("a secret may stand in no data above pseudonymous, though `harmless`")
    assert found[node("stage.config")].path[0].job == "job:jobs:copy"
    assert not any("headwater expect" in step for leak in found.values() for step in leak.next)


def test_a_digest_of_a_secret_opens_nothing(lake: Lake) -> None:
    lake.found("raw.config", key="API_TOKEN")
    lake.ran("mask", "CREATE TABLE stage.config AS SELECT sha256(key) AS k FROM raw.config", reads=["raw.config"], writes=["stage.config"])
    assert {leak.dataset for leak in lake.leaks()} == {node("raw.config")}
    lake.expects("stage.*", Allowance(level="quasi"))
    assert {(leak.dataset, leak.kind, leak.level) for leak in lake.leaks()} >= {(node("stage.config"), "leak", "pseudonymous")}


def test_a_training_set_with_what_nobody_approved_is_told_as_one(lake: Lake) -> None:
    lake.found("raw.people", mail="EMAIL", salary="SALARY", clear=["id"])
    lake.ran("load", LOAD, reads=["raw.people"], writes=["stage.people"])
    lake.expects("stage.*", Allowance(level="quasi", info_types=("SALARY",)), kind="training", owner="ml")
    assert [(leak.kind, leak.column, leak.owner) for leak in lake.leaks()] == [("training-unapproved", "mail", "ml")]


def test_values_that_no_statement_brings_are_a_hidden_inflow(lake: Lake) -> None:
    lake.found("raw.people", salary="SALARY", clear=["id", "mail"])
    lake.ran("load", LOAD, reads=["raw.people"], writes=["stage.people"])
    lake.found("stage.people", minutes=10, mail="EMAIL", salary="SALARY", clear=["id"])
    [leak] = lake.leaks()
    assert (leak.kind, leak.column, leak.info_type, leak.tier) == ("hidden-inflow", "mail", "EMAIL", "confirmed")
    assert "all of its sources were looked at" in leak.why


def test_where_a_source_was_never_looked_at_an_inflow_is_only_possible(lake: Lake) -> None:
    lake.ran("load", LOAD, reads=["raw.people"], writes=["stage.people"])
    lake.found("stage.people", minutes=10, mail="EMAIL", clear=["id", "salary"])
    [leak] = lake.leaks()
    assert (leak.kind, leak.tier) == ("hidden-inflow", "possible")
    assert leak.next[0] == f"headwater classify {NAMESPACE}:raw.people"


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE stage.people AS SELECT coalesce(mail, '') AS mail FROM raw.people",
        "CREATE TABLE stage.people AS PICK <<~ mail FROM raw.people",
    ],
    ids=["brought", "unread"],
)
def test_values_that_lineage_tells_of_or_that_it_cannot_exclude_are_none(lake: Lake, sql: str) -> None:
    lake.found("raw.people", mail="EMAIL")
    lake.ran("load", sql, reads=["raw.people"], writes=["stage.people"])
    lake.found("stage.people", minutes=10, mail="EMAIL")
    assert lake.leaks() == []


def test_values_in_a_table_that_nothing_is_known_to_write_are_no_inflow(lake: Lake) -> None:
    lake.found("raw.people", mail="EMAIL")
    assert lake.leaks() == []


def test_what_lineage_brings_and_values_do_not_show_is_a_suggestion_and_no_alarm(lake: Lake) -> None:
    lake.found("raw.people", mail="EMAIL", clear=["id", "salary"])
    lake.ran("load", LOAD, reads=["raw.people"], writes=["stage.people"])
    lake.found("stage.people", minutes=10, clear=["id", "mail", "salary"])
    answer = lake.client.leaks()
    [leak] = answer.result.leaks
    assert (leak.kind, leak.column, leak.severity, leak.tier) == ("masked-or-dead", "mail", "low", "possible")
    assert (answer.total["leaks"], answer.total["suggestions"]) == (0, 1)


def test_identifiers_in_names_are_told_without_being_shown(lake: Lake) -> None:
    lake.ran(
        "mail anna@mail.example",
        "SELECT 1",
        reads=["exports/anna@mail.example.parquet", "raw.plain"],
        columns={"raw.plain": ["id", "visits_mrn0012345"]},
    )
    leaks = lake.leaks(kind="identifier-in-name")
    assert {(leak.dataset, leak.column, leak.info_type) for leak in leaks} == {
        (node("exports/[EMAIL]"), "", "EMAIL"),
        (node("raw.plain"), "visits_[MEDICAL_RECORD_NUMBER]", "MEDICAL_RECORD_NUMBER"),
        ("job:jobs:mail [EMAIL]", "", "EMAIL"),
    }
    told = msgspec.json.encode(leaks) + msgspec.json.encode(lake.client.findings.list().result)
    assert b"anna" not in told and b"0012345" not in told


def test_many_files_named_after_people_are_one_finding(lake: Lake) -> None:
    for number, who in enumerate(("anna", "ben", "cleo")):
        lake.ran(f"load {number}", "SELECT 1", reads=[f"exports/{who}@mail.example/x.csv"])
    [leak] = lake.leaks()
    assert leak.dataset == node("exports/[EMAIL]/x.csv")


def test_an_identifier_in_a_name_can_be_acknowledged(lake: Lake) -> None:
    lake.ran("load", "SELECT 1", reads=["exports/anna@mail.example/x.csv"])
    [leak] = lake.leaks()
    lake.client.findings.acknowledge(leak.finding, "test data")
    assert lake.leaks() == []
    assert [each.state for each in lake.leaks(state="acknowledged")] == ["acknowledged"]


def test_a_surely_identifying_text_of_an_error_is_told(lake: Lake) -> None:
    lake.ran("load", "SELECT 1", reads=["raw.people"], error="no such file")
    assert lake.leaks(kind="identifier-in-name") == []
