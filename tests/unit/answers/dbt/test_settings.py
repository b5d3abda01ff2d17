"""Keys, strategies, types and tests that a change touches, though no column's lineage may be another."""

from __future__ import annotations

from typing import Any

from headwater.answers.dbt.compare import compare
from headwater.capture.dbt.naming import Connection
from headwater.model.dbt import DbtDiff, RemovedTest
from tests.dbt.projects import exposure, manifest, model, project, source

SQL = 'select id, day from "lake"."raw"."t"'


def diff(base: list[dict[str, Any]], head: list[dict[str, Any]]) -> DbtDiff:
    before, after = (project(manifest(source("t"), *nodes), connection=Connection(namespace="dbt")) for nodes in (base, head))
    return compare(before, after, "base", "head")


def kept(sql: str = SQL, **config: Any) -> list[dict[str, Any]]:
    return [model("a", sql, "source.shop.raw.t", checksum={"checksum": "same"}, config={"materialized": "incremental", **config})]


def test_another_key_and_strategy_are_told_with_the_rows_they_decide_over() -> None:
    [change] = diff(kept(unique_key="id"), kept(unique_key=["id", "day"], incremental_strategy="merge")).models
    assert change.notes == ("`incremental_strategy` is `merge`, was not set", '`unique_key` is `["id", "day"]`, was `id`')
    assert [(edge.source, edge.column, edge.kind) for edge in change.edges_added] == [("a.day", None, "JOIN")]


def test_a_default_that_is_written_out_is_no_change() -> None:
    assert not diff(kept(unique_key="id"), kept(unique_key="id", on_schema_change="ignore", lookback=1)).has_changes


def test_a_first_and_a_later_build_of_one_file_are_the_same() -> None:
    later = SQL + ' where day > (select max(day) from "lake"."main"."a")'
    assert not diff(kept(later, unique_key="id"), kept(unique_key="id")).has_changes


def test_a_type_that_a_contract_changes_is_told() -> None:
    def typed(kind: str) -> list[dict[str, Any]]:
        return [model("a", SQL, "source.shop.raw.t", columns={"id": {"name": "id", "data_type": kind}})]

    [change] = diff(typed("int"), typed("text")).models
    assert change.notes == ("`id` is of type text, was int",)


def plain() -> list[dict[str, Any]]:
    return [model("a", SQL, "source.shop.raw.t")]


def test_a_test_that_is_gone_is_told_unless_its_model_is_gone_too() -> None:
    test = model("not_null_a_id.1", None, "a", kind="test", column_name="id", test_metadata={"name": "not_null"})
    renamed = {**test, "unique_id": "test.shop.not_null_a_id.2"}
    assert diff([*plain(), test], plain()).tests_gone == (RemovedTest("not_null_a_id.1", ("model.shop.a",), "id"),)
    assert diff([*plain(), test], [*plain(), renamed]).tests_gone == ()
    assert diff([*plain(), test], []).tests_gone == ()


def test_a_model_that_is_gone_says_who_read_it() -> None:
    [change] = [each for each in diff([*plain(), exposure("board", "a")], [exposure("board")]).models if each.id == "model.shop.a"]
    assert (change.change, change.notes) == ("removed", ("was read by `exposure.shop.board`",))


def test_python_that_changed_is_no_sql_that_did() -> None:
    one, other = (model("a", code, "source.shop.raw.t", language="python") for code in ("one", "other"))
    [change] = diff([one], [other]).models
    assert not change.logic and change.notes == ("its python code changed; what that does to its lineage is not known",)
