from __future__ import annotations

import os
import signal
import stat
import subprocess
from pathlib import Path

import pytest

from headwater.cli import asking
from headwater.cli.asking import exit_code
from headwater.cli.main import run
from headwater.model.answers import Answer, GapList
from tests.unit.cli.calling import COMMAND, headwater
from tests.unit.cli.events import written

SECRET = "patient 4711"


def unforeseen(*_: object, **__: object) -> None:
    raise RuntimeError(SECRET)


def test_an_unforeseen_error_is_a_fault_with_a_log_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(asking, "reach", unforeseen)
    assert run(["status", "--home", str(tmp_path)]) == 3
    (log,) = tmp_path.glob("fault-*.log")
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err == f"cannot finish: an unexpected RuntimeError\n  next: report it with {log}\n  code: HEADWATER-FAULT\n"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_the_log_names_kinds_and_places_but_never_what_the_error_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "reach", unforeseen)
    run(["status", f"--home={tmp_path}"])
    (log,) = tmp_path.glob("fault-*.log")
    assert "RuntimeError" in log.read_text() and "test_faults.py" in log.read_text() and SECRET not in log.read_text()


def test_an_interrupt_ends_quietly_with_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(asking, "reach", interrupted)
    assert run(["status"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    headwater("record", written(tmp_path), "--home", tmp_path / "home")
    reading, writing = os.pipe()
    os.close(reading)
    words = [*COMMAND, "ledger", "tail", "--json", "--home", str(tmp_path / "home")]
    ended = subprocess.run(words, stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writing)
    assert ended.stderr == b""


@pytest.mark.service
def test_up_prints_its_address_and_the_key_once_and_stops_when_told(tmp_path: Path) -> None:
    first, second = up(tmp_path / "home"), up(tmp_path / "home")
    assert "admin key  hw_" in first and "OPENLINEAGE_URL=http://127.0.0.1:" in first and "OPENLINEAGE_API_KEY=hw_" in first
    assert "hw_" not in second and "headwater key create NAME" in second
    assert not (tmp_path / "home" / "server.json").exists()


def up(home: Path) -> str:
    """What `headwater up` prints until it is told to stop."""
    process = subprocess.Popen(
        [*COMMAND, "up", "--home", str(home), "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    printed: list[str] = []
    for line in process.stdout:
        printed.append(line)
        if line.startswith("Ctrl-C"):
            break
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    process.stdout.close()
    return "".join(printed)


@pytest.mark.parametrize(
    ("found", "complete", "allow_gaps", "code"),
    [(True, True, False, 0), (True, False, False, 0), (False, True, False, 0), (False, False, False, 4), (False, False, True, 0)],
)
def test_only_nothing_found_and_not_all_seen_ends_with_4(found: bool, complete: bool, allow_gaps: bool, code: int) -> None:
    answer = Answer(question="q", asked={}, result=GapList(()), as_of="latest", known_at=0, complete=complete)
    assert exit_code(answer, found_something=found, allow_gaps=allow_gaps) == code
