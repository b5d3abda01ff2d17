"""The noun sources: what they brought, bringing what is new of one into a lake, and announcing what will change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headwater.model.answers import Answer, RecordReport
from headwater.model.errors import HeadwaterError, UnknownNode
from headwater.model.lake_answers import BatchList, DeliveryList, SourceList
from headwater.model.lakes import DatasetName
from headwater.model.questions import BatchesQuestion, DeliveriesQuestion, Question, ShowQuestion, SourcesQuestion

if TYPE_CHECKING:
    from headwater.app.sources.run import SourceReport, Told


class Sources:
    """The sources of one Headwater. They stand in `lake.toml` of a home on the machine that runs them."""

    def __init__(self, ask: Callable[[Question], Answer[Any]], record: Callable[[Iterable[bytes]], RecordReport]) -> None:
        self._ask = ask
        self._record = record

    def deliveries(self, source: str, *, page: str | None = None, limit: int = 1000) -> Answer[DeliveryList]:
        """What a supplier delivered, newest first, and what became of it."""
        return self._ask(DeliveriesQuestion(source=source, page=page, limit=limit))

    def batches(self, node: str, *, page: str | None = None, limit: int = 1000) -> Answer[BatchList]:
        """The batches that came into a dataset, newest first."""
        return self._ask(BatchesQuestion(node=node, page=page, limit=limit))

    def list(self, source: str | None = None, *, page: str | None = None, limit: int = 1000) -> Answer[SourceList]:
        """Sources that brought batches: their last runs and batches, and what is announced of them."""
        return self._ask(SourcesQuestion(source=source, page=page, limit=limit))

    def expect(
        self,
        source: str,
        changes: Iterable[str],
        reason: str,
        *,
        until: str | datetime,
        start: str | datetime | None = None,
        dataset: str | None = None,
    ) -> Answer[SourceList]:
        """Announce that batches arriving from `start` (now) until `until` change as told; exactly that is then no finding.

        A change is a kind, with its column where it concerns one: `volume`, `units:glucose`. `dataset` says which one of a source that
        fills several.

        Raises:  UsageError: the source brought no batch, or what is announced is none; Forbidden: the key may not write the dataset.
        """
        from headwater.sdk.announcing import announce

        position = announce(self.list(source).result, source, changes, reason, (start, until), dataset, self._record, self._columns)
        return self._ask(SourcesQuestion(source=source, min_position=position))

    def _columns(self, dataset: DatasetName) -> frozenset[str]:
        """The columns that a dataset has or had, as far as they are known."""
        try:
            detail = self._ask(ShowQuestion(node=f"dataset:{dataset.namespace}:{dataset.name}")).result
        except HeadwaterError as fault:
            if fault.code != UnknownNode.code:
                raise
            return frozenset()
        return frozenset(column.name for schema in detail.schemas for column in schema.columns)

    def run(self, name: str, home: str | Path = ".headwater", *, told: Told | None = None) -> SourceReport:
        """Fetch what is new of a source, put it into its lake as one batch, and record what came from where.

        Raises:  UnknownSource, ConfigFault; SourceUnreachable, LakeUnwritable, LoadUnrecorded: the next run makes it good.
        """
        from headwater.app.sources.running import run_source

        return run_source(Path(home), name, self._ask, self._record, told or (lambda _: None))

    def follow(
        self, name: str, home: str | Path = ".headwater", *, is_over: Callable[[], bool], told: Told | None = None
    ) -> Iterator[SourceReport]:
        """Bring in a stream on and on, a report for each round that brought something, until `is_over` says so.

        Raises:  as `run`.
        """
        from headwater.app.sources.running import follow_source

        return follow_source(Path(home), name, self._ask, self._record, told or (lambda _: None), is_over=is_over)
