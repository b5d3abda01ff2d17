"""The two times of a question: which instant it is about, and up to which position we may use what we know."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

import msgspec

from headwater.model.entries import Position
from headwater.model.errors import UsageError
from headwater.model.questions import Question
from headwater.model.times import FOREVER, Instant, format_instant, parse_instant
from headwater.projections.views import Views

LATEST = "latest"


class PageToken(msgspec.Struct, frozen=True):
    """Where a page starts, in a closure pinned at a position."""

    known_at: int
    offset: int


@dataclass(frozen=True, slots=True)
class Moment:
    """A question's times, resolved. `valid` None means the latest; `is_latest` whether nothing newer is known."""

    valid: Instant | None
    known_at: Position
    is_latest: bool
    offset: int
    limit: int

    @classmethod
    def of(cls, question: Question, views: Views) -> Moment:
        """Read a question's times and page.

        Raises:  UsageError: not a time, a position not reached yet, a bad page.
        """
        token = _token(question.page) if question.page is not None else None
        known_at = token.known_at if token is not None else question.known_at
        if known_at is not None and not -1 <= known_at <= views.known_at:
            reached = f"-1 to {views.known_at}, what the views have reached" if views.known_at >= 0 else "-1, as nothing was recorded yet"
            raise UsageError(f"cannot answer as known at position {known_at}: expected {reached}", next_step="headwater status")
        return cls(
            valid=_valid(question.as_of),
            known_at=views.known_at if known_at is None else Position(known_at),
            is_latest=known_at is None or known_at == views.known_at,
            offset=token.offset if token is not None else 0,
            limit=question.limit,
        )

    @property
    def as_of(self) -> str:
        """How the answer prints valid time."""
        return LATEST if self.valid is None else format_instant(self.valid)

    @property
    def until(self) -> Instant:
        """The last instant that counts."""
        return Instant(FOREVER - 1) if self.valid is None else self.valid

    def next_page(self, total: int) -> str | None:
        """The token of the page after this one."""
        following = self.offset + self.limit
        if following >= total:
            return None
        token = PageToken(self.known_at, following)
        return urlsafe_b64encode(msgspec.json.encode(token)).decode().rstrip("=")


def _valid(text: str | None) -> Instant | None:
    if text is None or text == LATEST:
        return None
    try:
        return parse_instant(text)
    except (ValueError, OverflowError):
        raise UsageError(
            "cannot read the time in `as_of`: expected RFC 3339 such as 2026-11-23T09:00:00Z", next_step="pass --as-of 2026-11-23"
        ) from None


def _token(text: str) -> PageToken:
    try:
        token = msgspec.json.decode(urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=PageToken)
    except (ValueError, msgspec.DecodeError):
        token = PageToken(0, -1)
    if token.offset < 0:
        raise UsageError("cannot read the page token: expected the `next_page` of an answer", next_step="ask again without --page")
    return token
