"""An Iceberg lake behind a REST catalog: the server that the Iceberg project itself tests with."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pyarrow as pa
import pytest

from headwater.app.lakes.drivers import open_lake
from tests.lakes.watching import Watched, watch

PROGRAM = "iceberg-rest-catalog"
pytestmark = pytest.mark.service("java", PROGRAM, "module:pyiceberg")


def rows(*ids: int) -> pa.Table:
    return pa.table({"id": pa.array(ids, pa.int64())})


class Served:
    """A catalog's server that can be stopped and started again with what it held."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.uri = f"http://127.0.0.1:{self._port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        settings = {
            "CATALOG_REST_PORT": str(self._port),
            "CATALOG_WAREHOUSE": str(self._folder / "warehouse"),
            "CATALOG_CATALOG__IMPL": "org.apache.iceberg.jdbc.JdbcCatalog",
            "CATALOG_URI": f"jdbc:sqlite:{self._folder}/rest.db",
        }
        self.process = subprocess.Popen([PROGRAM], env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            try:
                with urlopen(f"{self.uri}/v1/config", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the catalog does not answer")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)

    def catalog(self) -> Any:
        from pyiceberg.catalog import load_catalog

        return load_catalog("writer", type="rest", uri=self.uri)


@contextmanager
def catalog_server(folder: Path) -> Iterator[Served]:
    served = Served(folder)
    served.start()
    try:
        yield served
    finally:
        served.stop()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with catalog_server(tmp_path) as served:
        yield served


@pytest.fixture
def watched(tmp_path: Path, served: Served) -> Iterator[Watched]:
    watched = watch(tmp_path / "home", "iceberg", served.uri)
    with watched.client:
        yield watched


def test_tables_of_nested_namespaces_are_told_and_a_second_scan_reads_none_of_them(served: Served, watched: Watched) -> None:
    catalog = served.catalog()
    for namespace in ("raw", "raw.deep", "empty"):
        catalog.create_namespace(namespace)
    for name in ("raw.visits", "raw.deep.visits"):
        table = catalog.create_table(name, rows(1).schema)
        table.append(rows(1, 2))
        table.append(rows(40))
    assert watched.scan().gaps == 0
    assert watched.datasets() == ["raw.deep.visits", "raw.visits"]
    assert watched.moved("raw.deep.visits") == [(2, 0), (1, 0)]
    assert watched.versions("raw.deep.visits")[1].columns[0].low == 40
    for file in (served._folder / "warehouse").rglob("*.avro"):
        file.unlink()
    report = watched.scan()
    assert (report.unchanged, report.versions, report.gaps) == (2, 0, 0)


def test_a_table_and_its_namespace_dropped_while_the_scan_looks_are_a_gap(served: Served, watched: Watched) -> None:
    catalog = served.catalog()
    for namespace in ("a", "b", "c"):
        catalog.create_namespace(namespace)
        catalog.create_table(f"{namespace}.visits", rows(1).schema).append(rows(1))

    def drop(done: int, _: int) -> None:
        if done == 1:
            catalog.drop_table("b.visits")
            catalog.drop_namespace("b")

    report = watched.scan(progress=drop)
    assert (report.is_whole, report.unreadable, report.versions) == (True, ("b.visits",), 2)
    assert watched.scan().missing == ("b.visits",)


def test_a_namespace_dropped_while_it_is_listed_keeps_no_other_from_being_seen(served: Served, watched: Watched) -> None:
    catalog = served.catalog()
    for namespace in ("a", "b", "c"):
        catalog.create_namespace(namespace)
        catalog.create_table(f"{namespace}.visits", rows(1).schema).append(rows(1))
    driver = open_lake("lake", watched.place)
    names = []
    for listed in driver.listed():
        names.append(listed.name)
        if listed.name == "a.visits":
            catalog.drop_table("b.visits")
            catalog.drop_namespace("b")
    assert names == ["a.visits", "c.visits"]
    assert [seen.gap.code for seen in driver.unseen()] == ["NAMESPACE-GONE"]
    driver.close()


def test_a_catalog_killed_in_the_middle_of_a_scan_loses_nothing_and_is_gone_on_with(served: Served, watched: Watched) -> None:
    catalog = served.catalog()
    catalog.create_namespace("raw")
    for number in range(4):
        catalog.create_table(f"raw.t{number}", rows(1).schema).append(rows(1))
    report = watched.scan(progress=lambda done, _: served.stop() if done == 2 else None)
    assert (report.is_whole, report.versions, report.missing) == (False, 2, ())
    assert "LAKE-UNREACHABLE" in {code for code, _, _ in watched.gaps()}
    served.start()
    report = watched.scan()
    assert (report.is_whole, report.unchanged, report.versions) == (True, 2, 2)
