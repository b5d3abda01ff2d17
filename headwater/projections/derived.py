"""Columns that statements gave to tables: what fills the holes where no producer says what columns a dataset has.

A word stands from its statement's moment until the next, and counts only after that moment: of two statements at one instant nobody
knows which came first. So what a statement is read by depends on earlier ones alone, and chains of them always end.
A word without columns says that from then on nobody can know them. So does a dataset that is altered or written anew by a run
of which no statement told what columns that gave it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from hashlib import sha256

import msgspec

from headwater.model.ids import DatasetId
from headwater.model.lineage import Statement
from headwater.model.times import Instant
from headwater.projections.lineage.incarnations import Incarnations

Columns = tuple[str, ...]
Moment = tuple[Instant, str]
"""When, and by which statement of which run (`SEPARATOR` between them) or by which run alone."""
SEPARATOR = "\x01"


def speaker(run: str, statement: Statement) -> str:
    """A statement of a run, as one who decides columns."""
    return f"{run}{SEPARATOR}{sha256(msgspec.msgpack.encode(statement)).hexdigest()[:16]}"


class Track(msgspec.Struct):
    """What statements and runs did to the columns of one name, in order of time."""

    moments: list[Moment] = []
    columns: list[Columns | None] = []
    told: dict[str, list[Instant]] = {}
    """When the statements of each run told of it."""
    changed: dict[str, list[Instant]] = {}
    """When each run changed it, by whatever means."""

    def put(self, moment: Moment, columns: Columns | None) -> None:
        """Add a word, or replace it."""
        index = bisect_left(self.moments, moment)
        if self.moments[index : index + 1] == [moment]:
            self.columns[index] = columns
            return
        self.moments.insert(index, moment)
        self.columns.insert(index, columns)
        run, mark, _ = moment[1].partition(SEPARATOR)
        insort((self.told if mark else self.changed).setdefault(run, []), moment[0])

    def take(self, moment: Moment) -> None:
        """Take a word back."""
        index = bisect_left(self.moments, moment)
        if self.moments[index : index + 1] != [moment]:
            return
        del self.moments[index], self.columns[index]
        run = moment[1].partition(SEPARATOR)[0]
        self.told[run].remove(moment[0])

    def last(self, since: Instant, until: Instant) -> tuple[Columns | None, bool]:
        """The columns by the last that was done in [since, until), and whether anything was."""
        index = bisect_left(self.moments, (until, ""))
        while index and self.moments[index - 1][0] >= since:
            first = bisect_left(self.moments, (self.moments[index - 1][0], ""))
            found = {self.columns[here] for here in range(first, index) if not self._is_explained(self.moments[here])}
            if found:
                return (found.pop() if len(found) == 1 else None), True
            index = first
        return None, False

    def after(self, moment: Moment) -> list[Instant]:
        """The moments after which a word may make a difference: its own, and those of the run's changes that it explains."""
        changes = self.changed.get(moment[1].partition(SEPARATOR)[0], [])
        return [moment[0], *changes[bisect_right(changes, moment[0]) :]]

    def _is_explained(self, moment: Moment) -> bool:
        """Whether a run's change is the doing of one of its statements, which told of it."""
        told = self.told.get(moment[1], [])
        return bool(told) and told[0] <= moment[0]


class Derived(msgspec.Struct):
    """A track per dataset name that has any."""

    tracks: dict[DatasetId, Track] = {}

    def say(self, dataset: DatasetId, moment: Moment, columns: Columns | None, incarnations: Incarnations) -> Instant | None:
        """Take in what happened to a dataset's columns; gives the moment after which that makes a difference, None for never."""
        track = self.tracks.setdefault(dataset, Track())
        before = self._after(dataset, track.after(moment), incarnations)
        track.put(moment, columns)
        return self._difference(dataset, before, incarnations)

    def unsay(self, dataset: DatasetId, moment: Moment, incarnations: Incarnations) -> Instant | None:
        """Take a word back; gives the moment after which that makes a difference, None for never."""
        track = self.tracks.get(dataset)
        if track is None:
            return None
        before = self._after(dataset, track.after(moment), incarnations)
        track.take(moment)
        return self._difference(dataset, before, incarnations)

    def at(self, dataset: DatasetId, moment: Instant, incarnations: Incarnations) -> Columns | None:
        """What was done before a moment to the columns of what the name means at it, under this name or those it was renamed from."""
        return self._by(dataset, moment, moment, incarnations)

    def _after(self, dataset: DatasetId, moments: list[Instant], incarnations: Incarnations) -> dict[Instant, Columns | None]:
        """The columns right after each moment."""
        return {at: self._by(dataset, at, Instant(at + 1), incarnations) for at in moments}

    def _difference(self, dataset: DatasetId, before: dict[Instant, Columns | None], incarnations: Incarnations) -> Instant | None:
        now = self._after(dataset, list(before), incarnations)
        return min((at for at, columns in before.items() if now[at] != columns), default=None)

    def _by(self, dataset: DatasetId, moment: Instant, end: Instant, incarnations: Incarnations) -> Columns | None:
        for name, since, until in incarnations.names(dataset, moment):
            track = self.tracks.get(name)
            columns, is_told = track.last(since, min(until, end)) if track is not None else (None, False)
            if is_told:
                return columns
        return None
