"""A made-up history played on real tables: every tampered commit is told by the lake's own scan, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lakes.histories import history
from tests.lakes.played.telling import Outcome, played

pytestmark = pytest.mark.slow


def right(outcome: Outcome) -> bool:
    """Whether all tampering was told and nothing else; what was not stands in the outcome."""
    assert outcome.missed == [] and outcome.false == []
    return outcome.tampered > 0 and outcome.versions > outcome.commits / 2


@pytest.mark.service("module:deltalake")
def test_on_delta_tables(tmp_path: Path) -> None:
    from tests.lakes.played.delta import MANNER, DeltaPlayer

    assert right(played(history(1, 150, 20, MANNER), DeltaPlayer(tmp_path, 1), tmp_path / "home"))


@pytest.mark.service("module:pyiceberg")
def test_on_iceberg_tables(tmp_path: Path) -> None:
    from tests.lakes.played.iceberg import MANNER, IcebergPlayer

    assert right(played(history(1, 70, 20, MANNER), IcebergPlayer(tmp_path, 1, pace=15), tmp_path / "home"))


@pytest.mark.service("versitygw", "module:obstore")
def test_on_folders_in_an_object_store(tmp_path: Path) -> None:
    from tests.lakes.played.folder import MANNER, folder_player

    with folder_player(tmp_path, 1) as player:
        assert right(played(history(1, 60, 12, MANNER), player, tmp_path / "home"))
