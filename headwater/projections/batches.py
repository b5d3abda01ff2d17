"""Which batches came into which datasets, oldest first, each with the entry that told of it."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable

import msgspec

from headwater.model.entries import Position
from headwater.model.facts import BatchLoaded, Fact
from headwater.model.ids import DatasetId, JobId, RunId
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


class Arrivals(msgspec.Struct, kw_only=True, gc=False):
    """The batches of one dataset by the time their load ended; a batch told again keeps its first word."""

    dataset: DatasetId
    batches: list[Batch] = []
    known: set[tuple[str, RunId]] = set()

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

    def _loaded(self, fact: BatchLoaded) -> None:
        arrivals = self.datasets.get(fact.dataset)
        if arrivals is None:
            arrivals = self.datasets[fact.dataset] = Arrivals(dataset=fact.dataset)
        if (fact.loaded.batch, fact.run) in arrivals.known:
            return
        arrivals.known.add((fact.loaded.batch, fact.run))
        batch = Batch(fact.at, fact.position, fact.origin, fact.run, fact.job, fact.started, fact.delivered, fact.due, fact.loaded)
        insort(arrivals.batches, batch, key=lambda known: (known.at, known.position))
        self.changed.add(arrivals.dataset)
