"""Request bodies: read whole within the limits, decompressed while they stream."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.api.replies import Receive, Scope
from headwater.app.limits import Bounds, Gunzip, too_large
from headwater.model.errors import BadEvent


class ClientGone(Exception):
    """The client hung up before its request was whole; nobody is left to answer."""


async def read_body(scope: Scope, receive: Receive, bounds: Bounds) -> bytes:
    """The body, decompressed.

    Raises:  TooLarge: it passes the size or the ratio. BadEvent: it is cut, not gzip, or of an unknown encoding.
             ClientGone: the connection closed.
    """
    length, gzipped = _announced(scope)
    if length > bounds.max_bytes:
        raise too_large(bounds.max_bytes)
    message = await receive()
    if not gzipped and message["type"] == "http.request" and not message.get("more_body", False):
        return _bounded(message.get("body", b""), bounds)
    inflate = Gunzip(bounds) if gzipped else None
    parts: list[bytes] = []
    received = produced = 0
    while True:
        if message["type"] != "http.request":
            raise ClientGone
        chunk = message.get("body", b"")
        received += len(chunk)
        for part in _opened(chunk, inflate):
            produced += len(part)
            if produced > bounds.max_bytes:
                raise too_large(bounds.max_bytes)
            parts.append(part)
        if received > bounds.max_bytes:
            raise too_large(bounds.max_bytes)
        if not message.get("more_body", False):
            break
        message = await receive()
    if inflate is not None:
        inflate.finish()
    return b"".join(parts)


def _announced(scope: Scope) -> tuple[int, bool]:
    """The announced length (0 for none) and whether the body is gzip."""
    length, gzipped = 0, False
    for name, value in scope["headers"]:
        if name == b"content-length":
            length = int(value) if value.isdigit() else 0
        elif name == b"content-encoding":
            encoding = value.strip().lower()
            if encoding in {b"gzip", b"x-gzip"}:
                gzipped = True
            elif encoding not in {b"", b"identity"}:
                raise BadEvent("cannot read body: expected content encoding `gzip` or none", next_step="send it plain or as gzip")
    return length, gzipped


def _bounded(body: bytes, bounds: Bounds) -> bytes:
    if len(body) > bounds.max_bytes:
        raise too_large(bounds.max_bytes)
    return body


def _opened(chunk: bytes, inflate: Gunzip | None) -> Iterator[bytes]:
    if inflate is None:
        yield chunk
    else:
        yield from inflate.pieces(chunk)
