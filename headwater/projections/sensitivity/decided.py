"""What is recorded of sensitivity, kept in the order of the ledger: verdicts, measurements, decisions, approvals, expectations, deadlines.

Nothing is lost when it is replaced or withdrawn, so that every answer can be given again as of any position. `seeding.py` makes of it
what labels start from; `learned.py` what people's decisions say of columns elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import msgspec

from headwater.model.entries import Position
from headwater.model.facts import Fact
from headwater.model.ids import DatasetId
from headwater.model.naming import column_key
from headwater.model.sensitivity.classification import ColumnVerdict
from headwater.model.sensitivity.documents import Expectation, LabelAction
from headwater.model.sensitivity.facts import (
    DatasetClassified,
    DeadlineReached,
    ExpectationsDeclared,
    GroupsMeasured,
    LabelDecided,
    MaskingApproved,
)
from headwater.model.sensitivity.labels import Level
from headwater.model.times import FOREVER, Instant


class Looked(msgspec.Struct, frozen=True, gc=False):
    """One look of a classifier at a dataset's columns."""

    at: Instant
    position: Position
    classifier: str
    version: str
    whole: bool
    columns: tuple[ColumnVerdict, ...]


class LabelWord(msgspec.Struct, frozen=True, gc=False):
    """One decision of a person on a label of a column."""

    at: Instant
    position: Position
    column: str
    info_type: str
    action: LabelAction
    level: Level | None
    fingerprints: tuple[str, ...]
    expires: Instant
    reason: str
    by: str


class Measured(msgspec.Struct, frozen=True, gc=False):
    """The smallest group of an aggregation, as it was counted on one version."""

    at: Instant
    position: Position
    fingerprint: str
    version: str
    smallest: int


class MaskingWord(msgspec.Struct, frozen=True, gc=False):
    """One decision of a person on a masking function; level DIRECT withdraws."""

    at: Instant
    position: Position
    function: str
    level: Level
    namespaces: tuple[str, ...]
    expires: Instant
    reason: str
    by: str


class ExpectationsWord(msgspec.Struct, frozen=True, gc=False):
    """All that one origin expects of places, from then on."""

    at: Instant
    position: Position
    namespace: str
    origin: str
    expectations: tuple[Expectation, ...]
    by: str


class SensitivityRecord(msgspec.Struct, kw_only=True, gc=False):
    """What was recorded of one dataset's name, oldest first."""

    id: DatasetId
    looks: list[Looked] = []
    labels: list[LabelWord] = []
    measured: list[Measured] = []

    def decisions(self, column: str, known_at: Position) -> list[LabelWord]:
        """What people decided of a column, as known at a position, oldest first."""
        key = column_key(self.id.namespace, column)
        return [word for word in self.labels if word.position <= known_at and column_key(self.id.namespace, word.column) == key]

    def looked(self, classifier: str, known_at: Position) -> Looked | None:
        """The last look of exactly this classifier."""
        return next((look for look in reversed(self.looks) if look.position <= known_at and look.classifier == classifier), None)


class DecidedRest(msgspec.Struct):
    """What of the fold is saved whole."""

    masking: list[MaskingWord] = []
    expectations: list[ExpectationsWord] = []
    deadlines: dict[Position, Instant] = {}
    """By the entry of a decision that ends by itself, when it does."""
    ended: dict[Position, Position] = {}
    """By the entry of a decision, the entry that says that its moment has come."""


class DecidedRecords:
    """The fold's state. `changed` holds the datasets touched since the last save, `generation` counts entries that changed anything."""

    def __init__(self) -> None:
        self.datasets: dict[DatasetId, SensitivityRecord] = {}
        self.rest = DecidedRest()
        self.changed: set[DatasetId] = set()
        self.generation = 0
        self.has_measured = False
        """Whether any group was ever measured: then versions matter, too."""

    def fold(self, facts: Iterable[Fact]) -> None:
        """Take in facts."""
        for fact in facts:
            handler = _HANDLERS.get(type(fact))
            if handler is not None:
                handler(self, fact)
                self.generation += 1

    def record(self, dataset: DatasetId) -> SensitivityRecord:
        """The record of a dataset, made when first spoken of."""
        known = self.datasets.get(dataset)
        if known is None:
            known = self.datasets[dataset] = SensitivityRecord(id=dataset)
        self.changed.add(dataset)
        return known

    def ends_by_itself(self, position: Position, expires: Instant) -> None:
        """Remember when the decision of an entry ends."""
        if expires < FOREVER:
            self.rest.deadlines[position] = expires

    def holds(self, word: LabelWord | MaskingWord, valid: Instant | None, known_at: Position) -> bool:
        """Whether a lowering or an approval is in force at an instant, or (None) as far as its end was recorded.

        One whose end had come when it was taken in never was.
        """
        if word.position > known_at or word.expires <= word.at:
            return False
        if valid is not None:
            return word.at <= valid < word.expires
        ended = self.rest.ended.get(word.position)
        return ended is None or ended > known_at

    def due(self, now: Instant) -> list[Position]:
        """The entries of decisions whose end has come and was not recorded yet, oldest first."""
        return sorted(entry for entry, expires in self.rest.deadlines.items() if expires <= now and entry not in self.rest.ended)

    def next_deadline(self) -> Instant | None:
        """When the next decision ends whose end was not recorded yet."""
        return min((expires for entry, expires in self.rest.deadlines.items() if entry not in self.rest.ended), default=None)

    def masking(self, valid: Instant | None, known_at: Position) -> Iterator[tuple[str, MaskingWord]]:
        """The approvals in force, each with the namespace pattern it is for: per function and pattern the last word counts."""
        last: dict[tuple[str, str], MaskingWord] = {}
        for word in self.rest.masking:
            if word.position <= known_at and (valid is None or word.at <= valid):
                for pattern in word.namespaces:
                    last.pop((word.function, pattern), None)
                    last[(word.function, pattern)] = word
        for (_, pattern), word in last.items():
            if word.level is not Level.DIRECT and self.holds(word, valid, known_at):
                yield pattern, word

    def expectations(self, known_at: Position) -> list[ExpectationsWord]:
        """What is expected of places: the last word of each origin, by namespace and origin."""
        last = {(word.namespace, word.origin): word for word in self.rest.expectations if word.position <= known_at}
        return [last[key] for key in sorted(last)]


def family(classifier: str) -> str:
    """A classifier without the number of its version: a newer one replaces what an older one said."""
    name, mark, number = classifier.rpartition("-")
    return name if mark and number.isdigit() else classifier


def _classified(records: DecidedRecords, fact: DatasetClassified) -> None:
    look = Looked(fact.at, fact.position, fact.classifier, fact.version, fact.whole, fact.columns)
    records.record(fact.dataset).looks.append(look)


def _measured(records: DecidedRecords, fact: GroupsMeasured) -> None:
    told = Measured(fact.at, fact.position, fact.fingerprint, fact.version, fact.smallest)
    records.record(fact.dataset).measured.append(told)
    records.has_measured = True


def _labelled(records: DecidedRecords, fact: LabelDecided) -> None:
    word = LabelWord(
        at=fact.at,
        position=fact.position,
        column=fact.column.column,
        info_type=fact.info_type,
        action=fact.action,
        level=fact.level,
        fingerprints=fact.fingerprints,
        expires=fact.expires,
        reason=fact.reason,
        by=fact.by,
    )
    records.record(fact.column.dataset).labels.append(word)
    records.ends_by_itself(fact.position, fact.expires)


def _approved(records: DecidedRecords, fact: MaskingApproved) -> None:
    word = MaskingWord(
        at=fact.at,
        position=fact.position,
        function=fact.function,
        level=fact.level,
        namespaces=fact.namespaces,
        expires=fact.expires,
        reason=fact.reason,
        by=fact.by,
    )
    records.rest.masking.append(word)
    records.ends_by_itself(fact.position, fact.expires)


def _expected(records: DecidedRecords, fact: ExpectationsDeclared) -> None:
    word = ExpectationsWord(fact.at, fact.position, fact.namespace, fact.origin, fact.expectations, fact.by)
    records.rest.expectations.append(word)


def _reached(records: DecidedRecords, fact: DeadlineReached) -> None:
    """A deadline counts once it has come by the clock that took the entry in, whoever says so."""
    expires = records.rest.deadlines.get(fact.entry)
    if expires is not None and expires <= fact.at:
        records.rest.ended.setdefault(fact.entry, fact.position)


_HANDLERS: dict[type[Fact], Callable[[DecidedRecords, Any], None]] = {
    DatasetClassified: _classified,
    GroupsMeasured: _measured,
    LabelDecided: _labelled,
    MaskingApproved: _approved,
    ExpectationsDeclared: _expected,
    DeadlineReached: _reached,
}
