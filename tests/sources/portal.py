"""A real HTTP server on a loopback port that pages, asks for credentials, limits rates and breaks as it is told to."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Rows = list[dict[str, Any]]
Trouble = Callable[["Answering"], bool]
"""Breaks an answer in some way; true where nothing else is to be said."""
SECRET = "portal-secret-4711"
PAGE = 3


class Portal:
    """What the server holds, and how it behaves: `troubles` are used up one per request, None meaning that all is well."""

    def __init__(self) -> None:
        self.rows: dict[str, Rows] = {}
        self.pages = "cursor"
        self.auth = ""
        self.troubles: list[Trouble | None] = []
        self.always: Trouble | None = None
        self.asked: list[str] = []
        self.base = ""


class Answering(BaseHTTPRequestHandler):
    """One request."""

    portal: Portal
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with a page of a list."""
        portal = self.portal
        portal.asked.append(self.path)
        address = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        if not self._is_known(query):
            return self.say(401, {"error": "who are you?"})
        trouble = portal.troubles.pop(0) if portal.troubles else portal.always
        if trouble is not None and trouble(self):
            return None
        rows = portal.rows.get(address.path.rpartition("/")[2])
        if rows is None:
            return self.say(404, {"error": "no such list"})
        since = query.get("since")
        return self._page([row for row in rows if since is None or row.get("at") is None or str(row["at"]) >= since], address.path, query)

    def do_POST(self) -> None:
        """Give a token for client credentials."""
        given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if given.get("client_secret") == [SECRET]:
            return self.say(200, {"access_token": SECRET, "expires_in": 3600})
        return self.say(401, {"error": "who are you?"})

    def _is_known(self, query: dict[str, str]) -> bool:
        basic = base64.b64encode(f"ward:{SECRET}".encode()).decode()
        given = {"bearer": f"Bearer {SECRET}", "basic": f"Basic {basic}"}.get(self.portal.auth)
        if given is not None:
            return self.headers.get("Authorization") == given
        return self.portal.auth != "key" or self.headers.get("X-Key") == SECRET

    def _page(self, rows: Rows, path: str, query: dict[str, str]) -> None:
        start = {
            "cursor": int(query.get("cursor", 0)),
            "offset": int(query.get("offset", 0)),
            "page": (int(query.get("page", 1)) - 1) * PAGE,
        }.get(self.portal.pages, int(query.get("at_row", 0)))
        size = int(query.get("limit", PAGE))
        part, following = rows[start : start + size], start + size
        more = following < len(rows)
        told: dict[str, Any] = {"data": part, "total": len(rows), "pages": -(-len(rows) // PAGE)}
        next_url = f"{self.portal.base}{path}?at_row={following}" + (f"&since={query['since']}" if "since" in query else "")
        if self.portal.pages == "cursor":
            told["next"] = str(following) if more else None
        if self.portal.pages == "json link":
            told["next"] = next_url if more else None
        header = {"Link": f'<{next_url}>; rel="next"'} if self.portal.pages == "header link" and more else {}
        self.say(200, told, header)

    def say(self, status: int, told: object, headers: dict[str, str] | None = None) -> None:
        """Answer with JSON."""
        self.send(status, json.dumps(told).encode(), "application/json", headers)

    def send(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None, *, cut: int = 0) -> None:
        """Answer with bytes; `cut` so many of them never come."""
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) - cut])
        if cut:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def status(code: int, **headers: str) -> Trouble:
    """An answer with another status."""

    def trouble(answering: Answering) -> bool:
        answering.say(
            code, {"error": "not now", "patient": "Ada Lovelace"}, {name.replace("_", "-"): value for name, value in headers.items()}
        )
        return True

    return trouble


def leading_to(address: str) -> Trouble:
    """A page whose next one is elsewhere."""

    def trouble(answering: Answering) -> bool:
        answering.say(200, {"data": [{"id": 1}], "next": address})
        return True

    return trouble


def cut_short(answering: Answering) -> bool:
    """The connection ends in the middle of the body."""
    answering.send(200, json.dumps({"data": [{"id": 999}] * 50}).encode(), "application/json", cut=100)
    return True


def not_json(answering: Answering) -> bool:
    """A page that stops in the middle, told as whole."""
    answering.send(200, b'{"data": [{"id": 999', "application/json")
    return True


def login_page(answering: Answering) -> bool:
    """A page for people."""
    answering.send(200, b"<html><title>Please log in, Ada Lovelace</title></html>", "text/html")
    return True


def no_data(answering: Answering) -> bool:
    """JSON, but no list where one should be."""
    answering.say(200, {"message": "come back tomorrow, Ada Lovelace"})
    return True


@contextmanager
def portal() -> Iterator[Portal]:
    """Serve until the block ends."""
    told = Portal()
    handler = type("OfThisPortal", (Answering,), {"portal": told})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    told.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
