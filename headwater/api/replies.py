"""Responses as raw ASGI messages, and faults as responses: the same JSON `{problem, next, code}` everywhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from headwater.model.errors import (
    BadCheckpoint,
    Forbidden,
    HeadwaterError,
    Overloaded,
    StoreFault,
    TooLarge,
    Unauthenticated,
    UnknownNode,
    UsageError,
)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

JSON = b"application/json"

SECURITY_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)

_STATUS: tuple[tuple[type[HeadwaterError], int], ...] = (
    (TooLarge, 413),
    (UnknownNode, 404),
    (UsageError, 400),
    (BadCheckpoint, 400),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (Overloaded, 503),
    (StoreFault, 503),
)


class Refusal(msgspec.Struct, frozen=True):
    """The body of every refusal."""

    problem: str
    next: str
    code: str


class Unready(HeadwaterError):
    """The views are not up to date enough to serve yet."""

    code = "NOT-READY"


def status_of(fault: HeadwaterError) -> int:
    """The HTTP status of a fault; whatever is worth another try is 503, never 429 or 409."""
    if isinstance(fault, Unready):
        return 503
    return next((status for kind, status in _STATUS if isinstance(fault, kind)), 500)


def is_ours(fault: HeadwaterError) -> bool:
    """Whether a fault is trouble of the server's own, to be logged; asking to come back later is not."""
    return status_of(fault) >= 500 and not isinstance(fault, Overloaded | Unready)


def body_of(fault: HeadwaterError) -> bytes:
    """The JSON of a fault."""
    return msgspec.json.encode(Refusal(fault.problem, fault.next_step, fault.code))


def headers_of(status: int, retry_after_seconds: int) -> list[tuple[bytes, bytes]]:
    """What a refusal's status asks for besides its body."""
    if status == 503:
        return [(b"retry-after", str(retry_after_seconds).encode())]
    if status == 401:
        return [(b"www-authenticate", b"Bearer")]
    return []


async def reply(
    send: Send, status: int, body: bytes, *, content_type: bytes = JSON, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    """Send a whole response."""
    lines = [(b"content-type", content_type), (b"content-length", str(len(body)).encode()), *SECURITY_HEADERS, *(headers or ())]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body})


async def refuse(send: Send, fault: HeadwaterError, retry_after_seconds: int) -> int:
    """Send a fault as a response, and tell its status."""
    status = status_of(fault)
    await reply(send, status, body_of(fault), headers=headers_of(status, retry_after_seconds))
    return status
