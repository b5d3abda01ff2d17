"""Overwrites and drops per incarnation: the instants before which no row of it can remain."""

from __future__ import annotations

from bisect import bisect_left, insort

import msgspec

from headwater.model.times import FOREVER, Instant
from headwater.projections.lineage.spans import Span


class Wipes(msgspec.Struct):
    """By incarnation: what each run wiped when, and those instants sorted."""

    by_run: dict[int, dict[str, Instant]] = {}
    instants: dict[int, list[Instant]] = {}

    def of(self, target: int) -> list[Instant]:
        """The instants of an incarnation, sorted."""
        return self.instants.get(target, [])

    def set(self, target: int, run: str, at: Instant | None) -> list[Span]:
        """Say when a run wiped an incarnation (None: it did not); gives the regions of time in which what remained may differ."""
        known = self.by_run.setdefault(target, {})
        before = known.get(run)
        if before == at:
            return []
        regions = []
        if before is not None:
            del known[run]
            regions += self._take(target, before)
        if at is not None:
            known[run] = at
            regions += self._put(target, at)
        return regions

    def _put(self, target: int, at: Instant) -> list[Span]:
        told = self.instants.setdefault(target, [])
        index = bisect_left(told, at)
        insort(told, at)
        if index + 1 < len(told) and told[index + 1] == at:
            return []
        return [(at, told[index + 1] if index + 1 < len(told) else FOREVER)]

    def _take(self, target: int, at: Instant) -> list[Span]:
        told = self.instants[target]
        index = bisect_left(told, at)
        del told[index]
        if index < len(told) and told[index] == at:
            return []
        return [(at, told[index] if index < len(told) else FOREVER)]
