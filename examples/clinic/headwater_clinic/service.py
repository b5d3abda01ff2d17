"""The Headwater server of the demo: `headwater up` in a process of its own, as anybody would start it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from headwater.app.home import Home
from headwater.app.server_note import ServerNote, find_note
from headwater.model.errors import HeadwaterError, ServerFault

COMMAND = (sys.executable, "-c", "from headwater.cli.main import main; main()")
"""How to call the command line of this very installation."""

_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Service:
    """A running server: its process, address and the owner's token."""

    process: subprocess.Popen[bytes]
    url: str
    token: str = field(repr=False)


@contextmanager
def running(home: Path, log: Path, port: int) -> Iterator[Service]:
    """Serve a home while the block runs; the server is asked to stop, and waited for, at the end.

    What it announces is not kept, because that shows the administrator's key once; its log is, and shows none.

    Raises:  ServerFault: it did not become ready; the message names its log.
    """
    log.touch(mode=0o600)
    with log.open("wb") as sink:
        process = subprocess.Popen([*COMMAND, "up", "--home", str(home), "--port", str(port)], stdout=subprocess.DEVNULL, stderr=sink)
    try:
        note = _wait_ready(process, home, log)
        yield Service(process, note.url, note.token)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def find_running(home: Path) -> ServerNote | None:
    """The server that already serves a home, if any."""
    with suppress(HeadwaterError):
        return find_note(Home.open(home))
    return None


def _wait_ready(process: subprocess.Popen[bytes], home: Path, log: Path) -> ServerNote:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        note = find_running(home)
        if note is not None and _is_ready(note.url):
            return note
        time.sleep(0.05)
    what = f"expected it ready within {_PATIENCE_SECONDS:.0f} s" if process.poll() is None else "it ended by itself"
    raise ServerFault(f"cannot start the demo's server: {what}", next_step=f"read {log}")


def _is_ready(url: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"{url}/readyz", timeout=2).status_code == 200
    return False
