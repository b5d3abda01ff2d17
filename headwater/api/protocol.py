"""uvicorn's HTTP protocol with the bounds it lacks: on the size of a request's head, the time it may take, and connections."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_LINE_BYTES = len(": \r\n")
_TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class _HeadTooLarge(Exception):
    """Stops the parser at a head that is answered already."""


class BoundedProtocol(HttpToolsProtocol):
    """Ends connections whose head grows past its bound; `sweep` ends those whose head never comes."""

    max_header_bytes: ClassVar[int] = 32 * 1024
    max_connections: ClassVar[int] = 1024

    _head_bytes = 0
    _in_head = True
    _head_began = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # because uvicorn narrows it too
        """Take the connection, or turn it away at once when there are too many."""
        super().connection_made(transport)
        self._head_began = self.loop.time()
        if len(self.connections) > self.max_connections:
            self._end(_TOO_MANY)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, then look at how much it took without finding the head's end."""
        if self._in_head:
            if not self._head_bytes:
                self._head_began = self.loop.time()
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > self.max_header_bytes and not self.transport.is_closing():
            self._end(_TOO_LARGE)

    def on_headers_complete(self) -> None:
        """The head is whole; the application sees it only within its bound, in however many reads it came."""
        self._in_head = False
        if self._length_of_head() > self.max_header_bytes:
            self._end(_TOO_LARGE)
            raise _HeadTooLarge
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The next head may come."""
        super().on_message_complete()
        self._in_head, self._head_bytes = True, 0

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, unless the connection was refused in other words already."""
        if not self.transport.is_closing():
            super().send_400_response(msg)

    def sweep(self, now: float, patience_seconds: float) -> None:
        """End the connection if it began a head long ago and did not finish it, or never began one."""
        waiting = self._in_head and (self._head_bytes > 0 or self.cycle is None)
        if waiting and now - self._head_began > patience_seconds and not self.transport.is_closing():
            self._end(_TOO_SLOW)

    def _length_of_head(self) -> int:
        """Bytes of the request's target and its header lines."""
        return len(self.url) + sum(len(name) + len(value) + _LINE_BYTES for name, value in self.headers)

    def _end(self, response: bytes) -> None:
        self.transport.write(response)
        self.transport.close()


def bounded(max_header_bytes: int, max_connections: int) -> type[Any]:
    """The protocol with these bounds."""
    return type("BoundedProtocol", (BoundedProtocol,), {"max_header_bytes": max_header_bytes, "max_connections": max_connections})
