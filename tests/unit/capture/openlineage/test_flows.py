"""How columns flow, as producers declare it."""

from __future__ import annotations

from typing import Any

import pytest

from headwater.model.facts import ClaimRefused, ColumnsDerived, DatasetUsed, GapSeen
from headwater.model.ids import DatasetId, JobId
from headwater.model.lineage import Flow, Kind
from tests.unit.capture.observed import dataset_event, facts, only, run_event, table

RAW = DatasetId("postgres://h:5432", "db.raw")
STAGE = DatasetId("postgres://h:5432", "db.stage")


def source(field: str, *kinds: tuple[str, str], masking: bool | None = None) -> dict[str, Any]:
    return {
        "namespace": RAW.namespace,
        "name": RAW.name,
        "field": field,
        "transformations": [{"type": kind, "subtype": subtype, "masking": masking} for kind, subtype in kinds],
    }


def derived(facet: dict[str, Any]) -> ColumnsDerived:
    found = only(ColumnsDerived, facts(run_event(outputs=[table("db.stage", columnLineage=facet)])))
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (("DIRECT", "IDENTITY"), Kind.IDENTITY),
        (("DIRECT", "TRANSFORMATION"), Kind.TRANSFORMATION),
        (("DIRECT", "AGGREGATION"), Kind.AGGREGATION),
        (("DIRECT", ""), Kind.TRANSFORMATION),
        (("DIRECT", "NEW_ONE"), Kind.TRANSFORMATION),
        (("INDIRECT", "CONDITIONAL"), Kind.CONDITIONAL),
        (("INDIRECT", "group by"), Kind.GROUP_BY),
        (("IDENTITY", ""), Kind.IDENTITY),
    ],
)
def test_transformations_become_kinds(told: tuple[str, str], kind: Kind) -> None:
    fact = derived({"fields": {"a": {"inputFields": [source("x", told)]}, "b": {"inputFields": []}}})
    assert fact.flows == (Flow(RAW, "x", "a", kind),)
    assert (fact.target, fact.job, fact.origin) == (STAGE, JobId("jobs", "load"), "columnLineage")


def test_an_empty_list_of_transformations_does_not_claim_a_copy() -> None:
    assert derived({"fields": {"a": {"inputFields": [source("x")]}}}).flows == (Flow(RAW, "x", "a", Kind.TRANSFORMATION),)


def test_the_old_transformation_type_is_understood() -> None:
    facet = {
        "fields": {
            "a": {"inputFields": [source("x")], "transformationType": "IDENTITY"},
            "b": {"inputFields": [source("x")], "transformationType": "MASKED"},
        }
    }
    assert derived(facet).flows == (Flow(RAW, "x", "a", Kind.IDENTITY), Flow(RAW, "x", "b", Kind.TRANSFORMATION, "declared"))


def test_declared_masking_is_marked_as_declared() -> None:
    facet = {"fields": {"a": {"inputFields": [source("x", ("DIRECT", "TRANSFORMATION"), masking=True)]}}}
    assert derived(facet).flows[0].masking == "declared"


def test_an_indirect_influence_repeated_under_every_column_is_stated_once() -> None:
    repeated = source("f", ("INDIRECT", "JOIN"), ("INDIRECT", "FILTER"))
    facet = {"fields": {column: {"inputFields": [source(column, ("DIRECT", "IDENTITY")), repeated]} for column in "abc"}}
    assert [flow for flow in derived(facet).flows if flow.source_column == "f"] == [
        Flow(RAW, "f", None, Kind.JOIN),
        Flow(RAW, "f", None, Kind.FILTER),
    ]


def test_an_indirect_influence_on_some_columns_stays_with_them() -> None:
    facet = {
        "fields": {
            "a": {"inputFields": [source("f", ("INDIRECT", "CONDITIONAL"))]},
            "b": {"inputFields": [source("b", ("DIRECT", "IDENTITY"))]},
        }
    }
    assert Flow(RAW, "f", "a", Kind.CONDITIONAL) in derived(facet).flows


def test_a_condition_of_the_only_column_stays_with_it_but_a_filter_is_on_all_rows() -> None:
    facet = {"fields": {"a": {"inputFields": [source("f", ("INDIRECT", "CONDITIONAL"), ("INDIRECT", "FILTER"))]}}}
    assert derived(facet).flows == (Flow(RAW, "f", "a", Kind.CONDITIONAL), Flow(RAW, "f", None, Kind.FILTER)) or set(
        derived(facet).flows
    ) == {
        Flow(RAW, "f", "a", Kind.CONDITIONAL),
        Flow(RAW, "f", None, Kind.FILTER),
    }


def test_influences_on_the_whole_dataset_are_on_all_rows() -> None:
    facet = {"fields": {}, "dataset": [source("f", ("INDIRECT", "SORT")), source("g")]}
    assert derived(facet).flows == (Flow(RAW, "f", None, Kind.SORT), Flow(RAW, "g", None, Kind.FILTER))


def test_the_order_in_an_event_does_not_show_in_the_fact() -> None:
    fields = {column: {"inputFields": [source("x", ("DIRECT", "IDENTITY")), source("y", ("DIRECT", "IDENTITY"))]} for column in "ab"}
    other = {column: {"inputFields": fields[column]["inputFields"][::-1]} for column in "ba"}
    assert derived({"fields": fields}).flows == derived({"fields": other}).flows


def test_a_facet_built_wrongly_is_a_gap_and_the_rest_of_the_event_is_kept() -> None:
    found = facts(run_event(outputs=[table("db.stage", columnLineage={"fields": {"a": {"inputFields": "x"}}})]))
    assert [gap.code for gap in only(GapSeen, found)] == ["FACET-UNREADABLE"]
    assert only(DatasetUsed, found)


def dataset_source(name: str, field: str | None = None, **more: Any) -> dict[str, Any]:
    return {"namespace": RAW.namespace, "name": name, "type": "DATASET", **({"field": field} if field else {}), **more}


def test_the_lineage_facet_of_a_dataset_tells_columns_rows_and_whole_sources() -> None:
    facet = {
        "inputs": [dataset_source("db.raw"), dataset_source("db.raw", "f", transformations=[{"type": "INDIRECT", "subtype": "FILTER"}])],
        "fields": {"a": {"inputs": [dataset_source("db.raw", "x", transformations=[{"type": "DIRECT", "subtype": "IDENTITY"}])]}},
    }
    fact = only(ColumnsDerived, facts(dataset_event(table("db.stage", lineage=facet))))[0]
    assert fact.flows == (Flow(RAW, "f", None, Kind.FILTER), Flow(RAW, "x", "a", Kind.IDENTITY))
    assert (fact.inputs, fact.job, fact.run, fact.origin) == ((RAW,), None, None, "lineage")


def test_an_empty_list_of_inputs_says_that_there_is_no_tracked_source() -> None:
    fact = only(ColumnsDerived, facts(dataset_event(table("db.stage", lineage={"inputs": []}))))[0]
    assert (fact.flows, fact.inputs) == ((), ())


def test_a_lineage_facet_that_says_nothing_says_nothing() -> None:
    assert only(ColumnsDerived, facts(dataset_event(table("db.stage", lineage={"fields": {}})))) == []


def test_a_job_named_as_source_writes_the_dataset() -> None:
    facet = {"inputs": [{"type": "JOB", "namespace": "jobs", "name": "other"}]}
    found = facts(dataset_event(table("db.stage", lineage=facet)))
    assert [(used.dataset, used.job, used.role) for used in only(DatasetUsed, found)] == [(STAGE, JobId("jobs", "other"), "output")]
    assert only(ColumnsDerived, found) == []


def test_the_lineage_facet_of_a_job_tells_datasets_and_jobs_as_targets() -> None:
    entries = [
        {"type": "DATASET", "namespace": STAGE.namespace, "name": STAGE.name, "fields": {"a": {"inputs": [dataset_source("db.raw", "x")]}}},
        {"type": "JOB", "inputs": [dataset_source("db.other")]},
        {"type": "JOB", "namespace": "jobs", "name": "next", "runId": "r2", "inputs": [dataset_source("db.stage"), {"type": "JOB"}]},
    ]
    found = facts(run_event(job={"lineage": {"entries": entries}}))
    assert [(fact.target, fact.origin, fact.flows) for fact in only(ColumnsDerived, found)] == [
        (STAGE, "lineage", (Flow(RAW, "x", "a", Kind.TRANSFORMATION),))
    ]
    assert [(used.dataset.name, used.job.name, used.run, used.role) for used in only(DatasetUsed, found)] == [
        ("db.stage", "load", "0190f0f0-0000-7000-8000-000000000001", "output"),
        ("db.raw", "load", "0190f0f0-0000-7000-8000-000000000001", "input"),
        ("db.other", "load", "0190f0f0-0000-7000-8000-000000000001", "input"),
        ("db.stage", "next", "r2", "input"),
    ]


def test_an_entry_without_a_target_is_a_gap() -> None:
    found = facts(run_event(job={"lineage": {"entries": [{"type": "DATASET", "inputs": []}]}}))
    assert [gap.code for gap in only(GapSeen, found)] == ["FACET-UNREADABLE"]


def test_what_another_job_reads_is_told_only_by_who_may_write_it() -> None:
    entries = [
        {"type": "JOB", "namespace": "theirs", "name": "vjob", "inputs": [dataset_source("db.poison")]},
        {"type": "JOB", "namespace": "theirs", "name": "vjob", "runId": "r2", "inputs": [dataset_source("db.poison")]},
        {"type": "JOB", "inputs": [dataset_source("db.own")]},
    ]
    found = facts(run_event(job={"lineage": {"entries": entries}}), "jobs", "postgres://*")
    assert [(fact.claim, fact.subject) for fact in only(ClaimRefused, found)] == [("lineage", JobId("theirs", "vjob"))] * 2
    assert [(used.dataset.name, used.job.name) for used in only(DatasetUsed, found)] == [("db.own", "load")]


def test_what_another_job_writes_is_told_only_by_who_may_write_it() -> None:
    facet = {"inputs": [{"type": "JOB", "namespace": "theirs", "name": "vjob", "runId": "r2"}]}
    for event in (dataset_event(table("db.stage", lineage=facet)), run_event(outputs=[table("db.stage", lineage=facet)])):
        found = facts(event, "jobs", "postgres://*")
        assert [fact.subject for fact in only(ClaimRefused, found)] == [JobId("theirs", "vjob")]
        assert all(used.job.namespace == "jobs" for used in only(DatasetUsed, found))
