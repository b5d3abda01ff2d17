"""The outermost layer of the application: what holds for every request.

Bounds the time a request may take, turns faults into responses, counts, and gives every response the security headers.
Intake is served right here, ahead of the router: it is the path that must be short.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from headwater.api.bodies import ClientGone
from headwater.api.counters import Counters
from headwater.api.replies import SECURITY_HEADERS, Message, Receive, Scope, Send, is_ours, refuse
from headwater.app.logs import log, log_fault
from headwater.model.errors import HeadwaterError, Overloaded

Endpoint = Callable[[Scope, Receive, Send], Awaitable[int]]
"""Serves a request and tells the status it answered."""

LONG_SECONDS = 3600.0
"""For everything but intake: verifying or exporting a large ledger takes its time."""
UNFORESEEN = HeadwaterError("cannot serve request: a fault of the server", next_step="read the server's log")


class Gateway:
    """ASGI middleware around the application; `fast` are POST endpoints by exact path."""

    def __init__(
        self,
        app: Callable[[Scope, Receive, Send], Awaitable[None]],
        *,
        fast: Mapping[str, tuple[str, Endpoint]],
        counters: Counters,
        timeout_seconds: float,
        retry_after_seconds: int,
    ) -> None:
        self._app = app
        self._fast = fast
        self._counters = counters
        self._timeout_seconds = timeout_seconds
        self._retry_after_seconds = retry_after_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or pass the application's start and stop on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        watched = _Watched(send)
        fast = self._fast.get(scope["path"]) if scope["method"] == "POST" else None
        route, endpoint = fast if fast is not None else ("", self._route)
        status = 0
        try:
            async with asyncio.timeout(self._timeout_seconds if fast is not None else LONG_SECONDS):
                status = await endpoint(scope, receive, send if fast is not None else watched)
        except HeadwaterError as fault:
            status = await refuse(send, fault, self._retry_after_seconds)
            if is_ours(fault):
                log_fault("request-failed", fault, route=route or _route_of(scope), status=status)
        except TimeoutError:
            status = await self._give_up(scope, watched)
        except ClientGone:
            status = 499
        except Exception as error:  # noqa: BLE001  # because this is the rim: whoever waits is answered, whatever broke
            status = 500
            log_fault("request-failed", error, route=route or _route_of(scope), status=status)
            if not watched.started:
                await refuse(send, UNFORESEEN, self._retry_after_seconds)
        self._counters.request(route or _route_of(scope), status)

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> int:
        await self._app(scope, receive, send)
        return send.status if isinstance(send, _Watched) else 0

    async def _give_up(self, scope: Scope, watched: _Watched) -> int:
        """Answer a request that took too long. The event may yet become durable; sent again, it is acknowledged as a replay."""
        log("request-timeout", route=_route_of(scope))
        if watched.started:
            return 0
        return await refuse(
            watched, Overloaded("cannot serve request: it took too long", next_step="send it again"), self._retry_after_seconds
        )


class _Watched:
    """A `send` that adds the security headers and remembers the status."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.started = True
            present: list[tuple[bytes, bytes]] = list(message.get("headers", ()))
            names = {name for name, _ in present}
            message["headers"] = [*present, *(line for line in SECURITY_HEADERS if line[0] not in names)]
        await self._send(message)


def _route_of(scope: Scope) -> str:
    """The route's template, so that no name of data becomes a label; `-` where none matched."""
    route: Any = scope.get("route")
    return str(getattr(route, "path", "-"))
