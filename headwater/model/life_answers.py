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
