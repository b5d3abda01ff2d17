"""The patient portal's API: a real HTTP server on the loopback interface, serving messages in pages of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

from headwater_clinic.cohort import Message
from headwater_clinic.sources import portal_page


@contextmanager
def serving(messages: Sequence[Message]) -> Iterator[str]:
    """Serve the portal while the block runs; gives the address."""

    class Portal(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            if address.path != "/v1/messages":
                self.send_error(404)
                return
            page = int(parse_qs(address.query).get("page", ["0"])[0])
            body = json.dumps(portal_page(messages, page)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # because the name is the base class's
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Portal)
    thread = Thread(target=server.serve_forever, name="patient-portal", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def fetch_messages(address: str) -> list[dict[str, object]]:
    """Every message, page by page."""
    messages: list[dict[str, object]] = []
    page: int | None = 0
    while page is not None:
        with urlopen(f"{address}/v1/messages?page={page}", timeout=5) as response:
            body = json.load(response)
        messages += body["messages"]
        page = body["next"]
    return messages
