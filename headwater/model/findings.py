"""Findings: something wrong, with evidence, one form for all kinds; and what people decide about them.

A finding is not stored: detectors raise it anew from the views, always under the same id, and what people decided is folded beside it.
So the same cause never opens twice, and what a late event explains closes by itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Annotated, Final, Literal

import msgspec

from headwater.model.lakes import DatasetName, Document

Severity = Literal["low", "medium", "high", "critical"]
Tier = Literal["confirmed", "possible"]
State = Literal["open", "acknowledged", "resolved", "re-opened"]
Action = Literal["acknowledge", "resolve"]
UNEXPLAINED_CHANGE: Final = "unexplained-change"
BAD_DELIVERY: Final = "bad-delivery"
DEVIATING_BATCH: Final = "deviating-batch"
OVERDUE_DATASET: Final = "overdue-dataset"
VANISHED_DATASET: Final = "vanished-dataset"
DetectedKind = Literal["unexplained-change", "bad-delivery", "deviating-batch", "overdue-dataset", "vanished-dataset"]
"""What is found where lakes, deliveries and batches are watched; leaks have kinds of their own, in `sensitivity.leaks`."""
_ID_BYTES = 6


class FindingDecision(Document, frozen=True, kw_only=True, omit_defaults=True):
    """`human/finding`: a person acknowledges or resolves a finding, with a reason. `dataset` is what it is about."""

    finding: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{12}$")]
    dataset: DatasetName
    action: Action
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time that a cause showed: when, in which version or batch, what in words, and the entries that tell of it."""

    at: str
    what: str
    version: str = ""
    batch: str = ""
    numbers: dict[str, int] | None = None
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """What a person decided of a finding; `by` is the id of their key."""

    at: str
    action: Action
    reason: str
    by: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong. `subject` is a node id, `cause` what tells it from other findings of its kind on that subject.

    `severity` says how bad it is if true, `tier` how sure it is: `confirmed` where everything it rests on was seen or read in full.
    """

    id: str
    kind: str
    subject: str
    dataset: DatasetName
    title: str
    severity: Severity
    tier: Tier
    state: State
    owner: str
    cause: dict[str, str]
    first_seen: str
    last_seen: str
    count: int
    occurrences: tuple[Occurrence, ...]
    downstream: int = 0
    decisions: tuple[DecisionView, ...] = ()
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingList:
    """Findings, worst and newest first."""

    findings: tuple[Finding, ...]
    hidden: int = 0


def finding_id(kind: str, subject: str, cause: dict[str, str]) -> str:
    """The one id of a cause: the same for everybody and at every time."""
    told = msgspec.json.encode([kind, subject, sorted(cause.items())])
    return hashlib.sha256(told).hexdigest()[: 2 * _ID_BYTES]
