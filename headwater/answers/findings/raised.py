"""A cause that a detector raises, before anybody's decisions are put beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from headwater.model.entries import Position
from headwater.model.findings import Severity, Tier, finding_id
from headwater.model.ids import DatasetId
from headwater.model.times import Instant

SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")
NEVER = Position(-1)
"""Before everything that was recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """One time that a cause showed. `known` is the position from which on it could be known; decisions before it do not cover it.

    `again` is the last position at which what is no new occurrence was done again, such as a run of the same statement: whoever
    acknowledged it knows that it goes on, but what was resolved before is not resolved.
    """

    at: Instant
    known: Position
    what: str
    severity: Severity
    tier: Tier
    version: str = ""
    batch: str = ""
    numbers: dict[str, int] = field(default_factory=dict)
    entries: tuple[Position, ...] = ()
    again: Position = NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """A cause with everything that shows it, oldest first; `next` is the command to look closer with."""

    kind: str
    dataset: DatasetId
    cause: dict[str, str]
    title: str
    showings: tuple[Showing, ...]
    next: str = ""
    owner: str = ""
    """Who answers for it, where that is not whoever answers for the dataset."""
    subject: str = ""
    """The node it is about, where that is not the dataset."""
    shown: dict[str, str] | None = None
    """The cause as this asker may see it, where that is not all of it."""

    @property
    def id(self) -> str:
        """The finding's id."""
        return finding_id(self.kind, str(self.dataset), self.cause)

    @property
    def severity(self) -> Severity:
        """That of its worst showing."""
        return max((showing.severity for showing in self.showings), key=SEVERITIES.index)

    @property
    def tier(self) -> Tier:
        """Confirmed if any showing is."""
        return "confirmed" if any(showing.tier == "confirmed" for showing in self.showings) else "possible"
