"""What a person gets to see of hooks, Python models, snapshots and incremental models, from the folder to the answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.dbt.projects import catalog, folder, manifest, model, result, run_results, source
from tests.unit.cli.calling import headwater

RAW = 'select id, city, changed from "lake"."raw"."t"'


def recorded(tmp_path: Path, *nodes: dict[str, Any], **more: Any) -> int:
    return headwater("dbt", folder(tmp_path / "target", manifest(*nodes, **more)), "--home", tmp_path / "home").code


def test_a_hooks_writes_are_on_the_map(tmp_path: Path) -> None:
    hook = "insert into audit.log (id) select id from {{ this }}"
    assert recorded(tmp_path, source("t"), model("a", RAW, "source.shop.raw.t", config={"post-hook": [{"sql": hook}]})) == 0
    told = headwater("lineage", "audit.log.id", "--up", "--columns", "--direct", "--home", tmp_path / "home").out
    assert "lake.raw.t.id" in told and "model.shop.a.post-hook.1" in told


def test_a_hook_that_is_not_read_leaves_the_model_and_its_answers_incomplete(tmp_path: Path) -> None:
    assert recorded(tmp_path, source("t"), model("a", RAW, "source.shop.raw.t", config={"post-hook": ["{{ clean(this) }}"]})) == 4
    told = headwater("lineage", "lake.main.a", "--up", "--home", tmp_path / "home", "--json").json
    assert not told["complete"] and [gap["code"] for gap in told["gaps"]] == ["HOOK-NOT-READ"]
    assert headwater("explain", "HOOK-NOT-READ").code == 0


def ended(raw: str, compiled: str | None = None) -> dict[str, Any]:
    more = {"tags": ["on-run-end"], "index": 1, "raw_code": raw}
    return model(f"shop-on-run-end-{len(raw)}", compiled, kind="operation", **more)


def test_what_a_hook_that_is_not_read_names_is_incomplete(tmp_path: Path) -> None:
    hooks = (ended("create table log", "create table log (n text)"), ended("insert into log select city from {{ target.schema }}.a"))
    assert recorded(tmp_path, source("t"), model("a", RAW, "source.shop.raw.t"), *hooks) == 4
    for question in (("lineage", "lake.main.log", "--columns"), ("impact", "lake.raw.t.city"), ("lineage", "lake.main.a", "--down")):
        told = headwater(*question, "--home", tmp_path / "home", "--json")
        assert not told.json["complete"] and {gap["code"] for gap in told.json["gaps"]} == {"HOOK-NOT-READ"}


def test_a_hook_of_a_run_that_may_do_anything_leaves_the_project_incomplete(tmp_path: Path) -> None:
    recorded(tmp_path, source("t"), model("a", RAW, "source.shop.raw.t"), ended("{{ log_all(results) }}"))
    told = headwater("impact", "lake.raw.t.city", "--home", tmp_path / "home", "--json")
    assert not told.json["complete"] and [gap["code"] for gap in told.json["gaps"]] == ["HOOK-NOT-READ"]


def test_a_table_whose_only_writer_failed_is_incomplete(tmp_path: Path) -> None:
    hook = ended("create table log", "create table log (n text)")
    ran = run_results(result("model.shop.a"), result(hook["unique_id"], "error", compiled_code="create table log (n text)"))
    target = folder(tmp_path / "target", manifest(source("t"), model("a", RAW, "source.shop.raw.t"), hook), run_results=ran)
    headwater("dbt", target, "--home", tmp_path / "home")
    told = headwater("lineage", "lake.main.log", "--up", "--home", tmp_path / "home", "--json")
    assert told.code == 4 and [gap["code"] for gap in told.json["gaps"]] == ["RUN-FAILED"]


def test_a_python_model_is_a_gap_of_its_own_with_its_parents_as_possible_sources(tmp_path: Path) -> None:
    assert recorded(tmp_path, source("t"), model("a", "def model(dbt, session): ...", "source.shop.raw.t", language="python")) == 4
    [gap] = headwater("gaps", "--home", tmp_path / "home", "--json").json["result"]["gaps"]
    assert gap["code"] == "MODEL-NOT-SQL" and "model.shop.a" in gap["subject"] and "`python`" in gap["detail"]
    told = headwater("lineage", "lake.main.a", "--up", "--home", tmp_path / "home", "--json")
    assert "lake.raw.t" in {node["name"] for node in told.json["result"]["nodes"]} and not told.json["complete"]
    assert headwater("explain", "MODEL-NOT-SQL").code == 0


def test_a_snapshots_own_columns_come_from_its_key_and_its_timestamp(tmp_path: Path) -> None:
    config = {"strategy": "timestamp", "unique_key": "id", "updated_at": "changed"}
    assert recorded(tmp_path, source("t"), model("s", RAW, "source.shop.raw.t", kind="snapshot", config=config)) == 0
    told = headwater("lineage", "lake.main.s.dbt_valid_from", "--up", "--columns", "--direct", "--home", tmp_path / "home").out
    assert "lake.raw.t.changed" in told and "lake.raw.t.city" not in told


def test_a_key_decides_over_the_rows_of_an_incremental_model(tmp_path: Path) -> None:
    config = {"materialized": "incremental", "unique_key": "id"}
    assert recorded(tmp_path, source("t"), model("a", RAW, "source.shop.raw.t", config=config)) == 0
    told = headwater("lineage", "lake.main.a.city", "--up", "--columns", "--home", tmp_path / "home").out
    assert "lake.raw.t.id" in told and "join" in told


def test_a_person_sees_all_columns_with_the_words_that_the_project_has_for_some(tmp_path: Path) -> None:
    node = model("a", RAW, "source.shop.raw.t", columns={"city": {"name": "city", "description": "where they live"}})
    target = folder(tmp_path / "target", manifest(source("t"), node), catalog=catalog(model__shop__a=["id", "city", "changed"]))
    headwater("dbt", target, "--home", tmp_path / "home")
    told = headwater("catalog", "show", "lake.main.a", "--home", tmp_path / "home").out
    rows = [line.split() for line in told.splitlines()]
    assert ["id", "text", "yes"] in rows and ["changed", "text", "yes"] in rows
    assert ["city", "text", "yes", "where", "they", "live"] in rows and "not all of its columns" not in told
