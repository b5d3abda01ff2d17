"""What answers about lakes hold."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.model.answers import ChangeView
from headwater.model.lakes import ColumnStatistics, DatasetName, FileSeen
from headwater.model.loads import BatchPiece


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeView:
    """A watched lake. Times are RFC 3339; `scanned` is None until a scan came to its end."""

    name: str
    kind: str
    namespace: str
    location: str
    added: str
    scanned: str | None
    datasets: int
    versions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeList:
    """Every lake that is watched, by name."""

    lakes: tuple[LakeView, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDetail:
    """A version of a dataset: the change that made it, and what it holds. `is_gone` where the lake no longer has it."""

    change: ChangeView
    parent: str
    schema: str
    rows: int | None
    files: int | None
    size_bytes: int | None
    columns: tuple[ColumnStatistics, ...]
    is_current: bool
    is_gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetHistory:
    """A dataset of a lake with its versions, newest first."""

    dataset: str
    lake: str
    format: str
    location: str
    partitioning: tuple[str, ...]
    owner: str
    scanned: str | None
    current: str
    versions: tuple[VersionDetail, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetState:
    """How far one dataset has been recorded. `versions` and `files` only where that dataset was asked about.

    `unchanged_at` is when it was last there as it is recorded, which a later scan of the lake may say without having looked at it.
    """

    name: str
    cursor: str
    current: str
    seen_at: str
    unchanged_at: str = ""
    schemas: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    files: tuple[FileSeen, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeState:
    """How far a lake has been recorded: its datasets by name."""

    lake: str
    is_watched: bool
    datasets: tuple[DatasetState, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    """One delivery of a supplier. `verdict` says what became of it, `why` in words for what reason; `batch` is what it was loaded as."""

    delivery: str
    origin: str
    dataset: str
    delivered_at: str
    due_at: str | None
    verdict: str
    why: str
    like: str | None
    digest: str
    batch: str | None
    pieces: tuple[BatchPiece, ...]
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryList:
    """Deliveries of a source, newest first."""

    source: str
    deliveries: tuple[DeliveryView, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviationView:
    """How a batch deviates from those before it. `expected` is the reason of who announced it, and then it is no finding."""

    kind: str
    column: str
    reason: str
    expected: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedView:
    """An announcement: batches of a source that arrive in [start, end) deviate in this way. `by` is the id of its author's key."""

    dataset: str
    kind: str
    column: str
    start: str
    end: str
    reason: str
    by: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A source: what it fills, its last run and its last batch, and what is announced of it. Times are RFC 3339.

    `state` is `failed` or `running` as its last run is; else `deviates`, `expected` (it deviates as announced), `learning` or `good` as
    its last batches are; `new` where it never brought one. `why` says in words why the last run failed.
    """

    name: str
    kind: str
    state: str
    last_run: str | None
    last_batch: str | None
    last_rows: int | None
    batches: int
    rows: int
    datasets: tuple[DatasetName, ...]
    expected: tuple[ExpectedView, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceList:
    """Sources by name."""

    sources: tuple[SourceView, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """One batch of a dataset: where it came from, by which run, into which version, and what it holds. Times are RFC 3339.

    `deviations` tell how it differs from those before; while `learning` is not zero, so many more are needed before statistics speak.
    """

    batch: str
    at: str
    source: str
    kind: str
    origin: str
    run: str
    job: str
    version: str
    rows: int | None
    deleted: int | None
    size_bytes: int | None
    delivered_at: str | None
    due_at: str | None
    pieces: tuple[BatchPiece, ...]
    position: int
    deviations: tuple[DeviationView, ...] = ()
    learning: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchList:
    """Batches of a dataset, newest first."""

    dataset: str
    batches: tuple[BatchView, ...]
