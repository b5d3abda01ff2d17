"""A database in a file fills the lake under the name by which jobs know it, and what is gone from it goes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pytest

from headwater.app.lakes.places import LakePlace, write_place
from headwater.app.sources.places import DatabaseSource, DatabaseTable, write_source
from headwater.model.errors import HeadwaterError
from headwater.sdk.local import LocalClient


def _do(database: Path, *statements: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


@contextmanager
def _clinic(folder: Path, table: DatabaseTable) -> Iterator[LocalClient]:
    """A home with an Iceberg lake and one table of the ward as its source."""
    home = folder / "home"
    properties = {"warehouse": f"file://{folder}/warehouse"}
    with LocalClient.open(home, create=True) as client:
        place = LakePlace(kind="iceberg", location=f"sqlite:///{folder}/catalog.db", namespace="headwater://clinic", properties=properties)
        write_place(home, "clinic", place)
        write_source(
            home, "ward", DatabaseSource(lake="clinic", url=f"sqlite:///{folder}/ward.db", tables=(table,), namespace="sqlite://clinic")
        )
        yield client


def test_a_run_that_only_takes_rows_away_keeps_the_columns_known(tmp_path: Path) -> None:
    home, ward = tmp_path / "home", tmp_path / "ward.db"
    _do(
        ward, "CREATE TABLE visits (id INTEGER PRIMARY KEY, changed TEXT)", "INSERT INTO visits VALUES (1, '2026-01-01'), (2, '2026-01-02')"
    )
    with _clinic(tmp_path, DatabaseTable(name="visits", key=("id",), cursor="changed", deletions=True)) as client:
        first = client.sources.run("ward", home)
        _do(ward, "DELETE FROM visits WHERE id = 1")
        second = client.sources.run("ward", home)
        batches = client.sources.batches("raw.visits").result.batches
        answer = client.lineage("raw.visits", columns=True)
        gaps = client.gaps().result.gaps
    assert (first.rows, second.rows) == (2, 0)
    assert [(batch.origin, batch.rows, batch.deleted) for batch in batches] == [
        ("dataset:sqlite://clinic:ward.visits", 0, 1),
        ("dataset:sqlite://clinic:ward.visits", 2, 0),
    ]
    assert gaps == () and answer.complete
    found = {(edge.source, edge.kind) for edge in answer.result.edges}
    assert ("datasetField:sqlite://clinic:ward.visits:id", "FILTER") in found
    assert ("datasetField:sqlite://clinic:ward.visits:changed", "IDENTITY") in found


def test_a_table_that_is_fetched_whole_each_time_is_no_redelivery(tmp_path: Path) -> None:
    _do(tmp_path / "ward.db", "CREATE TABLE wards (id INTEGER PRIMARY KEY)", "INSERT INTO wards VALUES (1), (2), (3), (4), (5)")
    with _clinic(tmp_path, DatabaseTable(name="wards", key=("id",))) as client:
        assert [client.sources.run("ward", tmp_path / "home").rows for _ in range(3)] == [5, 5, 5]
        assert client.findings.list(state="all").total["findings"] == 0


@pytest.mark.parametrize(
    ("table", "column", "setting"),
    [
        (DatabaseTable(name="visits", key=("idd",), cursor="changed"), "idd", "key"),
        (DatabaseTable(name="visits", key=("id",), cursor="chnged"), "chnged", "cursor"),
    ],
)
def test_a_column_that_is_not_there_is_told_with_its_table(tmp_path: Path, table: DatabaseTable, column: str, setting: str) -> None:
    _do(tmp_path / "ward.db", "CREATE TABLE visits (id INTEGER PRIMARY KEY, changed TEXT)", "INSERT INTO visits VALUES (1, '2026-01-01')")
    with duckdb.connect(tmp_path / "ward.duckdb") as connection:
        connection.execute("CREATE TABLE visits AS SELECT 1 AS id, '2026-01-01' AS changed")
    with _clinic(tmp_path, table) as client:
        for address in (f"sqlite:///{tmp_path}/ward.db", f"duckdb:///{tmp_path}/ward.duckdb"):
            write_source(tmp_path / "home", "ward", DatabaseSource(lake="clinic", url=address, tables=(table,)))
            with pytest.raises(HeadwaterError) as refused:
                client.sources.run("ward", tmp_path / "home")
            assert refused.value.problem == (
                f"cannot load source `ward`: its table `visits` has no column `{column}`, which is to be its {setting}"
            )
            assert refused.value.next_step == f"correct `{setting}` of `visits` in lake.toml"
