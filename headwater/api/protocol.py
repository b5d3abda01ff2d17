"""uvicorn's HTTP protocol with the bounds it lacks: on the size of a request's head, the time head and body may take, and connections.

A request that is answered before its body came whole is the last of its connection: the answer says so, what still comes is
read for a moment and thrown away (closing at once could lose the answer on its way), and then the connection is closed.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
_LINE_BYTES = len(": \r\n")
_TOO_MANY = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class _HeadTooLarge(Exception):
    """Stops the parser at a head that is answered already."""


LINGER_SECONDS = 2.0
"""How long what follows an early answer is still read."""


class BoundedProtocol(HttpToolsProtocol):
    """Ends connections whose head grows past its bound; `sweep` ends those whose head or body never comes whole."""

    max_header_bytes: ClassVar[int] = 32 * 1024
    max_connections: ClassVar[int] = 1024
    max_body_seconds: ClassVar[float] = 60.0

    _head_bytes = 0
    _in_head = True
    _head_began = 0.0
    _body_began = 0.0
    _lingers_since: float | None = None

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
        self._body_began = self.loop.time()
        super().on_headers_complete()
        _say_last(self.cycle)

    def on_message_complete(self) -> None:
        """The next head may come, unless the last answer was the connection's last."""
        super().on_message_complete()
        self._in_head, self._head_bytes = True, 0
        if self._lingers_since is not None:
            self.transport.close()

    def on_response_complete(self) -> None:
        """An answer to a body that is not whole yet is the connection's last."""
        super().on_response_complete()
        if self.cycle.more_body and not self.transport.is_closing():
            self._lingers_since = self.loop.time()
            if self.transport.can_write_eof():
                self.transport.write_eof()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, unless the connection was refused in other words already."""
        if not self.transport.is_closing():
            super().send_400_response(msg)

    def sweep(self, now: float, patience_seconds: float) -> None:
        """End the connection if it began a head or body long ago and did not finish it, or never began one."""
        if self.transport.is_closing():
            return
        if self._lingers_since is not None:
            if now - self._lingers_since > LINGER_SECONDS:
                self.transport.abort()
            return
        if not self._in_head and now - self._body_began > self.max_body_seconds:
            self._end(b"" if self.cycle is not None and self.cycle.response_started else _TOO_SLOW)
            return
        waiting = self._in_head and (self._head_bytes > 0 or self.cycle is None)
        if waiting and now - self._head_began > patience_seconds:
            self._end(_TOO_SLOW)

    def _length_of_head(self) -> int:
        """Bytes of the request's target and its header lines."""
        return len(self.url) + sum(len(name) + len(value) + _LINE_BYTES for name, value in self.headers)

    def _end(self, response: bytes) -> None:
        self.transport.write(response)
        self.transport.close()


def _say_last(cycle: RequestResponseCycle) -> None:
    """Have an answer that begins before its request's body is whole say that the connection ends with it."""
    send = cycle.send

    async def told(message: ASGISendEvent) -> None:
        early = message["type"] == "http.response.start" and cycle.more_body
        if early and message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
        await send(message)
        cycle.keep_alive = cycle.keep_alive or early  # because the protocol closes it, after a moment, and not the cycle at once

    cycle.send = told  # type: ignore[method-assign]  # because uvicorn names its cycle's class itself


def bounded(max_header_bytes: int, max_connections: int, max_body_seconds: float) -> type[Any]:
    """The protocol with these bounds."""
    bounds = {"max_header_bytes": max_header_bytes, "max_connections": max_connections, "max_body_seconds": max_body_seconds}
    return type("BoundedProtocol", (BoundedProtocol,), bounds)
