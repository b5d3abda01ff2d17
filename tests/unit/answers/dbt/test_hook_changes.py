"""Hooks that a change touches: what they write, from where, and what they show that was hidden."""

from __future__ import annotations

from typing import Any

from headwater.answers.dbt.compare import compare
from headwater.capture.dbt.naming import Connection
from headwater.model.dbt import DbtDiff, EdgeChange, HookChange
from tests.dbt.projects import exposure, manifest, model, project, source

SQL = 'select id, md5(email) as mail from "lake"."raw"."t"'
COPY = "create or replace table crm.copy as select id, mail from {{ this }}"


def diff(base: list[dict[str, Any]], head: list[dict[str, Any]]) -> DbtDiff:
    before, after = (project(manifest(source("t"), *nodes), connection=Connection(namespace="dbt")) for nodes in (base, head))
    return compare(before, after, "base", "head")


def hooked(*hooks: str) -> list[dict[str, Any]]:
    return [model("a", SQL, "source.shop.raw.t", config={"post-hook": [{"sql": hook} for hook in hooks]})]


def ended(sql: str) -> list[dict[str, Any]]:
    more = {"tags": ["on-run-end"], "index": 1, "compiled": True}
    return [*hooked(), model("shop-on-run-end-0", sql, "a", kind="operation", **more)]


def test_a_hook_in_another_layout_is_no_change() -> None:
    assert not diff(hooked(COPY), hooked(COPY.replace(" ", "  "))).has_changes


def test_a_changed_hook_tells_what_it_writes_and_from_where() -> None:
    found = diff(hooked(COPY), hooked("delete from {{ this }} where id = 1", "{{ clean(this) }}"))
    first, second = found.hooks
    assert (first.id, first.change, first.writes, first.is_read) == ("model.shop.a post-hook 1", "changed", ("lake.main.a",), True)
    assert first.edges_added == (EdgeChange("a.id", "rows of a", "FILTER"),)
    assert [edge.source for edge in first.edges_removed] == ["a.id", "a.mail"]
    assert second == HookChange(id="model.shop.a post-hook 2", change="added", is_read=False)
    assert [(each.id, each.where) for each in found.unread] == [("model.shop.a post-hook 2", "head")]


def test_a_hook_that_is_gone_tells_what_it_wrote() -> None:
    [gone] = diff(hooked(COPY), hooked()).hooks
    assert (gone.change, gone.edges_added, len(gone.edges_removed)) == ("removed", (), 2)


def test_a_column_that_a_hook_newly_lets_out_is_a_new_path() -> None:
    out = COPY.replace("mail from", "mail, (select max(ssn) from {{ source('raw', 't') }}) as raw_ssn from")
    found = diff(hooked(COPY), hooked(out))
    [path] = found.new_paths
    assert (path.source, path.via, path.masked) == ("raw.t.ssn", "model.shop.a post-hook 1", False) and "crm.copy" in path.consumer


def test_a_mask_that_only_the_hook_took_is_told_as_lost() -> None:
    masks = COPY.replace("select id, mail", "select t.id, md5(t.email) as mail").replace("{{ this }}", "{{ source('raw', 't') }} t")
    found = diff(hooked(masks), hooked(masks.replace("md5(t.email)", "t.email")))
    assert [(lost.source, lost.column, lost.masking) for lost in found.masks_lost] == [("raw.t.email", "mail", "md5")]
    assert found.new_paths == ()


def test_a_mask_that_a_model_lost_reaches_what_its_hook_writes() -> None:
    plain = [{**hooked(COPY)[0], "compiled_code": SQL.replace("md5(email)", "email")}]
    found = diff(hooked(COPY), plain)
    assert [lost.model.rpartition(".")[2] for lost in found.masks_lost] == ["a", "copy"] and found.hooks == ()


def test_a_hook_of_the_run_that_writes_from_elsewhere_is_told() -> None:
    found = diff(ended("insert into log (n) select id from lake.main.a"), ended("insert into log (n) select email from lake.raw.t"))
    assert found.models == () and [each.change for each in found.hooks] == ["changed"]
    assert [(path.source, path.via) for path in found.new_paths] == [("raw.t.email", "operation.shop.shop-on-run-end-0")]


def test_what_reads_a_table_that_a_changed_hook_writes_is_downstream() -> None:
    reader = [model("b", 'select id, mail from "lake"."main"."a"', "a"), exposure("board", "b")]
    found = diff([*hooked(), *reader], [*hooked("update {{ this }} set mail = upper(mail)"), *reader])
    assert [(each.id, each.change) for each in found.models] == [("model.shop.a", "affected"), ("model.shop.b", "affected")]
    assert [each.id for each in found.consumers] == ["exposure.shop.board"]


def test_a_hook_that_nobody_can_read_leaves_the_comparison_incomplete() -> None:
    found = diff(hooked("{{ clean(this) }}"), hooked("{{ clean(this) }}"))
    assert not found.has_changes and [(each.id, each.where) for each in found.unread] == [("model.shop.a post-hook 1", "both")]
