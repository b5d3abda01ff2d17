"""Acknowledged means durable: through kills, failing disks and full ones, without any repair afterwards."""

from __future__ import annotations

import errno
import subprocess
from pathlib import Path

import pytest

from tests.laws.killing import acknowledged, check, kill_rounds, start_appender

SHIM = Path(__file__).with_name("failing_disk.c")


@pytest.mark.slow
def test_killed_appenders_lose_nothing_they_acknowledged(tmp_path: Path) -> None:
    assert kill_rounds(tmp_path, rounds=10, seed=7) > 0


@pytest.fixture(scope="module")
def failing_disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shim, compiled."""
    library = tmp_path_factory.mktemp("shim") / "failing_disk.so"
    subprocess.run(["gcc", "-O1", "-shared", "-fPIC", "-o", str(library), str(SHIM), "-ldl"], check=True)
    return library


def run(path: Path, shim: Path, batches: int, **settings: object) -> list[str]:
    """An appender's words on a failing disk."""
    extra = {"LD_PRELOAD": str(shim), **{name: str(value) for name, value in settings.items()}}
    process = start_appender(path, 0, batches, extra=extra)
    told, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return told.splitlines(keepends=True)


@pytest.mark.slow
@pytest.mark.service("gcc")
@pytest.mark.parametrize(
    "settings",
    [
        {"FAIL_CALLS": "sync", "FAIL_EVERY": 7},
        {"FAIL_CALLS": "sync", "FAIL_EVERY": 11},
        {"FAIL_CALLS": "write", "FAIL_EVERY": 331},
        {"FAIL_CALLS": "write", "FAIL_EVERY": 331, "FAIL_TORN": 1},
        {"FAIL_CALLS": "write", "FAIL_EVERY": 457, "FAIL_ERRNO": errno.ENOSPC},
        {"FAIL_CALLS": "both", "FAIL_EVERY": 277},
    ],
    ids=lambda settings: "-".join(str(value) for value in settings.values()),
)
def test_a_failing_disk_is_never_acknowledged_over(failing_disk: Path, tmp_path: Path, settings: dict[str, object]) -> None:
    path = tmp_path / "ledger.db"
    told = run(path, failing_disk, 60, **settings)
    assert "fault\n" in told
    assert told[-1] == "done\n"
    acks = acknowledged(told)
    assert acks
    check(path, acks, None)


@pytest.mark.slow
@pytest.mark.service("gcc")
def test_a_failure_of_each_early_sync_and_write_is_survived(failing_disk: Path, tmp_path: Path) -> None:
    for calls, most in (("sync", 8), ("write", 40)):
        for at in range(1, most, 1 if calls == "sync" else 6):
            path = tmp_path / f"{calls}-{at}" / "ledger.db"
            path.parent.mkdir()
            told = run(path, failing_disk, 5, FAIL_CALLS=calls, FAIL_AT=at)
            assert told[-1] == "done\n"
            check(path, acknowledged(told), None)
