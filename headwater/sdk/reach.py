"""Which client is meant by a home, an address and a key: what the command line does, for programs too."""

from __future__ import annotations

from pathlib import Path

from headwater.sdk.client import Client


def reach(home: Path, url: str | None = None, key: str | None = None, *, create: bool = False) -> Client:
    """A server where an address is given or the home's own server runs; otherwise the home itself, in this process."""
    if url is not None:
        from headwater.sdk.remote import RemoteClient

        return RemoteClient.connect(url, key)
    from headwater.app.home import Home
    from headwater.app.server_note import find_note

    if (home / "server.json").exists():
        note = find_note(Home.open(home))
        if note is not None:
            from headwater.sdk.remote import RemoteClient

            return RemoteClient.connect(note.url, note.token)
    from headwater.sdk.local import LocalClient

    return LocalClient.open(home, create=create)
