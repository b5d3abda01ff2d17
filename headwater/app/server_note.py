"""The note a running server leaves in its home, so that the command line on the same machine talks to it.

It carries a random token that stands for the home's owner; it lives in the owner's 0700 directory and is removed at exit.
"""

from __future__ import annotations

import contextlib
import os
import secrets

import msgspec

from headwater.app.home import Home, write_private


class ServerNote(msgspec.Struct, frozen=True, kw_only=True):
    """Where the server listens, which process it is, and the token of the home's owner."""

    url: str
    pid: int
    token: str

    def __repr__(self) -> str:
        return f"ServerNote(url={self.url!r}, pid={self.pid})"


def new_token() -> str:
    """A fresh owner's token."""
    return f"hw_local_{secrets.token_urlsafe(32)}"


def leave_note(home: Home, url: str, token: str) -> None:
    """Say that this process serves the home at an address."""
    write_private(home.server_path, msgspec.json.encode(ServerNote(url=url, pid=os.getpid(), token=token)))


def find_note(home: Home) -> ServerNote | None:
    """The note of a server that still runs; a stale or broken one is ignored."""
    try:
        note = msgspec.json.decode(home.server_path.read_bytes(), type=ServerNote)
        os.kill(note.pid, 0)
    except (OSError, msgspec.DecodeError):
        return None
    return note


def remove_note(home: Home) -> None:
    """Take this process's note away; another's stays."""
    note = find_note(home)
    if note is not None and note.pid == os.getpid():
        with contextlib.suppress(FileNotFoundError):
            home.server_path.unlink()
