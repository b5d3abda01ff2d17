"""Scanning lakes: 2,000 tables of 20 versions each, for Iceberg, Delta and folders; first scan, and a second one without changes.

    python bench/lakes.py [--tables 2000] [--versions 20] [--kind iceberg] [--folder DIR]

Times are those of the whole command `headwater lake scan`, start included, held on one core where the system has `taskset`: processor time,
which is judged since other programs hardly change it, and the wall clock's in brackets.
One table is made by the format's own library; the others are its metadata with paths and ids of their own, packed as they were packed.
The peer for Iceberg is PyIceberg: every table loaded, its snapshots listed and the manifests that each added read, which is what our
first scan reads; `lists` is the same without manifests. For Delta it is deltalake with each table's history; for folders SHA-256 and
the footer of every file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
import uuid
import zlib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

TARGET_FIRST, TARGET_SECOND = 60.0, 3.0
TEMPLATE = "t00000"
COLUMNS = 12
PINNED = ("taskset", "-c", "0") if shutil.which("taskset") else ()
SETTINGS = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""As with an installed package, modules are compiled once."""


def main() -> int:
    """Measure and print one table; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=2000)
    parser.add_argument("--versions", type=int, default=20)
    parser.add_argument("--kind", choices=tuple(LAKES))
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    missed = False
    print(f"{options.tables} tables x {options.versions} versions\n{'':10}{'first scan':>18}{'second':>18}{'peer':>18}{'first/peer':>12}")
    for kind in [options.kind] if options.kind else LAKES:
        with TemporaryDirectory(dir=options.folder) as folder:
            make, peer = LAKES[kind]
            location = make(Path(folder), options.tables, options.versions)
            home = Path(folder) / "home"
            _timed("lake", "add", "lake", location, "--kind", kind, "--home", str(home))
            first, second = (_timed("lake", "scan", "lake", "--home", str(home)) for _ in range(2))
            beside = _timed_peer(peer, location)
            lists = f"   lists: {_timed_peer(beside_iceberg, location)}" if kind == "iceberg" else ""
        print(f"{kind:10}{first!s:>18}{second!s:>18}{beside!s:>18}{first.own / beside.own:12.2f}{lists}", flush=True)
        share = options.tables * options.versions / 40_000
        missed |= first.own > TARGET_FIRST * max(share, 0.1) or second.own > TARGET_SECOND
    return int(missed)


class Spent(NamedTuple):
    """Seconds that a program took: of the processor, and by the clock."""

    own: float
    wall: float

    def __str__(self) -> str:
        return f"{self.own:.2f} s ({self.wall:.1f})"


def _timed(*words: str) -> Spent:
    return _spent([sys.executable, "-m", "headwater.cli.main", *words])


def _timed_peer(peer: Callable[[str], None], location: str) -> Spent:
    words = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import lakes; lakes.{peer.__name__}({location!r})"
    return _spent([sys.executable, "-c", words])


def _spent(command: list[str]) -> Spent:
    began, before = time.perf_counter(), _processor_seconds()
    subprocess.run([*PINNED, *command], check=True, stdout=subprocess.DEVNULL, env=SETTINGS)
    return Spent(_processor_seconds() - before, time.perf_counter() - began)


def _processor_seconds() -> float:
    """Of the programs that were waited for."""
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime


def _rows(version: int) -> pa.Table:
    numbers = pa.array(range(version * 10, version * 10 + 10), pa.int64())
    return pa.table({f"c{index}": numbers if index % 2 else numbers.cast(pa.string()) for index in range(COLUMNS)})


def make_iceberg(folder: Path, tables: int, versions: int) -> str:
    """A SQL catalog with one table by PyIceberg, and its clones."""
    from pyiceberg.catalog.sql import SqlCatalog

    uri = f"sqlite:///{folder}/catalog.db"
    catalog = SqlCatalog("lake", uri=uri, warehouse=f"file://{folder}/warehouse")
    catalog.create_namespace("raw")
    table = catalog.create_table(f"raw.{TEMPLATE}", _rows(0).schema)
    for version in range(versions):
        table.append(_rows(version))
    source = Path(table.location().removeprefix("file://")) / "metadata"
    place = table.metadata_location
    catalog.close()
    avro = {file.name: _unpacked(file.read_bytes()) for file in source.glob("*.avro")}
    metadata = Path(place.removeprefix("file://")).read_text()
    with sqlite3.connect(folder / "catalog.db") as database:
        for number in range(1, tables):
            name = f"t{number:05}"
            target = source.parent.with_name(name) / "metadata"
            target.mkdir(parents=True)
            for file, parts in avro.items():
                (target / file).write_bytes(_packed(parts, TEMPLATE.encode(), name.encode()))
            told = json.loads(metadata.replace(TEMPLATE, name)) | {"table-uuid": str(uuid.uuid4())}
            (target / Path(place).name).write_text(json.dumps(told))
            row = ("lake", "raw", name, place.replace(TEMPLATE, name), None)
            database.execute(
                "INSERT INTO iceberg_tables (catalog_name, table_namespace, table_name, metadata_location, previous_metadata_location)"
                " VALUES (?, ?, ?, ?, ?)",
                row,
            )
    return uri


def _unpacked(raw: bytes) -> tuple[bytes, list[tuple[int, bytes]]]:
    """An Avro file as its head, marker included, and its blocks, inflated."""
    sync = raw[-16:]
    head, blocks, place = raw[: raw.index(sync) + 16], [], raw.index(sync) + 16
    while place < len(raw):
        count, place = _varint(raw, place)
        size, place = _varint(raw, place)
        block = raw[place : place + size]
        blocks.append((count, zlib.decompress(block, -15) if b"deflate" in head else block))
        place += size + 16
    return head, blocks


def _packed(parts: tuple[bytes, list[tuple[int, bytes]]], old: bytes, new: bytes) -> bytes:
    head, blocks = parts
    made = [head]
    for count, block in blocks:
        told = block.replace(old, new)
        if b"deflate" in head:
            packer = zlib.compressobj(6, zlib.DEFLATED, -15)
            told = packer.compress(told) + packer.flush()
        made += [_as_varint(count), _as_varint(len(told)), told, head[-16:]]
    return b"".join(made)


def _varint(raw: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return (value >> 1) ^ -(value & 1), place


def _as_varint(value: int) -> bytes:
    left, told = value << 1, bytearray()
    while left > 0x7F:
        told.append(left & 0x7F | 0x80)
        left >>= 7
    return bytes([*told, left])


def make_delta(folder: Path, tables: int, versions: int) -> str:
    """A table by deltalake, and copies of its log."""
    from deltalake import write_deltalake

    source = folder / "lake" / TEMPLATE
    for version in range(versions):
        write_deltalake(source, _rows(version), mode="append")
    for number in range(1, tables):
        shutil.copytree(source / "_delta_log", folder / "lake" / f"t{number:05}" / "_delta_log")
    return str(folder / "lake")


def make_folder(folder: Path, tables: int, versions: int) -> str:
    """Parquet files, as many in each folder as others have versions."""
    source = folder / "lake" / TEMPLATE
    source.mkdir(parents=True)
    for version in range(versions):
        pq.write_table(_rows(version), source / f"part-{version:03}.parquet")
    for number in range(1, tables):
        shutil.copytree(source, folder / "lake" / f"t{number:05}")
    return str(folder / "lake")


def beside_iceberg(location: str) -> None:
    """PyIceberg: load each table and list its snapshots."""
    from pyiceberg.catalog.sql import SqlCatalog

    catalog = SqlCatalog("lake", uri=location)
    for name in catalog.list_tables("raw"):
        catalog.load_table(name).inspect.snapshots()


def beside_iceberg_manifests(location: str) -> None:
    """PyIceberg: the same, and the entries of each manifest that a snapshot added."""
    from pyiceberg.catalog.sql import SqlCatalog

    catalog = SqlCatalog("lake", uri=location)
    for name in catalog.list_tables("raw"):
        table = catalog.load_table(name)
        table.inspect.snapshots()
        for snapshot in table.snapshots():
            for manifest in snapshot.manifests(table.io):
                if manifest.added_snapshot_id == snapshot.snapshot_id:
                    manifest.fetch_manifest_entry(table.io)


def beside_delta(location: str) -> None:
    """The library deltalake: open each table and tell its history."""
    from deltalake import DeltaTable

    for folder in sorted(Path(location).iterdir()):
        DeltaTable(folder).history()


def beside_folder(location: str) -> None:
    """Digest and footer of each file."""
    for file in sorted(Path(location).glob("*/*.parquet")):
        hashlib.sha256(file.read_bytes()).hexdigest()
        pq.read_metadata(file)


LAKES: dict[str, tuple[Callable[[Path, int, int], str], Callable[[str], None]]] = {
    "iceberg": (make_iceberg, beside_iceberg_manifests),
    "delta": (make_delta, beside_delta),
    "folder": (make_folder, beside_folder),
}

if __name__ == "__main__":
    sys.exit(main())
