"""Nodes that only have another name, owners, and columns of what no SQL makes."""

from __future__ import annotations

from typing import Any

from headwater.answers.dbt.compare import compare
from headwater.capture.dbt.naming import Connection
from headwater.cli.render.dbt_markdown import markdown
from headwater.model.dbt import DbtDiff, ModelChange
from tests.dbt.projects import catalog, exposure, manifest, model, project, source

STAGING = 'select id, md5(email) as mail from "lake"."raw"."t"'


def diff(base: list[dict[str, Any]], head: list[dict[str, Any]], *catalogs: dict[str, Any]) -> DbtDiff:
    more = [{"catalog": each} for each in catalogs] or [{}, {}]
    before, after = (
        project(manifest(source("t"), *nodes), connection=Connection(namespace="dbt"), **extra)
        for nodes, extra in zip((base, head), more, strict=True)
    )
    return compare(before, after, "base", "head")


def named(name: str, sql: str = STAGING, owner: str = "Sales") -> list[dict[str, Any]]:
    same = {"name": "sha256", "checksum": "one text"}
    mart = model("mart", f'select id, mail from "lake"."main"."{name}"', name)
    test = model(f"not_null_{name}_id", None, name, kind="test", column_name="id", test_metadata={"name": "not_null"})
    return [model(name, sql, "source.shop.raw.t", checksum=same), mart, test, exposure("board", "mart", owner={"name": owner})]


def test_a_renamed_model_is_told_in_one_line_and_touches_nothing() -> None:
    found = diff(named("stg"), named("staging"))
    assert found.models == (ModelChange(id="model.shop.staging", change="changed", was="model.shop.stg"),)
    assert (found.consumers, found.tests_gone, found.masks_lost, found.new_paths) == ((), (), (), ())
    assert "**`model.shop.staging`** renamed, was `model.shop.stg`" in markdown(found)


def test_a_renamed_model_that_computes_otherwise_by_a_macro_tells_that_too() -> None:
    found = diff(named("stg"), named("staging", STAGING.replace("md5(email)", "email")))
    [own] = [each for each in found.models if each.change == "changed"]
    assert own.was == "model.shop.stg" and own.edges_added and [lost.model for lost in found.masks_lost] == ["staging", "mart"]
    assert "renamed, was `model.shop.stg`; changed" in markdown(found)


def test_two_models_of_one_text_are_not_taken_for_each_other() -> None:
    twins = [named("one")[0], named("two")[0]]
    found = diff(twins, named("three")[:1])
    assert sorted((each.id, each.change, each.was) for each in found.models) == [
        ("model.shop.one", "removed", ""),
        ("model.shop.three", "added", ""),
        ("model.shop.two", "removed", ""),
    ]


def test_an_exposure_with_another_owner_is_a_change() -> None:
    found = diff(named("stg"), named("stg", owner="Outsider"))
    [consumer] = found.consumers
    assert (consumer.change, consumer.owner, consumer.was_owner) == ("changed", "Outsider", "Sales")
    assert "Outsider, was Sales" in markdown(found)


def test_python_with_other_columns_tells_them_by_the_catalogs_and_claims_no_lineage() -> None:
    one, other = ([model("a", code, "source.shop.raw.t", language="python")] for code in ("one", "other"))
    found = diff(one, other, catalog(model__shop__a=["id", "total"]), catalog(model__shop__a=["id", "mail"]))
    [change] = found.models
    assert (change.columns_added, change.columns_removed, change.logic) == (("mail",), ("total",), False)
    assert change.notes == ("its python code changed; what that does to its lineage is not known",)
    told = markdown(found)
    assert "its SQL is another" not in told and "columns added: `mail`" in told


def test_a_first_and_a_later_build_of_two_texts_are_called_what_they_may_be() -> None:
    first, later = (
        [model("a", sql, "source.shop.raw.t", config={"materialized": "incremental"})]
        for sql in ("select id from lake.raw.t", "select id, day from lake.raw.t where id > (select max(id) from lake.main.a)")
    )
    [change] = diff(later, first).models
    assert [note for note in change.notes if "--full-refresh" in note]


def test_another_database_to_build_into_changes_no_hook_of_a_run() -> None:
    hook = model("shop-on-run-end-0", "insert into log (n) select 1 as n", kind="operation", tags=["on-run-end"], index=1)
    assert not diff([hook], [{**hook, "database": "pr", "schema": "pr_12"}]).has_changes
