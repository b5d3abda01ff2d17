"""`lake freshness` ends with the exit code that a pipeline can gate on, and shows what a person needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.sdk.local import LocalClient
from tests.lakes.arriving import DAY, daily, scan_at
from tests.lakes.telling import at, lake_added
from tests.unit.cli.calling import headwater


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that knows of a dataset into which something came each day."""
    with LocalClient.open(tmp_path / "home", create=True) as client:
        client.record([lake_added(), daily(30), scan_at(30.4 * DAY)])
    return tmp_path / "home"


def test_freshness_exits_0_on_time_1_overdue_and_4_where_nobody_looked(home: Path) -> None:
    on_time = headwater("lake", "freshness", "visits", "--as-of", at(29.5 * DAY), "--home", home)
    assert on_time.code == 0 and "on time" in on_time.out
    overdue = headwater("lake", "freshness", "--as-of", at(30.5 * DAY), "--home", home)
    assert overdue.code == 1
    for word in ("visits", "overdue by 11 hours", "2026-11-30 12:04", "every day about 12:0", "2026-12-01 12:0", "versions"):
        assert word in overdue.out
    unseen = headwater("lake", "freshness", "visits", "--as-of", at(32 * DAY), "--home", home, "--known-at", "1")
    assert unseen.code == 4 and "not looked" in unseen.out
    assert headwater("lake", "freshness", "--as-of", at(32 * DAY), "--known-at", "1", "--allow-gaps", "--home", home).code == 0


def test_the_json_names_the_time_that_was_asked_about(home: Path) -> None:
    told = headwater("lake", "freshness", "--as-of", at(30 * DAY), "--home", home, "--json").json
    assert told["as_of"] == "2026-12-01T12:00:00Z" and told["question"] == "lake-freshness"
    assert headwater("lake", "freshness", "--as-of", "yesterday", "--home", home).code == 2
