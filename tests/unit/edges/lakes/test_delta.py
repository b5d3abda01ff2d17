"""Delta tables written by deltalake, and what a scan tells of each kind of commit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

pytest.importorskip("deltalake", reason="needs the extra `delta`")

from deltalake import ColumnProperties, CommitProperties, DeltaTable, WriterProperties, write_deltalake

from tests.lakes.watching import Watched, watch


def rows(*ids: int, ward: str = "Quillfeather") -> pa.Table:
    return pa.table({"id": pa.array(ids, pa.int64()), "ward": [ward] * len(ids)})


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    (tmp_path / "lake").mkdir()
    return tmp_path / "lake"


@pytest.fixture
def watched(tmp_path: Path, lake: Path) -> Iterator[Watched]:
    watched = watch(tmp_path / "home", "delta", lake)
    with watched.client:
        yield watched


def test_every_commit_is_told_with_rows_files_and_stamps(lake: Path, watched: Watched) -> None:
    visits = lake / "visits"
    stamps = CommitProperties(custom_metadata={"lineage.run-id": "01939a00-0000-7000-8000-000000000001", "userName": "ines"})
    write_deltalake(visits, rows(1, 2, 3), commit_properties=stamps)
    write_deltalake(visits, rows(40000, 54321), mode="append")
    DeltaTable(visits).delete("id = 2")
    DeltaTable(visits).update(predicate="id = 1", updates={"ward": "'Ambrosius'"})
    write_deltalake(visits, rows(9), mode="overwrite")
    assert watched.scan().gaps == 0
    assert watched.operations("visits") == ["WRITE", "WRITE", "DELETE", "UPDATE", "WRITE"]
    assert watched.moved("visits") == [(3, 0), (2, 0), (2, 3), (2, 2), (1, 4)]
    first, second, *_, last = watched.versions("visits")
    assert (first.change.author, last.rows, last.files) == ("ines", 1, 1)
    assert {column.column: (column.low, column.high) for column in second.columns} == {"id": (40000, 54320), "ward": (None, None)}


def test_no_value_of_a_text_column_reaches_the_ledger(lake: Path, watched: Watched) -> None:
    write_deltalake(lake / "visits", rows(1))
    watched.scan()
    assert b"uillfeat" not in watched.recorded()


def test_a_merge_tells_what_it_added_and_removed(lake: Path, watched: Watched) -> None:
    write_deltalake(lake / "visits", rows(1, 2))
    watched.scan()
    merge = DeltaTable(lake / "visits").merge(rows(2, 3, ward="new"), "s.id = t.id", source_alias="s", target_alias="t")
    merge.when_matched_update_all().when_not_matched_insert_all().execute()
    watched.scan()
    assert watched.operations("visits") == ["WRITE", "MERGE"]
    assert watched.versions("visits")[-1].rows == 3


def test_a_schema_change_and_a_restore_are_told(lake: Path, watched: Watched) -> None:
    visits = lake / "visits"
    write_deltalake(visits, rows(1))
    write_deltalake(visits, rows(2).append_column("note", [["x"]]), mode="append", schema_mode="merge")
    watched.scan()
    DeltaTable(visits).restore(0)
    watched.scan()
    assert watched.operations("visits") == ["WRITE", "WRITE", "RESTORE"]
    first, second, third = watched.versions("visits")
    assert (first.schema, third.rows) == (third.schema, 1) and second.schema != first.schema


def test_a_compaction_moves_no_row_in_sum(lake: Path, watched: Watched) -> None:
    for each in range(4):
        write_deltalake(lake / "visits", rows(each), mode="append")
    DeltaTable(lake / "visits").optimize.compact()
    watched.scan()
    last = watched.versions("visits")[-1]
    assert (last.change.operation, last.change.added_rows, last.change.removed_rows, last.rows, last.files) == ("OPTIMIZE", 4, 4, 4, 1)


def test_a_log_cleaned_behind_a_checkpoint_loses_nothing_recorded(lake: Path, watched: Watched) -> None:
    visits = lake / "visits"
    for each in range(5):
        write_deltalake(visits, rows(each), mode="append")
    watched.scan()
    DeltaTable(visits).create_checkpoint()
    for each in range(3):
        (visits / "_delta_log" / f"{each:020}.json").unlink()
    write_deltalake(visits, rows(9), mode="append")
    assert watched.scan().gaps == 0
    versions = watched.versions("visits")
    assert [version.is_gone for version in versions] == [True] * 3 + [False] * 3
    assert [version.rows for version in versions] == [1, 2, 3, 4, 5, 6]


def test_a_log_that_was_cleaned_before_the_first_scan_still_tells_the_rows(lake: Path, watched: Watched) -> None:
    visits = lake / "visits"
    for each in range(5):
        write_deltalake(visits, rows(each), mode="append")
    DeltaTable(visits).create_checkpoint()
    for each in range(4):
        (visits / "_delta_log" / f"{each:020}.json").unlink()
    write_deltalake(visits, rows(9), mode="append")
    watched.scan()
    assert [(version.change.version, version.rows) for version in watched.versions("visits")] == [("4", 5), ("5", 6)]


def test_a_vacuum_is_told_as_what_it_is(lake: Path, watched: Watched) -> None:
    write_deltalake(lake / "visits", rows(1))
    write_deltalake(lake / "visits", rows(2), mode="overwrite")
    DeltaTable(lake / "visits").vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
    watched.scan()
    assert watched.operations("visits")[-2:] == ["VACUUM START", "VACUUM END"]
    assert watched.moved("visits")[-2:] == [(0, 0), (0, 0)]


def test_rows_under_a_deletion_vector_are_removed_rows(lake: Path, watched: Watched) -> None:
    """The commit is written as the protocol has it, since deltalake writes no vectors."""
    visits = lake / "visits"
    write_deltalake(visits, rows(1, 2, 3))
    log = visits / "_delta_log"
    [add] = [json.loads(line)["add"] for line in (log / f"{0:020}.json").read_text().splitlines() if line.startswith('{"add"')]
    vector = {
        "storageType": "i",
        "pathOrInlineDv": "wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L",
        "sizeInBytes": 40,
        "cardinality": 2,
    }
    actions = [
        {"commitInfo": {"timestamp": 2000000000000, "operation": "DELETE"}},
        {"remove": {"path": add["path"], "deletionTimestamp": 2000000000000, "dataChange": True}},
        {"add": {**add, "deletionVector": vector}},
    ]
    (log / f"{1:020}.json").write_text("\n".join(map(json.dumps, actions)))
    watched.scan()
    last = watched.versions("visits")[-1]
    assert (last.change.added_rows, last.change.removed_rows, last.rows, last.files) == (0, 2, 1, 1)


def test_partitions_nested_columns_and_odd_names_keep_their_names(lake: Path, watched: Watched) -> None:
    nested = pa.StructArray.from_arrays([pa.array([44], pa.int64())], ["age"])
    told = pa.table({"in.cm": pa.array([180], pa.int64()), "größe x": [1], "patient": nested, "day": ["2026-11-01"]})
    name = "north wing/visits v1.0 – Łódź"
    write_deltalake(lake / name, told, partition_by=["day"])
    assert watched.scan().gaps == 0
    assert watched.columns(name) == ["in.cm", "größe x", "patient", "patient.age", "day"]
    assert watched.history(name).partitioning == ("day",)
    lows = {column.column: column.low for column in watched.versions(name)[0].columns}
    assert (lows["in.cm"], lows["größe x"], lows["patient.age"]) == (180, 1, 44)


def test_a_second_scan_reads_no_commit(lake: Path, watched: Watched) -> None:
    write_deltalake(lake / "visits", rows(1))
    watched.scan()
    report = watched.scan()
    assert (report.unchanged, report.versions) == (1, 0)


def test_statistics_that_a_writer_left_out_are_not_known(lake: Path, watched: Watched) -> None:
    write_deltalake(
        lake / "visits", rows(1), writer_properties=WriterProperties(default_column_properties=ColumnProperties(statistics_enabled="NONE"))
    )
    assert watched.scan().gaps == 0
    assert watched.versions("visits")[0].columns[0].low is None


def test_rows_that_a_commit_only_copied_are_told_apart(lake: Path, watched: Watched) -> None:
    visits = lake / "visits"
    write_deltalake(visits, rows(1, 2, 3, 4))
    DeltaTable(visits).delete("id = 2")
    write_deltalake(visits, rows(9), mode="overwrite", predicate="id = 4 OR id = 9")
    source = pa.table({"id": [1]})
    merge = DeltaTable(visits).merge(source, "target.id = source.id", source_alias="source", target_alias="target")
    merge.when_matched_delete().execute()
    watched.scan()
    read = b"\n".join(told for told in watched.recorded().split(b"\n") if b"copied_rows" in told)
    assert watched.moved("visits")[1:] == [(3, 4), (3, 3), (2, 3)]
    assert [int(told) for told in re.findall(rb'"copied_rows":(\d+)', read)] == [3, 2, 2]


def test_a_vacuum_is_no_change_of_content(lake: Path, watched: Watched) -> None:
    write_deltalake(lake / "visits", rows(1))
    write_deltalake(lake / "visits", rows(2), mode="overwrite")
    watched.scan()
    DeltaTable(lake / "visits").vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
    watched.scan()
    rules = {change.operation: change.rule for change in watched.client.changes(explained=True).result.changes}
    assert rules["VACUUM START"] == rules["VACUUM END"] == "same content"
