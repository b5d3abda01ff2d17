"""The command line as anybody calls it: in this process where that is the same, in one of its own where it is not."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from headwater.cli.main import run

COMMAND = (sys.executable, "-m", "headwater.cli.main")


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def fault(self) -> tuple[str, str, str]:
        """Problem, next step and code of the error form; fails where standard error holds anything else."""
        problem, next_step, code = self.err.splitlines()
        assert next_step.startswith("  next: ") and code.startswith("  code: "), self.err
        return problem, next_step.removeprefix("  next: "), code.removeprefix("  code: ")


def heed_interrupts() -> None:
    """Let a child take SIGINT as a person's Ctrl-C, also where the tests themselves run with it ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def headwater(*words: str | Path, **variables: str) -> Ended:
    """Run one command line in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with patch.dict(os.environ, variables), redirect_stdout(out), redirect_stderr(err):
        code = run([str(word) for word in words])
    return Ended(code, _text(out), _text(err))


def headwater_process(*words: str | Path, stdin: str = "", **variables: str) -> Ended:
    """Run one command line as a process."""
    ended = subprocess.run(
        [*COMMAND, *map(str, words)], input=stdin.encode(), capture_output=True, timeout=120, env={**os.environ, **variables}, check=False
    )
    return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def on_terminal(*words: str | Path) -> str:
    """What one command line writes to a terminal."""
    ours, its = os.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        ended = subprocess.Popen([*COMMAND, *map(str, words)], stdout=its, stdin=subprocess.DEVNULL)
        os.close(its)
        written = b""
        while part := _read(screen):
            written += part
        assert ended.wait(timeout=120) == 0
    return written.decode().replace("\r\n", "\n")


def _read(screen: io.RawIOBase) -> bytes:
    """The next part; nothing once the other side is closed, which a terminal tells by an error."""
    try:
        return screen.read(65536) or b""
    except OSError:
        return b""


def _text(sink: io.TextIOWrapper) -> str:
    sink.flush()
    written = sink.buffer
    assert isinstance(written, io.BytesIO)
    return written.getvalue().decode()
