"""From samples to verdicts, the same for files, lakes and databases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from headwater.capture.classify import CLASSIFIER, classify
from headwater.edges.engines.samples.relations import Sampled
from headwater.model.errors import HeadwaterError
from headwater.model.sensitivity.classification import Classification, ColumnVerdict, DatasetColumn, FileGap

SEEN_IN_FULL = frozenset({"COLUMN-EMPTY", "TOO-FEW-VALUES", "VALUES-DISGUISED"})


class ClassifierNotInstalled(HeadwaterError):
    """The libraries that hold the checks of many countries' identifiers are not there; without them too little would be found."""

    code = "CLASSIFIER-NOT-INSTALLED"


def gathered(columns: Sequence[DatasetColumn], gaps: Sequence[FileGap]) -> Classification:
    """All verdicts with what stayed unseen."""
    complete = not gaps and not any(_unseen(each) for each in columns)
    return Classification(columns=tuple(columns), gaps=tuple(gaps), complete=complete, classifier=CLASSIFIER)


def require_validators() -> None:
    """Raises:  ClassifierNotInstalled: the extra is missing."""
    try:
        import phonenumbers  # noqa: F401  # because only whether it is there matters here
        import stdnum  # noqa: F401  # because only whether it is there matters here
    except ImportError:
        problem = "cannot classify: expected the checks of identifiers and telephone numbers, got none installed"
        raise ClassifierNotInstalled(problem, next_step='pip install "headwater[classify]"') from None


def verdicts_of(dataset: str, sampled: Sampled) -> Iterator[DatasetColumn]:
    """The verdicts of every column of what was sampled."""
    for sample in sampled.columns:
        for verdict in classify(sample):
            yield _of(dataset, verdict)


def _unseen(verdict: ColumnVerdict) -> bool:
    """Whether something of a column stayed unread; that it is empty or holds one value was seen well enough."""
    return any(gap.code not in SEEN_IN_FULL for gap in verdict.gaps)


def _of(dataset: str, verdict: ColumnVerdict) -> DatasetColumn:
    return DatasetColumn(dataset=dataset, **{name: getattr(verdict, name) for name in ColumnVerdict.__struct_fields__})
