"""The fault of content that cannot be read, which becomes a part of a file's digest or is raised, as the caller needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from headwater.model.content import Unread, UnreadKind
from headwater.model.errors import ContentFault


def fault(kind: UnreadKind, reason: str, path: str = "") -> ContentFault:
    """The fault for a reason such as `expected a footer, got none`; the path may be added later."""
    return ContentFault(Unread(kind=kind, reason=reason), path)


def unsupported_type(name: str) -> ContentFault:
    """The fault of a type that no digest is defined for."""
    return fault("unsupported", f"expected a type that lakes hold, got {name}")


@contextmanager
def decoding(what: str) -> Iterator[None]:
    """Turn whatever a decoder raises into a fault that names what was read; its own words may quote values and are dropped."""
    try:
        yield
    except ContentFault:
        raise
    except (pa.ArrowNotImplementedError, NotImplementedError):
        raise fault("unsupported", f"expected an encoding that can be read, got another in {what}") from None
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError, IndexError, OverflowError, MemoryError):
        raise fault("corrupt", f"expected readable values, got none in {what}") from None
