"""`sql --batch` as a process between two others: it answers at once, survives its neighbours and stays small."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Queue
from typing import IO

import pytest

from tests.unit.cli.calling import COMMAND, headwater, headwater_process, heed_interrupts

PATIENCE_SECONDS = 60.0
BATCH = [*COMMAND, "sql", "--batch", "--dialect", "duckdb"]


def request(number: int, table: int = 0) -> bytes:
    """A line of a batch."""
    sql = f"insert into t{table} (a, b) select a, md5(b) from s{table} where c > {table}"
    return json.dumps({"id": number, "sql": sql, "schema": {f"s{table}": {"a": "INT", "b": "TEXT", "c": "INT"}}}).encode() + b"\n"


@pytest.fixture
def process() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        BATCH, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=heed_interrupts
    ) as started:
        yield started
        started.kill()
        with suppress(BrokenPipeError):
            pipes(started)[0].close()


def pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    return process.stdin, process.stdout, process.stderr


def line_from(stream: IO[bytes]) -> bytes:
    """The next line; fails where none comes in time."""
    lines: Queue[bytes] = Queue()
    threading.Thread(target=lambda: lines.put(stream.readline()), daemon=True).start()
    return lines.get(timeout=PATIENCE_SECONDS)


def test_each_answer_comes_before_the_next_request_is_sent(process: subprocess.Popen[bytes]) -> None:
    sent, answers, faults = pipes(process)
    for number in range(5):
        sent.write(request(number, number % 2))
        sent.flush()
        answer = json.loads(line_from(answers))
        assert (answer["id"], answer["status"], len(answer["edges"])) == (number, "complete", 3)
    sent.write(b"nope\n")
    sent.flush()
    assert json.loads(line_from(answers))["reasons"][0] == {
        "code": "line-unreadable",
        "subject": "expected JSON on one line",
        "line": 6,
        "column": None,
    }
    sent.close()
    assert (process.wait(PATIENCE_SECONDS), answers.read(), faults.read()) == (1, b"", b"")


def test_a_reader_that_goes_away_ends_it_quietly(process: subprocess.Popen[bytes]) -> None:
    sent, answers, faults = pipes(process)
    sent.write(request(0))
    sent.flush()
    line_from(answers)
    answers.close()
    with suppress(BrokenPipeError):
        for number in range(20_000):
            sent.write(request(number))
        sent.flush()
    assert process.wait(PATIENCE_SECONDS) == 0
    assert faults.read() == b""


def test_an_interrupt_ends_it_quietly(process: subprocess.Popen[bytes]) -> None:
    sent, answers, faults = pipes(process)
    sent.write(request(0))
    sent.flush()
    line_from(answers)
    process.send_signal(signal.SIGINT)
    assert (process.wait(PATIENCE_SECONDS), faults.read()) == (130, b"")


def test_nothing_lives_on_when_it_is_killed_at_work(process: subprocess.Popen[bytes]) -> None:
    sent, answers, _ = pipes(process)
    sent.write(request(0))
    sent.flush()
    line_from(answers)
    (reader,) = children(process.pid)
    sent.write(json.dumps({"sql": " union all ".join(f"select a from t{number}" for number in range(30_000))}).encode() + b"\n")
    sent.flush()
    time.sleep(0.2)
    process.kill()
    process.wait(PATIENCE_SECONDS)
    for _ in range(200):
        if not Path(f"/proc/{reader}/stat").exists() or Path(f"/proc/{reader}/stat").read_text().split()[2] == "Z":
            break
        time.sleep(0.05)
    else:
        pytest.fail("the process that reads statements lives on")


def test_a_reading_process_that_is_killed_is_started_again(process: subprocess.Popen[bytes]) -> None:
    sent, answers, faults = pipes(process)
    for number in range(3):
        sent.write(request(number, number))
        sent.flush()
        assert json.loads(line_from(answers))["status"] == "complete"
        (reader,) = children(process.pid)
        os.kill(reader, signal.SIGKILL)
    sent.close()
    assert (process.wait(PATIENCE_SECONDS), faults.read()) == (0, b"")


def test_a_file_is_answered_line_by_line_and_no_input_by_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"".join(request(number) for number in range(3)).rstrip(b"\n"))
    assert [json.loads(line)["id"] for line in headwater("sql", "--batch", path).out.splitlines()] == [0, 1, 2]
    ended = headwater_process("sql", "--batch")
    assert (ended.code, ended.out, ended.err) == (0, "", "")


def test_an_input_that_breaks_off_is_told_by_its_reason() -> None:
    ended = headwater("sql", "--batch", "/proc/self/mem")
    assert (ended.code, ended.fault[0]) == (2, "cannot read on in SQL `/proc/self/mem`: input/output error")


def test_standard_input_that_is_closed_is_told() -> None:
    ended = subprocess.run(["sh", "-c", 'exec "$@" <&-', "sh", *BATCH], capture_output=True, timeout=PATIENCE_SECONDS, check=False)
    assert (ended.returncode, ended.stderr.splitlines()[0]) == (2, b"cannot read SQL: standard input is closed")


def test_a_line_without_end_is_passed_over_in_small_memory(process: subprocess.Popen[bytes]) -> None:
    sent, answers, _ = pipes(process)
    sent.write(request(0))
    sent.flush()
    line_from(answers)
    before = peak_bytes(process.pid)
    for _ in range(100):
        sent.write(b"x" * 2**20)
    sent.write(b"\n" + request(1))
    sent.flush()
    assert json.loads(line_from(answers))["reasons"][0]["code"] == "text-too-long"
    assert json.loads(line_from(answers))["id"] == 1
    assert peak_bytes(process.pid) - before < 80 * 2**20


@pytest.mark.slow
def test_memory_stays_flat_over_many_lines(process: subprocess.Popen[bytes]) -> None:
    sent, answers, faults = pipes(process)
    lines, distinct_every = 60_000, 2

    def feed() -> None:
        for number in range(lines):
            sent.write(request(number, number // distinct_every))
        sent.close()

    feeder = threading.Thread(target=feed)
    feeder.start()
    early = 0
    for number, line in enumerate(answers):
        assert line.startswith(b'{"id":%d,"status":"complete"' % number)
        if number == lines * 2 // 3:  # caches are full by then
            early = peak_bytes(process.pid)
        elif number == lines - 2000:
            assert peak_bytes(process.pid) - early < 16 * 2**20
            assert peak_bytes(process.pid) < 250 * 2**20
    feeder.join()
    assert (number, process.wait(PATIENCE_SECONDS), faults.read()) == (lines - 1, 0, b"")


def children(process: int) -> list[int]:
    """The processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def peak_bytes(process: int) -> int:
    """The most memory that a process and those it started ever held."""
    status = Path(f"/proc/{process}/status").read_text()
    own = int(status.split("VmHWM:")[1].split()[0]) * 1024
    return own + sum(peak_bytes(child) for child in children(process))


def test_peaks_are_told_in_bytes() -> None:
    assert 2**20 < peak_bytes(os.getpid()) < 2**40
