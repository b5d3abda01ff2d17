"""Setting up and running sources by command: what cannot be is refused, and exit codes tell what was held back or came as a gap."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.unit.cli.calling import headwater

pytestmark = pytest.mark.service("module:dlt", "module:pyiceberg")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    place = tmp_path / "home"
    (tmp_path / "drop").mkdir()
    warehouse = f"warehouse=file://{tmp_path}/warehouse"
    assert headwater("lake", "add", "clinic", f"sqlite:///{tmp_path}/catalog.db", "--property", warehouse, "--home", place).code == 0
    return place


def feed(home: Path, name: str, *more: str, lake: str = "clinic", drop: str = "drop") -> tuple[int, str]:
    settings = ("--kind", "feed", "--lake", lake, "--address", str(home.parent / drop), "--product", "metabolic/labs")
    ended = headwater("source", "add", name, *settings, *more, "--home", home)
    return ended.code, ended.err


def deliver(home: Path, name: str, rows: str, promised: str = "") -> None:
    folder = home.parent / "drop" / name
    folder.mkdir()
    (folder / "labs.csv").write_text(rows)
    (folder / "SHA256SUMS").write_text(f"{promised or hashlib.sha256(rows.encode()).hexdigest()}  labs.csv\n")


def test_a_source_takes_no_other_s_place_unless_told(home: Path) -> None:
    assert feed(home, "labs") == (0, "")
    code, told = feed(home, "labs")
    assert code != 0 and "`labs`" in told and "--replace" in told
    assert feed(home, "labs", "--replace") == (0, "")


def test_what_could_not_run_is_not_added(home: Path) -> None:
    code, told = feed(home, "labs", lake="nope")
    assert code != 0 and "lake `nope`" in told
    code, told = feed(home, "labs", drop="dropp")
    assert code != 0 and "dropp" in told and "folder" in told
    code, told = feed(home, "labs", "--due", "25:00")
    assert code != 0 and "HH:MM" in told and "$" not in told
    assert headwater("source", "list", "--settings", "--home", home).json == {}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--kind", "databse", "--address", "sqlite:///shop.db"), "expected --kind as one of `api`, `database`, `feed`, `stream`"),
        (("--kind", "feed", "--address", "drop"), "expected --product as PROVIDER/PRODUCT with `feed`, got none"),
        (
            ("--kind", "feed", "--address", "drop", "--product", "metabolic"),
            "expected --product as PROVIDER/PRODUCT with `feed`, got another",
        ),
        (("--kind", "stream", "--address", "kafka://host:9092"), "expected --part TOPIC at least once with `stream`"),
        (("--kind", "stream", "--address", "host:9092", "--part", "labs"), "expected --address as kafka://HOST:PORT"),
        (
            ("--kind", "database", "--address", "env:SHOP", "--product", "a/b"),
            "expected --product for `feed` alone, got it with `database`",
        ),
        (("--kind", "database", "--address", "env:SHOP", "--auth", "bearer=env:T"), "expected --auth for `api` alone"),
        (("--kind", "database", "--address", "", "--part", "visits"), "expected --address as the database's"),
    ],
)
def test_what_does_not_fit_is_told_by_the_option_that_brings_it(home: Path, words: tuple[str, ...], told: str) -> None:
    ended = headwater("source", "add", "shop", *words, "--lake", "clinic", "--home", home)
    assert ended.code == 2 and ended.fault[0].startswith("cannot add source `shop`: ") and told in ended.fault[0]
    assert "$" not in ended.fault[0] and ended.fault[1] == "headwater source add --help"


def test_two_sources_do_not_fill_one_table(home: Path) -> None:
    assert feed(home, "labs") == (0, "")
    code, told = feed(home, "other")
    assert code != 0 and "`labs`" in told and "raw.labs" in told
    assert feed(home, "other", "--into", "more") == (0, "")
    path = home / "lake.toml"
    path.write_text(path.read_text().replace('into = "more"', 'into = "raw"'))
    ended = headwater("source", "run", "other", "--home", home)
    assert ended.code != 0 and "`labs`" in ended.err and "raw.labs" in ended.err


def test_a_run_exits_by_what_was_held_back_and_by_gaps(home: Path) -> None:
    feed(home, "labs")
    deliver(home, "2026-11-01", "id,value\n1,5\n")
    assert headwater("source", "run", "labs", "--home", home).code == 0
    deliver(home, "2026-11-02", "id,value\n2,x\n")
    assert headwater("source", "run", "labs", "--home", home).code == 4
    deliver(home, "2026-11-03", "id,value\n3,6\n", promised="0" * 64)
    assert headwater("source", "run", "labs", "--home", home).code == 1


def test_an_api_that_is_not_asked_for_what_is_new_is_told_so(home: Path) -> None:
    settings = ("--kind", "api", "--lake", "clinic", "--address", "https://portal.example", "--part", "visits:id@updated_at")
    assert "since" in headwater("source", "add", "portal", *settings, "--home", home).out
