"""A compaction is known as no change of content, a forged one is not, and two versions are told apart row by row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.types import LongType

from headwater.app.lakes.diff import diff, find_version, later_names
from headwater.app.lakes.places import LakePlace, write_place
from headwater.edges.sources.lakes.delta import DeltaLake
from headwater.edges.sources.lakes.driver import VersionGone
from headwater.edges.sources.lakes.iceberg import IcebergLake
from headwater.model.errors import UsageError
from headwater.model.lake_answers import DatasetState
from headwater.sdk.local import LocalClient


@pytest.fixture
def client(tmp_path: Path) -> Iterator[LocalClient]:
    with LocalClient.open(tmp_path / "home", create=True) as made:
        yield made


def table(*ids: int, note: str = "a") -> pa.Table:
    return pa.table({"id": pa.array(ids, pa.int64()), "note": [note] * len(ids)})


def watch(client: LocalClient, home: Path, place: LakePlace) -> None:
    write_place(home, "lake", place)
    client.lakes.scan("lake", home)


def test_an_optimised_delta_table_raises_nothing_and_a_forged_one_does(client: LocalClient, tmp_path: Path) -> None:
    home, lake = tmp_path / "home", tmp_path / "lake"
    for number in range(4):
        write_deltalake(lake / "t", table(number, number + 10), mode="append")
    watch(client, home, LakePlace(kind="delta", location=str(lake), namespace="lake"))
    DeltaTable(lake / "t").optimize.compact()
    client.lakes.scan("lake", home)
    history = client.lakes.history("t").result.versions
    assert (history[0].change.operation, history[0].change.rule) == ("OPTIMIZE", "same content")
    assert client.changes().total["changes"] == 0
    DeltaTable(lake / "t").update(updates={"note": "'forged'"}, predicate="id = 2")
    client.lakes.scan("lake", home)
    [change] = client.changes().result.changes
    assert (change.operation, change.added_rows, change.removed_rows) == ("UPDATE", 8, 8)


def test_a_compaction_whose_old_files_are_gone_is_possible_and_says_why(client: LocalClient, tmp_path: Path) -> None:
    home, lake = tmp_path / "home", tmp_path / "lake"
    write_deltalake(lake / "t", table(0, 10))
    watch(client, home, LakePlace(kind="delta", location=str(lake), namespace="lake"))
    write_deltalake(lake / "t", table(1, 11), mode="append")
    DeltaTable(lake / "t").optimize.compact()
    DeltaTable(lake / "t").vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
    client.lakes.scan("lake", home)
    compacted = next(change for change in client.changes().result.changes if change.operation == "OPTIMIZE")
    assert compacted.tier == "possible" and "could not be compared, as files are gone" in compacted.why
    written = next(change for change in client.changes().result.changes if change.operation != "OPTIMIZE")
    assert written.tier == "confirmed" and "compared" not in written.why


def test_versions_of_a_delta_table_are_told_apart_by_key(tmp_path: Path) -> None:
    write_deltalake(tmp_path / "t", table(1, 2, 3))
    write_deltalake(tmp_path / "t", table(4), mode="append")
    DeltaTable(tmp_path / "t").update(updates={"note": "'b'"}, predicate="id = 2")
    DeltaTable(tmp_path / "t").delete("id = 3")
    found = diff(DeltaLake(str(tmp_path), {}), "t", "0", "3", ("id",))
    assert (found.rows.added, found.rows.removed, found.rows.changed, found.is_same) == (1, 1, 1, False)
    assert [(column.name, column.rows) for column in found.rows.columns if column.rows] == [("note", 1)]
    assert "b" not in [part for sample in found.rows.samples for part in sample.key]
    with pytest.raises(VersionGone):
        diff(DeltaLake(str(tmp_path), {}), "t", "0", "9")


def test_a_partitioned_delta_table_is_read_with_its_partition_columns(tmp_path: Path) -> None:
    rows = pa.table({"ward": ["a b/%", "north", None], "id": [1, 2, 3], "day": pa.array([0, 0, 20_000], pa.date32())})
    write_deltalake(tmp_path / "t", rows, partition_by=["ward", "day"])
    DeltaTable(tmp_path / "t").update(updates={"ward": "'west'"}, predicate="id = 2")
    lake = DeltaLake(str(tmp_path), {})
    read = pa.concat_tables([file.opened().read_all() for file in lake.files("t", "0")]).sort_by("id")
    assert read.schema.names == ["ward", "id", "day"] and read.to_pylist() == rows.to_pylist()
    found = diff(lake, "t", "0", "1", ("id",))
    assert (found.rows.added, found.rows.removed, found.rows.changed) == (0, 0, 1)
    assert [column.name for column in found.rows.columns if column.rows] == ["ward"]


def test_rows_moved_to_another_partition_are_a_change_of_content(client: LocalClient, tmp_path: Path) -> None:
    home, lake = tmp_path / "home", tmp_path / "lake"
    for number in range(2):
        rows = table(number).append_column("ward", pa.array(["north"]))
        write_deltalake(lake / "t", rows, mode="append", partition_by=["ward"])
    watch(client, home, LakePlace(kind="delta", location=str(lake), namespace="lake"))
    DeltaTable(lake / "t").optimize.compact()
    DeltaTable(lake / "t").update(updates={"ward": "'west'"})
    client.lakes.scan("lake", home)
    assert [told.change.rule == "same content" for told in client.lakes.history("t").result.versions][:2] == [False, True]


def test_iceberg_versions_share_what_they_share(tmp_path: Path) -> None:
    properties = {"uri": f"sqlite:///{tmp_path}/catalog.db", "warehouse": f"file://{tmp_path}/warehouse"}
    catalog = SqlCatalog("lake", **properties)
    catalog.create_namespace("db")
    held = catalog.create_table("db.t", schema=table(1).schema)
    held.append(table(1, 2))
    held.append(table(3))
    old, new = (str(snapshot.snapshot_id) for snapshot in held.metadata.snapshots)
    found = diff(IcebergLake("lake", {"type": "sql", **properties}), "db.t", old, new)
    assert (found.rows.added, found.rows.removed, found.files_shared) == (1, 0, 1)
    assert diff(IcebergLake("lake", {"type": "sql", **properties}), "db.t", new, new).is_same


def test_a_renamed_column_of_an_iceberg_table_is_compared_by_its_id(tmp_path: Path) -> None:
    properties = {"uri": f"sqlite:///{tmp_path / 'c.db'}", "warehouse": f"file://{tmp_path / 'wh'}"}
    (tmp_path / "wh").mkdir()
    catalog = SqlCatalog("default", **properties)
    catalog.create_namespace("hr")
    staff = catalog.create_table("hr.staff", pa.schema([("id", pa.int64()), ("salary", pa.float64()), ("note", pa.string())]))
    staff.append(pa.table({"id": [1, 2, 3], "salary": [1.0, 2.0, 3.0], "note": ["a", "b", "c"]}))
    old = str(catalog.load_table("hr.staff").metadata.current_snapshot_id)
    with staff.update_schema() as update:
        update.rename_column("salary", "pay").rename_column("id", "number").delete_column("note")
    with staff.update_schema() as update:
        update.add_column("note", LongType())
    staff.overwrite(pa.table({"number": [1, 2, 3], "pay": [1.0, 99.0, 3.0], "note": [None, None, 7]}))
    new = str(catalog.load_table("hr.staff").metadata.current_snapshot_id)
    lake = IcebergLake("lake", {"type": "sql", **properties})
    for key in ("number", "id"):
        found = diff(lake, "hr.staff", old, new, (key,))
        assert (found.rows.added, found.rows.removed, found.rows.changed) == (0, 0, 1)
        assert [(column.name, column.rows) for column in found.rows.columns if column.rows] == [("pay", 1)]
        assert found.columns_renamed == (("id", "number"), ("salary", "pay"))
        assert (found.rows.columns_added, found.rows.columns_removed) == (("note",), ("note (dropped)",))
    back = diff(lake, "hr.staff", new, old, ("id",))
    assert (back.rows.changed, back.columns_renamed) == (1, (("number", "id"), ("pay", "salary")))


def test_columns_that_swapped_their_names_are_each_compared_with_themselves() -> None:
    assert later_names({"a": 1, "b": 2}, {"b": 1, "a": 2}) == {"a": "b", "b": "a"}
    assert later_names({"a": 1, "a (dropped)": 2}, {"a": 3, "a (dropped)": 2}) == {"a": "a (dropped)'"}


def test_a_folder_keeps_an_older_version_only_while_its_files_lie_there(client: LocalClient, tmp_path: Path) -> None:
    (tmp_path / "lake" / "t").mkdir(parents=True)
    pq.write_table(table(1), tmp_path / "lake" / "t" / "a.parquet")
    watch(client, tmp_path / "home", LakePlace(kind="folder", location=str(tmp_path / "lake"), namespace="lake"))
    version = client.lakes.history("t").result.versions[0].change.version
    pq.write_table(table(2), tmp_path / "lake" / "t" / "b.parquet")
    client.lakes.scan("lake", tmp_path / "home")
    assert client.lakes.diff("t", version, home=tmp_path / "home").rows.added == 1
    pq.write_table(table(3), tmp_path / "lake" / "t" / "a.parquet")
    with pytest.raises(VersionGone):
        client.lakes.diff("t", version, home=tmp_path / "home")


def test_versions_are_named_by_their_beginning_and_one_without_rows_says_so(client: LocalClient, tmp_path: Path) -> None:
    properties = {"warehouse": f"file://{tmp_path / 'wh'}"}
    (tmp_path / "wh").mkdir()
    uri = f"sqlite:///{tmp_path / 'c.db'}"
    catalog = SqlCatalog("default", uri=uri, **properties)
    catalog.create_namespace("db")
    made = catalog.create_table("db.t", table(1).schema)
    made.append(table(1))
    first = str(catalog.load_table("db.t").metadata.current_snapshot_id)
    made.append(table(2))
    with made.update_schema() as update:
        update.add_column("more", LongType())
    made.manage_snapshots().set_current_snapshot(int(first)).commit()
    home = tmp_path / "home"
    watch(client, home, LakePlace(kind="iceberg", location=uri, namespace="lake", properties=properties))
    names = {version.change.operation: version.change.version for version in client.lakes.history("db.t").result.versions}
    assert client.lakes.diff("db.t", first[:-3], names["set current version"], home=home).is_same
    with pytest.raises(UsageError, match="it changed columns, and holds no rows of its own"):
        client.lakes.diff("db.t", "schema-1", home=home)
    with pytest.raises(UsageError, match="no scan has seen one"):
        client.lakes.diff("db.t", "typo", home=home)


def test_a_beginning_that_several_versions_share_names_them() -> None:
    told = DatasetState(name="t", cursor="", current="12", seen_at="", versions=("1", "12", "13"))
    assert [find_version(told, "t", text) for text in ("1", "12")] == ["1", "12"]
    with pytest.raises(UsageError, match="3 begin so: `1`, `12`, `13`"):
        find_version(told, "t", "")
