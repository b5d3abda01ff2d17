"""dbt itself builds the shop, and Headwater reads what it wrote: with a catalog, without one, and after its tests ran."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.dbt.artifacts import AFTER, BEFORE, build, dbt, dbt_ol, shop
from tests.unit.cli.calling import headwater

pytestmark = pytest.mark.service("dbt")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop that was built, with its catalog."""
    return build(shop(tmp_path_factory.mktemp("before") / "shop"))


def test_every_model_of_a_built_project_is_complete(built: Path, tmp_path: Path) -> None:
    ended = headwater("dbt", built, "--home", tmp_path, "--json")
    assert ended.code == 0, ended.out
    assert ended.json["notes"] == [] and ended.json["namespace"] == "duckdb://shop.duckdb"
    runs = headwater("catalog", "show", "job:dbt://shop:model.shop.orders", "--home", tmp_path, "--json").json["result"]["runs"]
    assert [run["state"] for run in runs] == ["COMPLETE"]


def test_what_is_kept_in_the_examples_is_what_dbt_writes(built: Path, tmp_path: Path) -> None:
    assert headwater("dbt", "diff", BEFORE, built).code == 0
    changed = build(shop(tmp_path / "shop", changed=True))
    assert headwater("dbt", "diff", AFTER, changed).code == 0
    assert headwater("dbt", "diff", BEFORE, AFTER).out == headwater("dbt", "diff", built, changed).out


def test_a_review_needs_no_warehouse_only_compiled_projects(tmp_path: Path) -> None:
    base, head = shop(tmp_path / "base"), shop(tmp_path / "head", changed=True)
    for project in (base, head):
        (project / "profiles.yml").write_text((project / "profiles.yml").read_text().replace("schema: main", f"schema: {project.name}"))
        dbt(project, "compile", "--no-introspect")
    assert headwater("dbt", "diff", base / "target", head / "target").out == headwater("dbt", "diff", BEFORE, AFTER).out


def copied(built: Path, place: Path) -> Path:
    """The built project somewhere else, to go on with; gives its target folder."""
    shutil.copytree(built.parent, place / "shop")
    return place / "shop" / "target"


def test_tests_that_run_after_a_build_take_nothing_away(built: Path, tmp_path: Path) -> None:
    target = copied(built, tmp_path)
    home = tmp_path / "home"
    assert headwater("dbt", target, "--home", home).code == 0
    dbt(target.parent, "test")
    assert not any(
        node.get("compiled_code")
        for node in json.loads((target / "manifest.json").read_text())["nodes"].values()
        if node["resource_type"] == "model"
    )
    assert headwater("dbt", target, "--home", home).code == 4
    assert headwater("gaps", "--home", home).code == 0
    answer = headwater("lineage", "newsletter.email_hash", "--columns", "--direct", "--home", home, "--json").json
    assert answer["complete"] and any(
        node["name"] == "shop.raw.customers" and node["column"] == "email" for node in answer["result"]["nodes"]
    )


def test_a_second_incremental_build_reads_the_table_it_writes(built: Path, tmp_path: Path) -> None:
    target = copied(built, tmp_path)
    dbt(target.parent, "run", "--select", "orders")
    ended = headwater("dbt", target, "--home", tmp_path / "home", "--json")
    [orders] = [row for row in ended.json["models"] if row["id"] == "model.shop.orders"]
    assert (orders["status"], orders["sources"]) == ("complete", ["shop.main.orders", "shop.main.stg_orders"])


@pytest.mark.service("dbt-ol")
def test_names_join_those_that_dbts_own_integration_reports(tmp_path: Path) -> None:
    project = shop(tmp_path / "shop")
    events = dbt_ol(project, "build")
    told = [json.loads(line) for line in events.read_text().splitlines()]
    theirs = {f"dataset:{each['namespace']}:{each['name']}" for event in told for role in ("inputs", "outputs") for each in event[role]}
    ours = headwater("dbt", project / "target", "--home", tmp_path / "home", "--json").json
    names = {row["dataset"] for row in ours["models"]} | {
        f"dataset:{ours['namespace']}:shop.raw.{name}" for name in ("customers", "orders")
    }
    assert theirs - names == {"dataset:duckdb://shop.duckdb:shop.main.paid_orders"}, "it takes what is inlined for a table"
    assert headwater("record", events, "--home", tmp_path / "home").code == 0
    writers = headwater("catalog", "show", "stg_customers", "--home", tmp_path / "home", "--json").json["result"]["written_by"]
    assert {writer.rpartition(":")[2] for writer in writers} == {"model.shop.stg_customers", "shop.main.shop.stg_customers.build.run"}
