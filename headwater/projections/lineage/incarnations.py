"""Which incarnation of a dataset a name meant at a time.

A dataset lives from its creation to its drop; a recreated name is a new incarnation, a rename keeps the old one.
Only drops and renames are boundaries: producers say CREATE for every overwrite, so a CREATE proves nothing by itself.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from typing import Literal

import msgspec

from headwater.model.ids import DatasetId
from headwater.model.times import BEGINNING, Instant

BoundaryKind = Literal["dropped", "renamed-away", "renamed-in"]


class Incarnation(msgspec.Struct, frozen=True, order=True, cache_hash=True):
    """A dataset between two boundaries, named by the name and instant at which it first appeared."""

    origin: DatasetId
    since: Instant


class Boundary(msgspec.Struct, frozen=True, order=True):
    """An instant at which a name stops meaning what it meant."""

    at: Instant
    kind: BoundaryKind
    previous: DatasetId | None = None


class Incarnations(msgspec.Struct):
    """Boundaries per name, sorted by time."""

    boundaries: dict[DatasetId, list[Boundary]] = {}

    def drop(self, dataset: DatasetId, at: Instant) -> tuple[DatasetId, ...]:
        """Record a drop; gives the names whose meaning changed (none when it was known)."""
        return self._add(dataset, Boundary(at, "dropped"))

    def rename(self, old: DatasetId, new: DatasetId, at: Instant) -> tuple[DatasetId, ...]:
        """Record that `old` goes on as `new`; gives the names whose meaning changed."""
        if old == new:
            return ()
        return self._add(old, Boundary(at, "renamed-away")) + self._add(new, Boundary(at, "renamed-in", old))

    def of(self, dataset: DatasetId, at: Instant) -> Incarnation:
        """The incarnation that a name meant at an instant."""
        while True:
            known = self.boundaries.get(dataset)
            if known is None:
                return Incarnation(dataset, BEGINNING)
            index = bisect_right(known, at, key=_instant_of)
            if index == 0:
                return Incarnation(dataset, BEGINNING)
            boundary = _decisive(known, index)
            if boundary.kind != "renamed-in" or boundary.previous is None:
                return Incarnation(dataset, boundary.at)
            dataset, at = boundary.previous, Instant(boundary.at - 1)

    def history(self, dataset: DatasetId) -> tuple[Incarnation, ...]:
        """Every incarnation a name ever meant, oldest first."""
        moments = [BEGINNING, *(boundary.at for boundary in self.boundaries.get(dataset, ()))]
        seen: dict[Incarnation, None] = {}
        for moment in moments:
            seen.setdefault(self.of(dataset, moment))
        return tuple(seen)

    def name_at(self, incarnation: Incarnation, at: Instant) -> DatasetId:
        """The name an incarnation goes by at an instant, after the renames up to then."""
        name, since = incarnation.origin, incarnation.since
        while True:
            away = next((known for known in self.boundaries.get(name, ()) if known.kind == "renamed-away" and since < known.at <= at), None)
            heir = self._heir(name, away.at) if away is not None else None
            if away is None or heir is None:
                return name
            name, since = heir, away.at

    def _heir(self, name: DatasetId, at: Instant) -> DatasetId | None:
        """The name that a dataset took at an instant."""
        wanted = Boundary(at, "renamed-in", name)
        return min((other for other, known in self.boundaries.items() if wanted in known), default=None)

    def _add(self, dataset: DatasetId, boundary: Boundary) -> tuple[DatasetId, ...]:
        known = self.boundaries.setdefault(dataset, [])
        if boundary in known:
            return ()
        insort(known, boundary, key=lambda b: (b.at, b.kind, b.previous is not None, b.previous or dataset))
        return (dataset, *self._heirs(dataset))

    def _heirs(self, dataset: DatasetId) -> tuple[DatasetId, ...]:
        """Names that go on from this one by renames, near and far."""
        found: dict[DatasetId, None] = {}
        frontier = [dataset]
        while frontier:
            name = frontier.pop()
            for other, known in self.boundaries.items():
                if other not in found and any(boundary.previous == name for boundary in known):
                    found[other] = None
                    frontier.append(other)
        return tuple(found)


def _instant_of(boundary: Boundary) -> Instant:
    return boundary.at


def _decisive(known: list[Boundary], index: int) -> Boundary:
    """Of several boundaries at one instant, a rename into the name decides: the name is in use again."""
    last = known[index - 1]
    same = [boundary for boundary in known[:index] if boundary.at == last.at]
    return max(same, key=lambda boundary: boundary.kind == "renamed-in")
