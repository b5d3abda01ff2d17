"""A server killed at random moments under load keeps every event it acknowledged, and starts again without a repair."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import pytest

from tests.effort import tries
from tests.stories import killing


@pytest.mark.slow
def test_every_acknowledged_event_survives_being_killed_again_and_again(tmp_path: Path) -> None:
    assert killing.run(tmp_path / "home", rounds=tries(5, 8), connections=16, chance=random.Random(2026)) == []


@pytest.mark.slow
def test_a_server_that_is_asked_to_end_finishes_what_it_began(tmp_path: Path) -> None:
    assert killing.run(tmp_path / "home", rounds=tries(2, 3), connections=16, chance=random.Random(7), ending=signal.SIGTERM) == []


@pytest.mark.slow
def test_a_lost_event_would_be_noticed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert killing.run(home, rounds=1, connections=2, chance=random.Random(1)) == []
    invented = killing.Acknowledged({"00000000-0000-0000-0000-000000000000": 1})
    assert killing.check(home, invented, None)[1] == ["acknowledged at 1 and not there: 00000000-0000-0000-0000-000000000000"]
