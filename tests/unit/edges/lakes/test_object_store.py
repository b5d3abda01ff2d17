"""Lakes on a real S3-compatible server, credentials by reference."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headwater.edges.sources.lakes.driver import LakeUnreachable
from tests.lakes.object_store import BUCKET, PROGRAM, ObjectStore, object_store
from tests.lakes.watching import Watched, watch
from tests.unit.cli.calling import headwater

pytestmark = pytest.mark.service(PROGRAM, "module:obstore", "module:deltalake", "module:pyiceberg")


def rows(*ids: int) -> pa.Table:
    return pa.table({"id": pa.array(ids, pa.int64()), "ward": ["north"] * len(ids)})


def packed(*ids: int) -> bytes:
    sink = io.BytesIO()
    pq.write_table(rows(*ids), sink)
    return sink.getvalue()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    with object_store(tmp_path_factory.mktemp("s3")) as store:
        yield store


@pytest.fixture
def store(served: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    for name, value in served.variables.items():
        monkeypatch.setenv(name, value)
    return served


def put(store: ObjectStore, path: str, content: bytes) -> None:
    import obstore
    from obstore.store import S3Store

    options = store.plain(store.references)
    options.pop("allow_http")
    obstore.put(S3Store(BUCKET, config=options, client_options={"allow_http": True}), path, content)  # type: ignore[arg-type]  # because its options are typed by their names


def delete(store: ObjectStore, path: str) -> None:
    (store.folder / BUCKET / path).unlink()


def told_nothing(watched: Watched, store: ObjectStore) -> None:
    """No secret stands in the home or the ledger."""
    recorded = watched.recorded() + (watched.home / "lake.toml").read_bytes()
    assert store.secret_key.encode() not in recorded and store.access_key.encode() not in recorded


def test_a_folder_of_objects_tells_what_came_changed_and_went(store: ObjectStore, tmp_path: Path) -> None:
    put(store, "folder/visits/day=1/a b.parquet", packed(1, 2))
    put(store, "folder/visits/day=2/ł.parquet", packed(3))
    watched = watch(tmp_path / "home", "folder", f"s3://{BUCKET}/folder", **store.references)
    with watched.client:
        assert watched.scan().gaps == 0
        assert watched.scan().unchanged == 1
        put(store, "folder/visits/day=2/ł.parquet", packed(4))
        delete(store, "folder/visits/day=1/a b.parquet")
        watched.scan()
        assert watched.moved("visits") == [(3, 0), (1, 3)]
        assert watched.columns("visits") == ["id", "ward"]
        told_nothing(watched, store)


def test_an_object_written_again_within_the_second_of_its_scan_is_noticed(store: ObjectStore, tmp_path: Path) -> None:
    watched = watch(tmp_path / "home", "folder", f"s3://{BUCKET}/quick", **store.references)
    with watched.client:
        for each in range(3):
            put(store, "quick/visits/1.csv", b"id\n%d\n" % each)
            assert watched.scan().versions == 1


def test_delta_tables_in_a_bucket(store: ObjectStore, tmp_path: Path) -> None:
    from deltalake import DeltaTable, write_deltalake

    options = store.plain(store.references) | {"aws_s3_allow_unsafe_rename": "true"}
    place = f"s3://{BUCKET}/delta/north/visits"
    for each in range(3):
        write_deltalake(place, rows(each), mode="append", storage_options=options)
    watched = watch(tmp_path / "home", "delta", f"s3://{BUCKET}/delta", **store.references)
    with watched.client:
        assert watched.scan().gaps == 0
        DeltaTable(place, storage_options=options).delete("id = 1")
        assert watched.scan().versions == 1
        assert watched.moved("north/visits") == [(1, 0), (1, 0), (1, 0), (0, 1)]
        assert [version.rows for version in watched.versions("north/visits")] == [1, 2, 3, 2]
        assert watched.scan().unchanged == 1
        told_nothing(watched, store)


def test_an_iceberg_warehouse_in_a_bucket_with_its_catalog_in_sqlite(store: ObjectStore, tmp_path: Path) -> None:
    from pyiceberg.catalog.sql import SqlCatalog

    uri = f"sqlite:///{tmp_path}/catalog.db"
    catalog = SqlCatalog("clinic", uri=uri, warehouse=f"s3://{BUCKET}/warehouse", **store.plain(store.iceberg_references))
    catalog.create_namespace("raw")
    table = catalog.create_table("raw.visits", rows(1).schema)
    table.append(rows(1, 2))
    table.append(rows(40))
    catalog.close()
    watched = watch(tmp_path / "home", "iceberg", uri, **store.iceberg_references)
    with watched.client:
        assert watched.scan().gaps == 0
        assert watched.moved("raw.visits") == [(2, 0), (1, 0)]
        assert watched.versions("raw.visits")[1].columns[0].low == 40
        assert watched.scan().unchanged == 1
        told_nothing(watched, store)


def test_a_wrong_secret_or_a_server_that_is_gone_is_told_without_secrets(store: ObjectStore, tmp_path: Path) -> None:
    put(store, "closed/visits/1.csv", b"id\n1\n")
    words = [f"--property={key}={value}" for key, value in store.references.items()]
    home = tmp_path / "home"
    assert headwater("lake", "add", "closed", f"s3://{BUCKET}/closed", "--kind", "folder", "--home", home, *words).code == 0
    os.environ["CLINIC_S3_SECRET"] = "another-secret"
    ended = headwater("lake", "scan", "closed", "--home", home)
    assert ended.code == 3 and ended.fault[2] == LakeUnreachable.code
    assert "another-secret" not in ended.err and store.access_key not in ended.err
    text = (home / "lake.toml").read_text()
    (home / "lake.toml").write_text(text.replace(store.endpoint, "http://127.0.0.1:9"))
    began = time.monotonic()
    ended = headwater("lake", "scan", "closed", "--home", home)
    assert ended.code == 3 and ended.fault[2] == LakeUnreachable.code
    assert time.monotonic() - began < 60
