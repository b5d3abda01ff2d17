"""What a client can do, whether it works in this process or asks a server.

A client only carries questions and deliveries; the methods named after questions build the question and ask it,
so both kinds of client have them and mean the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from headwater.model.answers import Answer, ChangeList, GapList, Impact, Lineage, NodeDetail, RecordReport, SearchHits, Status
from headwater.model.dbt import DbtReport
from headwater.model.errors import UsageError
from headwater.model.questions import (
    ChangesQuestion,
    Direction,
    FindingState,
    GapsQuestion,
    ImpactQuestion,
    LeaksQuestion,
    LineageQuestion,
    Question,
    RowsQuestion,
    SearchQuestion,
    ShowQuestion,
    StatusQuestion,
)
from headwater.model.row_answers import RowOrigins
from headwater.model.sensitivity.leaks import LeakKind, LeakList
from headwater.sdk.delivery import Progress, Source
from headwater.sdk.expectations import Expectations
from headwater.sdk.findings import Findings
from headwater.sdk.labels import Labels, Masking
from headwater.sdk.lakes import Lakes
from headwater.sdk.nouns import Keys, LedgerReader
from headwater.sdk.sources import Sources


class Client(Protocol):
    """Headwater, from Python. Every method raises `HeadwaterError` with a code and a next step."""

    @property
    def keys(self) -> Keys:
        """API keys: create, list, revoke."""
        ...

    @property
    def ledger(self) -> LedgerReader:
        """The ledger: checkpoint, proofs, verification, export, entries."""
        ...

    @property
    def findings(self) -> Findings:
        """What is wrong: list, show, acknowledge, resolve."""
        return Findings(self.ask, self.record)

    @property
    def expectations(self) -> Expectations:
        """What places may hold: list, declare."""
        return Expectations(self.ask, self.record)

    @property
    def labels(self) -> Labels:
        """What is sensitive: review, set, confirm, reject, lower, withdraw."""
        return Labels(self.ask, self.record)

    @property
    def masking(self) -> Masking:
        """Masking functions: list, approve, withdraw."""
        return Masking(self.ask, self.record)

    def ask(self, question: Question) -> Answer[Any]:
        """Answer any question; the methods below are this, typed."""
        ...

    def record(self, events: Source | Iterable[Source], *, progress: Progress | None = None) -> RecordReport:
        """Take in OpenLineage events; when this returns, what it counts as recorded is durable.

        `progress` is told the bytes read so far and the bytes there are.
        """
        ...

    def dbt(
        self,
        folder: str | Path,
        *,
        namespace: str | None = None,
        profiles_dir: str | Path | None = None,
        target: str | None = None,
        job_namespace: str | None = None,
        joins_dbt_ol: bool = False,
    ) -> DbtReport:
        """Record what a target folder of dbt tells, and say how far each of its models was understood.

        Where the data is stands in the project's profile; `namespace` says it instead. `joins_dbt_ol` ties the names that dbt-ol reports.
        """
        from headwater.app.dbt import Place, record_folder

        profiles = Path(profiles_dir) if profiles_dir is not None else None
        place = Place(namespace=namespace, profiles_dir=profiles, target=target, job_namespace=job_namespace, joins_dbt_ol=joins_dbt_ol)
        return record_folder(Path(folder), place, self.record)

    @property
    def lakes(self) -> Lakes:
        """Lakes that are watched: list, history of a dataset, scan."""
        return Lakes(self.ask, self.record)

    @property
    def sources(self) -> Sources:
        """Sources that fill lakes: run one."""
        return Sources(self.ask, self.record)

    def wait(self, seconds: float = 5.0) -> bool:
        """Wait until answers rest on everything that is durable now; False when that takes longer."""
        ...

    def close(self) -> None:
        """Give back what the client holds; it cannot be used afterwards."""
        ...

    def lineage(
        self,
        node: str,
        direction: Direction = "up",
        *,
        columns: bool = False,
        direct: bool = False,
        depth: int | None = None,
        as_of: str | datetime | None = None,
        known_at: int | None = None,
        page: str | None = None,
        limit: int = 1000,
    ) -> Answer[Lineage]:
        """Where a dataset or column came from (`up`), where it goes (`down`), or `both`."""
        return self.ask(
            LineageQuestion(
                node=node,
                direction=direction,
                columns=columns,
                direct=direct,
                depth=depth,
                as_of=_time(as_of),
                known_at=known_at,
                page=page,
                limit=limit,
            )
        )

    def rows(
        self, node: str, condition: str = "", *, as_of: str | datetime | None = None, known_at: int | None = None
    ) -> Answer[RowOrigins]:
        """Which batches the rows of a dataset came from that satisfy a condition on its columns, as SQL; empty for all rows.

        Reads the lake and runs recorded statements again, where the home is. Takes the home's owner or an admin key.
        """
        return self.ask(RowsQuestion(node=node, rows=condition, as_of=_time(as_of), known_at=known_at))

    def impact(
        self,
        node: str,
        *,
        direct: bool = False,
        depth: int | None = None,
        as_of: str | datetime | None = None,
        known_at: int | None = None,
        page: str | None = None,
        limit: int = 1000,
    ) -> Answer[Impact]:
        """What is hit when a node changes: datasets, columns, jobs and their owners."""
        return self.ask(
            ImpactQuestion(node=node, direct=direct, depth=depth, as_of=_time(as_of), known_at=known_at, page=page, limit=limit)
        )

    def gaps(self, node: str | None = None, *, page: str | None = None, limit: int = 1000) -> Answer[GapList]:
        """What could not be seen, everywhere or around one dataset or job."""
        return self.ask(GapsQuestion(node=node, page=page, limit=limit))

    def changes(
        self,
        node: str | None = None,
        *,
        explained: bool = False,
        as_of: str | datetime | None = None,
        known_at: int | None = None,
        page: str | None = None,
        limit: int = 1000,
    ) -> Answer[ChangeList]:
        """What changed in the lakes that no recorded run explains; with `explained` also what runs do explain."""
        return self.ask(ChangesQuestion(node=node, explained=explained, as_of=_time(as_of), known_at=known_at, page=page, limit=limit))

    def leaks(
        self,
        node: str | None = None,
        *,
        kind: LeakKind | None = None,
        state: FindingState = "waiting",
        as_of: str | datetime | None = None,
        known_at: int | None = None,
        page: str | None = None,
        limit: int = 1000,
    ) -> Answer[LeakList]:
        """What sensitive data is where it may not be, by which statement it came there, and since when."""
        return self.ask(LeaksQuestion(node=node, kind=kind, state=state, as_of=_time(as_of), known_at=known_at, page=page, limit=limit))

    def search(self, text: str, *, page: str | None = None, limit: int = 100) -> Answer[SearchHits]:
        """Datasets, columns and jobs that speak of a text."""
        return self.ask(SearchQuestion(text=text, page=page, limit=limit))

    def show(self, node: str, *, as_of: str | datetime | None = None, known_at: int | None = None) -> Answer[NodeDetail]:
        """Everything known of one dataset, column, job or run."""
        return self.ask(ShowQuestion(node=node, as_of=_time(as_of), known_at=known_at))

    def status(self) -> Answer[Status]:
        """How much is seen and how fresh it is."""
        return self.ask(StatusQuestion())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _time(given: str | datetime | None) -> str | None:
    """A time as questions carry it.

    Raises:  UsageError: a datetime that does not say of which time zone it is.
    """
    if not isinstance(given, datetime):
        return given
    if given.tzinfo is None:
        problem = "cannot read the time in `as_of`: expected a datetime with a time zone, got one without"
        raise UsageError(problem, next_step="datetime(2026, 11, 23, tzinfo=UTC)")
    return given.isoformat()
