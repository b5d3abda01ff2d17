"""What answers about reviewing labels hold: what waits for a person, what was decided, and what a classifier needs to know beforehand."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.model.lakes import DatasetName
from headwater.model.sensitivity.classification import ColumnVerdict, Evidence, LearnedEvidence, LineageEvidence, State


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelDecisionView:
    """What a person decided of a label; `by` is the id of their key. `holds` is false for a lowering that has ended."""

    at: str
    action: str
    reason: str
    by: str
    position: int
    level: str | None = None
    fingerprints: tuple[str, ...] = ()
    expires: str | None = None
    holds: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """A column that a classifier leaves to a person: `suspected`, or open (`abstain`). `decisions` are those on it up to now."""

    node: str
    dataset: DatasetName
    column: str
    state: State
    info_type: str | None
    confidence: float
    evidence: Evidence
    classifier: str
    version: str
    position: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often people agreed with a type that was found: columns on which they confirmed it, and on which they rejected it."""

    info_type: str
    confirmed: int
    rejected: int
    ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelReview:
    """What waits for review, surest first of the suspected and then of the open ones; and by type how people judged so far."""

    waiting: tuple[ReviewItem, ...]
    agreement: tuple[Agreement, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundDerivation:
    """A derivation that leads into a column now: its fingerprint, and of which job and sources it is.

    `lowers` says that it carries values into the column itself; only what comes by such a one can be lowered.
    """

    fingerprint: str
    job: str
    evidence: str
    status: str
    sources: tuple[str, ...]
    lowers: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelDecisions:
    """What people decided of a column, newest first, and the derivations that lead into it now, by which a lowering is bound.

    `found` are the types that a classifier found, suspected or left open there, that a person set or that lineage brings: what can be
    confirmed. `arriving` are those of which more than an influence comes by lineage: what can be lowered.
    """

    node: str
    dataset: DatasetName
    column: str
    decisions: dict[str, tuple[LabelDecisionView, ...]]
    """By info type."""
    derivations: tuple[BoundDerivation, ...]
    found: tuple[str, ...] = ()
    arriving: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskingView:
    """An approval of a masking function for the jobs of one namespace pattern."""

    function: str
    level: str
    namespace: str
    reason: str
    by: str
    at: str
    position: int
    expires: str | None = None


@dataclass(frozen=True, slots=True)
class MaskingList:
    """The approvals in force, by function and namespace."""

    approvals: tuple[MaskingView, ...]


@dataclass(frozen=True, slots=True)
class LearnedName:
    """What people decided of a type on columns of one name, whatever joins its words."""

    name: str
    info_type: str
    confirmed: int
    rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifiedState:
    """How far a dataset was classified: the last look of the classifier, and what speaks of its columns from elsewhere.

    `is_current` is false where people decided on like-named columns since. `columns` is empty unless one dataset was asked for.
    `own` are decisions on its own columns, which teach others and not itself.
    """

    name: str
    classified: bool
    version: str = ""
    is_current: bool = False
    is_whole: bool = False
    columns: tuple[ColumnVerdict, ...] = ()
    own: tuple[LearnedName, ...] = ()
    copied: dict[str, tuple[LearnedEvidence, ...]]
    lineage: dict[str, tuple[LineageEvidence, ...]]


@dataclass(frozen=True, slots=True)
class ClassificationState:
    """The datasets of a namespace that are known, and what people taught by the names of columns."""

    datasets: tuple[ClassifiedState, ...]
    learned: tuple[LearnedName, ...]
