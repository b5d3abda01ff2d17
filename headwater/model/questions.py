"""Questions people ask, as values: one struct per question, the same for the command line, HTTP and Python.

Field names are the query parameters of `/api/v1/ask/<question>` and the option names of the command line.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, ClassVar, Literal, get_args

import msgspec

from headwater.model.errors import UsageError
from headwater.model.findings import DetectedKind
from headwater.model.sensitivity.leaks import LeakKind

MAX_LIMIT = 10_000

Direction = Literal["up", "down", "both"]
FindingState = Literal["open", "acknowledged", "resolved", "re-opened", "waiting", "all"]
FindingKind = Literal[DetectedKind, LeakKind]
Depth = Annotated[int, msgspec.Meta(ge=1)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT)]


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What every question may carry. Times are RFC 3339 text; `known_at` a ledger position; `page` an opaque token.

    Raises:  UsageError: a field is not of its type or outside its range, whichever surface the question comes from.
    """

    name: ClassVar[str] = ""
    has_command: ClassVar[bool] = True
    """Whether people ask it on the command line; one that only programs ask has none."""

    as_of: str | None = None
    known_at: int | None = None
    min_position: int | None = None
    page: str | None = None
    limit: Limit = 1000

    def __post_init__(self) -> None:
        """Refuse what a type checker would, for those who have none."""
        for name, kind in _kinds(type(self)):
            try:
                msgspec.convert(getattr(self, name), kind)
            except msgspec.ValidationError as error:
                raise misfit(type(self), name, str(error)) from None


class LineageQuestion(Question, frozen=True, kw_only=True):
    """Where did this node come from, where does it go? `depth` counts datasets; None means all the way."""

    name: ClassVar[str] = "lineage"

    node: str
    direction: Direction = "up"
    columns: bool = False
    direct: bool = False
    depth: Depth | None = None


class RowsQuestion(Question, frozen=True, kw_only=True):
    """Which batches did rows of this dataset come from? `rows` is a condition on its columns, as SQL; empty for all of them."""

    name: ClassVar[str] = "lineage-rows"
    has_command: ClassVar[bool] = False

    node: str
    rows: Annotated[str, msgspec.Meta(max_length=10_000)] = ""


class GroupsQuestion(Question, frozen=True, kw_only=True):
    """How small are the groups of the aggregations that made this dataset? `person` is a column of theirs that tells persons apart."""

    name: ClassVar[str] = "label-groups"
    has_command: ClassVar[bool] = False

    node: str
    person: Annotated[str, msgspec.Meta(max_length=1_000)] = ""


class ImpactQuestion(Question, frozen=True, kw_only=True):
    """What is hit when this node changes?"""

    name: ClassVar[str] = "impact"

    node: str
    direct: bool = False
    depth: Depth | None = None


class GapsQuestion(Question, frozen=True, kw_only=True):
    """What could we not see? `node` narrows to one dataset or job."""

    name: ClassVar[str] = "gaps"

    node: str | None = None


class SearchQuestion(Question, frozen=True, kw_only=True):
    """Which datasets, columns and jobs speak of this text?"""

    name: ClassVar[str] = "catalog-search"

    text: str


class ShowQuestion(Question, frozen=True, kw_only=True):
    """Everything known of one dataset, column, job or run."""

    name: ClassVar[str] = "catalog-show"

    node: str


class StatusQuestion(Question, frozen=True, kw_only=True):
    """How much do we see, and how fresh is it?"""

    name: ClassVar[str] = "status"


class ChangesQuestion(Question, frozen=True, kw_only=True):
    """What changed that no recorded run explains? `node` narrows to one dataset, `explained` adds what runs do explain."""

    name: ClassVar[str] = "changes"

    node: str | None = None
    explained: bool = False


class FindingsQuestion(Question, frozen=True, kw_only=True):
    """What is wrong? Findings of every kind; `waiting` are those open and re-opened."""

    name: ClassVar[str] = "finding-list"

    kind: FindingKind | None = None
    state: FindingState = "waiting"
    node: str | None = None


class FindingQuestion(Question, frozen=True, kw_only=True):
    """Everything about one finding."""

    name: ClassVar[str] = "finding-show"

    finding: str


class LeaksQuestion(Question, frozen=True, kw_only=True):
    """What sensitive data is where it may not be? `node` narrows to one dataset or column, `kind` to one kind of leak."""

    name: ClassVar[str] = "leaks"

    node: str | None = None
    kind: LeakKind | None = None
    state: FindingState = "waiting"


class ExpectationsQuestion(Question, frozen=True, kw_only=True):
    """What may places hold? `origin` narrows to what one file declared."""

    name: ClassVar[str] = "expect-list"

    origin: str | None = None


class LakesQuestion(Question, frozen=True, kw_only=True):
    """Which lakes are watched, how many datasets and versions they hold, and when each was scanned last?"""

    name: ClassVar[str] = "lake-list"


class HistoryQuestion(Question, frozen=True, kw_only=True):
    """Every version of a dataset as its lake holds it, newest first, with the run that made it or none."""

    name: ClassVar[str] = "lake-history"

    node: str


class FreshnessQuestion(Question, frozen=True, kw_only=True):
    """How fresh are datasets, when is the next arrival expected, and what is overdue? `as_of` is now where nothing else is said."""

    name: ClassVar[str] = "lake-freshness"

    node: str | None = None


class SchemaQuestion(Question, frozen=True, kw_only=True):
    """How did the schema of a dataset change, when and by which run, and who uses the columns that changed?"""

    name: ClassVar[str] = "lake-schema"

    node: str


class TimelineQuestion(Question, frozen=True, kw_only=True):
    """What happened to a dataset, on one timeline, newest first? `since` and `until` are RFC 3339 text."""

    name: ClassVar[str] = "lake-timeline"

    node: str
    since: str | None = None
    until: str | None = None


class LakeStateQuestion(Question, frozen=True, kw_only=True):
    """How far has a lake been recorded? Asked by a scan; `node` adds the versions and files of one dataset."""

    name: ClassVar[str] = "lake-state"
    has_command: ClassVar[bool] = False

    lake: str
    node: str | None = None


class DeliveriesQuestion(Question, frozen=True, kw_only=True):
    """What did a supplier deliver, and what became of it?"""

    name: ClassVar[str] = "delivery-list"

    source: str


class SourcesQuestion(Question, frozen=True, kw_only=True):
    """Which sources brought batches, what did their last runs do, and what is announced of them? `source` asks of one."""

    name: ClassVar[str] = "source-list"

    source: str | None = None


class BatchesQuestion(Question, frozen=True, kw_only=True):
    """Which batches came into a dataset, newest first?"""

    name: ClassVar[str] = "batch-list"

    node: str


class LabelsQuestion(Question, frozen=True, kw_only=True):
    """Which columns hold what, how sure is that, and by which way did it come? `node` is a column or a dataset, none means all.

    `namespace` is a glob, `direct` leaves out what only carries the inference mark.
    """

    name: ClassVar[str] = "label-show"

    node: str | None = None
    namespace: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)] | None = None
    info_type: Annotated[str, msgspec.Meta(max_length=100)] | None = None
    direct: bool = False


class LabelReviewQuestion(Question, frozen=True, kw_only=True):
    """Which labels wait for a person's review, and how often did people agree with what was found? `info_type` and `node` narrow it."""

    name: ClassVar[str] = "label-review"

    info_type: str | None = None
    node: str | None = None


class LabelDecisionsQuestion(Question, frozen=True, kw_only=True):
    """What did people decide of a column's labels, and which derivations lead into it? Asked before a decision is recorded."""

    name: ClassVar[str] = "label-decisions"
    has_command: ClassVar[bool] = False

    node: str


class MaskingQuestion(Question, frozen=True, kw_only=True):
    """Which masking functions are approved, for which jobs and to which level?"""

    name: ClassVar[str] = "mask-list"


class ClassificationStateQuestion(Question, frozen=True, kw_only=True):
    """How far have the datasets of a namespace been classified? Asked by a classifier; `node` is the name of one, with its verdicts."""

    name: ClassVar[str] = "classification-state"
    has_command: ClassVar[bool] = False

    namespace: str
    classifier: str
    node: str | None = None


def misfit(kind: type[Question], name: str, message: str) -> UsageError:
    """The fault of a question whose field does not fit; of a choice it names what there is and not what was given."""
    choices = choices_of(dict(_kinds(kind)).get(name))
    expected = f"expected one of {', '.join(f'`{choice}`' for choice in choices)}" if "enum value" in message else message
    return UsageError(
        f"cannot ask `{kind.name}`: parameter `{name}`: {expected[:1].lower()}{expected[1:]}",
        next_step=f"headwater {kind.name.replace('-', ' ')} --help",
    )


def choices_of(kind: Any) -> tuple[str, ...]:
    """The words that a field may be, where it is one of several, whether or not it may also be left out."""
    return tuple(
        word for part in get_args(kind) for word in ((part,) if isinstance(part, str) else choices_of(part) if get_args(part) else ())
    )


@cache
def _kinds(kind: type[Question]) -> tuple[tuple[str, Any], ...]:
    """A question's fields and their types."""
    return tuple((field.name, field.type) for field in msgspec.structs.fields(kind))
