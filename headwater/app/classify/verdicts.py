"""From samples to verdicts, the same for files, lakes and databases.

What stands beside a classification (`Beside`) says what is known of a dataset already and takes what was found; `Alone` is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from headwater.app.classify.recognisers import Recogniser, hear
from headwater.capture.classify import CLASSIFIER, classify
from headwater.edges.engines.samples.relations import Sampled
from headwater.model.errors import HeadwaterError
from headwater.model.sensitivity.classification import (
    Classification,
    ColumnGap,
    ColumnVerdict,
    DatasetColumn,
    FileGap,
    LearnedEvidence,
    LineageEvidence,
)

Progress = Callable[[int, int], None]
"""Told how many datasets were done, and how many there are."""
SEEN_IN_FULL = frozenset({"COLUMN-EMPTY", "TOO-FEW-VALUES", "VALUES-DISGUISED"})


class ClassifierNotInstalled(HeadwaterError):
    """The libraries that hold the checks of many countries' identifiers are not there; without them too little would be found."""

    code = "CLASSIFIER-NOT-INSTALLED"


@dataclass(frozen=True, slots=True)
class Witnesses:
    """What is said of a column from elsewhere."""

    lineage: tuple[LineageEvidence, ...] = ()
    learned: tuple[LearnedEvidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What looking at one dataset gave, as of a version where it has any."""

    dataset: str
    version: str
    columns: tuple[ColumnVerdict, ...]
    gaps: tuple[FileGap, ...]


class Beside(Protocol):
    """What stands beside a classification. A dataset is named as the classification names it."""

    recognisers: tuple[Recogniser, ...]
    """Those from elsewhere that are heard beside our own."""

    @property
    def classifier(self) -> str:
        """Who says what is found: ourselves, and those who are heard."""
        return "+".join((CLASSIFIER, *(each.name for each in self.recognisers)))

    def standing(self, dataset: str, version: str) -> tuple[ColumnVerdict, ...] | None:
        """The verdicts that need no new look; None where one is needed."""

    def witnesses(self, dataset: str, column: str) -> Witnesses:
        """What is said of a column from elsewhere."""

    def done(self, seen: Seen) -> tuple[FileGap, ...]:
        """Take what was found of one dataset; gives what could not be taken."""

    def progress(self, done: int, total: int) -> None:
        """Told how many datasets were done, and how many there are."""


class Alone(Beside):
    """Nothing is known and nothing taken."""

    def __init__(self, progress: Progress = lambda done, total: None, recognisers: tuple[Recogniser, ...] = ()) -> None:
        self._progress, self.recognisers = progress, recognisers

    def standing(self, dataset: str, version: str) -> None:
        """Nothing stands."""

    def witnesses(self, dataset: str, column: str) -> Witnesses:
        """Nothing is said."""
        return Witnesses()

    def done(self, seen: Seen) -> tuple[FileGap, ...]:
        """Nothing is taken."""
        return ()

    def progress(self, done: int, total: int) -> None:
        """Pass on how far the classification is."""
        self._progress(done, total)


class Gathering:
    """A classification under way: dataset by dataset, each of them handed on as soon as it is done."""

    def __init__(self, beside: Beside, total: int) -> None:
        self._beside, self._total, self._done = beside, total, 0
        self._columns: list[DatasetColumn] = []
        self._gaps: list[FileGap] = []
        self._skipped: list[str] = []
        beside.progress(0, total)

    def stands(self, dataset: str, version: str) -> bool:
        """Whether what is known of a dataset needs no new look; then that is what the classification says of it."""
        known = self._beside.standing(dataset, version)
        if known is None:
            return False
        self._skipped.append(dataset)
        self._take(dataset, known, ())
        return True

    def take(self, dataset: str, sampled: Sampled, version: str = "") -> None:
        """Weigh the samples of a dataset."""
        columns: list[ColumnVerdict] = []
        for sample in sampled.columns:
            said = self._beside.witnesses(dataset, sample.column)
            heard, failed = hear(self._beside.recognisers, sample)
            verdicts = classify(sample, said.lineage, said.learned, heard)
            columns += _with_gaps(verdicts, failed)
        gaps = tuple(FileGap(dataset=dataset, file=file, code=code) for file, code in sampled.gaps)
        unrecorded = self._beside.done(Seen(dataset, version, tuple(columns), gaps))
        self._take(dataset, columns, (*gaps, *unrecorded))

    def miss(self, dataset: str, gaps: Iterable[FileGap], version: str = "") -> None:
        """Say of a dataset that it could not be read."""
        told = tuple(gaps)
        self._take(dataset, (), (*told, *self._beside.done(Seen(dataset, version, (), told))))

    def note(self, gaps: Iterable[FileGap]) -> None:
        """Say of something that may be no dataset at all that it could not be read."""
        self._gaps.extend(gaps)

    def classification(self) -> Classification:
        """All verdicts with what stayed unseen."""
        complete = not self._gaps and not any(_unseen(each) for each in self._columns)
        return Classification(
            columns=tuple(self._columns),
            gaps=tuple(self._gaps),
            complete=complete,
            classifier=self._beside.classifier,
            unchanged=tuple(self._skipped),
        )

    def _take(self, dataset: str, columns: Sequence[ColumnVerdict], gaps: Iterable[FileGap]) -> None:
        self._columns.extend(_of(dataset, verdict) for verdict in columns)
        self._gaps.extend(gaps)
        self._done += 1
        self._beside.progress(self._done, self._total)


def _with_gaps(verdicts: tuple[ColumnVerdict, ...], gaps: tuple[ColumnGap, ...]) -> tuple[ColumnVerdict, ...]:
    """Verdicts of which the first, that of the column as a whole, has more gaps."""
    first, *others = verdicts
    return (msgspec.structs.replace(first, gaps=(*first.gaps, *gaps)), *others) if gaps else verdicts


def require_validators() -> None:
    """Raises:  ClassifierNotInstalled: the extra is missing."""
    try:
        import phonenumbers  # noqa: F401  # because only whether it is there matters here
        import stdnum  # noqa: F401  # because only whether it is there matters here
    except ImportError:
        problem = "cannot classify: expected the checks of identifiers and telephone numbers, got none installed"
        raise ClassifierNotInstalled(problem, next_step='pip install "headwater[classify]"') from None


def _unseen(verdict: ColumnVerdict) -> bool:
    """Whether something of a column stayed unread; that it is empty or holds one value was seen well enough."""
    return any(gap.code not in SEEN_IN_FULL for gap in verdict.gaps)


def _of(dataset: str, verdict: ColumnVerdict) -> DatasetColumn:
    return DatasetColumn(dataset=dataset, **{name: getattr(verdict, name) for name in ColumnVerdict.__struct_fields__})
