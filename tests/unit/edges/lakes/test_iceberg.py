"""Iceberg tables written by PyIceberg, and what a scan tells of each kind of commit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

pytest.importorskip("pyiceberg", reason="needs the extra `iceberg`")

from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.transforms import BucketTransform, IdentityTransform
from pyiceberg.types import LongType, NestedField, StringType, StructType, TimestampType

from tests.lakes.watching import Watched, watch

SCHEMA = Schema(
    NestedField(1, "id", LongType()),
    NestedField(2, "ward", StringType()),
    NestedField(3, "seen", TimestampType()),
    identifier_field_ids=[],
)
WARDS = ("Quillfeather", "Ambrosius")


def rows(*ids: int, ward: str = WARDS[0]) -> pa.Table:
    return pa.table(
        {"id": pa.array(ids, pa.int64()), "ward": [ward] * len(ids), "seen": pa.array([10**15 + each for each in ids], pa.timestamp("us"))}
    )


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[SqlCatalog]:
    catalog = SqlCatalog("clinic", uri=f"sqlite:///{tmp_path}/catalog.db", warehouse=f"file://{tmp_path}/warehouse")
    catalog.create_namespace("raw")
    yield catalog
    catalog.close()


@pytest.fixture
def watched(tmp_path: Path, catalog: SqlCatalog) -> Iterator[Watched]:
    watched = watch(tmp_path / "home", "iceberg", f"sqlite:///{tmp_path}/catalog.db")
    with watched.client:
        yield watched


def test_every_commit_is_told_with_its_operation_rows_files_and_ranges(catalog: SqlCatalog, watched: Watched) -> None:
    table = catalog.create_table("raw.visits", SCHEMA, properties={"owner": "ward-team"})
    table.append(rows(1, 2, 3), snapshot_properties={"lineage.run-id": "01939a00-0000-7000-8000-000000000001", "user": "ines"})
    table.append(rows(12345, 99999))
    table.delete("id = 2")
    table.overwrite(rows(7))
    assert watched.scan().gaps == 0
    assert watched.operations("raw.visits")[:2] == ["append", "append"]
    assert watched.moved("raw.visits")[:2] == [(3, 0), (2, 0)]
    first, second, *_, last = watched.versions("raw.visits")
    assert (first.change.author, first.rows, first.files) == ("ines", 3, 1)
    assert {column.column: (column.low, column.high) for column in second.columns}["id"] == (12340, 100000)
    assert [column.nulls for column in first.columns] == [0, 0, 0]
    assert (last.rows, last.is_current) == (1, True)
    assert watched.history("raw.visits").owner == "ward-team"


def test_a_version_of_a_branch_names_the_branch_and_is_not_the_current_one(catalog: SqlCatalog, watched: Watched) -> None:
    table = catalog.create_table("raw.visits", SCHEMA)
    table.append(rows(1, 2, 3))
    main = str(catalog.load_table("raw.visits").metadata.current_snapshot_id)
    table.manage_snapshots().create_branch(int(main), "dev").commit()
    table.append(rows(4), branch="dev")
    assert watched.scan().gaps == 0
    first, second = watched.versions("raw.visits")
    assert [(told.change.branch, told.is_current) for told in (first, second)] == [("", True), ("dev", False)]
    shown = watched.client.lakes.timeline("raw.visits").result.happenings
    assert "append on branch dev" in [told.what for told in shown]
    table.append(rows(5))
    watched.scan()
    assert watched.versions("raw.visits")[-1].change.branch == ""


def test_only_the_main_branch_says_how_fresh_a_table_is(catalog: SqlCatalog, watched: Watched) -> None:
    table = catalog.create_table("raw.visits", SCHEMA)
    table.append(rows(1))
    main = table.metadata.current_snapshot_id
    assert main is not None
    table.manage_snapshots().create_branch(main, "audit").commit()
    table.append(rows(2), branch="audit")
    table.append(rows(3), branch="audit")
    watched.scan()
    [view] = watched.client.lakes.freshness("raw.visits", as_of="2100-01-01T00:00:00Z").result.datasets
    assert view.arrivals == 1
    head = table.metadata.refs["audit"].snapshot_id
    table.manage_snapshots().set_current_snapshot(head).commit()
    watched.scan()
    [after] = watched.client.lakes.freshness("raw.visits", as_of="2100-01-01T00:00:00Z").result.datasets
    assert after.arrivals == 2 and (after.last or "") > (view.last or "")


def test_a_snapshot_that_was_only_staged_is_not_what_readers_get(catalog: SqlCatalog, watched: Watched, tmp_path: Path) -> None:
    table = catalog.create_table("raw.visits", SCHEMA)
    table.append(rows(1))
    place = Path(table.metadata_location.removeprefix("file://"))
    told = json.loads(place.read_text())
    first = told["snapshots"][0]
    staged = {**first, "snapshot-id": 77, "parent-snapshot-id": first["snapshot-id"], "timestamp-ms": first["timestamp-ms"] + 1}
    staged["summary"] = {**staged["summary"], "wap.id": "nightly"}
    place.write_text(json.dumps(told | {"snapshots": [*told["snapshots"], staged]}))
    watched.scan()
    assert [(seen.change.branch, seen.is_current) for seen in watched.versions("raw.visits")] == [("", True), ("staged (wap.id)", False)]
    [view] = watched.client.lakes.freshness("raw.visits", as_of="2100-01-01T00:00:00Z").result.datasets
    assert view.arrivals == 1


def test_no_value_of_a_text_column_reaches_the_ledger(catalog: SqlCatalog, watched: Watched) -> None:
    catalog.create_table("raw.visits", SCHEMA).append(rows(1, ward="Quillfeather"))
    watched.scan()
    assert b"uillfeat" not in watched.recorded()


def test_a_second_scan_opens_no_table_and_records_no_version(catalog: SqlCatalog, watched: Watched, tmp_path: Path) -> None:
    table = catalog.create_table("raw.visits", SCHEMA)
    table.append(rows(1))
    watched.scan()
    Path(table.metadata_location.removeprefix("file://")).unlink()
    report = watched.scan()
    assert (report.unchanged, report.versions, report.gaps) == (1, 0, 0)


def test_an_upsert_tells_what_it_added_and_removed(catalog: SqlCatalog, watched: Watched) -> None:
    table = catalog.create_table("raw.visits", SCHEMA)
    table.append(rows(1, 2))
    watched.scan()
    table.refresh()
    table.upsert(rows(2, 3, ward="Ambrosius"), join_cols=["id"])
    watched.scan()
    moved = watched.moved("raw.visits")
    added, removed = (sum(pair[side] or 0 for pair in moved) for side in (0, 1))
    assert added - removed == 3 == watched.versions("raw.visits")[-1].rows


def test_schema_and_partition_evolution_are_told_once_each(catalog: SqlCatalog, watched: Watched) -> None:
    spec = PartitionSpec(PartitionField(2, 1000, IdentityTransform(), "ward"))
    table = catalog.create_table("raw.visits", SCHEMA, partition_spec=spec)
    table.append(rows(1))
    watched.scan()
    with table.update_schema() as update:
        update.add_column("note", StringType(), doc="what the nurse wrote")
    with table.update_spec() as change:
        change.add_field("id", BucketTransform(4), "id_bucket")
    watched.scan()
    watched.scan()
    assert watched.operations("raw.visits") == ["append", "schema"]
    assert watched.history("raw.visits").partitioning == ("identity(ward)", "bucket[4](id)")
    assert "note" in watched.columns("raw.visits")


def test_a_rollback_is_a_version_of_its_own(catalog: SqlCatalog, watched: Watched) -> None:
    table = catalog.create_table("raw.visits", SCHEMA)
    table.append(rows(1))
    first = table.current_snapshot()
    assert first is not None
    table.append(rows(2))
    watched.scan()
    table.manage_snapshots().set_current_snapshot(snapshot_id=first.snapshot_id).commit()
    watched.scan()
    assert watched.operations("raw.visits") == ["append", "append", "set current version"]
    assert watched.history("raw.visits").current == str(first.snapshot_id)
    assert watched.scan().versions == 0


def test_expired_snapshots_are_told_as_gone_and_stay_recorded(catalog: SqlCatalog, watched: Watched) -> None:
    table = catalog.create_table("raw.visits", SCHEMA)
    table.append(rows(1))
    first = table.current_snapshot()
    assert first is not None
    table.append(rows(2))
    watched.scan()
    table.maintenance.expire_snapshots().by_id(first.snapshot_id).commit()
    assert watched.scan().versions == 0
    assert next((version.change.version, version.is_gone) for version in watched.versions("raw.visits")) == (str(first.snapshot_id), True)


def test_commits_on_a_branch_are_seen_although_no_reader_of_main_sees_them(catalog: SqlCatalog, watched: Watched) -> None:
    table = catalog.create_table("raw.visits", SCHEMA)
    table.append(rows(1))
    main = table.current_snapshot()
    assert main is not None
    table.manage_snapshots().create_branch(main.snapshot_id, "audit").create_tag(main.snapshot_id, "v1").commit()
    table.append(rows(2, 3), branch="audit")
    watched.scan()
    assert watched.moved("raw.visits") == [(1, 0), (2, 0)]
    assert [version.is_current for version in watched.versions("raw.visits")] == [True, False]


def test_a_table_without_any_commit_is_known_with_its_schema(catalog: SqlCatalog, watched: Watched) -> None:
    catalog.create_table("raw.empty", SCHEMA)
    watched.scan()
    assert watched.operations("raw.empty") == []
    assert watched.columns("raw.empty") == ["id", "ward", "seen"]


def test_nested_columns_and_odd_names_keep_their_names(catalog: SqlCatalog, watched: Watched) -> None:
    schema = Schema(
        NestedField(1, "größe in cm", LongType()),
        NestedField(2, "patient", StructType(NestedField(3, "name", StringType()), NestedField(4, "age", LongType()))),
    )
    table = catalog.create_table("raw.visits of 2026 – Łódź", schema)
    ages = pa.StructArray.from_arrays([pa.array(["x"]), pa.array([44], pa.int64())], ["name", "age"])
    table.append(pa.table({"größe in cm": pa.array([180], pa.int64()), "patient": ages}))
    assert watched.scan().gaps == 0
    assert watched.columns("raw.visits of 2026 – Łódź") == ["größe in cm", "patient", "patient.name", "patient.age"]
    statistics = {column.column: (column.values, column.low) for column in watched.versions("raw.visits of 2026 – Łódź")[0].columns}
    assert statistics == {"größe in cm": (1, 180), "patient.name": (1, None), "patient.age": (1, None)}


def test_a_dropped_table_is_missing_and_its_history_stays(catalog: SqlCatalog, watched: Watched) -> None:
    catalog.create_table("raw.visits", SCHEMA).append(rows(1))
    watched.scan()
    catalog.drop_table("raw.visits")
    assert watched.scan().missing == ("raw.visits",)
    assert watched.operations("raw.visits") == ["append"]


def test_versions_of_one_transaction_carry_one_mark_and_others_none_in_common(catalog: SqlCatalog, watched: Watched) -> None:
    table = catalog.create_table("raw.visits", SCHEMA)
    for first in (0, 10, 20):
        table.append(rows(first, first + 1))
    table.overwrite(rows(40), "id < 11")
    watched.scan()
    marks = [told.decode() for told in re.findall(rb'"together":"(\d+)"', watched.recorded())]
    assert watched.operations("raw.visits") == ["append", "append", "append", "delete", "overwrite", "append"]
    assert len(marks) == 6 and len(set(marks)) == 4 and len(set(marks[3:])) == 1


def test_a_schema_older_than_all_metadata_that_is_kept_may_have_come_since_the_last_look(catalog: SqlCatalog, watched: Watched) -> None:
    table = catalog.create_table("raw.visits", SCHEMA, properties={"write.metadata.previous-versions-max": "2"})
    table.append(rows(1))
    watched.scan()
    seen = watched.state("raw.visits").seen_at
    with table.update_schema() as update:
        update.add_column("note", StringType())
    for each in range(4):
        table.append(rows(each))
    watched.scan()
    [change] = [version.change for version in watched.versions("raw.visits") if version.change.operation == "schema"]
    assert change.not_before == seen


def test_a_commit_after_a_rollback_is_no_other_rollback_once_the_snapshot_between_has_expired(
    catalog: SqlCatalog, watched: Watched
) -> None:
    table = catalog.create_table("raw.visits", SCHEMA)
    for each in (1, 2):
        table.append(rows(each))
    first, second = (snapshot.snapshot_id for snapshot in table.snapshots())
    table.manage_snapshots().set_current_snapshot(snapshot_id=first).commit()
    table.append(rows(3))
    watched.scan()
    table.manage_snapshots().create_branch(second, "kept").commit()
    table.maintenance.expire_snapshots().by_id(first).commit()
    watched.scan()
    assert watched.operations("raw.visits") == ["append", "append", "set current version", "append"]


def test_a_schema_that_came_last_of_all_has_the_time_of_its_commit(catalog: SqlCatalog, watched: Watched) -> None:
    table = catalog.create_table("raw.visits", SCHEMA)
    table.append(rows(1))
    watched.scan()
    with table.update_schema() as update:
        update.add_column("note", StringType())
    watched.scan()
    [change] = [version.change for version in watched.versions("raw.visits") if version.change.operation == "schema"]
    assert change.not_before is None
