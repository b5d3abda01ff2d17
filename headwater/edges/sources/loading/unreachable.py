"""The fault of a source that does not answer, whatever its kind."""

from __future__ import annotations

from typing import ClassVar

from headwater.model.errors import HeadwaterError


class SourceUnreachable(HeadwaterError):
    """A source does not answer, refuses the credentials, or answers with something that is not what was set up. Nothing was loaded."""

    code: ClassVar[str] = "SOURCE-UNREACHABLE"


class SourceRefused(SourceUnreachable):
    """A source answers and refuses: credentials, TLS, or something that it does not have. Trying again does not help."""

    code: ClassVar[str] = "SOURCE-REFUSED"


class PlainFault(Exception):
    """A fault of a source in words that hold no value of it, on its way through a library."""
