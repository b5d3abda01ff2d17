"""A real server on a loopback port, and events to send it."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from headwater.api.serve import Serving, Started
from headwater.app.headwater import Headwater
from headwater.model.keys import Scope


@dataclass(frozen=True)
class Running:
    """A server under test and an administrator's client of it."""

    url: str
    admin_key: str
    headwater: Headwater
    client: httpx.Client

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def key(self, *scopes: Scope) -> dict[str, str]:
        """Headers of a fresh key with these scopes."""
        return {"Authorization": f"Bearer {self.headwater.create_key('test', scopes).secret}"}


@contextmanager
def running(home: Path, **flags: object) -> Iterator[Running]:
    """Serve a home on a free port, in a thread, until the block ends."""
    told: list[Started] = []
    ready = threading.Event()

    def announce(started: Started) -> None:
        told.append(started)
        ready.set()

    with Serving(home, {"port": 0, "analysers": 0, **flags}, environ={}) as serving:
        thread = threading.Thread(target=serving.run, args=(announce,))
        thread.start()
        try:
            assert ready.wait(20), "the server did not start"
            key = told[0].admin_key or ""
            with httpx.Client(base_url=told[0].url, headers={"Authorization": f"Bearer {key}"}, timeout=20) as client:
                yield Running(told[0].url, key, serving.headwater, client)
        finally:
            serving.stop()
            thread.join(30)
            assert not thread.is_alive()


def run_event(name: str = "load", namespace: str = "lake", **changes: Any) -> dict[str, Any]:
    """A small run event, valid unless the changes say otherwise."""
    event = {
        "eventType": "COMPLETE",
        "eventTime": "2026-03-01T12:00:00Z",
        "producer": "https://example.org/pipeline",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": str(uuid.uuid4())},
        "job": {"namespace": namespace, "name": name},
        "inputs": [{"namespace": namespace, "name": "raw.visits"}],
        "outputs": [{"namespace": namespace, "name": "staged.visits"}],
    }
    return event | changes


def encoded(event: Any) -> bytes:
    """An event as a body."""
    return json.dumps(event).encode()
