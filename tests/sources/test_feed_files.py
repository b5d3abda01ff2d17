"""Files of suppliers as they really come: every encoding, separator and packing is read as it is meant, or refused in words."""

from __future__ import annotations

import bz2
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from headwater.app.sources.places import FeedSource
from headwater.edges.sources.feeds import files
from headwater.edges.sources.feeds.drop import Drop
from headwater.edges.sources.feeds.files import Form
from tests.lakes.object_store import BUCKET, object_store
from tests.sources.filled import NAME, Filled, filled

ADA = [{"id": 1, "name": "Ada"}]


def read(folder: Path, name: str, content: bytes, **form: str) -> list[dict[str, Any]]:
    (folder / name).write_bytes(content)
    rows: list[dict[str, Any]] = Drop(str(folder), {}, with_manifests=False, form=Form(**form)).rows(name).to_pylist()
    return rows


@pytest.mark.parametrize(
    ("name", "content", "rows"),
    [
        ("bom.csv", "\ufeffid,name\n1,Ada\n".encode(), ADA),
        ("a.tsv", b"id\tname\n1\tAda\n", ADA),
        ("a.csv.gz", gzip.compress(b"id,name\n", mtime=0) + gzip.compress(b"1,Ada\n", mtime=0), ADA),
        ("a.csv.bz2", bz2.compress(b"id,name\n1,Ada\n"), ADA),
        ("a.csv.zst", zstandard.compress(b"id,name\n1,Ada\n"), ADA),
        ("quoted.csv", b'id,name\r\n1,"Ada\nLovelace, ""A"""\r\n', [{"id": 1, "name": 'Ada\nLovelace, "A"'}]),
        ("header.csv", b"id,name\n", []),
        ("a.jsonl", b'{"id": 1, "name": "Ada"}\n\n', ADA),
        ("array.json", b'\xef\xbb\xbf [\n{"id": 1, "name": "Ada"}\n]', ADA),
        ("array.json.gz", gzip.compress(json.dumps(ADA).encode(), mtime=0), ADA),
        ("zeros.csv", b"id,name\n007,Ada\n,Bob\n", [{"id": "007", "name": "Ada"}, {"id": None, "name": "Bob"}]),
        ("long.csv", b"id,name\n1," + b"x" * 6_000_000 + b"\n", [{"id": 1, "name": "x" * 6_000_000}]),
    ],
)
def test_what_is_meant_is_read(tmp_path: Path, name: str, content: bytes, rows: list[dict[str, Any]]) -> None:
    assert read(tmp_path, name, content) == rows


@pytest.mark.parametrize(
    ("name", "content", "form", "rows"),
    [
        ("latin.csv", "id,name\n1,Müller\n".encode("latin-1"), {"encoding": "latin-1"}, [{"id": 1, "name": "Müller"}]),
        ("utf16.csv", "id,name\n1,Ada\n".encode("utf-16"), {"encoding": "utf-16"}, ADA),
        ("semicolons.csv", b"id;name\n1;Ada\n", {"delimiter": ";"}, ADA),
    ],
)
def test_what_is_declared_is_read_so(tmp_path: Path, name: str, content: bytes, form: dict[str, str], rows: list[dict[str, Any]]) -> None:
    assert read(tmp_path, name, content, **form) == rows


@pytest.mark.parametrize(
    ("name", "content", "form", "words"),
    [
        ("empty.csv", b"", {}, "it is empty"),
        ("empty.jsonl", b"", {}, "it is empty"),
        ("latin.csv", "id,name\n1,Müller\n".encode("latin-1"), {}, 'encoding = "latin-1"'),
        ("semicolons.csv", b"id;name\n1;Ada\n", {}, 'delimiter = ";"'),
        ("twice.csv", b"id,id\n1,2\n", {}, "several columns of the name `id`"),
        ("array.json", b'["Ada"]', {}, "other things than objects"),
        ("array.json", b'[{"id": "Ada"', {}, "not JSON"),
        ("a.csv", b"id\n1\n", {"encoding": "klingon"}, "nobody knows the encoding"),
        ("a.xlsx", b"PK", {}, "neither Parquet nor CSV nor JSON"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(tmp_path: Path, name: str, content: bytes, form: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        read(tmp_path, name, content, **form)
    assert "Ada" not in str(refused.value)


@pytest.mark.parametrize("name", ["bomb.csv.gz", "bomb.jsonl.zst", "bomb.json.gz", "bomb.parquet"])
def test_a_small_file_that_unpacks_to_any_size_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(files, "LARGEST_BYTES", 1_000_000)
    monkeypatch.setattr(files, "LARGEST_ARRAY_BYTES", 1_000_000)
    rows = {
        "bomb.csv.gz": b"id\n" + b"1\n" * 5_000_000,
        "bomb.jsonl.zst": b'{"id": 1}\n' * 500_000,
        "bomb.json.gz": b"[" + b" " * 5_000_000,
    }
    if name.endswith(".parquet"):
        pq.write_table(pa.table({"id": pa.array(range(500_000))}), tmp_path / name, use_dictionary=False)
        content = (tmp_path / name).read_bytes()
    else:
        content = zstandard.compress(rows[name]) if name.endswith(".zst") else gzip.compress(rows[name])
    with pytest.raises(ValueError, match=r"larger than|more than"):
        read(tmp_path, name, content)


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Filled]:
    with filled(tmp_path) as lake:
        yield lake


@pytest.mark.service("module:pyiceberg")
def test_deliveries_that_break_are_held_back_with_the_reason_and_no_rows_are_a_batch(lake: Filled, tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    lake.source(FeedSource(lake="clinic", provider="lab", product="results", location=str(drop), manifest="none", table="results"))
    (drop / "1.csv").write_bytes(b"id;name\n1;Ada\n")
    (drop / "2.csv.gz").write_bytes(gzip.compress(b"id,name\n" + b"1,Ada\n" * 9)[:-9])
    pq.write_table(pa.table({"id": pa.array([], pa.int64()), "name": pa.array([], pa.string())}), drop / "3.parquet")
    (drop / "4.csv").write_bytes(b"id,name\n1,Ada\n")
    lake.run()
    assert [(row["id"], row["name"]) for row in lake.rows("raw.results")] == [(1, "Ada")]
    told = {view.delivery: view.why for view in lake.client.sources.deliveries(NAME).result.deliveries if view.verdict == "unreadable"}
    assert set(told) == {"1.csv", "2.csv.gz"} and 'delimiter = ";"' in told["1.csv"] and "Ada" not in str(told)


@pytest.mark.service("versitygw", "module:pyiceberg", "module:obstore")
def test_a_bucket_is_read_and_a_manifest_that_lies_is_held_back(lake: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with object_store(tmp_path) as store:
        for name, value in store.variables.items():
            monkeypatch.setenv(name, value)
        place = store.folder / BUCKET / "drop"
        for day, promised in (("2026-11-01", 1), ("2026-11-02", 7)):
            (place / day).mkdir(parents=True)
            (place / day / "labs.csv").write_bytes(f"id,name\n{day[-1]},Ada\n".encode())
            told = {"files": [{"name": "labs.csv", "rows": promised}]}
            (place / day / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
        location = f"s3://{BUCKET}/drop"
        lake.source(FeedSource(lake="clinic", provider="lab", product="labs", location=location, options=store.references))
        assert lake.run() == {"raw.labs": 1}
        told_of = {view.delivery: view.verdict for view in lake.client.sources.deliveries(NAME).result.deliveries}
        assert told_of == {"2026-11-01": "good", "2026-11-02": "not as promised"}
