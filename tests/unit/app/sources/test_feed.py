"""A supplier's drop folder fills the lake: good deliveries as batches with their run, bad ones held back and told."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyiceberg.catalog.sql import SqlCatalog

from headwater.app.lakes.places import LakePlace, write_place
from headwater.app.sources.places import FeedSource, write_source
from headwater.app.sources.run import staging_of
from headwater.edges.engines.iceberg_writer import IcebergWriter, LakeUnwritable
from headwater.model.errors import HeadwaterError
from headwater.sdk.local import LocalClient


class Clinic:
    """A home with an Iceberg lake and a supplier's drop folder."""

    def __init__(self, folder: Path, client: LocalClient) -> None:
        self.home, self.drop, self.client = folder / "home", folder / "drop", client
        self.catalog = f"sqlite:///{folder}/catalog.db"
        self.warehouse = f"file://{folder}/warehouse"
        properties = {"warehouse": self.warehouse}
        write_place(
            self.home, "clinic", LakePlace(kind="iceberg", location=self.catalog, namespace="headwater://clinic", properties=properties)
        )
        self.drop.mkdir()
        self.feed()

    def feed(self, **more: object) -> None:
        told = FeedSource(lake="clinic", provider="metabolic", product="labs", location=str(self.drop), **more)  # type: ignore[arg-type]  # because tests say which settings they try
        write_source(self.home, "labs", told)

    def deliver(self, name: str, files: dict[str, bytes], promised: dict[str, str] | None = None) -> None:
        folder = self.drop / name
        folder.mkdir(exist_ok=True)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        sums = promised or {file: hashlib.sha256(content).hexdigest() for file, content in files.items()}
        told = {"files": [{"name": file, "sha256": digest} for file, digest in sums.items()]}
        (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")

    def run(self) -> list[str]:
        return list(self.client.sources.run("labs", self.home).batches)

    def rows(self) -> list[dict[str, object]]:
        catalog = SqlCatalog("clinic", uri=self.catalog, warehouse=self.warehouse)
        rows: list[dict[str, object]] = catalog.load_table("raw.labs").scan().to_arrow().to_pylist()
        return rows

    def verdicts(self) -> dict[str, str]:
        told = self.client.sources.deliveries("labs").result.deliveries
        return {view.delivery: view.verdict for view in reversed(told)}


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with LocalClient.open(tmp_path / "home", create=True) as client:
        yield Clinic(tmp_path, client)


def parquet(path: Path, **columns: list[object]) -> bytes:
    pq.write_table(pa.table(columns), path)
    return path.read_bytes()


def test_csv_json_and_parquet_packed_or_not_come_in_with_their_batch(clinic: Clinic, tmp_path: Path) -> None:
    clinic.deliver("d1", {"a.csv": b"id,value\n1,5\n2,6\n", "b.csv.gz": gzip.compress(b"id,value\n3,7\n")})
    clinic.deliver("d2", {"c.jsonl": b'{"id": 4, "value": 8}\n', "d.parquet": parquet(tmp_path / "p", id=[5], value=[9])})
    assert clinic.run() == ["d1", "d2"]
    assert sorted((row["id"], row["value"], row["_dlt_load_id"]) for row in clinic.rows()) == [
        (1, 5, "d1"), (2, 6, "d1"), (3, 7, "d1"), (4, 8, "d2"), (5, 9, "d2"),
    ]  # fmt: skip
    batches = clinic.client.sources.batches("raw.labs").result.batches
    assert [(batch.batch, batch.rows, batch.origin) for batch in batches] == [
        ("d2", 2, "dataset:feed://metabolic:labs"),
        ("d1", 3, "dataset:feed://metabolic:labs"),
    ]
    assert clinic.run() == []


def test_repeated_altered_and_lying_deliveries_are_held_back_and_found(clinic: Clinic) -> None:
    clinic.deliver("d1", {"a.csv": b"id\n1\n"})
    clinic.run()
    clinic.deliver("d2", {"a.csv": b"id\n1\n"})
    clinic.deliver("d3", {"a.csv": b"id\n3\n"}, promised={"a.csv": "0" * 64})
    clinic.deliver("d4", {"a.csv": b"id\n4\n"}, promised={"a.csv": hashlib.sha256(b"id\n4\n").hexdigest(), "b.csv": "0" * 64})
    clinic.deliver("d1", {"a.csv": b"id\n7\n"})
    clinic.deliver("d5", {"a.parquet": b"PAR1 this is none"})
    assert clinic.run() == []
    told = clinic.verdicts()
    assert told == {"d1": "altered", "d2": "repeated", "d3": "not as promised", "d4": "incomplete", "d5": "unreadable"}
    assert [row["id"] for row in clinic.rows()] == [1]
    found = clinic.client.findings.list(state="all").result.findings
    assert {finding.cause["verdict"] for finding in found} == set(told.values())
    assert clinic.run() == [] and len(clinic.client.sources.deliveries("labs").result.deliveries) == 6


def test_a_delivery_that_was_held_back_comes_in_once_it_is_mended(clinic: Clinic) -> None:
    clinic.deliver("d1", {"a.csv": b"id\n3\n"}, promised={"a.csv": "0" * 64})
    assert clinic.run() == []
    clinic.deliver("d1", {"a.csv": b"id\n3\n"})
    assert clinic.run() == ["d1"]


def test_a_value_of_another_type_stands_beside_and_is_a_gap(clinic: Clinic) -> None:
    clinic.deliver("d1", {"a.csv": b"id,value\n1,5\n"})
    clinic.deliver("d2", {"a.csv": b"id,value\n2,high\n"})
    clinic.run()
    assert sorted((row["id"], row["value"], row["value__v_text"]) for row in clinic.rows()) == [(1, 5, None), (2, None, "high")]
    assert [gap.code for gap in clinic.client.gaps().result.gaps if gap.code == "COLUMN-CHANGED-TYPE"]
    assert "high" not in json.dumps([gap.detail for gap in clinic.client.gaps().result.gaps])


def test_loads_explain_what_they_did_and_a_hand_does_not(clinic: Clinic) -> None:
    clinic.deliver("d1", {"a.csv": b"id\n1\n"})
    clinic.run()
    clinic.deliver("d2", {"a.csv": b"id,more\n2,x\n"})
    clinic.run()
    clinic.client.lakes.scan("clinic", clinic.home)
    assert clinic.client.changes().total["changes"] == 0
    catalog = SqlCatalog("clinic", uri=clinic.catalog, warehouse=clinic.warehouse)
    catalog.load_table("raw.labs").delete("id = 1")
    clinic.client.lakes.scan("clinic", clinic.home)
    assert [(change.operation, change.removed_rows) for change in clinic.client.changes().result.changes] == [("delete", 1)]


def test_a_load_that_failed_after_fetching_is_made_good_once(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic.deliver("d1", {"a.csv": b"id\n1\n"})
    with monkeypatch.context() as broken:
        broken.setattr(IcebergWriter, "write", _refuse)
        with pytest.raises(LakeUnwritable):
            clinic.run()
    assert clinic.client.sources.list().result.sources[0].state == "failed"
    assert [batch.batch for batch in staging_of(clinic.home, "labs").whole()] == ["d1"]
    assert clinic.run() == ["d1"]
    assert [row["id"] for row in clinic.rows()] == [1]
    assert not staging_of(clinic.home, "labs").whole()


def test_a_load_that_was_committed_and_not_recorded_goes_in_once(clinic: Clinic) -> None:
    clinic.deliver("d1", {"a.csv": b"id\n1\n"})
    refused = clinic.client.record
    calls: list[int] = []

    def record(events: object, **more: object) -> object:
        calls.append(1)
        if len(calls) == 3:
            raise HeadwaterError("the power went", next_step="")
        return refused(events, **more)  # type: ignore[arg-type]  # because this only passes on

    clinic.client.record = record  # type: ignore[method-assign, assignment]  # because this test cuts the power between commit and record
    with pytest.raises(HeadwaterError, match="the power went"):
        clinic.run()
    assert [row["id"] for row in clinic.rows()] == [1]
    assert clinic.run() == ["d1"]
    assert [row["id"] for row in clinic.rows()] == [1]
    assert len(clinic.client.sources.batches("raw.labs").result.batches) == 1


def _refuse(*_: object, **__: object) -> None:
    raise LakeUnwritable("cannot write to lake `clinic`: its catalog does not answer", next_step="try again")


def test_a_batch_with_switched_units_is_found_though_its_run_is_known(clinic: Clinic, tmp_path: Path) -> None:
    rng = numpy.random.default_rng(7)
    for day in range(15):
        values = rng.normal(100, 15, 400)
        if day == 13:
            values = values / 18.016
        rows = parquet(tmp_path / "p", id=list(range(day * 400, day * 400 + 400)), glucose=values.round(1).tolist())
        clinic.deliver(f"d{day:02}", {"labs.parquet": rows})
        clinic.run()
    found = clinic.client.findings.list(kind="deviating-batch").result.findings
    assert {occurrence.batch for finding in found for occurrence in finding.occurrences} == {"d13"}
    assert any(finding.cause.get("column") == "glucose" and finding.cause["deviation"] == "units" for finding in found)
    assert clinic.client.changes().total["changes"] == 0


def test_a_source_that_never_got_as_far_as_a_batch_is_listed_as_failed_with_when_and_why(clinic: Clinic) -> None:
    clinic.drop.rmdir()
    with pytest.raises(HeadwaterError, match=r"drop folder of source `labs` at .*: expected a directory"):
        clinic.run()
    clinic.client.wait()
    (told,) = clinic.client.sources.list().result.sources
    assert (told.name, told.state, told.last_batch, told.batches) == ("labs", "failed", None, 0)
    assert told.last_run is not None and "drop" in told.why
    assert clinic.client.sources.list("another").result.sources == ()


def test_a_feed_whose_drop_folder_is_gone_is_failed_until_it_is_back(clinic: Clinic) -> None:
    clinic.deliver("d1", {"a.csv": b"id,value\n1,5\n"})
    assert clinic.run() == ["d1"]
    clinic.drop.rename(clinic.drop.with_name("elsewhere"))
    with pytest.raises(HeadwaterError):
        clinic.run()
    clinic.client.wait()
    assert clinic.client.sources.list().result.sources[0].state == "failed"
    clinic.drop.with_name("elsewhere").rename(clinic.drop)
    assert clinic.run() == []
    clinic.client.wait()
    (told,) = clinic.client.sources.list().result.sources
    assert (told.state, told.why, told.last_batch) == ("learning", "", "d1")
