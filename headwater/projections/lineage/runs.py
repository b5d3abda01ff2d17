"""What one run (or, without a run, one job) said about lineage, added up over its events in any order."""

from __future__ import annotations

from bisect import bisect_left

import msgspec

from headwater.model.entries import Position
from headwater.model.facts import Change, ColumnsDerived, EventType, StatementAnalysed
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.lineage import Flow, Reason, Statement, StatementLineage
from headwater.model.times import Instant

TERMINAL = frozenset({"COMPLETE", "FAIL", "ABORT"})


class Told(msgspec.Struct, frozen=True, order=True, cache_hash=True):
    """A facet's claim about one target."""

    flows: tuple[Flow, ...]
    inputs: tuple[DatasetId, ...]
    adds: bool = False
    reasons: tuple[Reason, ...] = ()


class Read(msgspec.Struct, frozen=True, cache_hash=True):
    """An analysed statement and which dataset each of its table names means."""

    lineage: StatementLineage
    tables: tuple[tuple[str, DatasetId], ...]
    overwritten: tuple[DatasetId, ...] = ()


Changed = tuple[Instant, DatasetId, Change]
"""When what happened to which dataset."""


class LineageRun(msgspec.Struct):
    """The run's record. There is one for every run ever seen, so what is empty shares one empty tuple or is None.

    `events`, `inputs`, `outputs` and `changes` are sets kept sorted; `told` and `read` keep the latest by event time.
    """

    job: JobId | None
    run: RunId | None = None
    events: list[tuple[Instant, EventType]] = []
    inputs: tuple[DatasetId, ...] = ()
    outputs: tuple[DatasetId, ...] = ()
    changes: tuple[Changed, ...] = ()
    told: dict[tuple[DatasetId, str], tuple[Instant, Told]] | None = None
    read: dict[Statement, Read] | None = None
    positions: list[Position] = []
    supports: tuple[int, ...] = ()
    """Ids of the derivations that rest on this run."""
    supported: tuple[int, ...] = ()
    """Ids of those that ever did."""
    wiped: tuple[int, ...] = ()
    """Incarnations that this run overwrote or dropped."""

    @property
    def started(self) -> Instant:
        """The earliest moment at which the run may have written."""
        return self.events[0][0]

    @property
    def ended(self) -> Instant:
        """The latest moment at which the run may have written."""
        return self.events[-1][0]

    @property
    def wiped_at(self) -> Instant | None:
        """The moment before which nothing survives an overwrite by this run; None while it has not completed.

        Its last start before its last completion: rows written by others in between may remain.
        """
        completed = next((at for at, event_type in reversed(self.events) if event_type == "COMPLETE"), None)
        if completed is None:
            return None
        starts = (at for at, event_type in reversed(self.events) if event_type == "START" and at <= completed)
        return next(starts, completed)

    def happened(self, at: Instant, event_type: EventType) -> None:
        """Add an event; repetitions change nothing."""
        moment = (at, event_type)
        index = bisect_left(self.events, moment)
        if index == len(self.events) or self.events[index] != moment:
            self.events.insert(index, moment)

    def stands_in(self, position: Position) -> None:
        """Add an entry that spoke of the run."""
        if not self.positions or self.positions[-1] < position:
            self.positions.append(position)

    def tell(self, fact: ColumnsDerived) -> None:
        """Add a facet's claim; of several about one target by one facet the latest event's holds."""
        self.told = self.told if self.told is not None else {}
        key = (fact.target, fact.origin)
        told = Told(fact.flows, fact.inputs, fact.adds, fact.reasons)
        known = self.told.get(key)
        if known is not None and known[1] == told:
            told = known[1]
        if known is None or (known[0], _bytes(known[1])) < (fact.at, _bytes(told)):
            self.told[key] = (fact.at, told)

    def analyse(self, fact: StatementAnalysed) -> None:
        """Add an analyser's reading; a later reading of the same statement replaces the earlier."""
        self.read = self.read if self.read is not None else {}
        self.read[fact.statement] = Read(fact.lineage, fact.tables, fact.overwritten)


def _bytes(told: Told) -> bytes:
    return msgspec.msgpack.encode(told)
