"""Versions, looks and scans are folded with both times, in any order, and survive a save."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from headwater.app.headwater import Headwater
from headwater.model.entries import Position
from headwater.model.ids import DatasetId
from headwater.model.keys import Principal, Scope
from headwater.model.times import FOREVER, Instant
from headwater.projections.lakes import Lakes
from tests.lakes.telling import NAMESPACE, decided, lake_added, scanned, version, versions

TABLE = DatasetId(NAMESPACE, "visits")
EVER = Instant(FOREVER - 1)


@pytest.fixture
def headwater(tmp_path: Path) -> Iterator[Headwater]:
    with Headwater.open(tmp_path / "home", environ={}, flags={"analysers": 0}) as made:
        yield made


def folded(headwater: Headwater) -> Lakes:
    headwater.follower.wait_for(headwater.ledger.size - 1)
    with headwater.follower.reading() as views:
        return views.lakes


def test_versions_stand_in_the_order_of_their_commits(headwater: Headwater) -> None:
    headwater.record(
        b"\n".join([lake_added(), versions("visits", version("2", 20)), versions("visits", version("1", 10)), scanned("gone")])
    )
    lakes = folded(headwater)
    record = lakes.datasets[TABLE]
    last = Position(headwater.follower.position - 1)
    assert [commit.version for commit in record.commits_at(EVER, last)] == ["1", "2"]
    assert [commit.version for commit in record.commits_at(EVER, Position(1))] == ["2"]
    assert [commit.version for commit in record.commits_at(record.commits[0].at, last)] == ["1"]
    assert lakes.lakes["lake"].scans[0].missing == (DatasetId(NAMESPACE, "gone"),)


def test_a_version_told_again_keeps_its_first_entry(headwater: Headwater) -> None:
    headwater.record(versions("visits", version("1", 10)))
    headwater.record(versions("visits", version("1", 10), version("2", 11), minutes=1200))
    record = folded(headwater).datasets[TABLE]
    assert [(commit.version, commit.position) for commit in record.commits] == [("1", 0), ("2", 1)]
    assert record.look_at(Position(0)) != record.look_at(Position(1))


def test_what_a_key_may_not_write_is_refused(headwater: Headwater) -> None:
    report = headwater.record(versions("visits", version("1", 10)), Principal("k", (Scope("write", "iceberg://other"),)))
    assert report.recorded == 0
    assert NAMESPACE in report.rejected[0].reason


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_order_of_arrival_leaves_only_positions(headwater: Headwater, order: tuple[int, ...]) -> None:
    told = [lake_added(), versions("visits", version("1", 10)), versions("visits", version("2", 20), gone=("1",)), scanned("old")]
    for index in order:
        headwater.record(told[index])
    lakes = folded(headwater)
    record = lakes.datasets[TABLE]
    assert [commit.version for commit in record.commits] == ["1", "2"]
    assert record.gone_at(Position(headwater.follower.position - 1)) == {"1"}
    assert [scan.datasets for scan in lakes.lakes["lake"].scans] == [1]


def test_lakes_and_decisions_come_back_from_a_save(tmp_path: Path) -> None:
    told = [lake_added(), versions("visits", version("1", 10, rows=5)), scanned(), decided("0123456789ab", "visits")]
    with Headwater.open(tmp_path / "home", environ={}, flags={"analysers": 0}) as first:
        first.record(b"\n".join(told))
        before = folded(first)
    with Headwater.open(tmp_path / "home", environ={}, flags={"analysers": 0}) as second, second.follower.reading() as views:
        assert views.folded == len(told)
        assert views.lakes.datasets == before.datasets
        assert views.lakes.lakes == before.lakes
        assert [known.reason for known in views.decisions.of("0123456789ab", views.known_at)] == ["looked into"]
