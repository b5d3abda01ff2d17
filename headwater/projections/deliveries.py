"""What suppliers delivered and how each delivery was judged, by source, in the order of the ledger."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from headwater.model.deliveries import DeliverySeen
from headwater.model.entries import Position
from headwater.model.facts import DeliveryJudged, Fact
from headwater.model.ids import DatasetId
from headwater.model.times import Instant


class Delivery(msgspec.Struct, frozen=True, gc=False):
    """One judged delivery; `at` is when its supplier put it there."""

    at: Instant
    position: Position
    source: str
    origin: DatasetId
    dataset: DatasetId
    seen: DeliverySeen


class Deliveries(msgspec.Struct):
    """The fold's state."""

    by_source: dict[str, list[Delivery]] = {}

    def fold(self, facts: Iterable[Fact]) -> None:
        """Take in facts."""
        for fact in facts:
            if isinstance(fact, DeliveryJudged):
                told = Delivery(fact.at, fact.position, fact.source, fact.origin, fact.dataset, fact.seen)
                self.by_source.setdefault(fact.source, []).append(told)

    def known(self, source: str, known_at: Position) -> list[Delivery]:
        """The deliveries of a source, as known at a position."""
        return [told for told in self.by_source.get(source, ()) if told.position <= known_at]

    def of_dataset(self, dataset: DatasetId, known_at: Position) -> list[Delivery]:
        """The deliveries that went into a dataset or would have, as known at a position."""
        return [told for several in self.by_source.values() for told in several if told.dataset == dataset and told.position <= known_at]
