"""Hooks of models and runs: each a job with the SQL that it runs, or a gap with its name."""

from __future__ import annotations

from typing import Any

from headwater.model.facts import ColumnsDerived, DatasetUsed, Fact, GapSeen, JobDescribed, RunObserved, StatementSeen
from headwater.model.ids import DatasetId, JobId
from headwater.model.lineage import Kind, Reason
from tests.dbt.projects import facts, manifest, model, project, result, run_results, source
from tests.unit.capture.observed import only

A, T = (DatasetId("postgres://db:5432", f"lake.{name}") for name in ("main.a", "raw.t"))
HOOK = JobId("dbt://shop", "model.shop.a.post-hook.1")


def hooked(*hooks: Any, when: str = "post-hook", **artefacts: Any) -> list[Fact]:
    node = model("a", 'select id from "lake"."raw"."t"', "source.shop.raw.t", config={when: list(hooks)})
    return facts(project(manifest(source("t"), node), **artefacts), "model.shop.a")


def operation(compiled: str | None, raw: str = "", **more: Any) -> dict[str, Any]:
    told = {"index": 1, "tags": ["on-run-end"], "raw_code": raw, **more}
    return (
        model("shop-on-run-end-0", None, kind="operation")
        | told
        | ({"compiled": True, "compiled_code": compiled} if compiled is not None else {})
    )


def test_a_hook_is_a_job_of_its_own_that_runs_with_its_model() -> None:
    sql = "insert into audit.log (id) select id from {{ this }}"
    found = hooked({"sql": sql, "transaction": True}, results=run_results(result("model.shop.a")))
    [statement] = [fact for fact in only(StatementSeen, found) if fact.job == HOOK]
    assert statement.statement.sql == 'insert into audit.log (id) select id from "lake"."main"."a"' and statement.run == "inv-1"
    assert [fact.event_type for fact in only(RunObserved, found) if fact.job == HOOK] == ["START", "COMPLETE"]
    assert {(fact.role, fact.dataset) for fact in only(DatasetUsed, found) if fact.job == HOOK} == {
        ("input", A),
        ("output", DatasetId("postgres://db:5432", "lake.audit.log")),
    }
    assert [fact.documentation for fact in only(JobDescribed, found) if fact.job == HOOK] == ["post-hook 1"]


def test_values_in_a_hook_are_gone() -> None:
    [_, statement] = only(StatementSeen, hooked("insert into audit.log select 'Ann'"))
    assert "Ann" not in statement.statement.sql and "hw:str:" in statement.statement.sql


def test_a_hook_that_only_dbt_can_read_is_a_gap_with_its_name() -> None:
    found = hooked("select 1", "{{ clean_up(this) }}", when="pre-hook")
    [gap] = only(GapSeen, found)
    assert (gap.code, gap.subject, gap.job) == (
        "HOOK-NOT-READ",
        "job:dbt://shop:model.shop.a.pre-hook.2",
        JobId("dbt://shop", "model.shop.a"),
    )
    assert gap.detail == "pre-hook 2 is known to dbt only, so what it writes is not seen: it calls `clean_up`, which only dbt can run"


def told(node: dict[str, Any], results: dict[str, Any] | None = None) -> list[Fact]:
    ran = results if results is not None else run_results(which="compile")
    return facts(project(manifest(source("t"), node), results=ran), "operation.shop.shop-on-run-end-0")


def test_an_operation_tells_the_sql_that_ran() -> None:
    found = told(operation(None), run_results(result("operation.shop.shop-on-run-end-0", compiled_code="delete from audit.log")))
    [statement] = only(StatementSeen, found)
    assert (statement.job.name, statement.statement.sql, statement.run) == (
        "operation.shop.shop-on-run-end-0",
        "delete from audit.log",
        "inv-1",
    )
    assert not only(GapSeen, found)


def test_an_operation_that_was_not_compiled_is_filled_in_or_a_gap() -> None:
    [statement] = only(StatementSeen, told(operation(None, "insert into l select id from {{ source('raw', 't') }}")))
    assert statement.statement.sql == 'insert into l select id from "lake"."raw"."t"' and statement.run is None
    [gap] = only(GapSeen, told(operation(None, "{{ log_results(results) }}")))
    assert gap.code == "HOOK-NOT-READ" and gap.detail.startswith("on-run-end 1 ")
    assert only(GapSeen, told(operation("", "{{ log_results(results) }}"))) == [], "dbt compiled it to nothing"


def test_a_python_model_says_that_all_it_reads_may_reach_it() -> None:
    node = model("a", "def model(dbt, session): ...", "source.shop.raw.t", language="python")
    for command in ("compile", "build"):
        results = run_results(result("model.shop.a", compiled_code="def model(dbt, session): ..."), which=command)
        found = facts(project(manifest(source("t"), node), results=results), "model.shop.a")
        [claim] = only(ColumnsDerived, found)
        assert (claim.target, claim.inputs, claim.flows, claim.adds) == (A, (T,), (), False)
        assert claim.reasons == (Reason("model-not-sql", "python"),)
        assert only(StatementSeen, found) == [] and only(GapSeen, found) == []


def test_what_dbt_does_to_a_kept_table_stands_beside_its_sql() -> None:
    node = model("a", 'select id from "lake"."raw"."t"', "source.shop.raw.t", config={"materialized": "incremental", "unique_key": "id"})
    found = facts(project(manifest(source("t"), node)), "model.shop.a")
    [claim] = only(ColumnsDerived, found)
    assert claim.adds and claim.inputs == () and [(flow.source_column, flow.kind) for flow in claim.flows] == [("id", Kind.JOIN)]
    assert len(only(StatementSeen, found)) == 1
