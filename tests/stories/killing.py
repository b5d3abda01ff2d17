"""Kills a server under load, again and again, and checks that nothing acknowledged is ever lost.

    python -m tests.stories.killing [--rounds 100] [--connections 16] [--folder DIR]

One home lives through all rounds. Each starts a server on it, sends events over many connections, and ends it with SIGKILL at a random
moment. After each kill the home is opened as it is: every event that was answered 201 must stand at the position it was answered
with, and the ledger must verify, also against the checkpoint kept from the round before. Nothing is repaired in between.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from headwater.app.home import Home
from headwater.app.server_note import find_note
from headwater.edges.stores.sqlite import SqliteEntryStore
from headwater.ledger.ledger import Ledger
from headwater.ledger.note import Signer

SERVER = """
import sys
from pathlib import Path
from headwater.api.serve import up
up(Path(sys.argv[1]), {"port": 0, "analysers": 0, "log_level": "error"}, lambda started: print(started.url, flush=True))
"""


@dataclass
class Acknowledged:
    """What clients were told: run id and position."""

    events: dict[str, int] = field(default_factory=dict)
    unexpected: list[str] = field(default_factory=list)


def run(home: Path, rounds: int, connections: int, chance: random.Random, ending: signal.Signals = signal.SIGKILL) -> list[str]:
    """All rounds, each server ended by a signal; what went wrong, or nothing."""
    told, problems = Acknowledged(), []
    checkpoint: bytes | None = None
    for number in range(rounds):
        lived = end_once(home, connections, chance, told, ending)
        checkpoint, found = check(home, told, checkpoint)
        problems += [f"round {number}: {problem}" for problem in found]
        print(f"round {number}: lived {lived:.2f} s, {len(told.events)} acknowledged so far, {found or 'sound'}", flush=True)
        if found:
            break
    return problems


def end_once(home: Path, connections: int, chance: random.Random, told: Acknowledged, ending: signal.Signals) -> float:
    """Serve, load, end; the seconds it lived under load."""
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(home)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    note = find_note(Home.open(home))
    assert url and note is not None, "the server did not start on the home that the kill left"
    senders = [threading.Thread(target=send, args=(int(url.rsplit(":", 1)[1]), note.token, told)) for _ in range(connections)]
    began = time.monotonic()
    for sender in senders:
        sender.start()
    time.sleep(chance.uniform(0.05, 1.0))
    process.send_signal(ending)
    code = process.wait(60)
    if code != (-ending if ending == signal.SIGKILL else 0):
        told.unexpected.append(f"exit code {code}")
    lived = time.monotonic() - began
    for sender in senders:
        sender.join()
    process.stdout.close()
    return lived


def send(port: int, token: str, told: Acknowledged) -> None:
    """One connection's worth of events, until the server is gone."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            while True:
                run_id = str(uuid.uuid4())
                connection.sendall(request(run_id, token))
                head, body = receive(connection)
                if head.startswith(b"HTTP/1.1 503"):
                    time.sleep(0.01)
                    continue
                if not head.startswith(b"HTTP/1.1 201"):
                    told.unexpected.append(head.decode("latin-1")[:80])
                    return
                told.events[run_id] = json.loads(body)["position"]
    except OSError:
        return


def request(run_id: str, token: str) -> bytes:
    """An event as a whole HTTP request."""
    event = {
        "eventType": "COMPLETE",
        "eventTime": "2026-03-01T12:00:00Z",
        "producer": "https://example.org/load",
        "run": {"runId": run_id},
        "job": {"namespace": "load", "name": f"job-{run_id[:2]}"},
        "inputs": [{"namespace": "load", "name": "source"}],
        "outputs": [{"namespace": "load", "name": f"target-{run_id[:2]}"}],
    }
    body = json.dumps(event).encode()
    fields = ("POST /api/v1/lineage HTTP/1.1", "Host: load", f"Authorization: Bearer {token}", f"Content-Length: {len(body)}", "\r\n")
    return "\r\n".join(fields).encode() + body


def receive(connection: socket.socket) -> tuple[bytes, bytes]:
    """Head and body of one response.

    Raises:  OSError: the server is gone.
    """
    data = b""
    while True:
        chunk = connection.recv(65536)
        if not chunk:
            raise ConnectionResetError
        data += chunk
        head, found, body = data.partition(b"\r\n\r\n")
        if found:
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            if len(body) >= length:
                return head, body[:length]


def check(home: Path, told: Acknowledged, checkpoint: bytes | None) -> tuple[bytes, list[str]]:
    """Open the home as the kill left it; a new checkpoint, and everything that is wrong."""
    opened = Home.open(home)
    store = SqliteEntryStore(opened.ledger_path)
    try:
        ledger = Ledger(store, Signer.from_seed(opened.identity.origin, opened.keys.signing))
        verified = ledger.verify(against=checkpoint)
        problems = [f"position {problem.position}: {problem.what}" for problem in verified.problems]
        missing = dict(told.events)
        for entry in ledger.read(0):
            if entry.payload is not None and entry.envelope.media_type.startswith("openlineage/"):
                run_id = json.loads(entry.payload.public)["event"]["run"]["runId"]
                if missing.get(run_id) == entry.position:
                    del missing[run_id]
        problems += [f"acknowledged at {position} and not there: {run_id}" for run_id, position in missing.items()]
        problems += [f"unexpected answer: {head}" for head in told.unexpected]
        return ledger.checkpoint(), problems
    finally:
        store.close()


def main() -> int:
    """Run the rounds; exit 1 if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with TemporaryDirectory(dir=options.folder) as folder:
        problems = run(Path(folder) / "home", options.rounds, options.connections, random.Random(options.seed))
    print("nothing lost" if not problems else "\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
