"""Batches stand in the order in which their loads ended, each once, and outlive a restart."""

from __future__ import annotations

from pathlib import Path

from headwater.app.headwater import Headwater
from headwater.capture.documents import encode
from headwater.model.entries import BATCH_LOADED
from headwater.model.ids import DatasetId
from headwater.model.lakes import DatasetName
from headwater.model.loads import BatchPiece, LoadedBatch
from headwater.model.times import FOREVER, Instant
from headwater.projections.views import Views
from tests.lakes.telling import NAMESPACE, at

LABS = DatasetId(NAMESPACE, "labs")


def batch(name: str, minutes: float, run: str = "r1", seen: float = 999) -> bytes:
    return encode(
        LoadedBatch(
            headwater=BATCH_LOADED,
            seen_at=at(seen),
            source="lab",
            kind="feed",
            batch=name,
            dataset=DatasetName(NAMESPACE, "labs"),
            origin=DatasetName("feed://lab", "results"),
            run=run,
            job=DatasetName("sources", "lab"),
            started_at=at(minutes - 1),
            ended_at=at(minutes),
            delivered_at=at(minutes - 30),
            rows=5,
            pieces=(BatchPiece(name="monday.csv", rows=5, digest="ab", promised="ab"),),
        )
    )


def batches(views: Views) -> list[tuple[str, int]]:
    told = views.batches.datasets[LABS].until(Instant(FOREVER - 1), views.known_at)
    return [(known.id, known.position) for known in told]


def test_batches_are_kept_once_by_time_and_come_back(tmp_path: Path) -> None:
    flags = {"analysers": 0}
    with Headwater.open(tmp_path / "home", environ={}, flags=flags) as first:
        report = first.record(b"\n".join([batch("2", 20), batch("1", 10), batch("1", 10, seen=1000)]))
        assert not report.rejected and report.recorded == 3
        first.follower.wait_for(2)
        with first.follower.reading() as views:
            assert batches(views) == [("1", 1), ("2", 0)]
    with Headwater.open(tmp_path / "home", environ={}, flags=flags) as second, second.follower.reading() as views:
        assert views.folded == 3
        assert batches(views) == [("1", 1), ("2", 0)]
        [first_batch, _] = views.batches.datasets[LABS].batches
        assert (first_batch.loaded.rows, first_batch.loaded.pieces[0].promised) == (5, "ab")
