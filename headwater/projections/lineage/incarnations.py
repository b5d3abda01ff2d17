"""Which incarnation of a dataset a name meant at a time, as known at a position.

A dataset lives from its creation to its drop; a recreated name is a new incarnation, a rename keeps the old one.
Only drops and renames are boundaries: producers say CREATE for every overwrite, so a CREATE proves nothing by itself.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Literal

import msgspec

from headwater.model.entries import Position
from headwater.model.ids import DatasetId
from headwater.model.times import BEGINNING, FOREVER, Instant

START = Position(0)
BoundaryKind = Literal["dropped", "renamed-away", "renamed-in"]


class Incarnation(msgspec.Struct, frozen=True, order=True, cache_hash=True):
    """A dataset between two boundaries, named by the name and instant at which it first appeared."""

    origin: DatasetId
    since: Instant


class Boundary(msgspec.Struct, frozen=True):
    """An instant at which a name stops meaning what it meant, and the entry that first said so."""

    at: Instant
    kind: BoundaryKind
    previous: DatasetId | None = None
    position: Position = START

    def says(self, other: Boundary) -> bool:
        """Whether both say the same, whoever said it first."""
        return (self.at, self.kind, self.previous) == (other.at, other.kind, other.previous)


class Incarnations(msgspec.Struct):
    """Boundaries per name, sorted by time. `heirs` are the names that took a name's place by a rename, and when, sorted."""

    boundaries: dict[DatasetId, list[Boundary]] = {}
    heirs: dict[DatasetId, list[tuple[Instant, DatasetId]]] = {}

    def drop(self, dataset: DatasetId, at: Instant, position: Position = START) -> tuple[DatasetId, ...]:
        """Record a drop; gives the names whose meaning changed from that instant on (none when it was known)."""
        return self._add(dataset, Boundary(at, "dropped", None, position))

    def rename(self, old: DatasetId, new: DatasetId, at: Instant, position: Position = START) -> tuple[DatasetId, ...]:
        """Record that `old` goes on as `new`; gives the names whose meaning changed from that instant on."""
        if old == new:
            return ()
        known, heir = self.heirs.setdefault(old, []), (at, new)
        index = bisect_left(known, heir)
        if known[index : index + 1] != [heir]:
            known.insert(index, heir)
        away, into = Boundary(at, "renamed-away", None, position), Boundary(at, "renamed-in", old, position)
        return self._add(old, away) + self._add(new, into)

    def of(self, dataset: DatasetId, at: Instant, known_at: Position | None = None) -> Incarnation:
        """The incarnation that a name meant at an instant, by what was known at a position (None: by all that is known)."""
        while True:
            known = self._known(dataset, known_at)
            index = bisect_right(known, at, key=_instant_of)
            if index == 0:
                return Incarnation(dataset, BEGINNING)
            boundary = _decisive(known, index)
            if boundary.kind != "renamed-in" or boundary.previous is None:
                return Incarnation(dataset, boundary.at)
            dataset, at = boundary.previous, Instant(boundary.at - 1)

    def names(self, dataset: DatasetId, at: Instant) -> Iterator[tuple[DatasetId, Instant, Instant]]:
        """The names of what a name means at an instant, newest first: each with since when and until when it went by that name."""
        until = Instant(at + 1)
        while True:
            known = self.boundaries.get(dataset, [])
            index = bisect_right(known, at, key=_instant_of)
            boundary = _decisive(known, index) if index else None
            yield dataset, BEGINNING if boundary is None else boundary.at, until
            if boundary is None or boundary.kind != "renamed-in" or boundary.previous is None:
                return
            dataset, at, until = boundary.previous, Instant(boundary.at - 1), boundary.at

    def history(self, dataset: DatasetId, known_at: Position | None = None) -> tuple[Incarnation, ...]:
        """Every incarnation a name ever meant, oldest first."""
        moments = [BEGINNING, *(boundary.at for boundary in self._known(dataset, known_at))]
        return tuple(dict.fromkeys(self.of(dataset, moment, known_at) for moment in moments))

    def name_at(self, incarnation: Incarnation, at: Instant, known_at: Position | None = None) -> DatasetId:
        """The name an incarnation goes by at an instant, after the renames up to then."""
        name, since = incarnation.origin, incarnation.since
        while True:
            known = self._known(name, known_at)
            away = next((boundary for boundary in known if boundary.kind == "renamed-away" and since < boundary.at <= at), None)
            heir = self._heir(name, away.at, known_at) if away is not None else None
            if away is None or heir is None:
                return name
            name, since = heir, away.at

    def _heir(self, name: DatasetId, at: Instant, known_at: Position | None) -> DatasetId | None:
        """The name that a dataset took at an instant."""
        wanted = Boundary(at, "renamed-in", name)
        heirs = self.heirs.get(name, [])
        first, after = bisect_left(heirs, at, key=_when), bisect_right(heirs, at, key=_when)
        return next((heir for _, heir in heirs[first:after] if any(known.says(wanted) for known in self._known(heir, known_at))), None)

    def _known(self, dataset: DatasetId, known_at: Position | None) -> list[Boundary]:
        known = self.boundaries.get(dataset, [])
        return known if known_at is None else [boundary for boundary in known if boundary.position <= known_at]

    def _add(self, dataset: DatasetId, boundary: Boundary) -> tuple[DatasetId, ...]:
        known = self.boundaries.setdefault(dataset, [])
        index = bisect_left(known, _order(boundary), key=_order)
        if index < len(known) and known[index].says(boundary):
            return ()
        known.insert(index, boundary)
        return (dataset, *self._later_heirs(dataset, boundary.at))

    def _later_heirs(self, dataset: DatasetId, at: Instant) -> tuple[DatasetId, ...]:
        """Names that go on from what this one means from an instant on, near and far: each by a rename later than the one before."""
        since: dict[DatasetId, Instant] = {}
        frontier = [(dataset, at)]
        while frontier:
            name, after = frontier.pop()
            heirs = self.heirs.get(name, [])
            for when, heir in heirs[bisect_right(heirs, after, key=_when) :]:
                if when < since.get(heir, FOREVER):
                    since[heir] = when
                    frontier.append((heir, when))
        return tuple(since)


def _instant_of(boundary: Boundary) -> Instant:
    return boundary.at


def _when(heir: tuple[Instant, DatasetId]) -> Instant:
    return heir[0]


def _order(boundary: Boundary) -> tuple[Instant, str, str]:
    return boundary.at, boundary.kind, "" if boundary.previous is None else str(boundary.previous)


def _decisive(known: list[Boundary], index: int) -> Boundary:
    """Of several boundaries at one instant, a rename into the name decides: the name is in use again."""
    last = known[index - 1]
    first = bisect_left(known, (last.at, "renamed-in", ""), hi=index, key=_order)
    return known[first] if first < index else last
