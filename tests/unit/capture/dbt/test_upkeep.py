"""What dbt does to the tables that it keeps: snapshots by key and change, incremental models by key, predicates and event time."""

from __future__ import annotations

from typing import Any

import pytest

from headwater.capture.dbt.upkeep import Upkeep, upkeep_of
from headwater.model.ids import DatasetId
from tests.dbt.projects import model

T = DatasetId("postgres://db:5432", "lake.main.t")


def kept(kind: str, *columns: str, **config: Any) -> Upkeep:
    node = model("t", "select 1", kind="snapshot" if kind == "snapshot" else "model", config={"materialized": kind, **config})
    return upkeep_of(node, T, "postgres", columns)


def told(upkeep: Upkeep) -> set[tuple[str | None, str | None, str]]:
    assert all(flow.source == T for flow in upkeep.flows)
    return {(flow.source_column, flow.target_column, flow.kind.name) for flow in upkeep.flows}


def test_a_snapshot_by_timestamp_has_its_columns_from_key_and_timestamp() -> None:
    found = kept("snapshot", strategy="timestamp", unique_key="id", updated_at="changed", hard_deletes="new_record")
    assert found.adds == ("dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to", "dbt_is_deleted")
    assert told(found) == {
        ("id", None, "JOIN"),
        ("changed", None, "FILTER"),
        ("id", "dbt_scd_id", "TRANSFORMATION"),
        ("changed", "dbt_scd_id", "TRANSFORMATION"),
        ("changed", "dbt_updated_at", "IDENTITY"),
        ("changed", "dbt_valid_from", "IDENTITY"),
        ("changed", "dbt_valid_to", "TRANSFORMATION"),
        ("id", "dbt_valid_to", "CONDITIONAL"),
        ("id", "dbt_is_deleted", "CONDITIONAL"),
    }
    assert {flow.masking for flow in found.flows if flow.target_column == "dbt_scd_id"} == {"md5"}


def test_a_snapshot_by_check_changes_where_its_checked_columns_do() -> None:
    found = kept(
        "snapshot", strategy="check", unique_key=["id", "part"], check_cols=["city"], snapshot_meta_column_names={"dbt_scd_id": "key"}
    )
    assert found.adds == ("key", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to")
    assert {
        ("city", None, "FILTER"),
        ("id", None, "JOIN"),
        ("part", "key", "TRANSFORMATION"),
        ("city", "dbt_valid_to", "CONDITIONAL"),
    } <= told(found)
    assert not any(flow.target_column == "dbt_valid_from" for flow in found.flows), "it is the time of the run"


def test_a_snapshot_that_checks_all_columns_needs_to_know_them() -> None:
    assert {("city", None, "FILTER"), ("id", None, "JOIN")} <= told(
        kept("snapshot", "id", "city", "dbt_valid_to", strategy="check", check_cols="all", unique_key="id")
    )
    assert kept("snapshot", strategy="check", check_cols="all", unique_key="id").unread == ("check_cols",)


@pytest.mark.parametrize(
    ("config", "flows"),
    [
        ({"unique_key": "id"}, {("id", None, "JOIN")}),
        ({"unique_key": ["id", "day"], "incremental_strategy": "delete+insert"}, {("id", None, "JOIN"), ("day", None, "JOIN")}),
        ({"unique_key": "id || '-' || part", "incremental_strategy": "merge"}, {("id", None, "JOIN"), ("part", None, "JOIN")}),
        ({"unique_key": '"Id"'}, {("Id", None, "JOIN")}),
        ({"unique_key": "id", "incremental_strategy": "append"}, set()),
        ({"incremental_strategy": "microbatch", "event_time": "at"}, {("at", None, "FILTER")}),
        ({"incremental_strategy": "insert_overwrite", "partition_by": {"field": "day"}}, {("day", None, "FILTER")}),
        (
            {"incremental_strategy": "insert_overwrite", "partition_by": ["day", "hour"]},
            {("day", None, "FILTER"), ("hour", None, "FILTER")},
        ),
        (
            {"unique_key": "id", "incremental_predicates": ["DBT_INTERNAL_DEST.day > current_date - 7"]},
            {("id", None, "JOIN"), ("day", None, "FILTER")},
        ),
        ({}, set()),
    ],
)
def test_an_incremental_model_has_its_rows_by_key_predicate_and_time(config: dict[str, Any], flows: set[tuple[str, None, str]]) -> None:
    found = kept("incremental", **config)
    assert told(found) == flows and found.unread == () and found.adds == ()


def test_a_key_that_cannot_be_read_is_told_as_such() -> None:
    assert kept("incremental", unique_key="id ||").unread == ("unique_key",)


def test_tables_and_views_are_not_kept() -> None:
    assert kept("table", unique_key="id") == Upkeep() and kept("view", unique_key="id") == Upkeep()
