"""A scan looks into what no run explains, and what it found outlives the version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

pytest.importorskip("deltalake", reason="needs the extra `delta`")

from deltalake import DeltaTable, write_deltalake

from headwater.model.answers import ChangeView
from tests.lakes.watching import Watched, watch

SECRET = "Quillfeather"


def rows(*ids: int) -> pa.Table:
    return pa.table({"id": pa.array(ids, pa.int64()), "dose": [float(each) for each in ids], "who": [f"{SECRET}-{each}" for each in ids]})


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    watched = watch(tmp_path / "home", "delta", tmp_path / "lake")
    write_deltalake(tmp_path / "lake/visits", rows(*range(100)))
    with watched.client:
        watched.scan()
        yield watched


@pytest.fixture
def visits(watched: Watched, tmp_path: Path) -> DeltaTable:
    return DeltaTable(tmp_path / "lake/visits")


def newest(watched: Watched) -> ChangeView:
    change: ChangeView = watched.client.changes().result.changes[0]
    return change


def test_an_update_tells_its_rows_its_column_and_their_range_and_no_value(watched: Watched, visits: DeltaTable) -> None:
    visits.update({"dose": "dose * 10"}, predicate="id >= 40 AND id < 50")
    watched.scan()
    found = newest(watched).examined
    assert found is not None
    assert (found.added, found.removed, found.changed, found.touched) == (0, 0, 10, ("dose",))
    assert {(told.column, told.low, told.high) for told in found.ranges} == {("id", "40", "49"), ("dose", "40", "490")}
    assert SECRET.encode() not in watched.recorded()


def test_rows_that_were_removed_are_counted_without_those_that_only_moved(watched: Watched, visits: DeltaTable) -> None:
    visits.delete("id < 3")
    watched.scan()
    found = newest(watched).examined
    assert found is not None and (found.added, found.removed, found.changed) == (0, 3, 0)


def test_what_was_found_stands_in_the_finding_after_the_version_is_gone(watched: Watched, visits: DeltaTable) -> None:
    visits.update({"dose": "0.5"}, predicate="id = 7")
    watched.scan()
    visits.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)
    watched.scan()
    change = next(change for change in watched.client.changes().result.changes if change.operation == "UPDATE")
    assert change.finding is not None and change.examined is not None
    [occurrence] = watched.client.findings.show(change.finding).result.occurrences
    assert occurrence.numbers is not None and occurrence.numbers["rows_changed"] == 1
    assert occurrence.what.endswith("rows 1 changed in dose")  # and no range, which of one row would be its values


def test_what_was_found_is_not_known_before_it_was(watched: Watched, visits: DeltaTable) -> None:
    visits.delete("id = 7")
    watched.scan()
    change = newest(watched)
    committed = min(change.entries[-2:])
    earlier = next(told for told in watched.client.changes(known_at=committed).result.changes if told.version == change.version)
    assert change.examined is not None and earlier.examined is None


def test_a_second_scan_looks_into_nothing_again(watched: Watched, visits: DeltaTable) -> None:
    visits.delete("id = 7")
    watched.scan()
    before = watched.recorded().count(b"lake/examined")
    write_deltalake(visits, rows(1000), mode="append")
    watched.scan()
    assert watched.recorded().count(b"lake/examined") == before + 1 > 1
