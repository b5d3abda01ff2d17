from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import time
import uuid
from pathlib import Path

import pytest

from headwater.cli import asking
from headwater.cli.asking import exit_code
from headwater.cli.main import run
from headwater.model.answers import Answer, GapList
from tests.unit.cli.calling import COMMAND, headwater, headwater_process, heed_interrupts
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
    assert (ended.returncode, ended.stderr) == (0, b"")


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


@pytest.mark.parametrize("words", [("record", "FILE"), ("status",), ("key", "list")])
@pytest.mark.parametrize("home", ["/dev/null/home", "/etc/passwd"])
def test_a_home_that_cannot_be_one_is_a_fault_in_words(tmp_path: Path, words: tuple[str, ...], home: str) -> None:
    path = written(tmp_path)
    ended = headwater(*(path if word == "FILE" else word for word in words), "--home", home)
    assert (ended.code, ended.fault[2]) == (3, "HOME-FAULT")


def test_saves_that_cannot_be_written_are_a_note_and_no_fault(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert headwater("record", written(tmp_path), "--home", home).code == 0
    for name in ("views.sqlite", "keys.view"):
        for path in home.glob(f"{name}*"):
            path.unlink()
        (home / name).mkdir()
    ended = headwater_process("status", "--json", "--home", home)
    assert (ended.code, ended.json["result"]["ledger_size"]) == (0, 2)
    assert set(ended.err.splitlines()) == {"note: keys not saved", "note: views not saved"}


def test_a_full_disk_ends_recording_as_a_store_fault_with_the_counts(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    event = json.loads(written(tmp_path).read_text().splitlines()[0])
    path.write_text("".join(json.dumps(event | {"run": {"runId": str(uuid.UUID(int=number))}}) + "\n" for number in range(6000)))
    limited = f"ulimit -f 1000; exec {' '.join(COMMAND)} record {path} --home {tmp_path / 'home'}"
    ended = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, timeout=120, check=False)
    problem, *_, code = [line for line in ended.stderr.splitlines() if not line.startswith("note: ")]
    counted = re.search(r"; (\d+) events were recorded before, 0 stood there already$", problem)
    assert (ended.returncode, code) == (3, "  code: STORE-FAULT")
    assert counted is not None
    verified = headwater("ledger", "verify", "--json", "--home", tmp_path / "home")
    assert (verified.code, verified.json["size"]) == (0, int(counted[1]))


def test_an_interrupt_while_recording_tells_what_was_recorded(tmp_path: Path) -> None:
    pipe, home = tmp_path / "pipe.jsonl", tmp_path / "home"
    os.mkfifo(pipe)
    command = [*COMMAND, "record", str(pipe), "--json", "--home", str(home)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=heed_interrupts
    )
    event = json.loads(written(tmp_path).read_text().splitlines()[0])
    with pipe.open("w") as feed:
        for number in range(1000):
            feed.write(json.dumps(event | {"run": {"runId": str(uuid.UUID(int=number))}}) + "\n")
        feed.flush()
        time.sleep(1.0)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    report = json.loads(out)
    assert (process.returncode, err) == (130, "")
    assert 0 < report["received"] == report["recorded"] < 1000
    assert headwater("ledger", "verify", "--json", "--home", home).json["size"] == report["recorded"]


def test_an_input_that_breaks_off_is_told_by_its_reason(tmp_path: Path) -> None:
    ended = headwater("record", "/proc/self/mem", "--json", "--home", tmp_path / "home")
    assert ended.code == 1
    assert ended.json["rejected"][0]["reason"] == "cannot read on in the input: input/output error"


def test_a_file_that_is_not_there_makes_no_home(tmp_path: Path) -> None:
    ended = headwater("record", tmp_path / "none.json", "--home", tmp_path / "home")
    assert ended.code == 2 and ended.fault[2] == "USAGE"
    assert not (tmp_path / "home").exists()
