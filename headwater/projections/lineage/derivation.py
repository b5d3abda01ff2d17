"""One derivation's record: who supports it, in which entries it stands, when it held; all of it as known at any position."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort

import msgspec

from headwater.model.entries import Position
from headwater.model.lineage import Evidence
from headwater.model.naming import column_key
from headwater.model.times import Instant
from headwater.projections.lineage.claims import Claim
from headwater.projections.lineage.nodes import NodeTable
from headwater.projections.lineage.spans import Span

FlowKey = tuple[int, str, str, int]
Support = tuple[Instant, Instant, Position]
"""A supporting run's first and last moment, and the entry since which it supports."""


class DerivationKey(msgspec.Struct, frozen=True, cache_hash=True, gc=False):
    """What makes two runs' claims one derivation: the claim, and the incarnations its names meant."""

    claim: Claim
    target: int
    sources: tuple[int, ...]


class Derivation(msgspec.Struct, gc=False):
    """The record. `spans` is when it is now believed to have held, `rows` their rows in the episodes, `closed_rows` those of before.

    `known` holds the entries at which it came to be known, ceased to be, came to be known again, and so on.
    """

    id: int
    key: DerivationKey
    known: list[Position] = []
    runs: dict[str, Support] = {}
    former_runs: list[tuple[str, Position, Position]] = []
    """Runs that supported it from one entry to another."""
    positions: list[Position] = []
    late: dict[Position, Position] = {}
    """Entries that came to speak for it only by a later one."""
    spans: list[Span] = []
    rows: list[int] = []
    closed_rows: list[int] = []

    @property
    def claim(self) -> Claim:
        return self.key.claim

    @property
    def is_open(self) -> bool:
        """Whether any run supports it now."""
        return bool(self.runs)

    @property
    def is_confirmed(self) -> bool:
        """Whether every hop of it is parsed or observed, and in full: of a statement read in part even the edges may be guesses."""
        claim = self.claim
        return claim.evidence in (Evidence.OBSERVED, Evidence.PARSED) and claim.status == "complete" and not claim.superseded

    def is_known(self, known_at: Position) -> bool:
        """Whether any run supported it, as known at a position."""
        return bisect_right(self.known, known_at) % 2 == 1

    def known_interval(self, known_at: Position) -> tuple[Position, Position | None]:
        """Since when it was known, and since when no longer (None while it is), as known at a position."""
        told = bisect_right(self.known, known_at)
        return self.known[0], self.known[told - 1] if told and told % 2 == 0 else None

    def positions_at(self, known_at: Position) -> list[Position]:
        """The entries that spoke for it, as known at a position."""
        known = self.positions[: bisect_right(self.positions, known_at)]
        return [position for position in known if self.late.get(position, position) <= known_at] if self.late else known

    def runs_at(self, known_at: Position) -> list[str]:
        """The runs that supported it, as known at a position, in the order in which they came to."""
        now = [(since, key) for key, (_, _, since) in self.runs.items() if since <= known_at]
        then = [(since, key) for key, since, until in self.former_runs if since <= known_at < until]
        return [key for _, key in sorted(now + then)]

    def ran_since(self, at: Instant, known_at: Position) -> bool:
        """Whether any run that supported it, as known at a position, may have written at or after a moment."""
        if any(since <= known_at < until for _, since, until in self.former_runs):
            return True  # when these ran is no longer kept
        ended = [ended for _, ended, since in self.runs.values() if since <= known_at]
        return not ended or max(ended) >= at

    def rests_on(self, position: Position, since: Position) -> None:
        """Add an entry that speaks for it, since a later one or at once."""
        index = bisect_left(self.positions, position)
        if index == len(self.positions) or self.positions[index] != position:
            insort(self.positions, position)
            if since != position:
                self.late[position] = since

    def maskings(self, nodes: NodeTable) -> dict[FlowKey, str | None]:
        """The masking function on each masked edge: (source incarnation, source column key, target column key, kind) -> name.

        An edge that some flow takes unmasked counts as not masked.
        """
        if not any(flow.masking for flow in self.claim.flows):
            return {}
        owners = dict(zip(self.claim.datasets, self.key.sources, strict=True))
        target = nodes.origin(self.key.target).namespace
        used: dict[FlowKey, set[str | None]] = {}
        for flow in self.claim.flows:
            owner = owners[flow.source]
            column = column_key(nodes.origin(owner).namespace, flow.source_column or "")
            key = (owner, column, column_key(target, flow.target_column or ""), int(flow.kind))
            used.setdefault(key, set()).add(flow.masking)
        return {key: names.pop() if len(names) == 1 else None for key, names in used.items()}
