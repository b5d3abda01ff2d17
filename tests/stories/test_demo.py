"""`headwater demo` as a stranger runs it: it tells every incident's fate and ends well only if all came out as promised."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from headwater_clinic.service import COMMAND

pytestmark = [pytest.mark.service, pytest.mark.slow]


def test_the_demo_catches_what_it_promises_and_says_what_is_not_watched(tmp_path: Path) -> None:
    told = subprocess.run([*COMMAND, "demo", "clinic", "--no-serve"], cwd=tmp_path, capture_output=True, text=True, timeout=240)
    assert told.returncode == 0, told.stdout + told.stderr
    lines = [line.strip() for line in told.stdout.splitlines()]
    verdicts = [line[3:19].strip() for line in lines if line[:3] in {"1  ", "2  ", "3  ", "4  ", "5  ", "6  "}]
    assert verdicts == ["caught"] * 3 + ["not yet watched"] * 2 + ["caught"]
    assert "patient_features" in (tmp_path / "clinic" / "lineage.html").read_text()
    assert not (tmp_path / "clinic" / "home" / "server.json").exists(), "the server was stopped"


def test_the_demo_leaves_a_folder_alone_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    told = subprocess.run([*COMMAND, "demo", str(tmp_path), "--no-serve"], capture_output=True, text=True, timeout=60)
    assert told.returncode == 3
    assert "expected an empty one or an earlier demo" in told.stderr
    assert (tmp_path / "thesis.txt").read_text() == "mine"
