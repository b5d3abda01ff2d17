"""What no lake should hold and some do: each is a gap in words, the scan goes on, and no value of a row is shown or recorded."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytest.importorskip("pyiceberg", reason="needs the extra `iceberg`")
pytest.importorskip("deltalake", reason="needs the extra `delta`")

from deltalake import DeltaTable, write_deltalake
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.schema import Schema
from pyiceberg.types import LongType, NestedField, StringType

from headwater.app.lakes.drivers import open_lake
from headwater.edges.sources.lakes import inside
from tests.lakes.watching import Watched, watch
from tests.unit.cli.calling import COMMAND

SECRET = "Quillfeather"
NOBODY = 65534
WIDE = pa.table({f"column_{each:05}": [each] for each in range(5_000)})
SCHEMA = Schema(NestedField(1, "id", LongType()), NestedField(2, "ward", StringType()))


def rows(*ids: int) -> pa.Table:
    return pa.table({"id": pa.array(ids, pa.int64()), "ward": [SECRET] * len(ids)})


@pytest.fixture
def iceberg(tmp_path: Path) -> Iterator[Watched]:
    """A catalog with the tables `raw.bad`, of two commits, and `raw.good`."""
    catalog = SqlCatalog("clinic", uri=f"sqlite:///{tmp_path}/catalog.db", warehouse=f"file://{tmp_path}/warehouse")
    catalog.create_namespace("raw")
    for name in ("raw.bad", "raw.good"):
        table = catalog.create_table(name, SCHEMA)
        table.append(rows(1))
        table.append(rows(2, 3))
    catalog.close()
    watched = watch(tmp_path / "home", "iceberg", f"sqlite:///{tmp_path}/catalog.db")
    with watched.client:
        yield watched


@pytest.fixture
def delta(tmp_path: Path) -> Iterator[Watched]:
    """A folder with the tables `bad`, of three commits, and `good`."""
    for name in ("bad", "good"):
        for each in range(3):
            write_deltalake(tmp_path / "lake" / name, rows(each), mode="append")
    watched = watch(tmp_path / "home", "delta", tmp_path / "lake")
    with watched.client:
        yield watched


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Watched]:
    """Folders `bad` and `good`, each with one sound file."""
    for name in ("bad", "good"):
        (tmp_path / "lake" / name).mkdir(parents=True)
        pq.write_table(rows(1), tmp_path / "lake" / name / "1.parquet")
    watched = watch(tmp_path / "home", "folder", tmp_path / "lake")
    with watched.client:
        yield watched


def newest(tmp_path: Path, pattern: str) -> Path:
    return max((tmp_path / "warehouse/raw/bad/metadata").glob(pattern), key=lambda file: file.stat().st_mtime_ns)


def told(watched: Watched, good: str, code: str) -> list[str]:
    """Scan; the gaps with a code. The dataset beside is whole, and no value of a row is anywhere."""
    watched.scan()
    assert len(watched.operations(good)) >= 1
    words = [detail for found, _, detail in watched.gaps() if found == code]
    assert words, watched.gaps()
    assert SECRET.encode() not in watched.recorded() and SECRET not in "".join(words)
    return words


@pytest.mark.parametrize("spoil", [lambda file: file.unlink(), lambda file: file.write_bytes(b"{"), lambda file: file.write_bytes(b"[1]")])
def test_a_metadata_file_that_is_missing_or_damaged(iceberg: Watched, tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    spoil(newest(tmp_path, "*.json"))
    [words] = told(iceberg, "raw.good", "DATASET-UNREADABLE")
    assert words.startswith("cannot read table `raw.bad`: its metadata file is missing or damaged")


def test_a_table_that_is_readable_again_is_read_by_the_next_scan(iceberg: Watched, tmp_path: Path) -> None:
    file = newest(tmp_path, "*.json")
    kept = file.read_bytes()
    file.write_bytes(b"{")
    assert iceberg.scan().unreadable == ("raw.bad",)
    file.write_bytes(kept)
    report = iceberg.scan()
    assert (report.unreadable, report.versions) == ((), 2)


@pytest.mark.parametrize("pattern", ["snap-*.avro", "*-m0.avro"])
@pytest.mark.parametrize(
    "spoil", [lambda raw: None, lambda raw: b"", lambda raw: raw[: len(raw) // 2], lambda raw: b"Obj\x01" + b"\xff" * 99]
)
def test_a_manifest_list_or_manifest_that_is_missing_or_damaged(
    iceberg: Watched, tmp_path: Path, pattern: str, spoil: Callable[[bytes], bytes | None]
) -> None:
    file = newest(tmp_path, pattern)
    made = spoil(file.read_bytes())
    file.unlink()
    if made is not None:
        file.write_bytes(made)
    [words] = told(iceberg, "raw.good", "MANIFEST-UNREADABLE")
    assert "its statistics are not known" in words
    first, second = iceberg.versions("raw.bad")
    assert (first.columns[0].values, second.columns, second.change.added_rows) == (1, (), 2)


IMPOSSIBLE: list[Callable[[dict[str, Any]], object]] = [
    lambda told: told["snapshots"][1]["summary"].update({"added-records": "-7", "total-records": "many"}),
    lambda told: told["snapshots"][1].update({"timestamp-ms": 253_402_300_799_000_000}),
    lambda told: told["snapshots"][1].update({"timestamp-ms": 253_402_300_799_000}),
    lambda told: told["snapshots"][1].update({"timestamp-ms": "yesterday"}),
    lambda told: told["snapshots"].append({"summary": 7}),
    lambda told: told["snapshots"].append("x"),
    lambda told: told["schemas"].append({"schema-id": "x", "fields": 7}),
    lambda told: told["schemas"][0].update({"fields": [{"id": 1, "name": "id", "type": {"type": "struct"}}]}),
    lambda told: told["snapshots"][0].update({"snapshot-id": -3}),
]


@pytest.mark.parametrize("spoil", IMPOSSIBLE)
def test_metadata_that_says_what_cannot_be(iceberg: Watched, tmp_path: Path, spoil: Callable[[dict[str, Any]], object]) -> None:
    file = newest(tmp_path, "*.json")
    metadata = json.loads(file.read_text())
    spoil(metadata)
    file.write_text(json.dumps(metadata))
    report = iceberg.scan()
    assert report.gaps >= 1 and not report.unreadable
    assert {code for code, _, _ in iceberg.gaps()} & {"METADATA-IMPOSSIBLE", "SNAPSHOT-UNREADABLE", "SCHEMA-UNREADABLE"}
    assert len(iceberg.versions("raw.good")) == 2
    assert iceberg.versions("raw.bad")


def test_metadata_whose_parts_are_all_of_another_kind(iceberg: Watched, tmp_path: Path) -> None:
    file = newest(tmp_path, "*.json")
    told = json.loads(file.read_text())
    for key in told:
        if key != "table-uuid":
            file.write_text(json.dumps({**told, key: 7 if isinstance(told[key], list | dict | str) else "x"}))
            (tmp_path / "catalog.db").touch()
            iceberg.scan()
    assert iceberg.versions("raw.good")


def test_metadata_packed_by_its_writer_is_read(iceberg: Watched, tmp_path: Path) -> None:
    file = newest(tmp_path, "*.json")
    file.write_bytes(gzip.compress(file.read_bytes()))
    assert iceberg.scan().gaps == 0


def test_a_catalog_that_goes_away_in_the_middle_keeps_what_was_seen(iceberg: Watched, tmp_path: Path) -> None:
    from headwater.app.lakes.scan import scan
    from headwater.edges.sources.lakes.driver import LakeUnreachable, Listed, Looked

    real = open_lake("lake", iceberg.place)

    class Leaving:
        """The real driver, of a catalog that is stopped after the first table."""

        def __init__(self) -> None:
            self.looks = 0
            self.listed, self.unseen, self.files, self.close = real.listed, real.unseen, real.files, real.close

        def look(self, listed: Listed, known: Any) -> Looked:
            self.looks += 1
            if self.looks > 1:
                raise LakeUnreachable("cannot reach the catalog of lake `lake`: it does not answer", next_step="headwater lake list")
            return real.look(listed, known)

    report = scan("lake", iceberg.place, Leaving(), iceberg.client.ask, iceberg.client.record)
    real.close()
    assert (report.is_whole, report.missing, report.gaps) == (False, (), 1)
    assert [code for code, _, _ in iceberg.gaps()] == ["LAKE-UNREACHABLE"]
    assert len(iceberg.versions("raw.bad")) == 2
    assert iceberg.scan().versions == 2


def test_a_catalog_without_its_tables_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").write_bytes(b"no database, just bytes" * 100)
    ended = subprocess.run(
        [*COMMAND, "lake", "add", "lake", f"sqlite:///{tmp_path}/catalog.db", "--home", str(tmp_path / "home")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 3 and "code: LAKE-UNREACHABLE" in ended.stderr and "Traceback" not in ended.stderr


@pytest.mark.parametrize("content", [b"{", b"", b"7\n", b'{"add": 7}', b'{"add": {"size": 1}}', b'{"commitInfo": 7}', b"\xff\xfe"])
def test_a_commit_that_is_damaged_leaves_the_others(delta: Watched, tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"lake/bad/_delta_log/{1:020}.json").write_bytes(content)
    delta.scan()
    assert [version.change.version for version in delta.versions("bad") if version.change.added_rows == 1] == ["0", "2"]
    assert len(delta.versions("good")) == 3
    if content:
        assert [code for code, _, _ in delta.gaps()] == ["COMMIT-UNREADABLE"]


def test_a_commit_whose_texts_cannot_be_taken_in_keeps_no_other_table_out(delta: Watched, tmp_path: Path) -> None:
    info = {"commitInfo": {"timestamp": 1, "operation": "WRITE\u0007", "userName": "in\nes"}}
    (tmp_path / f"lake/bad/_delta_log/{3:020}.json").write_text(json.dumps(info))
    assert delta.scan().unreadable == ("bad",)
    [(code, subject, detail)] = delta.gaps()
    assert (code, subject) == ("DATASET-UNRECORDABLE", "lake:lake") and "`bad`" in detail
    assert len(delta.versions("good")) == 3


def test_commits_missing_in_the_middle_or_at_the_end(delta: Watched, tmp_path: Path) -> None:
    log = tmp_path / "lake/bad/_delta_log"
    (log / f"{1:020}.json").unlink()
    [words] = told(delta, "good", "LOG-BROKEN")
    assert words == "commits 1 to 1 are missing from the log: what they did is not known"
    (log / f"{2:020}.json").unlink()
    delta.scan()
    assert any("1 commits at the end of the log" in detail for _, _, detail in delta.gaps())
    assert [version.is_gone for version in delta.versions("bad")] == [False, True]


def test_a_log_that_begins_late_is_told_unless_a_checkpoint_stands_for_what_was_before(delta: Watched, tmp_path: Path) -> None:
    for name in ("bad", "good"):
        if name == "good":
            DeltaTable(tmp_path / "lake/good").create_checkpoint()
        (tmp_path / f"lake/{name}/_delta_log/{0:020}.json").unlink()
    delta.scan()
    assert [(code, subject.rpartition(":")[2], detail.partition(",")[0]) for code, subject, detail in delta.gaps()] == [
        ("LOG-BROKEN", "bad", "the log begins at commit 1")
    ]


def test_a_recorded_commit_that_is_written_again_is_told(delta: Watched, tmp_path: Path) -> None:
    delta.scan()
    commit = tmp_path / f"lake/bad/_delta_log/{1:020}.json"
    commit.write_bytes(commit.read_bytes() + b"\n")
    write_deltalake(tmp_path / "lake/bad", rows(9), mode="append")
    [words] = told(delta, "good", "LOG-REWRITTEN")
    assert "between 0 and 2" in words
    assert len(delta.versions("bad")) == 4


@pytest.mark.parametrize("timestamp", [10**18, -(10**18), 253_402_300_799_000, "noon", True])
@pytest.mark.parametrize("statistics", ['{"numRecords": -5}', '{"numRecords": "five"}', "7", "{", '{"minValues": {"id": 1e999}}'])
def test_a_commit_that_says_what_cannot_be(delta: Watched, tmp_path: Path, timestamp: object, statistics: str) -> None:
    info = {"timestamp": timestamp, "operation": "WRITE"}
    add = {"path": "x.parquet", "size": -1, "stats": statistics, "dataChange": True}
    commit = tmp_path / f"lake/bad/_delta_log/{3:020}.json"
    commit.write_text("\n".join(json.dumps(action) for action in ({"commitInfo": info}, {"add": add})))
    assert not delta.scan().unreadable
    assert "3" in [version.change.version for version in delta.versions("bad")]
    assert delta.versions("bad")[-1].rows is None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("2.parquet", b"PAR1 and nothing more PAR1"),
        ("2.parquet", b""),
        ("2.csv.gz", gzip.compress(f"id,ward\n1,{SECRET}\n".encode() * 99_999, mtime=0)[:-2_000]),
        ("2.jsonl.zst", b"no zstd"),
        ("2.json", f'{{"ward": "{SECRET}", '.encode()),
        ("2.csv", f'id,ward\n1,"{SECRET}\n2'.encode()),
        ("2.csv", b"\xff\xfe\x00" * 1000),
        ("2.jsonl", b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}\n"),
        ("2.jsonl", b'{"a":' * 3_000 + b"1" + b"}" * 3_000 + b"\n"),
        ("2.json", b"[" * 100_000),
    ],
    ids=lambda told: str(told[:24]),
)
def test_a_file_that_is_not_what_its_name_says_counts_by_its_bytes(folder: Watched, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / "lake/bad" / name).write_bytes(content)
    report = folder.scan()
    assert not report.unreadable and folder.versions("good")[0].rows == 1
    assert [file.path for file in folder.state("bad").files] == ["bad/1.parquet", f"bad/{name}"]
    assert SECRET.encode() not in folder.recorded()
    if name != "2.csv":
        [(code, subject, detail)] = folder.gaps()
        assert (code, subject) == ("FILE-UNREADABLE", "dataset:headwater://lake:bad") and f"`bad/{name}`" in detail


@pytest.mark.parametrize(
    ("name", "content", "columns"),
    [
        ("empty.csv", b"", []),
        ("empty.csv.gz", gzip.compress(b"", mtime=0), []),
        ("empty.jsonl", b"\n", []),
        ("header.csv", b"id,ward\n", ["id", "ward"]),
        ("cut.csv", b"id,ward", ["id", "ward"]),
    ],
    ids=lambda told: str(told[:12]),
)
def test_a_file_without_rows_has_none_and_is_no_gap(folder: Watched, tmp_path: Path, name: str, content: bytes, columns: list[str]) -> None:
    (tmp_path / "lake/none").mkdir()
    (tmp_path / "lake/none" / name).write_bytes(content)
    assert folder.scan().gaps == 0
    assert folder.versions("none")[0].rows == 0
    assert not columns or folder.columns("none") == columns


def test_a_folder_of_parquet_files_without_rows_is_told_with_its_columns(folder: Watched, tmp_path: Path) -> None:
    (tmp_path / "lake/none").mkdir()
    pq.write_table(rows(1).slice(0, 0), tmp_path / "lake/none/1.parquet")
    assert folder.scan().gaps == 0
    assert (folder.versions("none")[0].rows, folder.columns("none")) == (0, ["id", "ward"])


def test_a_small_file_that_unpacks_without_end_counts_by_its_bytes(
    folder: Watched, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inside, "_UNPACKED_BYTES", 10 * 1024**2)
    (tmp_path / "lake/bad/2.csv.gz").write_bytes(gzip.compress(b"id,ward\n" + b"1,2\n" * (4 * 1024**2)))
    folder.scan()
    [(code, _, detail)] = folder.gaps()
    assert code == "FILE-UNREADABLE" and "it unpacks to more than any data does" in detail


def test_links_and_unfit_names_are_left_out_and_told(folder: Watched, tmp_path: Path) -> None:
    (tmp_path / "lake/bad/link.parquet").symlink_to("/etc/passwd")
    (tmp_path / "lake/away").symlink_to("/etc")
    (tmp_path / "lake/bad/two\nlines.csv").write_text("id\n1\n")
    Path(os.fsdecode(bytes(tmp_path / "lake/bad") + b"/\xff.csv")).write_text("id\n1\n")
    report = folder.scan()
    assert report.gaps == 4
    assert sorted(code for code, _, _ in folder.gaps()) == ["LINK-NOT-FOLLOWED"] * 2 + ["NAME-UNFIT"] * 2
    assert [file.path for file in folder.state("bad").files] == ["bad/1.parquet"]


def test_a_file_that_goes_away_during_the_scan_is_read_by_the_next(folder: Watched, tmp_path: Path) -> None:
    (tmp_path / "lake/bad/2.csv").write_text("id\n1\n")
    report = folder.scan(progress=lambda done, _: (tmp_path / "lake/bad/2.csv").unlink(missing_ok=True))
    assert report.gaps == 1 and [code for code, _, _ in folder.gaps()] == ["FILE-UNREADABLE"]
    assert folder.scan().gaps == 0
    assert folder.scan().unchanged == 2


def test_what_may_not_be_read_is_told_and_read_once_it_may() -> None:
    with TemporaryDirectory() as place:
        lake = Path(place) / "lake"
        for part in ("open", "closed"):
            (lake / part).mkdir(parents=True)
            for each in range(2):
                pq.write_table(rows(each), lake / part / f"{each}.parquet")
        watched = watch(Path(place) / "home", "folder", lake)
        (lake / "open/1.parquet").chmod(0)
        (lake / "closed").chmod(0)
        with watched.client, without_rights(Path(place)):
            report = watched.scan()
            assert (report.gaps, report.missing, report.versions) == (2, (), 1)
            assert {code for code, _, _ in watched.gaps()} == {"FILE-UNREADABLE", "FOLDER-UNREADABLE"}
            (lake / "open/1.parquet").chmod(0o644)
            (lake / "closed").chmod(0o755)
            report = watched.scan()
            assert (report.gaps, report.versions) == (0, 2)


@contextmanager
def without_rights(place: Path) -> Iterator[None]:
    """Be a user without rights who owns everything there, where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    for part in (place, *place.rglob("*")):
        os.chown(part, NOBODY, NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.slow
def test_fifty_thousand_files_in_a_folder_are_told_in_parts_that_lose_nothing(folder: Watched, tmp_path: Path) -> None:
    for each in range(50_000):
        (tmp_path / f"lake/bad/{each}.csv").write_bytes(b"id\n1\n")
    report = folder.scan()
    assert report.gaps == 0
    versions = folder.versions("bad")
    assert sum(version.change.added_rows or 0 for version in versions) == 50_001 == versions[-1].rows
    assert len(folder.state("bad").files) == 50_001
    (tmp_path / "lake/bad/7.csv").unlink()
    assert folder.scan().versions == 1
    assert folder.moved("bad")[-1] == (0, 1)


def test_five_thousand_columns_of_a_file_are_all_told(folder: Watched, tmp_path: Path) -> None:
    pq.write_table(WIDE, tmp_path / "lake/bad/wide.parquet")
    assert folder.scan().gaps == 0
    assert len(folder.columns("bad")) == 5_000
    assert len(folder.versions("bad")[0].columns) == 5_002


@pytest.mark.slow
def test_five_thousand_columns_of_a_table_are_all_told_for_each_version(iceberg: Watched, tmp_path: Path) -> None:
    catalog = SqlCatalog("clinic", uri=f"sqlite:///{tmp_path}/catalog.db", warehouse=f"file://{tmp_path}/warehouse")
    table = catalog.create_table("raw.wide", WIDE.schema)
    for _ in range(2):
        table.append(WIDE)
    catalog.close()
    assert iceberg.scan().gaps == 0
    assert len(iceberg.columns("raw.wide")) == 5_000
    assert [len(version.columns) for version in iceberg.versions("raw.wide")] == [5_000] * 2
