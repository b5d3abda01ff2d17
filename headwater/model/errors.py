"""Faults: what is raised when a bug, an outage, bad input or tampering stops us.

A refusal is a value, not an exception; a gap is a fact. Every code has a paragraph in `docs/errors.md`.
"""

from __future__ import annotations

from typing import ClassVar

from headwater.model.content import Unread


class HeadwaterError(Exception):
    """A fault with a code, a one-line reason that names things but never values, and the next step.

    `problem` reads `<what could not be done> <which thing>: expected <x>, got <y>`; lower case, no full stop.
    """

    code: ClassVar[str] = "HEADWATER-FAULT"
    exit_code: ClassVar[int] = 3

    def __init__(self, problem: str, *, next_step: str) -> None:
        super().__init__(problem)
        self.problem = " ".join(problem.split())
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.problem}\n  next: {self.next_step}\n  code: {self.code}"


class UsageError(HeadwaterError):
    """The request itself cannot be understood: an unknown node, an ambiguous name, a bad option."""

    code: ClassVar[str] = "USAGE"
    exit_code: ClassVar[int] = 2


class UnknownNode(UsageError):
    """No dataset, column, job or run has this name."""

    code: ClassVar[str] = "NODE-UNKNOWN"


class AmbiguousNode(UsageError):
    """A short name fits several nodes; the message lists them."""

    code: ClassVar[str] = "NODE-AMBIGUOUS"


class UnknownFinding(UsageError):
    """No finding has this id, or it no longer shows."""

    code: ClassVar[str] = "FINDING-UNKNOWN"


class BadEvent(UsageError):
    """An event cannot be taken in; the message says where in the event and what was expected."""

    code: ClassVar[str] = "EVENT-INVALID"


class TooLarge(UsageError):
    """Input passes a limit: body size, decompression ratio, nesting depth, batch length."""

    code: ClassVar[str] = "INPUT-TOO-LARGE"


class Unauthenticated(HeadwaterError):
    """No valid API key came with the request."""

    code: ClassVar[str] = "KEY-MISSING"


class Forbidden(HeadwaterError):
    """The key is valid but its scopes do not cover what was asked."""

    code: ClassVar[str] = "KEY-SCOPE"


class Overloaded(HeadwaterError):
    """The intake queue is full; the client should try again shortly."""

    code: ClassVar[str] = "INTAKE-OVERLOADED"


class StoreFault(HeadwaterError):
    """The entry store could not read or make durable; nothing was acknowledged."""

    code: ClassVar[str] = "STORE-FAULT"


class Tampered(HeadwaterError):
    """The ledger does not hash to what was signed."""

    code: ClassVar[str] = "LEDGER-TAMPERED"


class BadCheckpoint(HeadwaterError):
    """A checkpoint cannot be parsed or its signature does not verify."""

    code: ClassVar[str] = "CHECKPOINT-INVALID"


class HomeFault(HeadwaterError):
    """The home directory is missing, unreadable, too open, or held by another process."""

    code: ClassVar[str] = "HOME-FAULT"


class ConfigFault(UsageError):
    """A setting is unknown or has a wrong type or range."""

    code: ClassVar[str] = "CONFIG-INVALID"


class ServerFault(HeadwaterError):
    """A remote Headwater cannot be reached or answered with a fault."""

    code: ClassVar[str] = "SERVER-FAULT"


class ContentFault(HeadwaterError):
    """The values of a file or a stream of rows cannot be read; `unread` says why in a form that is kept."""

    code: ClassVar[str] = "CONTENT-UNREADABLE"

    def __init__(self, unread: Unread, path: str = "") -> None:
        named = f" `{path}`" if path else ""
        next_step = "write the file again from its source, or take it out of the dataset"
        super().__init__(f"cannot read content{named}: {unread.reason}", next_step=next_step)
        self.unread = unread
