"""The patient portal's API: a real HTTP server on the loopback interface, serving messages in pages of JSON to who shows its token."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hmac import compare_digest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from headwater_clinic.cohort import Message
from headwater_clinic.plain import plain

_PAGE = 100


@dataclass(frozen=True, slots=True)
class Portal:
    """A running portal: the address of its API, and the file that holds the token to show it."""

    address: str
    token: Path


@contextmanager
def serving(messages: Sequence[Message], token: Path) -> Iterator[Portal]:
    """Serve the portal while the block runs; a new token is written to `token`, readable by its owner only."""
    secret = secrets.token_urlsafe(32)
    token.touch(mode=0o600)
    token.write_text(secret)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            if not compare_digest(self.headers.get("Authorization", ""), f"Bearer {secret}"):
                self.send_error(401)
            elif address.path != "/v1/messages":
                self.send_error(404)
            else:
                self._answer(page(messages, int(parse_qs(address.query).get("page", ["0"])[0])))

        def _answer(self, told: dict[str, object]) -> None:
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # because the name is the base class's
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, name="patient-portal", daemon=True)
    thread.start()
    try:
        yield Portal(f"http://127.0.0.1:{server.server_address[1]}/v1", token)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def page(messages: Sequence[Message], number: int) -> dict[str, object]:
    """One page of the API; `next` is the address of the page after it, null on the last."""
    part = messages[number * _PAGE : (number + 1) * _PAGE]
    more = len(messages) > (number + 1) * _PAGE
    return {"messages": [plain(asdict(message)) for message in part], "next": f"/v1/messages?page={number + 1}" if more else None}
