"""The noun lakes: what is watched, what its datasets hold, and scanning it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headwater.model.answers import Answer, RecordReport
from headwater.model.errors import HeadwaterError
from headwater.model.lake_answers import DatasetHistory, LakeList
from headwater.model.life_answers import DatasetTimeline, FreshnessList, SchemaHistory
from headwater.model.questions import (
    FreshnessQuestion,
    HistoryQuestion,
    LakesQuestion,
    LakeStateQuestion,
    Question,
    SchemaQuestion,
    TimelineQuestion,
)

if TYPE_CHECKING:
    from headwater.app.lakes.diff import LakeDiff
    from headwater.app.lakes.scan import Progress, ScanReport


class Lakes:
    """The lakes of one Headwater. Where a lake is stands in `lake.toml` of a home on the machine that scans it."""

    def __init__(self, ask: Callable[[Question], Answer[Any]], record: Callable[[Iterable[bytes]], RecordReport]) -> None:
        self._ask = ask
        self._record = record

    def list(self, *, page: str | None = None, limit: int = 1000) -> Answer[LakeList]:
        """Every lake that is watched, with the time of its last scan."""
        return self._ask(LakesQuestion(page=page, limit=limit))

    def history(self, node: str, *, page: str | None = None, limit: int = 1000) -> Answer[DatasetHistory]:
        """Every version of a dataset, newest first, with the run that made it or none."""
        return self._ask(HistoryQuestion(node=node, page=page, limit=limit))

    def freshness(
        self,
        node: str | None = None,
        *,
        as_of: str | None = None,
        known_at: int | None = None,
        page: str | None = None,
        limit: int = 1000,
    ) -> Answer[FreshnessList]:
        """When something came into each dataset last, how often it does, and what is overdue; `as_of` is now where nothing else is said."""
        return self._ask(FreshnessQuestion(node=node, as_of=as_of, known_at=known_at, page=page, limit=limit))

    def schema(self, node: str, *, as_of: str | None = None, page: str | None = None, limit: int = 1000) -> Answer[SchemaHistory]:
        """How the schema of a dataset changed, newest first: columns, when, by which run, and who uses them."""
        return self._ask(SchemaQuestion(node=node, as_of=as_of, page=page, limit=limit))

    def timeline(
        self,
        node: str,
        *,
        since: str | None = None,
        until: str | None = None,
        as_of: str | None = None,
        known_at: int | None = None,
        page: str | None = None,
        limit: int = 1000,
    ) -> Answer[DatasetTimeline]:
        """What happened to a dataset, newest first: versions, runs, batches, deliveries held back, findings, schemas, maintenance."""
        return self._ask(TimelineQuestion(node=node, since=since, until=until, as_of=as_of, known_at=known_at, page=page, limit=limit))

    def state(self, lake: str, node: str | None = None, *, page: str | None = None, limit: int = 10_000) -> Answer[Any]:
        """How far a lake has been recorded; what a scan goes on from."""
        return self._ask(LakeStateQuestion(lake=lake, node=node, page=page, limit=limit))

    def scan(self, name: str, home: str | Path = ".headwater", *, progress: Progress | None = None) -> ScanReport:
        """Look at a lake of `lake.toml` and record what is new of it.

        Raises:  UnknownLake, ConfigFault, LakeUnreachable, Unrecorded; what was recorded before stands.
        """
        from headwater.app.lakes.drivers import open_lake
        from headwater.app.lakes.places import find_place
        from headwater.app.lakes.scan import scan, unreached
        from headwater.edges.sources.lakes.driver import LakeUnreachable

        place = find_place(Path(home), name)
        try:
            driver = open_lake(name, place, Path(home))
        except LakeUnreachable as fault:
            unreached(name, place, fault, self._record)
            raise
        try:
            report = scan(name, place, driver, self._ask, self._record, progress or (lambda *_: None))
            if place.kind != "folder" and report.versions and report.position is not None:
                with suppress(HeadwaterError, ImportError):  # because what a version holds is told besides, where it can be read at all
                    from headwater.app.lakes.examine import examine

                    examine(name, place.namespace, driver, self._ask, self._record, report.position)
            return report
        finally:
            driver.close()

    def diff(self, node: str, old: str, new: str | None = None, *, keys: Sequence[str] = (), home: str | Path = ".headwater") -> LakeDiff:
        """Which rows two versions of a dataset do not share; without `new`, against the current one. Reads the lake itself.

        A version may be named by enough of its beginning.

        Raises:  UsageError: a version that no scan has seen, or that holds no rows; VersionGone: the lake no longer holds one of them;
                 UnknownNode, UnknownLake, ConfigFault, LakeUnreachable, ContentFault.
        """
        from headwater.app.lakes.diff import diff, find_version
        from headwater.app.lakes.drivers import open_lake
        from headwater.app.lakes.places import find_place

        told = self.history(node, limit=1).result
        place = find_place(Path(home), told.lake)
        name = told.dataset.removeprefix(f"dataset:{place.namespace}:")
        [state] = self.state(told.lake, name).result.datasets
        before, after = (find_version(state, name, version) for version in (old, new or told.current))
        driver = open_lake(told.lake, place)
        try:
            return diff(driver, name, before, after, tuple(keys))
        finally:
            driver.close()
