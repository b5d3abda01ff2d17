"""Of a made-up history every tampered commit is told and no other, whatever came in first."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from headwater.sdk.local import LocalClient
from tests.lakes.histories import History, documents, history, named


def alarms(folder: Path, told: Sequence[bytes]) -> set[str]:
    """The versions that nothing explains."""
    with LocalClient.open(folder / "home", create=True) as client:
        report = client.record(list(told))
        assert not report.rejected
        return {change.version for change in client.changes(limit=10_000).result.changes}


def missed_and_false(told: History, found: set[str]) -> tuple[list[str], list[str]]:
    """Ways of tampering that went unseen, and what was told of commits that a run explains."""
    names = named(told)
    missed = [commit.tampering for commit in told.tampered if names[commit] not in found]
    false = [f"{commit}" for commit in told.commits if not commit.tampering and names[commit] in found]
    return missed, false


@pytest.mark.parametrize("seed", range(6))
def test_tampering_is_told_and_nothing_else(tmp_path: Path, seed: int) -> None:
    told = history(seed, commits=300, tampered=27)
    assert missed_and_false(told, alarms(tmp_path, documents(told))) == ([], [])


def test_the_order_in_which_things_come_in_changes_nothing(tmp_path: Path) -> None:
    told = history(11, commits=150, tampered=18)
    pieces = documents(told)
    random.Random(11).shuffle(pieces)
    assert missed_and_false(told, alarms(tmp_path, pieces)) == ([], [])
