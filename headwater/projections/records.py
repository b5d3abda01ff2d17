"""What the catalog keeps of datasets, jobs and runs: words over time, each with the entry it became known by.

Every item remembers the instant it is about and the position it became known at; reading filters by both. Items are sets
kept sorted: order of arrival leaves no mark.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar

import msgspec

from headwater.model.entries import Position
from headwater.model.facts import Change, EventType, Owner, Role, Tag
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.times import Instant
from headwater.projections.schemas import SchemaWord

T = TypeVar("T")


class Said(msgspec.Struct, Generic[T], frozen=True, gc=False):
    """A value with the instant it holds from, who said it, and the entry that says so."""

    at: Instant
    producer: str
    value: T
    position: Position


class Timeline(msgspec.Struct, Generic[T], gc=False):
    """Values over time, sorted by (instant, producer, content); the same word said again keeps its first position."""

    words: list[Said[T]] = []

    def say(self, at: Instant, producer: str, value: T, position: Position) -> None:
        """Add a word; a value equal to its neighbour's shares its memory, as producers repeat themselves in every event."""
        index = bisect_left(self.words, at, key=_instant_of)
        if index < len(self.words) and self.words[index].at == at:
            after = bisect_right(self.words, at, lo=index, key=_instant_of)
            index = bisect_left(self.words, _rank(producer, value), lo=index, hi=after, key=_rank_of)
            if index < after and self.words[index].producer == producer and self.words[index].value == value:
                return
        near = self.words[max(0, index - 1) : index + 1]
        shared = next((word.value for word in near if word.value == value), value)
        speaker = next((word.producer for word in near if word.producer == producer), producer)
        self.words.insert(index, Said(at, speaker, shared, position))

    def until(self, as_of: Instant, known_at: Position) -> Iterator[Said[T]]:
        """Words about instants up to `as_of` that were known at a position, oldest first."""
        stop = bisect_right(self.words, as_of, key=_instant_of)
        return (word for word in self.words[:stop] if word.position <= known_at)

    def latest(self, as_of: Instant, known_at: Position) -> T | None:
        """The newest value, or None."""
        index = bisect_right(self.words, as_of, key=_instant_of)
        while index:
            index -= 1
            if self.words[index].position <= known_at:
                return self.words[index].value
        return None


def _instant_of(word: Said[Any]) -> Instant:
    return word.at


def _rank(producer: str, value: object) -> tuple[str, bytes]:
    return producer, msgspec.msgpack.encode(value)


def _rank_of(word: Said[Any]) -> tuple[str, bytes]:
    return _rank(word.producer, word.value)


class Since(msgspec.Struct, gc=False):
    """The earliest instant at which something was seen, as known at any position: each earlier instant with the entry that told it."""

    moments: list[tuple[Instant, Position]] = []

    def see(self, at: Instant, position: Position) -> None:
        """Take in a sighting; entries come in order of position."""
        if not self.moments or at < self.moments[-1][0]:
            self.moments.append((at, position))

    @property
    def position(self) -> Position:
        """The entry that told of it first."""
        return self.moments[0][1]

    def first(self, known_at: Position) -> Instant:
        """The earliest instant, as known at a position not before `position`."""
        return min(at for at, position in self.moments if position <= known_at)

    def was(self, as_of: Instant, known_at: Position) -> bool:
        """Whether it was seen up to an instant, as known at a position."""
        return any(at <= as_of and position <= known_at for at, position in self.moments)


class Use(Since, gc=False):
    """A job's use of a dataset in one role. `declared` are the instants at which the job itself said so, without a run."""

    declared: list[tuple[Instant, Position]] = []


class DerivedSchema(msgspec.Struct, kw_only=True, gc=False):
    """The columns that a statement gave a dataset, None where that made them uncertain; known from one entry to another."""

    at: Instant
    job: JobId
    run: RunId | None
    columns: tuple[str, ...] | None
    position: Position
    until: Position | None = None

    def is_known(self, known_at: Position) -> bool:
        """Whether that was believed, as known at a position."""
        return self.position <= known_at and (self.until is None or known_at < self.until)


class DatasetRecord(msgspec.Struct, kw_only=True, gc=False):
    """What is known of one dataset name."""

    id: DatasetId
    documentation: Timeline[str] = msgspec.field(default_factory=Timeline)
    owners: Timeline[tuple[Owner, ...]] = msgspec.field(default_factory=Timeline)
    tags: Timeline[tuple[Tag, ...]] = msgspec.field(default_factory=Timeline)
    attributes: Timeline[tuple[str, str]] = msgspec.field(default_factory=Timeline)
    schemas: Timeline[SchemaWord] = msgspec.field(default_factory=Timeline)
    changes: Timeline[tuple[Change, DatasetId | None, RunId | None]] = msgspec.field(default_factory=Timeline)
    versions: Timeline[tuple[str, RunId | None, Role | None]] = msgspec.field(default_factory=Timeline)
    aliases: Timeline[tuple[DatasetId | None, bool]] = msgspec.field(default_factory=Timeline)
    writers: dict[JobId, Use] = {}
    readers: dict[JobId, Use] = {}
    seen: Since = msgspec.field(default_factory=Since)

    def shown_aliases(self, as_of: Instant, known_at: Position) -> tuple[DatasetId, ...]:
        """Other names that some producer declares now."""
        state: dict[tuple[str, DatasetId], bool] = {}
        for word in self.aliases.until(as_of, known_at):
            alias, declared = word.value
            if alias is not None:
                state[(word.producer, alias)] = declared
            else:
                state.update({key: False for key in state if key[0] == word.producer})
        return tuple(sorted({alias for (_, alias), declared in state.items() if declared}))


class JobRecord(msgspec.Struct, kw_only=True, gc=False):
    """What is known of one job."""

    id: JobId
    documentation: Timeline[str] = msgspec.field(default_factory=Timeline)
    owners: Timeline[tuple[Owner, ...]] = msgspec.field(default_factory=Timeline)
    tags: Timeline[tuple[Tag, ...]] = msgspec.field(default_factory=Timeline)
    attributes: Timeline[tuple[str, str]] = msgspec.field(default_factory=Timeline)
    inputs: dict[DatasetId, Use] = {}
    outputs: dict[DatasetId, Use] = {}
    runs: dict[RunId, Position] = {}
    """Its runs, each with the entry that told of it first."""
    seen: Since = msgspec.field(default_factory=Since)


class RunEvent(msgspec.Struct, frozen=True, gc=False):
    """One event of a run."""

    at: Instant
    type: EventType
    position: Position


_STEPS: dict[EventType, int] = {"START": 0, "RUNNING": 1, "OTHER": 1, "ABORT": 2, "FAIL": 3, "COMPLETE": 4}
"""In which order events of one instant happened."""

Named = tuple[DatasetId, Position]
"""A dataset that a run named, with the entry that told so first."""


class RunRecord(msgspec.Struct, kw_only=True, gc=False):
    """What is known of one run of one job. There are many: what is empty is None or one shared tuple."""

    id: RunId
    job: JobId
    events: list[RunEvent] = []
    parent: Timeline[tuple[RunId | None, JobId | None]] | None = None
    attributes: Timeline[tuple[str, str]] | None = None
    errors: Timeline[str] | None = None
    inputs: tuple[Named, ...] = ()
    outputs: tuple[Named, ...] = ()

    def happened(self, event: RunEvent) -> None:
        """Add an event; the same event again changes nothing."""
        order = _event_order(event)
        index = bisect_left(self.events, order, key=_event_order)
        if index == len(self.events) or _event_order(self.events[index]) != order:
            self.events.insert(index, event)

    def seen(self, as_of: Instant, known_at: Position) -> list[RunEvent]:
        """Its events up to a time, as known at a position."""
        return [event for event in self.events if event.at <= as_of and event.position <= known_at]


def _event_order(event: RunEvent) -> tuple[Instant, int, str]:
    return event.at, _STEPS[event.type], event.type


def named(known: tuple[Named, ...], datasets: Iterable[DatasetId], position: Position) -> tuple[Named, ...]:
    """The datasets a run named with those of one more entry, sorted; entries come in order, so the first to name one stays."""
    new = [(dataset, position) for dataset in datasets if not _names(known, dataset)]
    return tuple(sorted((*known, *new), key=_dataset_of)) if new else known


def _names(known: tuple[Named, ...], dataset: DatasetId) -> bool:
    index = bisect_left(known, dataset, key=_dataset_of)
    return index < len(known) and known[index][0] == dataset


def _dataset_of(named: Named) -> DatasetId:
    return named[0]


Amount = tuple[DatasetId, Role, int | None, int | None]
"""Rows and bytes that a run read from or wrote to a dataset."""


class GapRecord(msgspec.Struct, frozen=True):
    """Something not seen, or a claim not applied."""

    at: Instant
    position: Position
    code: str
    subject: str
    detail: str
    job: JobId | None = None
    run: RunId | None = None
    dataset: DatasetId | None = None
    """The dataset that a refused claim was about."""
