"""A server's refusals as the exceptions they were there."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import msgspec

from headwater.model.errors import HeadwaterError, ServerFault, UsageError


class _Problem(msgspec.Struct):
    """The body of a refusal."""

    problem: str
    next: str
    code: str


def fault_of(response: httpx.Response) -> HeadwaterError:
    """The fault in a response, of the class that has its code; a code unknown here keeps its name."""
    try:
        told = msgspec.json.decode(response.content, type=_Problem)
    except msgspec.DecodeError:
        where = response.url.copy_with(query=None)
        return ServerFault(f"cannot ask `{where}`: it answered {response.status_code}", next_step="check that the address is a Headwater's")
    return _class_of(told.code, response.status_code)(told.problem, next_step=told.next)


def unreachable(url: str, error: Exception) -> ServerFault:
    """The fault of a server that cannot be reached, or does not speak as we do."""
    if isinstance(error, httpx.TimeoutException):
        return ServerFault(f"cannot ask `{url}`: it did not answer in time", next_step="try again, or ask for less with --limit")
    if isinstance(error, msgspec.DecodeError):
        return ServerFault(f"cannot ask `{url}`: its answer is not one that this version understands", next_step="use the server's version")
    return ServerFault(f"cannot ask `{url}`: it cannot be reached", next_step="check the address, and that the server there is up")


def _class_of(code: str, status: int) -> type[HeadwaterError]:
    for kind in _kinds(HeadwaterError):
        if kind.code == code:
            return kind
    parent = UsageError if 400 <= status < 500 else ServerFault
    return type("RemoteFault", (parent,), {"code": code})


def _kinds(kind: type[HeadwaterError]) -> Iterator[type[HeadwaterError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _kinds(child)
