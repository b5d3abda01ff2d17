"""What answers about the life of a dataset hold: how fresh it is, what happened to it, how its schema changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FreshnessState = Literal["on time", "due", "overdue", "not looked", "learning", "irregular"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessView:
    """How fresh a dataset is, or what one source brings into it. Times are RFC 3339; None where that cannot be said.

    `evidence` says by what arrivals are known: `batches`, `versions` of the lake, or `runs` that wrote it. The next is expected at
    `expected` and overdue from `overdue_from` on. `not looked` means that it is past that and nobody looked at the lake since.
    """

    dataset: str
    source: str
    evidence: str
    state: FreshnessState
    cadence: str
    arrivals: int
    last: str | None
    interval_seconds: int | None
    tolerance_seconds: int | None
    expected: str | None
    overdue_from: str | None
    late_seconds: int | None
    looked: str | None
    finding: str | None
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessList:
    """How fresh datasets are, overdue ones first."""

    datasets: tuple[FreshnessView, ...]
    hidden: int = 0


ColumnChangeKind = Literal[
    "added", "dropped", "renamed", "widened", "narrowed", "retyped", "required", "nullable", "reordered", "partitioned"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnUse:
    """Who uses a column that changed: the columns and datasets below it, nearest first, and the jobs whose statements read it.

    Counts are of everything; hidden ones are counted and not named.
    """

    columns: tuple[str, ...]
    datasets: tuple[str, ...]
    jobs: tuple[str, ...]
    column_count: int
    dataset_count: int
    hidden: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChange:
    """What a schema change did to a column; `was` and `to` are types, or names of one that was renamed.

    `use` is told of a column that was there before, where somebody uses it.
    """

    kind: ColumnChangeKind
    column: str
    was: str = ""
    to: str = ""
    use: ColumnUse | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaStep:
    """A schema of a dataset with what it changed against the one before. `run` and `job` made it, as far as a run explains it."""

    schema: str
    at: str
    version: str | None
    run: str | None
    job: str | None
    producer: str
    finding: str | None
    columns: int
    changes: tuple[ColumnChange, ...]
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaHistory:
    """How the schema of a dataset changed, newest first. `by_id` is true where columns have ids, so that renames are known."""

    dataset: str
    columns: tuple[ColumnNow, ...]
    by_id: bool
    steps: tuple[SchemaStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnNow:
    """A column as it is at the time asked about."""

    name: str
    type: str
    id: int | None
    required: bool | None


Lane = Literal["versions", "runs", "batches", "deliveries", "findings", "schema", "maintenance"]
LANES: tuple[Lane, ...] = ("runs", "batches", "deliveries", "versions", "schema", "maintenance", "findings")
"""From what brings rows, over what came of it, to what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that happened to a dataset; `began` where it took time, ending `at`. What does not apply is None.

    `state` is that of its finding at the time asked about.
    """

    at: str
    began: str | None
    lane: Lane
    what: str
    detail: str
    version: str | None
    batch: str | None
    source: str | None
    run: str | None
    job: str | None
    rows: int | None
    removed: int | None
    finding: str | None
    state: str | None
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetTimeline:
    """What happened to a dataset, newest first."""

    dataset: str
    happenings: tuple[Happening, ...]
