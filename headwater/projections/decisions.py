"""What people decided about findings, by finding, in the order of the ledger."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from headwater.model.entries import Position
from headwater.model.facts import Fact, FindingDecided
from headwater.model.findings import Action
from headwater.model.ids import DatasetId
from headwater.model.times import Instant


class Decision(msgspec.Struct, frozen=True, gc=False):
    """One decision; it covers what was known of the finding at its position, and nothing later."""

    at: Instant
    position: Position
    dataset: DatasetId
    action: Action
    reason: str
    by: str


class Decisions(msgspec.Struct):
    """The fold's state."""

    by_finding: dict[str, list[Decision]] = {}

    def fold(self, facts: Iterable[Fact]) -> None:
        """Take in facts."""
        for fact in facts:
            if isinstance(fact, FindingDecided):
                told = Decision(fact.at, fact.position, fact.dataset, fact.action, fact.reason, fact.by)
                self.by_finding.setdefault(fact.finding, []).append(told)

    def of(self, finding: str, known_at: Position) -> list[Decision]:
        """Decisions on a finding, as known at a position."""
        return [decision for decision in self.by_finding.get(finding, ()) if decision.position <= known_at]
