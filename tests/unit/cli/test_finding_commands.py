"""`changes` and `finding` end with the exit code that a pipeline can gate on, and show what a person needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.model.lakes import SchemaSeen
from headwater.model.schemas import Column
from headwater.sdk.local import LocalClient
from tests.lakes.telling import lake_added, scanned, version, versions
from tests.unit.cli.calling import headwater


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that knows of one change outside every run."""
    bad = version("7", 50, "overwrite", author="mallory", added_rows=4, removed_rows=4, parent="6")
    with LocalClient.open(tmp_path / "home", create=True) as client:
        client.record([lake_added(), versions("visits", bad), scanned()])
    return tmp_path / "home"


def test_a_change_that_waits_exits_1_and_is_told_with_who_and_how_much(home: Path) -> None:
    ended = headwater("changes", "--home", home)
    assert ended.code == 1
    for word in ("visits", "by mallory", "4 rows added, 4 rows removed", "version 7", "no run that writes this dataset was under way"):
        assert word in ended.out


def test_a_finding_is_listed_shown_and_decided(home: Path) -> None:
    listed = headwater("finding", "list", "--home", home, "--json")
    [finding] = listed.json["result"]["findings"]
    assert (listed.code, finding["state"]) == (1, "open")
    shown = headwater("finding", "show", finding["id"], "--home", home)
    assert shown.code == 0 and "overwrite by mallory outside any recorded run" in shown.out
    decided = headwater("finding", "ack", finding["id"], "--reason", "agreed with the ward", "--home", home)
    assert decided.code == 0 and "agreed with the ward" in decided.out and "acknowledged" in decided.out
    assert headwater("finding", "list", "--home", home).code == 0
    assert headwater("changes", "--home", home).code == 0
    assert "mallory" in headwater("finding", "list", "--state", "all", "--home", home).out


def test_nothing_watched_exits_4_unless_gaps_are_allowed(tmp_path: Path) -> None:
    with LocalClient.open(tmp_path / "home", create=True):
        pass
    assert headwater("changes", "--home", tmp_path / "home").code == 4
    assert headwater("changes", "--allow-gaps", "--home", tmp_path / "home").code == 0
    assert headwater("finding", "list", "--home", tmp_path / "home").code == 4


def test_a_state_that_is_none_is_refused_with_the_choices(home: Path) -> None:
    ended = headwater("finding", "list", "--state", "closed", "--home", home)
    assert ended.code == 2
    assert "expected one of `open`" in ended.fault[0]


def test_a_kind_that_is_none_is_refused_with_the_choices(home: Path) -> None:
    ended = headwater("finding", "list", "--kind", "leek", "--home", home)
    assert ended.code == 2
    assert "parameter `kind`: expected one of `unexplained-change`, " in ended.fault[0] and "`leak`" in ended.fault[0]
    assert ended.fault[1:] == ("headwater finding list --help", "USAGE")
    assert headwater("finding", "list", "--kind", "leak", "--home", home).code != 2


def test_changes_say_what_to_ask_next_what_became_of_columns_and_what_was_rolled_back(tmp_path: Path) -> None:
    schemas = (SchemaSeen("0", (Column("ward", "int"),), ids=(1,)), SchemaSeen("1", (Column("station", "int"),), ids=(1,)))
    seen = (
        version("7", 50, added_rows=4, removed_rows=0, parent="6", schema="0"),
        version("schema-1", 60, "schema", schema="1", added_rows=0),
        version("set-99-6", 70, "set current version", parent="7"),
    )
    with LocalClient.open(tmp_path / "home", create=True) as client:
        client.record([lake_added(), versions("visits", *seen, schemas=schemas), scanned()])
    ended = headwater("changes", "--home", tmp_path / "home")
    asked = "headwater lake diff dataset:iceberg://lake:visits"
    for line in (
        f"  next: {asked} 6 7",
        "  columns: renamed ward to station",
        "  next: headwater lake schema dataset:iceberg://lake:visits",
        "  rolled back to version 6; version set-99-6",
        f"  next: {asked} 7 set-99-6",
    ):
        assert line in ended.out.splitlines()
    assert "rolled back outside any recorded run" in headwater("finding", "list", "--home", tmp_path / "home").out
