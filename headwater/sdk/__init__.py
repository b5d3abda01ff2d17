"""Headwater from Python: one `Client`, in process or over HTTP, with the same typed answers.

`client.py` says what a client can do, `local.py` does it in this process, `remote.py` asks a server over `wire.py`,
`delivery.py` reads what is to be recorded, and `reach.py` chooses between the two as the command line does.
"""

from __future__ import annotations

from pathlib import Path

from headwater.sdk.client import Client


def open_home(home: str | Path = ".headwater", *, create: bool = True) -> Client:
    """A client that works in this process on a home directory; close it, or use it in a `with` block."""
    from headwater.sdk.local import LocalClient

    return LocalClient.open(Path(home), create=create)


def connect(url: str, key: str | None = None, *, timeout_seconds: float = 60.0) -> Client:
    """A client of a Headwater server, shown the API key `key`."""
    from headwater.sdk.remote import RemoteClient

    return RemoteClient.connect(url, key, timeout_seconds=timeout_seconds)


__all__ = ["Client", "connect", "open_home"]
