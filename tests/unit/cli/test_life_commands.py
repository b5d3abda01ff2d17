"""`lake freshness`, `timeline` and `schema` end with codes that a pipeline can gate on, and show what a person needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.model.lakes import SchemaSeen
from headwater.model.schemas import Column
from headwater.sdk.local import LocalClient
from tests.lakes.arriving import DAY, daily, scan_at
from tests.lakes.telling import at, lake_added, version, versions
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


def test_a_timeline_is_shown_and_drawn(home: Path, tmp_path: Path) -> None:
    svg, page = tmp_path / "life.svg", tmp_path / "life.html"
    ended = headwater("lake", "timeline", "visits", "--since", at(28 * DAY), "--svg", svg, "--html", page, "--home", home)
    assert ended.code == 0
    for word in ("the life of dataset:iceberg://lake:visits", "2026-11-30 12:04:00", "append", "+10", "version 129", "2 versions"):
        assert word in ended.out
    assert "2026-11-28" not in ended.out
    assert svg.read_text().startswith("<svg") and "version 129" in svg.read_text()
    assert page.read_text().startswith("<!doctype html>")
    assert headwater("lake", "timeline", "visits", "--until", "soon", "--home", home).code == 2


def test_a_schema_is_shown_with_what_changed(tmp_path: Path) -> None:
    schemas = (SchemaSeen("0", (Column("ward", "int"),), ids=(1,)), SchemaSeen("1", (Column("station", "long"),), ids=(1,)))
    first, second = version("1", 10, schema="0", added_rows=1), version("schema-1", 20, "schema", schema="1")
    with LocalClient.open(tmp_path / "home", create=True) as client:
        client.record([lake_added(), versions("visits", first, second, schemas=schemas), scan_at(30)])
    ended = headwater("lake", "schema", "visits", "--home", tmp_path / "home")
    assert ended.code == 0
    for word in ("1 column", "renamed ward to station", "widened station from int to long", "version schema-1", "the first schema known"):
        assert word in ended.out
    assert headwater("lake", "schema", "nothing", "--home", tmp_path / "home").code == 2


def test_names_of_versions_stay_whole_on_a_narrow_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long, set_back = "4356166978647159420", "set-1795748585752-4356166978647159420"
    seen = (version(long, 10, added_rows=3, rows=3, removed_rows=1), version(set_back, 20, "set current version", parent=long))
    with LocalClient.open(tmp_path / "home", create=True) as client:
        client.record([lake_added(), versions("visits", *seen), scan_at(30)])
    monkeypatch.setenv("COLUMNS", "80")
    for command in ("history", "timeline"):
        lines = headwater("lake", command, "visits", "--home", tmp_path / "home").out.splitlines()
        for name in (long, set_back):
            assert any(name in line.split() or f"{name}," in line.split() for line in lines)
        assert any(line.startswith("2026-11-01 12:10:00  ") and "+3, -1" in line for line in lines)
