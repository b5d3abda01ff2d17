"""What a change of a project touches: found where it is, not found where only the layout differs."""

from __future__ import annotations

from typing import Any

import msgspec

from headwater.answers.dbt.compare import compare
from headwater.capture.dbt.naming import Connection
from headwater.model.dbt import DbtDiff, EdgeChange, MaskLost, ModelChange, NewPath, Unread
from tests.dbt.projects import catalog, exposure, manifest, model, project, source

T = '"lake"."raw"."t"'
STAGING = 'select id, md5(email) as email_hash from "lake"."raw"."t"'
MART = 'select id, email_hash from "lake"."main"."stg" where id > 0'
NOWHERE = Connection(namespace="dbt")


def shop(staging: str | None = STAGING, mart: str | None = MART, *more: dict[str, Any], schema: str = "main", **artefacts: Any) -> Any:
    def moved(sql: str | None) -> str | None:
        return sql.replace('"main"', f'"{schema}"') if sql is not None else None

    nodes = [
        source("t"),
        model("stg", moved(staging), "source.shop.raw.t", schema=schema, relation_name=f'"lake"."{schema}"."stg"'),
        model("mart", moved(mart), "stg", schema=schema, relation_name=f'"lake"."{schema}"."mart"'),
        exposure("board", "mart", owner={"name": "Sales"}),
    ]
    return project(manifest(*nodes, *more), connection=NOWHERE, **artefacts)


def diff(base: Any, head: Any) -> DbtDiff:
    found = compare(base, head, "base", "head")
    assert msgspec.json.decode(msgspec.json.encode(found), type=DbtDiff) == found
    return found


def of(found: DbtDiff, name: str) -> ModelChange:
    [only] = [each for each in found.models if each.id == f"model.shop.{name}"]
    return only


def test_the_same_project_is_no_change() -> None:
    found = diff(shop(), shop())
    assert (found.has_changes, found.models, found.unread, found.unchanged) == (False, (), (), 3)


def test_another_layout_is_no_change() -> None:
    laid_out = f"-- the same\nSELECT ID,\n  MD5( email ) AS email_hash\nFROM {T};"
    assert not diff(shop(), shop(laid_out)).has_changes


def test_another_schema_to_build_into_is_no_change() -> None:
    assert not diff(shop(), shop(schema="pr_12")).has_changes


def test_a_mask_that_is_gone_is_called_out_with_everything_it_reaches() -> None:
    found = diff(shop(), shop(f"select id, email as email_hash from {T}"))
    assert found.masks_lost == (MaskLost("raw.t.email", "stg", "email_hash", "md5"), MaskLost("raw.t.email", "mart", "email_hash", "md5"))
    assert found.new_paths == (NewPath("raw.t.email", "exposure.shop.board", "mart.email_hash", masked=False, was_masked=True),)
    assert of(found, "stg").edges_removed == (EdgeChange("raw.t.email", "email_hash", "TRANSFORMATION", "md5"),)
    assert (of(found, "mart").change, of(found, "mart").touched) == ("affected", ("email_hash",))


def test_a_plain_copy_beside_a_mask_is_called_out_too() -> None:
    found = diff(shop(), shop(f"select id, md5(email) as email_hash, email from {T}"))
    assert found.masks_lost == (MaskLost("raw.t.email", "stg", "email", "md5"),)
    assert found.new_paths == ()
    assert of(found, "stg").columns_added == ("email",)


def test_a_mask_that_only_one_of_two_columns_loses_is_called_out() -> None:
    both = f"select id, email, md5(email) as email_hash from {T}"
    found = diff(shop(both), shop(f"select id, email, email as email_hash from {T}"))
    assert MaskLost("raw.t.email", "stg", "email_hash", "md5") in found.masks_lost


def test_a_new_path_from_a_source_to_an_exposure_is_called_out() -> None:
    found = diff(
        shop(f"select id from {T}", 'select id from "lake"."main"."stg"'), shop(mart='select id, email_hash from "lake"."main"."stg"')
    )
    assert found.new_paths == (NewPath("raw.t.email", "exposure.shop.board", "mart.email_hash", masked=True),)
    assert of(found, "mart").columns_added == ("email_hash",)


def test_a_filter_is_an_indirect_edge_and_touches_every_row_below() -> None:
    found = diff(shop(), shop(f"{STAGING} where deleted is null"))
    assert of(found, "stg").edges_added == (EdgeChange("raw.t.deleted", None, "FILTER"),)
    assert of(found, "mart").all_rows
    assert [(each.id, each.change, each.owner, each.through) for each in found.consumers] == [
        ("exposure.shop.board", "affected", "Sales", ("mart",))
    ]


def test_a_literal_that_changed_changes_what_is_computed() -> None:
    found = diff(shop(), shop(mart=MART.replace("> 0", "> 9")))
    assert of(found, "mart").logic and not of(found, "mart").edges_added
    assert [each.id for each in found.models] == ["model.shop.mart"]


def test_a_column_that_is_gone_is_told_of_the_model_and_of_what_reads_it() -> None:
    star = 'select * from "lake"."main"."stg"'
    found = diff(shop(mart=star), shop(f"select id from {T}", star))
    assert of(found, "stg").columns_removed == ("email_hash",)
    assert of(found, "mart").columns_removed == ("email_hash",)
    assert of(found, "mart").notes == ("its own SQL is the same, but what it reads is not",)


def test_columns_that_come_from_nowhere_count() -> None:
    found = diff(shop(), shop(f"select id, md5(email) as email_hash, 1 as version from {T}"))
    assert of(found, "stg").columns_added == ("version",)


def test_models_and_exposures_come_and_go() -> None:
    extra = model("extra", 'select id from "lake"."main"."mart"', "mart")
    found = diff(shop(), shop(STAGING, MART, extra, exposure("new", "extra")))
    assert (of(found, "extra").change, of(found, "extra").columns_added) == ("added", ("id",))
    assert [(each.id, each.change) for each in found.consumers] == [("exposure.shop.new", "added")]
    back = diff(shop(STAGING, MART, extra, exposure("new", "extra")), shop())
    assert of(back, "extra").change == "removed"
    assert [(each.id, each.change) for each in back.consumers] == [("exposure.shop.new", "removed")]


def test_an_exposure_that_reads_something_else_changed() -> None:
    found = diff(shop(), shop(STAGING, MART, exposure("board", "stg", owner={"name": "Sales"})))
    assert [(each.id, each.change) for each in found.consumers] == [("exposure.shop.board", "changed")]


def test_another_materialization_is_told() -> None:
    stored = model("mart", MART, "stg", config={"materialized": "view"})
    assert of(diff(shop(), shop(STAGING, MART, stored)), "mart").notes == ("materialized as view, was table",)


def test_what_cannot_be_read_is_said_and_not_taken_for_a_change() -> None:
    found = diff(shop("select ( from"), shop("select ( from"))
    assert not found.has_changes
    assert [(each.id, each.where) for each in found.unread] == [("model.shop.stg", "both")]


def test_lineage_that_can_no_longer_be_read_is_not_said_to_be_gone() -> None:
    found = diff(shop(), shop("select ( from"))
    assert of(found, "stg").edges_removed == ()
    assert of(found, "stg").notes == ("its text changed; what that does to its lineage is not known",)
    assert of(found, "mart").all_rows is True
    assert found.new_paths == () and [each.where for each in found.unread] == ["head"]


def test_a_manifest_without_compiled_sql_says_what_to_run() -> None:
    uncompiled = shop(None, None)
    found = diff(uncompiled, uncompiled)
    assert found.unread == tuple(Unread(f"model.shop.{name}", "both", ("run `dbt compile`",)) for name in ("mart", "stg"))


def test_a_seed_with_another_file_touches_what_reads_it() -> None:
    def with_seed(content: str) -> Any:
        seed = model("s", None, kind="seed", checksum={"name": "sha256", "checksum": content})
        return shop(STAGING, MART, seed, model("use", 'select code from "lake"."main"."s"', "seed.shop.s"))

    found = diff(with_seed("one"), with_seed("two"))
    assert [(each.id, each.change) for each in found.models] == [("seed.shop.s", "changed"), ("model.shop.use", "affected")]


def test_a_catalog_on_one_side_only_is_no_change() -> None:
    star = f"select * from {T}"
    described = catalog(source__shop__raw__t=["id", "email"])
    assert not diff(shop(star, catalog=described), shop(star)).has_changes
    assert not diff(shop(star), shop(star, catalog=described)).has_changes


def test_columns_that_dbt_adds_to_a_snapshot_are_known() -> None:
    snapshot = model("snap", f"select id, email from {T}", "source.shop.raw.t", kind="snapshot")
    after = model("use", 'select id, dbt_valid_from from "lake"."main"."snap"', "snapshot.shop.snap")
    assert diff(shop(STAGING, MART, snapshot, after), shop(STAGING, MART, snapshot, after)).unread == ()


def test_a_metric_is_a_consumer_by_way_of_its_semantic_model() -> None:
    semantic = {"semantic_model.shop.s": {"resource_type": "semantic_model", "name": "s", "depends_on": {"nodes": ["model.shop.mart"]}}}
    metric = {"unique_id": "metric.shop.m", "resource_type": "metric", "name": "m", "depends_on": {"nodes": ["semantic_model.shop.s"]}}

    def measured(staging: str) -> Any:
        told = shop(staging).manifest
        nodes = [*told.sources.values(), *told.nodes.values(), metric]
        return project(manifest(*nodes, semantic_models=semantic), connection=NOWHERE)

    found = diff(measured(STAGING), measured(f"select id, email as email_hash from {T}"))
    assert [(each.id, each.through) for each in found.consumers] == [("metric.shop.m", ("mart",))]
    assert [path.consumer for path in found.new_paths] == ["metric.shop.m"]
