"""What is told of a batch when it is held against the history of its own source, and what people announce beforehand."""

from __future__ import annotations

from typing import Literal

import msgspec

from headwater.model.findings import Severity, Tier
from headwater.model.times import BEGINNING, FOREVER, Instant

DeviationKind = Literal[
    "nulls",
    "duplicates",
    "redelivered",
    "range",
    "level",
    "spread",
    "units",
    "new-categories",
    "shares",
    "shape",
    "shuffled",
    "exchanged",
    "volume",
    "truncated",
    "late",
    "type",
    "columns",
]


OF_BATCHES: frozenset[DeviationKind] = frozenset({"volume", "late", "duplicates", "redelivered", "truncated"})
"""Kinds that concern batches as a whole; all others, and `truncated` too, concern a column."""


class ExpectedChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody announced that batches arriving in [start, end) deviate in this way; exactly that is then no finding.

    An empty `column` means what concerns whole batches, such as volume, not all columns.
    """

    kind: DeviationKind
    column: str = ""
    start: Instant = BEGINNING
    end: Instant = FOREVER


class Deviation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a batch deviates: `reason` is words and numbers about the batch as a whole, never a value out of it.

    `chance` is the probability that a batch as before shows this or more, zero where it is no matter of chance. `confirmed` are deviations
    that need no statistics, `possible` all others.
    """

    kind: DeviationKind
    reason: str
    column: str = ""
    severity: Severity = "medium"
    tier: Tier = "possible"
    chance: float = 0.0


class Judgement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A batch held against history. While `learning` is not zero, so many batches more are needed before statistics speak.

    `announced` are the deviations that somebody had expected; `tests` is how many statistics were compared.
    """

    batch: str
    learning: int = 0
    tests: int = 0
    deviations: tuple[Deviation, ...] = ()
    announced: tuple[Deviation, ...] = ()
