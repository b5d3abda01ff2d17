"""Batches go into Iceberg once, also where two writers put the same one in at the same moment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from headwater.edges.engines.iceberg_writer import IcebergWriter, Written
from headwater.model.lakes import BATCH_STAMP

pytestmark = pytest.mark.service("module:pyiceberg")

ROWS = pa.table({"id": pa.array([1, 2], pa.int64())})


def writer(folder: Path) -> IcebergWriter:
    return IcebergWriter("lake", {"type": "sql", "uri": f"sqlite:///{folder}/catalog.db", "warehouse": f"file://{folder}/warehouse"})


def write(into: IcebergWriter, batch: str) -> Written:
    return into.write("raw.visits", ROWS, write="append", key=(), stamps={BATCH_STAMP: batch})


def test_a_batch_that_another_writer_commits_in_between_goes_in_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = writer(tmp_path), writer(tmp_path)
    assert write(one, "d1").is_new
    look, cut = IcebergWriter._table, [True]

    def late(self: IcebergWriter, name: str, rows: pa.Table) -> Any:
        found = look(self, name, rows)
        if self is one and cut and cut.pop():
            assert write(other, "d2").is_new
        return found

    monkeypatch.setattr(IcebergWriter, "_table", late)
    assert not write(one, "d2").is_new
    assert write(one, "d3").is_new
    table = other._catalog.load_table("raw.visits")
    assert table.scan().to_arrow().num_rows == 6
    assert "commit.retry.num-retries" not in table.properties
