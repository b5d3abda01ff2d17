"""Folders of Parquet, CSV and JSON, and what a scan tells of the files that came, went and changed."""

from __future__ import annotations

import bz2
import gzip
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from headwater.edges.sources.lakes.driver import LakeUnreachable
from tests.lakes.watching import Watched, watch


def rows(*ids: int, ward: str = "Quillfeather") -> pa.Table:
    return pa.table({"id": pa.array(ids, pa.int64()), "ward": [ward] * len(ids)})


def put(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def put_parquet(path: Path, table: pa.Table) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)
    return path


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    (tmp_path / "lake").mkdir()
    return tmp_path / "lake"


@pytest.fixture
def watched(tmp_path: Path, lake: Path) -> Iterator[Watched]:
    watched = watch(tmp_path / "home", "folder", lake)
    with watched.client:
        yield watched


def test_files_that_come_change_and_go_are_versions_with_their_rows(lake: Path, watched: Watched) -> None:
    one = put_parquet(lake / "visits/1.parquet", rows(1, 2, 3))
    watched.scan()
    put_parquet(lake / "visits/2.parquet", rows(40000, 54321))
    watched.scan()
    put_parquet(lake / "visits/2.parquet", rows(7, ward="Ambrosius"))
    one.unlink()
    watched.scan()
    assert watched.moved("visits") == [(3, 0), (2, 0), (1, 5)]
    assert [(version.rows, version.files) for version in watched.versions("visits")] == [(3, 1), (5, 2), (1, 1)]
    assert {column.column: (column.low, column.high) for column in watched.versions("visits")[1].columns}["id"] == (40000, 54320)
    assert [(file.path, file.rows) for file in watched.state("visits").files] == [("visits/2.parquet", 1)]
    assert b"uillfeat" not in watched.recorded()


def test_a_second_scan_reads_no_file_and_one_only_touched_makes_no_version(lake: Path, watched: Watched) -> None:
    file = put_parquet(lake / "visits/1.parquet", rows(1))
    watched.scan()
    assert watched.scan().unchanged == 1
    file.chmod(0o640)
    assert watched.scan().versions == 0
    assert watched.scan().unchanged == 1


def test_a_file_written_again_with_its_old_time_and_size_is_noticed(lake: Path, watched: Watched) -> None:
    file = put(lake / "visits/1.csv", "id,age\n1,44\n")
    told = file.stat()
    watched.scan()
    file.write_text("id,age\n1,45\n")
    os.utime(file, ns=(told.st_atime_ns, told.st_mtime_ns))
    assert watched.scan().versions == 1
    assert watched.moved("visits") == [(1, 0), (1, 1)]


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.csv", bytes),
        ("a.csv.gz", gzip.compress),
        ("a.csv.bz2", bz2.compress),
        ("a.csv.zst", lambda raw: zstandard.ZstdCompressor().compress(raw)),
    ],
)
def test_rows_of_csv_are_counted_packed_or_not_with_line_ends_in_quotes(lake: Path, watched: Watched, name: str, pack: object) -> None:
    assert callable(pack)
    text = 'id,note\n1,"two\nlines, and a ""quote"""\n2,plain\n3,"last\n"'
    put(lake / "visits" / name, pack(text.encode()))
    assert watched.scan().gaps == 0
    assert watched.versions("visits")[0].rows == 3
    assert watched.columns("visits") == ["id", "note"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson.gz", "a.json.zst"])
def test_lines_of_json_tell_rows_and_nested_columns(lake: Path, watched: Watched, name: str) -> None:
    text = "\n".join(json.dumps({"id": each, "patient": {"age": 40 + each}}) for each in range(5)).encode()
    put(
        lake / "visits" / name,
        gzip.compress(text) if name.endswith("gz") else zstandard.ZstdCompressor().compress(text) if name.endswith("zst") else text,
    )
    assert watched.scan().gaps == 0
    assert watched.versions("visits")[0].rows == 5
    assert watched.columns("visits") == ["id", "patient", "patient.age"]


def test_a_csv_file_without_a_header_gives_away_no_row(lake: Path, watched: Watched) -> None:
    put(lake / "visits/1.csv", "4711,Quillfeather,1980-02-03\n4712,Ambrosius,1981-02-03\n")
    watched.scan()
    assert watched.columns("visits") == ["f0", "f1", "f2"]
    assert watched.versions("visits")[0].rows == 2
    assert b"uillfeat" not in watched.recorded() and b"4711" not in watched.recorded()


def test_partitioned_folders_are_one_dataset_and_engines_own_files_are_none(lake: Path, watched: Watched) -> None:
    put_parquet(lake / "visits/day=2026-11-01/ward=a/1.parquet", rows(1))
    put_parquet(lake / "visits/day=2026-11-02/ward=b/1.parquet", rows(2))
    put(lake / "visits/_SUCCESS", "")
    put(lake / "visits/.1.parquet.crc", "x")
    put(lake / "notes/readme.txt", "no data")
    put(lake / "single.csv", "id,age\n1,44\n")
    watched.scan()
    assert watched.datasets() == ["notes", "single.csv", "visits"]
    assert watched.history("visits").partitioning == ("day", "ward")
    assert watched.versions("visits")[0].files == 2


def test_names_with_spaces_dots_and_letters_of_any_script_are_kept(lake: Path, watched: Watched) -> None:
    name = "north wing/v1.0 – Łódź 東京"
    put_parquet(lake / name / "a b.c.parquet", pa.table({"größe in cm": [180], "in.cm": [180.5]}))
    assert watched.scan().gaps == 0
    assert watched.columns(name) == ["größe in cm", "in.cm"]


def test_a_new_column_is_told_and_statistics_of_nested_ones_too(lake: Path, watched: Watched) -> None:
    put_parquet(lake / "visits/1.parquet", rows(1))
    watched.scan()
    nested = pa.StructArray.from_arrays([pa.array([44], pa.int64())], ["age"])
    put_parquet(lake / "visits/2.parquet", rows(2).append_column("patient", nested))
    watched.scan()
    assert watched.columns("visits") == ["id", "ward", "patient", "patient.age"]
    assert {column.column: column.low for column in watched.versions("visits")[1].columns}["patient.age"] == 44


def test_a_folder_that_went_away_is_missing_and_comes_back_as_a_version(lake: Path, watched: Watched) -> None:
    file = put_parquet(lake / "visits/1.parquet", rows(1))
    watched.scan()
    raw = file.read_bytes()
    file.unlink()
    assert watched.scan().missing == ("visits",)
    put(file, raw + b"")
    assert watched.scan().missing == ()


def test_a_version_says_between_which_scans_it_came_to_be(lake: Path, watched: Watched) -> None:
    file = put_parquet(lake / "visits/1.parquet", rows(1))
    put_parquet(lake / "visits/2.parquet", rows(2))
    watched.scan()
    file.unlink()
    watched.scan()
    change = watched.versions("visits")[1].change
    assert change.not_before is not None
    assert datetime.fromisoformat(change.not_before) < datetime.fromisoformat(change.at)


def test_one_text_of_json_tells_its_rows_where_it_is_short(lake: Path, watched: Watched) -> None:
    put(lake / "visits/1.json", json.dumps([{"id": 1}, {"id": 2}], indent=2))
    put(lake / "wards/1.json", json.dumps({"id": 1, "name": "north"}, indent=2))
    put(lake / "empty/1.jsonl", "")
    assert watched.scan().gaps == 0
    assert [watched.versions(name)[0].rows for name in ("visits", "wards", "empty")] == [2, 1, 0]
    assert watched.columns("wards") == ["id", "name"]


def written(lake: Path, name: str, *ids: int) -> None:
    place = lake / "visits" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({"id": pa.array(ids, pa.int64()), "ward": ["north"] * len(ids)}), place)


def alarms(watched: Watched) -> list[tuple[str, tuple[str, ...]]]:
    """What nothing explains: operation and files, oldest first."""
    return [(change.operation, change.files) for change in reversed(watched.client.changes().result.changes)]


def test_files_that_only_take_the_place_of_others_are_no_change(lake: Path, watched: Watched) -> None:
    written(lake, "a.parquet", 1, 2)
    written(lake, "b.parquet", 3)
    written(lake, "none.parquet")
    watched.scan()
    before = len(alarms(watched))
    (lake / "visits/none.parquet").unlink()
    (lake / "visits/a.parquet").unlink()
    (lake / "visits/b.parquet").unlink()
    written(lake, "c.parquet", 3, 2, 1)
    watched.scan()
    assert len(alarms(watched)) == before
    assert watched.moved("visits")[-1] == (3, 3)


def test_other_rows_in_the_place_of_files_are_a_change_even_where_a_compaction_was_too(lake: Path, watched: Watched) -> None:
    for each in (1, 2, 3):
        written(lake, f"{each}.parquet", each)
    watched.scan()
    before = len(alarms(watched))
    (lake / "visits/1.parquet").unlink()
    (lake / "visits/2.parquet").unlink()
    written(lake, "together.parquet", 2, 1)
    written(lake, "more.parquet", 9)
    watched.scan()
    assert alarms(watched)[before:] == [("files", ("visits/more.parquet",))]
    (lake / "visits/together.parquet").unlink()
    written(lake, "again.parquet", 1, 4)
    watched.scan()
    assert alarms(watched)[before + 1 :] == [("files", ("visits/again.parquet", "visits/together.parquet"))]


def test_sums_of_rows_stay_out_of_the_ledger_and_are_for_their_owner_only(lake: Path, watched: Watched) -> None:
    written(lake, "a.parquet", 1)
    watched.scan()
    kept = watched.home / "row-sums.sqlite"
    with sqlite3.connect(kept) as database:
        [(total,)] = database.execute("SELECT total FROM sums WHERE rows = 1").fetchall()
    database.close()
    assert kept.stat().st_mode & 0o077 == 0
    assert total.encode() not in watched.recorded()


def test_a_version_is_bounded_by_the_last_scan_that_saw_nothing_new(lake: Path, watched: Watched) -> None:
    written(lake, "a.parquet", 1)
    watched.scan()
    first = watched.state("visits").seen_at
    watched.scan()
    written(lake, "b.parquet", 2)
    watched.scan()
    bound = watched.versions("visits")[-1].change.not_before
    assert bound is not None and bound > first


def test_a_lake_that_went_away_is_not_taken_for_unchanged(lake: Path, watched: Watched) -> None:
    put(lake / "visits/1.csv", "id\n1\n")
    watched.scan()
    lake.rename(lake.with_name("away"))
    with pytest.raises(LakeUnreachable):
        watched.scan()
    watched.client.wait()
    answer = watched.client.changes()
    assert not answer.complete
    assert {"LAKE-UNSCANNED", "LAKE-UNREACHABLE"} <= {gap.code for gap in answer.gaps}


def test_a_dataset_that_is_gone_is_found_and_told_again_when_it_goes_again(lake: Path, watched: Watched) -> None:
    put(lake / "visits/1.csv", "id\n1\n")
    put(lake / "wards/1.csv", "id\n1\n")
    watched.scan()
    shutil.rmtree(lake / "visits")
    watched.scan()
    watched.scan()
    [finding] = watched.client.findings.list(kind="vanished-dataset").result.findings
    assert (finding.count, finding.severity, finding.dataset.name) == (1, "high", "visits")
    put(lake / "visits/1.csv", "id\n1\n")
    watched.scan()
    shutil.rmtree(lake / "visits")
    watched.scan()
    assert watched.client.findings.list(kind="vanished-dataset").result.findings[0].count == 2
