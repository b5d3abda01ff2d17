"""Programs as users write them, run in interpreters of their own, and what became of processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = str(Path(__file__).parents[4])


def printed(program: str, *, stdin: str | None = None, folder: Path | None = None, path: str = ROOT) -> list[str]:
    """The lines that a program prints; fails where it ends with a fault. With `stdin` the program is typed rather than passed."""
    command = [sys.executable, "-c", program] if stdin is None else [sys.executable, "-"]
    ended = subprocess.run(
        command, input=stdin, cwd=folder, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
    return ended.stdout.splitlines()


def state_of(process: int) -> str:
    """What the kernel says of a process: nothing once it is gone, `Z` for one that nobody waited for."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def is_gone(process: int, seconds: float = 10.0) -> bool:
    """Whether a process ends within a time; one that its dead parent's heir has not waited for yet counts as ended."""
    until = time.monotonic() + seconds
    while state_of(process) not in ("", "Z"):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
