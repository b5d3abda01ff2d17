"""Which batches came into which datasets, oldest first, each with the entry that told of it."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable

import msgspec

from headwater.model.batches import BatchProfile
from headwater.model.entries import Position
from headwater.model.facts import BatchLoaded, BatchProfiled, DeviationExpected, Fact
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.judgements import ExpectedChange
from headwater.model.loads import LoadedBatch
from headwater.model.times import Instant


class Batch(msgspec.Struct, frozen=True, gc=False):
    """One batch of a dataset."""

    at: Instant
    position: Position
    origin: DatasetId
    run: RunId
    job: JobId
    started: Instant
    delivered: Instant | None
    due: Instant | None
    loaded: LoadedBatch

    @property
    def id(self) -> str:
        return self.loaded.batch


class Profiled(msgspec.Struct, frozen=True, gc=False):
    """The profile of one batch, and the entry that told of it."""

    position: Position
    source: str
    profile: BatchProfile


class Expected(msgspec.Struct, frozen=True, gc=False):
    """An announced deviation, and the entry that told of it."""

    position: Position
    source: str
    change: ExpectedChange
    reason: str
    by: str


class Arrivals(msgspec.Struct, kw_only=True, gc=False):
    """The batches of one dataset by the time their load ended; a batch told again keeps its first word."""

    dataset: DatasetId
    batches: list[Batch] = []
    known: set[tuple[str, RunId]] = set()
    profiles: list[Profiled] = []
    """By the time of their arrival; a batch of a source that was profiled again keeps its first profile."""
    profiled: set[tuple[str, str]] = set()
    expected: list[Expected] = []

    def until(self, as_of: Instant, known_at: Position) -> list[Batch]:
        """Batches up to an instant, as known at a position."""
        return [batch for batch in self.batches if batch.at <= as_of and batch.position <= known_at]


class Batches(msgspec.Struct):
    """The fold's state. `changed` holds the datasets touched since the last save."""

    datasets: dict[DatasetId, Arrivals] = {}
    changed: set[DatasetId] = set()

    def fold(self, facts: Iterable[Fact]) -> None:
        """Take in facts."""
        for fact in facts:
            if isinstance(fact, BatchLoaded):
                self._loaded(fact)
            elif isinstance(fact, BatchProfiled):
                self._profiled(fact)
            elif isinstance(fact, DeviationExpected):
                told = Expected(fact.position, fact.source, fact.change, fact.reason, fact.by)
                self._arrivals(fact.dataset).expected.append(told)

    def _arrivals(self, dataset: DatasetId) -> Arrivals:
        arrivals = self.datasets.get(dataset)
        if arrivals is None:
            arrivals = self.datasets[dataset] = Arrivals(dataset=dataset)
        self.changed.add(arrivals.dataset)
        return arrivals

    def _profiled(self, fact: BatchProfiled) -> None:
        arrivals, key = self._arrivals(fact.dataset), (fact.source, fact.profile.batch)
        if key in arrivals.profiled:
            return
        arrivals.profiled.add(key)
        told = Profiled(fact.position, fact.source, fact.profile)
        insort(arrivals.profiles, told, key=lambda known: (known.profile.arrived, known.position))

    def _loaded(self, fact: BatchLoaded) -> None:
        arrivals = self._arrivals(fact.dataset)
        if (fact.loaded.batch, fact.run) in arrivals.known:
            return
        arrivals.known.add((fact.loaded.batch, fact.run))
        batch = Batch(fact.at, fact.position, fact.origin, fact.run, fact.job, fact.started, fact.delivered, fact.due, fact.loaded)
        insort(arrivals.batches, batch, key=lambda known: (known.at, known.position))
        self.changed.add(arrivals.dataset)
