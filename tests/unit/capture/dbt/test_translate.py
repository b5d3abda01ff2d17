"""What a node of dbt becomes: facts of runs, statements, columns and consumers."""

from __future__ import annotations

import json
from typing import Any

from headwater.capture.dbt.documents import documents
from headwater.capture.dbt.naming import Connection
from headwater.capture.translate import translate
from headwater.model.facts import (
    AliasDeclared,
    ClaimRefused,
    ColumnsDerived,
    DatasetChanged,
    DatasetDescribed,
    DatasetUsed,
    Fact,
    GapSeen,
    JobDescribed,
    Owner,
    RunObserved,
    SchemaObserved,
    StatementSeen,
    StatisticsObserved,
    Tag,
)
from headwater.model.ids import DatasetId, JobId
from headwater.model.schemas import Column
from tests.dbt.projects import catalog, exposure, facts, manifest, model, project, result, run_results, source, taken
from tests.unit.capture.observed import entry, only

NODES = (source("t"), model("a", 'select id from "lake"."raw"."t" where name = \'Ann\'', "source.shop.raw.t"))
A = DatasetId("postgres://db:5432", "lake.main.a")
T = DatasetId("postgres://db:5432", "lake.raw.t")
JOB = JobId("dbt://shop", "model.shop.a")


def of_a(*, status: str = "success", config: dict[str, Any] | None = None, **artefacts: Any) -> list[Fact]:
    node = NODES[1] | ({"config": config} if config is not None else {})
    results = artefacts.pop("results", run_results(result("model.shop.a", status, **artefacts.pop("more", {}))))
    return facts(project(manifest(NODES[0], node), results=results, **artefacts), "model.shop.a")


def test_a_node_that_was_built_is_a_run_with_its_sql_in_and_out() -> None:
    found = of_a(more={"adapter_response": {"rows_affected": 7}})
    assert [(fact.event_type, str(fact.run)) for fact in only(RunObserved, found)] == [("START", "inv-1"), ("COMPLETE", "inv-1")]
    [statement] = only(StatementSeen, found)
    assert (statement.job, statement.run, statement.statement.dialect, statement.statement.catalog) == (JOB, "inv-1", "postgres", "lake")
    assert {(use.role, use.dataset) for use in only(DatasetUsed, found)} == {("input", T), ("output", A)}
    assert [fact.rows for fact in only(StatisticsObserved, found)] == [7]
    assert len({fact.at for fact in found if not isinstance(fact, RunObserved)}) == 1


def test_values_in_the_sql_are_gone() -> None:
    [statement] = only(StatementSeen, of_a())
    assert "Ann" not in statement.statement.sql and "hw:str:" in statement.statement.sql


def overwrites(found: list[Fact]) -> list[str]:
    return [fact.change for fact in only(DatasetChanged, found)]


def test_a_table_or_view_that_was_built_has_no_earlier_row() -> None:
    for materialized in ("table", "view", "materialized_view"):
        assert overwrites(of_a(config={"materialized": materialized})) == ["OVERWRITE"]


def test_an_incremental_model_keeps_its_rows_unless_it_is_built_anew() -> None:
    incremental = {"materialized": "incremental"}
    assert overwrites(of_a(config=incremental)) == []
    anew = run_results(result("model.shop.a"), full_refresh=True)
    assert overwrites(of_a(config=incremental, results=anew)) == ["OVERWRITE"]
    assert overwrites(of_a(config={"materialized": "snapshot"})) == []


def test_a_node_that_failed_or_was_skipped_overwrites_nothing() -> None:
    failed = of_a(status="error", more={"message": "Database Error\n  value Ann"})
    assert [fact.event_type for fact in only(RunObserved, failed)] == ["START", "FAIL"]
    assert overwrites(failed) == []
    assert only(RunObserved, failed)[1].error == "Database Error"
    assert [fact.event_type for fact in only(RunObserved, of_a(status="skipped"))] == ["ABORT"]


def test_a_node_that_was_only_compiled_is_no_run() -> None:
    found = of_a(results=run_results(result("model.shop.a"), which="compile"))
    assert only(RunObserved, found) == [] and overwrites(found) == []
    assert [statement.run for statement in only(StatementSeen, found)] == [None]


def test_sql_that_ran_counts_before_sql_that_a_later_command_compiled() -> None:
    ran = run_results(result("model.shop.a", compiled_code="select 1 as id"), invocation="inv-0")
    assert [(statement.run, statement.statement.sql) for statement in only(StatementSeen, of_a(results=ran))] == [
        ("inv-0", "select 1 as id")
    ]


def test_a_node_that_was_not_compiled_says_what_it_reads_and_writes() -> None:
    found = facts(project(manifest(NODES[0], model("a", None, "source.shop.raw.t"))), "model.shop.a")
    assert only(StatementSeen, found) == []
    assert {(use.role, use.dataset, use.run) for use in only(DatasetUsed, found)} == {("input", T, None), ("output", A, None)}


def test_sql_that_had_to_be_sealed_is_a_gap() -> None:
    sql = "select “x” from t"
    found = facts(project(manifest(model("a", sql))), "model.shop.a")
    assert [gap.code for gap in only(GapSeen, found)] == ["SQL-SEALED"]


def test_only_a_catalog_or_a_contract_gives_a_whole_schema() -> None:
    documented = {"id": {"name": "id", "description": "Who."}}
    node = NODES[1] | {"columns": documented}
    [some] = only(SchemaObserved, facts(project(manifest(NODES[0], node)), "model.shop.a"))
    assert (some.whole, some.columns, some.producer) == (False, (Column("id", "", "Who."),), "dbt/documented")
    told = project(manifest(NODES[0], node), catalog=catalog(model__shop__a=["zip", "id"]))
    whole, retold = only(SchemaObserved, facts(told, "model.shop.a"))
    assert (whole.whole, whole.columns, whole.producer) == (True, (Column("zip", "text"), Column("id", "text", "Who.")), "dbt")
    assert (retold.whole, retold.columns, retold.producer) == (False, (Column("id", "text", "Who."),), "dbt/documented")
    contract = node | {"config": {"contract": {"enforced": True}}, "columns": {"id": {"name": "id", "data_type": "int"}}}
    assert [fact.whole for fact in only(SchemaObserved, facts(project(manifest(NODES[0], contract)), "model.shop.a"))] == [True]


def test_documented_columns_are_folded_as_the_platform_folds_them() -> None:
    node = model("a", None, columns={"id": {"name": "id"}, "Odd": {"name": "Odd", "quote": True}}, relation_name="LAKE.main.a")
    snowflake = Connection.of({"account": "acme-prod"})
    told = project(manifest(node, adapter="snowflake"), connection=snowflake)
    found = facts(told, "model.shop.a")
    assert [column.name for column in only(SchemaObserved, found)[0].columns] == ["ID", "Odd"]
    assert only(AliasDeclared, found) == []
    joined = facts(told, "model.shop.a", joins_dbt_ol=True)
    assert [(fact.dataset.name, fact.alias.name) for fact in only(AliasDeclared, joined)] == [("LAKE.MAIN.A", "lake.main.a")]


def test_owners_tags_and_words_come_along() -> None:
    node = NODES[1] | {
        "description": "One row per order.",
        "tags": ["core"],
        "group": "g",
        "meta": {"owner": ["Ann", {"email": "ops@shop.example"}]},
        "columns": {"id": {"name": "id", "tags": ["key"]}},
    }
    groups = {"group.shop.g": {"name": "g", "owner": {"name": "Sales", "email": "sales@shop.example"}}}
    found = facts(project(manifest(NODES[0], node, groups=groups)), "model.shop.a")
    for described in (only(DatasetDescribed, found)[0], only(JobDescribed, found)[0]):
        assert described.owners == (Owner("Ann"), Owner("ops@shop.example"), Owner("Sales"))
        assert described.tags == (Tag("core"), Tag("key", column="id"))
        assert described.documentation == "One row per order."


def test_an_exposure_is_a_dataset_that_whatever_it_reads_may_reach() -> None:
    board = exposure("board", "a", owner={"name": "Sales", "email": "sales@shop.example"}, url="https://bi/1")
    found = facts(project(manifest(*NODES, board)), "exposure.shop.board")
    [derived] = only(ColumnsDerived, found)
    assert (str(derived.target), derived.inputs, derived.flows) == ("dataset:dbt://shop:exposure.shop.board", (A,), ())
    [described] = only(DatasetDescribed, found)
    assert (described.owners, described.dataset_type, described.source_uri) == ((Owner("Sales"),), "EXPOSURE/DASHBOARD", "https://bi/1")
    assert {use.role for use in only(DatasetUsed, found)} == {"input", "output"}


def test_a_seed_and_a_source_are_datasets_without_sql() -> None:
    told = project(manifest(NODES[0], model("s", None, kind="seed")), results=run_results(result("seed.shop.s")))
    assert overwrites(facts(told, "seed.shop.s")) == ["OVERWRITE"]
    found = facts(told, "source.shop.raw.t")
    assert {type(fact) for fact in found} == {DatasetDescribed}


def test_a_claim_outside_of_the_grant_is_refused() -> None:
    told = project(manifest(*NODES), catalog=catalog(model__shop__a=["id"]), results=run_results(result("model.shop.a")))
    found = facts(told, "model.shop.a", "dbt://shop")
    assert {fact.claim for fact in only(ClaimRefused, found)} == {"lifecycle", "description", "schema"}
    assert overwrites(found) == [] and only(SchemaObserved, found) == []


def test_what_is_no_document_is_a_gap_and_never_an_exception() -> None:
    [document] = [taken(each).public for each in documents(project(manifest(model("a", "select 1"))))]
    told = json.loads(document)
    told["document"]["header"]["generated_at"] = "yesterday"
    for public in (b"{}", b"no", document[:-9], json.dumps(told).encode()):
        assert [fact.code for fact in only(GapSeen, translate(entry("dbt/node", public)))] == ["EVENT-UNREADABLE"]


def test_artefacts_dated_after_they_came_are_told() -> None:
    late = manifest(*NODES)
    late["metadata"]["generated_at"] = "2099-01-01T00:00:00Z"
    assert "EVENT-FROM-FUTURE" in [gap.code for gap in only(GapSeen, facts(project(late), "model.shop.a"))]


def test_a_column_that_is_documented_but_gone_is_no_longer_told_once_a_catalog_knows() -> None:
    node = NODES[1] | {"columns": {"gone": {"name": "gone"}, "ID": {"name": "ID"}}}
    told = project(manifest(NODES[0], node), catalog=catalog(model__shop__a=["id"]))
    assert [[column.name for column in fact.columns] for fact in only(SchemaObserved, facts(told, "model.shop.a"))] == [["id"], ["id"]]
