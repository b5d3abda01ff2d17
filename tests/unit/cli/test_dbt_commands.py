"""`headwater dbt` as anybody calls it: tables, exit codes, and one line for every folder that cannot be read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from headwater.model.dbt import DbtDiff, DbtReport
from tests.dbt.artifacts import AFTER, BEFORE, SHOP
from tests.dbt.projects import catalog, exposure, folder, manifest, model, result, run_results, source
from tests.unit.cli.calling import headwater

STAR = model("a", 'select * from "lake"."raw"."t"', "source.shop.raw.t")


def test_a_whole_project_is_read_recorded_and_told(tmp_path: Path) -> None:
    ended = headwater("dbt", BEFORE, "--profiles-dir", SHOP, "--home", tmp_path)
    assert (ended.code, ended.err) == (0, "")
    assert "10 of 10 models complete, 1 of 1 hook, 2 sources, 2 consumers; datasets in duckdb://shop.duckdb" in ended.out
    assert "received 14, recorded 14, duplicate 0, rejected 0" in ended.out
    again = headwater("dbt", "read", BEFORE, "--profiles-dir", SHOP, "--home", tmp_path)
    assert "recorded 0, duplicate 14" in again.out


def test_what_was_recorded_answers_questions_with_masks_and_exposures(tmp_path: Path) -> None:
    headwater("dbt", BEFORE, "--profiles-dir", SHOP, "--home", tmp_path)
    hit = headwater("impact", "raw.customers.email", "--direct", "--home", tmp_path, "--json").json["result"]
    columns = {column["name"].rpartition(".")[2] + "." + column["column"]: column["tier"] for column in hit["columns"]}
    assert columns == {f"{name}.email_hash": "confirmed" for name in ("stg_customers", "customers", "newsletter")}
    assert {dataset["name"] for dataset in hit["datasets"]} >= {"exposure.shop.sales_board", "exposure.shop.mailing"}
    assert {"Sales", "Marketing", "crm team"} == set(hit["owners"])
    answer = headwater("lineage", "stg_customers.email_hash", "--columns", "--home", tmp_path, "--json").json
    assert answer["complete"] and {edge["masking"] for edge in answer["result"]["edges"] if edge["kind"] == "TRANSFORMATION"} == {"md5"}
    assert headwater("gaps", "--home", tmp_path).code == 0


def test_a_part_that_was_not_read_ends_in_four(tmp_path: Path) -> None:
    target = folder(tmp_path / "target", manifest(source("t"), STAR))
    ended = headwater("dbt", target, "--namespace", "lake", "--home", tmp_path / "home", "--json")
    told = msgspec.json.decode(ended.out, type=DbtReport)
    assert (ended.code, told.models[0].status, told.namespace) == (4, "partial", "lake")
    assert headwater("gaps", "--home", tmp_path / "home").code == 1
    described = catalog(source__shop__raw__t=["id"], model__shop__a=["id"])
    folder(target, manifest(source("t"), STAR), catalog=described)
    assert headwater("dbt", target, "--namespace", "lake", "--home", tmp_path / "home").code == 0
    assert headwater("gaps", "--home", tmp_path / "home").code == 0


def test_a_manifest_that_a_test_run_rewrote_deletes_nothing_and_adds_no_doubt(tmp_path: Path) -> None:
    compiled = manifest(source("t"), model("a", 'select id from "lake"."raw"."t"', "source.shop.raw.t"))
    ran = folder(tmp_path / "ran", compiled, run_results=run_results(result("model.shop.a")))
    poorer = folder(tmp_path / "tested", manifest(source("t"), model("a", None, "source.shop.raw.t")))
    for first, second in ((ran, poorer), (poorer, ran)):
        home = tmp_path / f"home-{first.name}"
        codes = [headwater("dbt", target, "--namespace", "lake", "--home", home).code for target in (first, second)]
        assert sorted(codes) == [0, 4]
        assert headwater("gaps", "--home", home).code == 0
        edges = headwater("lineage", "a", "--columns", "--home", home, "--json").json["result"]["edges"]
        assert [(edge["source"].rpartition(":")[2], edge["kind"]) for edge in edges] == [("id", "IDENTITY")]


def test_a_model_that_is_built_from_other_sql_leaves_its_old_lineage_behind(tmp_path: Path) -> None:
    def built(sql: str, invocation: str, at: str) -> Path:
        nodes = manifest(source("t"), model("a", sql, "source.shop.raw.t"))
        nodes["metadata"]["invocation_id"] = invocation
        done = result("model.shop.a", timing=[{"name": "execute", "started_at": at, "completed_at": at}])
        return folder(tmp_path / invocation, nodes, run_results=run_results(done, invocation=invocation))

    for sql, invocation, at in (("name", "inv-1", "2026-03-01T12:00:00Z"), ("id", "inv-2", "2026-03-02T12:00:00Z")):
        headwater("dbt", built(f'select {sql} as x from "lake"."raw"."t"', invocation, at), "--namespace", "l", "--home", tmp_path / "home")
    edges = headwater("lineage", "a.x", "--columns", "--home", tmp_path / "home", "--json").json["result"]["edges"]
    assert [edge["source"].rpartition(":")[2] for edge in edges] == ["id"]
    before = headwater("lineage", "a.x", "--columns", "--as-of", "2026-03-01T13:00:00Z", "--home", tmp_path / "home", "--json")
    assert [edge["source"].rpartition(":")[2] for edge in before.json["result"]["edges"]] == ["name"]


def test_names_with_odd_characters_go_through(tmp_path: Path) -> None:
    odd = 'o"dd |`*名 x'
    written = odd.replace('"', '""')
    node = model(odd, 'select id as "a`b|c" from "lake"."raw"."t"', "source.shop.raw.t", relation_name=f'"lake"."main"."{written}"')
    target = folder(tmp_path / "target", manifest(source("t"), node, exposure("x|y")))
    assert headwater("dbt", target, "--namespace", "lake", "--home", tmp_path / "home").code == 0
    ended = headwater("dbt", "diff", folder(tmp_path / "empty", manifest()), target)
    assert ended.code == 1
    assert all(line.count("|") == 4 for line in ended.out.splitlines() if line.startswith("| `exposure"))


def test_a_diff_is_markdown_that_names_the_mask_that_is_gone() -> None:
    ended = headwater("dbt", "diff", BEFORE, AFTER)
    assert (ended.code, ended.err) == (1, "")
    assert ended.out.startswith("## What this change touches\n")
    assert "* `raw.customers.email` reaches `stg_customers.email_hash` as it is; before, only through `md5`" in ended.out
    assert "stg_orders" not in ended.out, "another layout is no change"
    told = msgspec.json.decode(headwater("dbt", "diff", BEFORE, AFTER, "--json").out, type=DbtDiff)
    assert [change.id for change in told.models if change.change == "changed"] == [
        "model.shop.revenue_by_country",
        "model.shop.stg_customers",
    ]


def test_a_diff_of_nothing_ends_in_nought_and_of_what_was_not_read_in_four(tmp_path: Path) -> None:
    assert headwater("dbt", "diff", BEFORE, BEFORE).code == 0
    uncompiled = folder(tmp_path, manifest(model("a", None)))
    ended = headwater("dbt", "diff", uncompiled, uncompiled)
    assert ended.code == 4
    assert "`model.shop.a`: run `dbt compile`" in ended.out


def test_a_diff_makes_no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    headwater("dbt", "diff", BEFORE, AFTER)
    assert list(tmp_path.iterdir()) == []


BROKEN = {
    "truncated": json.dumps(manifest(STAR))[:-20],
    "another version": json.dumps(manifest(version=99)),
    "a cycle": json.dumps(manifest(model("a", None, "b"), model("b", None, "a"))),
    "a missing node": json.dumps(manifest(model("a", None, "gone"))),
    "no object": "[]",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_manifest_is_one_line_with_a_file_and_a_next_step(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    for words in (("dbt", tmp_path, "--home", tmp_path / "home"), ("dbt", "diff", BEFORE, tmp_path)):
        ended = headwater(*words)
        problem, next_step, code = ended.fault
        assert (ended.code, code) == (2, "DBT-ARTIFACT")
        assert str(tmp_path / "manifest.json") in problem and next_step


def test_a_broken_catalog_is_named(tmp_path: Path) -> None:
    (folder(tmp_path, manifest()) / "catalog.json").write_text("{")
    assert "catalog.json" in headwater("dbt", tmp_path, "--home", tmp_path / "home").fault[0]


def test_the_group_says_both_ways_to_call_it() -> None:
    told = headwater("dbt", "--help")
    assert told.code == 0 and "TARGET_DIR" in told.out and "diff" in told.out
    assert headwater("dbt").code == 2


PLATFORMS: dict[str, tuple[dict[str, object], str, str, str, Callable[[str], str]]] = {
    "snowflake": ({"account": "acme-prod"}, "LAKE.{schema}.{name}", "snowflake://acme-prod", "LAKE.{SCHEMA}.{NAME}", str.upper),
    "bigquery": ({"project": "p-1"}, "`p-1`.`{schema}`.`{name}`", "bigquery", "p-1.{schema}.{name}", str.lower),
    "redshift": (
        {"host": "main.abc.us-east-1.redshift.amazonaws.com", "port": 5439},
        '"lake"."{schema}"."{name}"',
        "redshift://main.us-east-1:5439",
        "lake.{schema}.{name}",
        str.lower,
    ),
    "databricks": ({"host": "adb-1.net"}, "`lake`.`{schema}`.`{name}`", "databricks://adb-1.net", "lake.{schema}.{name}", str.lower),
    "postgres": ({"host": "db", "port": 5432}, '"lake"."{schema}"."{name}"', "postgres://db:5432", "lake.{schema}.{name}", str.lower),
}


def told_by_dbt_ol(adapter: str, namespace: str) -> str:
    """What dbt-ol calls the model: as configured, and Redshift by its whole host."""
    return f"{'redshift://main.abc.us-east-1.redshift.amazonaws.com:5439' if adapter == 'redshift' else namespace}:lake.main.masked"


@pytest.mark.parametrize("adapter", PLATFORMS)
def test_lineage_joins_what_others_report_on_every_platform(adapter: str, tmp_path: Path) -> None:
    profile, relation, namespace, name, fold = PLATFORMS[adapter]
    raw, made = (relation.format(schema=schema, name=table) for schema, table in (("raw", "people"), ("main", "masked")))
    sql = f"with source as (select * from {raw}) select id, md5(email) as email_hash from source"
    nodes = (
        source("people", relation_name=raw, database="lake"),
        model("masked", sql, "source.shop.raw.people", relation_name=made),
    )
    target = folder(tmp_path / "shop" / "target", manifest(*nodes, adapter=adapter))
    output: dict[str, object] = {"type": adapter, "password": "hunter2", **profile}
    (tmp_path / "shop" / "profiles.yml").write_text(json.dumps({"shop": {"target": "dev", "outputs": {"dev": output}}}))
    home = tmp_path / "home"
    assert headwater("dbt", target, "--home", home).code == 0
    reported = name.format(schema="raw", name="people", SCHEMA="RAW", NAME="PEOPLE")
    answer = headwater("impact", f"datasetField:{namespace}:{reported}:{fold('email')}", "--home", home, "--json").json
    assert [column["column"] for column in answer["result"]["columns"]] == [fold("email_hash")]
    assert answer["complete"]
    joined = headwater("dbt", target, "--dbt-ol", "--home", home)
    by_dbt_ol = headwater("lineage", f"dataset:{told_by_dbt_ol(adapter, namespace)}", "--home", home, "--json").json
    assert (joined.code, any(node["name"] == reported for node in by_dbt_ol["result"]["nodes"])) == (0, True)
    assert b"hunter2" not in b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
