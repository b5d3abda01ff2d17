"""Records what classifying datasets of a home found, each as soon as it is done, so that an interruption loses none.

A dataset whose version this classifier has seen, and of whose columns nobody taught anything since, is not looked at again. What a home
does not know is not recorded: a label is of something that has a place in the lineage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from headwater.app.classify.recognisers import Recogniser
from headwater.app.classify.verdicts import Beside, Progress, Seen, Witnesses
from headwater.capture.classify.weighing import learned_weight
from headwater.capture.documents import encode
from headwater.model.answers import Answer, RecordReport
from headwater.model.entries import DATASET_CLASSIFIED
from headwater.model.errors import BadEvent, HeadwaterError, TooLarge
from headwater.model.lakes import DatasetName, ScanGap
from headwater.model.naming import column_key
from headwater.model.questions import MAX_LIMIT, ClassificationStateQuestion, Question
from headwater.model.sensitivity.classification import ColumnVerdict, FileGap, LearnedEvidence
from headwater.model.sensitivity.documents import ClassifiedDataset
from headwater.model.sensitivity.reviews import ClassificationState, ClassifiedState, LearnedName
from headwater.projections.sensitivity.learned import like_name

Ask = Callable[[Question], Answer[Any]]
Record = Callable[[Iterable[bytes]], RecordReport]
Naming = Callable[[str], Iterator[DatasetName]]
"""Under which names a home may know a dataset that a classification calls so, likeliest first."""

_OF_THE_DOCUMENT = frozenset({BadEvent.code, TooLarge.code})
_SEEN_WELL_ENOUGH = frozenset({"ROWS-SAMPLED", "NAMES-ARE-DATA"})
"""Gaps that a second look at the same version would leave again."""


class ClassificationUnrecorded(HeadwaterError):
    """The recorder refused what a classification found, so it stopped; what was recorded before stands."""

    code = "CLASSIFICATION-UNRECORDED"


class Recording(Beside):
    """Stands beside a classification on behalf of a home; `recorded` and `unknown` are the datasets that were or were not taken."""

    def __init__(
        self,
        ask: Ask,
        record: Record,
        naming: Naming,
        *,
        again: bool = False,
        progress: Progress = lambda done, total: None,
        recognisers: tuple[Recogniser, ...] = (),
    ) -> None:
        self.recognisers = recognisers
        self._ask, self._record, self._naming = ask, record, naming
        self._again, self._progress = again, progress
        self._namespaces: dict[str, dict[str, ClassifiedState]] = {}
        self._learned: dict[str, list[LearnedName]] = {}
        self.recorded: list[str] = []
        self.unknown: list[str] = []

    def standing(self, dataset: str, version: str) -> tuple[ColumnVerdict, ...] | None:
        """What was recorded of this version, where it still stands; what has no version is always looked at."""
        known = self._known(dataset)
        if known is None or self._again or not version:
            return None
        name, state = known
        if state.version != version or not (state.is_current and state.is_whole):
            return None
        question = ClassificationStateQuestion(namespace=name.namespace, classifier=self.classifier, node=name.name)
        answer: Answer[ClassificationState] = self._ask(question)
        return answer.result.datasets[0].columns if answer.result.datasets else None

    def witnesses(self, dataset: str, column: str) -> Witnesses:
        """What lineage brings to a column, and what people decided of columns of its name and of those it copies."""
        known = self._known(dataset)
        if known is None:
            return Witnesses()
        name, state = known
        key = column_key(name.namespace, column)
        return Witnesses(state.lineage.get(key, ()), tuple(self._taught(column, state, state.copied.get(key, ()))))

    def done(self, seen: Seen) -> tuple[FileGap, ...]:
        """Record what was found of one dataset.

        Raises:  ClassificationUnrecorded: it is refused for what every dataset of the place would be refused for.
        """
        known = self._known(seen.dataset)
        if known is None:
            self.unknown.append(seen.dataset)
            return ()
        report = self._record([encode(self._document(known[0], seen))])
        if not report.rejected:
            self.recorded.append(seen.dataset)
            return ()
        refused = report.rejected[0]
        if refused.code in _OF_THE_DOCUMENT:
            return (FileGap(dataset=seen.dataset, file="", code="DATASET-UNRECORDABLE"),)
        problem = f"cannot record what was found in `{seen.dataset}`: {refused.reason}"
        raise ClassificationUnrecorded(problem, next_step=refused.next or "headwater classify --no-record")

    def progress(self, done: int, total: int) -> None:
        """Pass on how far the classification is."""
        self._progress(done, total)

    def _document(self, name: DatasetName, seen: Seen) -> ClassifiedDataset:
        unread = [gap for gap in seen.gaps if gap.code not in _SEEN_WELL_ENOUGH]
        return ClassifiedDataset(
            headwater=DATASET_CLASSIFIED,
            seen_at=datetime.now(UTC).isoformat(),
            dataset=name,
            classifier=self.classifier,
            columns=seen.columns,
            version=seen.version,
            rows=max((verdict.rows for verdict in seen.columns), default=0),
            whole=bool(seen.columns) and not unread,
            gaps=tuple(ScanGap(gap.code, _while(gap)) for gap in seen.gaps),
        )

    def _known(self, dataset: str) -> tuple[DatasetName, ClassifiedState] | None:
        """The dataset of the home that is meant, and how far it was classified."""
        for name in self._naming(dataset):
            state = self._namespace(name.namespace).get(name.name)
            if state is not None:
                return name, state
        return None

    def _namespace(self, namespace: str) -> dict[str, ClassifiedState]:
        known = self._namespaces.get(namespace)
        if known is None:
            known = self._namespaces[namespace] = {state.name: state for state in self._states(namespace)}
        return known

    def _states(self, namespace: str) -> Iterator[ClassifiedState]:
        page: str | None = None
        while True:
            question = ClassificationStateQuestion(namespace=namespace, classifier=self.classifier, page=page, limit=MAX_LIMIT)
            answer: Answer[ClassificationState] = self._ask(question)
            if page is None:
                self._learned = {}
                for told in answer.result.learned:
                    self._learned.setdefault(told.name, []).append(told)
            yield from answer.result.datasets
            page = answer.next_page
            if page is None:
                return

    def _taught(self, column: str, state: ClassifiedState, copied: tuple[LearnedEvidence, ...]) -> Iterator[LearnedEvidence]:
        """Decisions on like-named columns elsewhere and on columns that this one copies; its own teach it nothing."""
        counts: dict[str, tuple[int, int]] = {}
        own = {(told.name, told.info_type): told for told in state.own}
        for told in self._learned.get(like_name(column), ()):
            mine = own.get((told.name, told.info_type))
            confirmed, rejected = (mine.confirmed, mine.rejected) if mine is not None else (0, 0)
            counts[told.info_type] = (told.confirmed - confirmed, told.rejected - rejected)
        for each in copied:
            confirmed, rejected = counts.get(each.info_type, (0, 0))
            counts[each.info_type] = (confirmed + each.confirmed, rejected + each.rejected)
        for info_type, (confirmed, rejected) in sorted(counts.items()):
            if confirmed or rejected:
                weight = learned_weight(confirmed, rejected)
                yield LearnedEvidence(info_type=info_type, confirmed=confirmed, rejected=rejected, weight=weight)


def _while(gap: FileGap) -> str:
    """Where something could not be seen, in words that can stand in a document."""
    file = gap.file.encode("unicode_escape").decode("ascii")[:1_000]
    return f"while its columns were classified{f': {file}' if file else ''}"
