"""From recorded documents of sensitivity to facts. Pure: what this version cannot read is a gap, never an exception.

What was looked at or measured is as of when it was; a decision holds from when it was taken in, whatever its sender's clock says.
"""

from __future__ import annotations

from typing import TypeVar

from headwater.capture.documents import instant_of, read_document
from headwater.capture.openlineage.reading import Reading
from headwater.capture.sql.words.masking import masking_name
from headwater.model.entries import Entry, Position
from headwater.model.facts import Fact, GapSeen
from headwater.model.ids import ColumnId, DatasetId
from headwater.model.keys import covers
from headwater.model.lakes import DatasetName, Document
from headwater.model.sensitivity.documents import (
    ClassifiedDataset,
    DeadlinePassed,
    DeclaredExpectations,
    LabelDecision,
    LevelWord,
    MaskingApproval,
    MeasuredGroups,
)
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

D = TypeVar("D", bound=Document)

PRODUCER = "headwater:sensitivity"


def translate_classified(entry: Entry) -> list[Fact]:
    """The facts of one `dataset/classified` entry."""
    reading, told = _begin(entry, ClassifiedDataset, decided=False)
    dataset = _dataset(told.dataset)
    if reading.granted("classification", dataset):
        reading.say(
            DatasetClassified,
            dataset=dataset,
            classifier=told.classifier,
            version=told.version,
            columns=told.columns,
            whole=told.whole,
        )
        for gap in told.gaps:
            reading.say(GapSeen, code=gap.code, subject=str(dataset), detail=gap.detail)
    return reading.facts


def translate_grouped(entry: Entry) -> list[Fact]:
    """The facts of one `dataset/grouped` entry."""
    reading, told = _begin(entry, MeasuredGroups, decided=False)
    dataset = _dataset(told.dataset)
    if reading.granted("measured groups", dataset):
        reading.say(GroupsMeasured, dataset=dataset, fingerprint=told.fingerprint, smallest=told.smallest, version=told.version)
    return reading.facts


def translate_label(entry: Entry) -> list[Fact]:
    """The facts of one `human/label` entry."""
    reading, told = _begin(entry, LabelDecision)
    dataset = _dataset(told.dataset)
    if reading.granted("label decision", dataset):
        reading.say(
            LabelDecided,
            column=ColumnId(dataset, told.column),
            info_type=told.info_type,
            action=told.action,
            reason=told.reason,
            by=reading.producer_key,
            level=_level(told.level) if told.level is not None else None,
            fingerprints=told.fingerprints,
            expires=_end(told.expires),
        )
    return reading.facts


def translate_masking(entry: Entry) -> list[Fact]:
    """The facts of one `human/masking` entry: the approval as far as its maker may write."""
    reading, told = _begin(entry, MaskingApproval)
    namespaces = tuple(pattern for pattern in told.namespaces if covers(reading.grant, pattern))
    if namespaces:
        reading.say(
            MaskingApproved,
            function=function_name(told.function),
            level=_level(told.level),
            namespaces=namespaces,
            reason=told.reason,
            by=reading.producer_key,
            expires=_end(told.expires),
        )
    return reading.facts


def translate_expectations(entry: Entry) -> list[Fact]:
    """The facts of one `human/expectations` entry: those of places that its maker may write."""
    reading, told = _begin(entry, DeclaredExpectations)
    if covers(reading.grant, told.namespace):
        granted = tuple(each for each in told.expectations if covers(reading.grant, each.namespace))
        reading.say(ExpectationsDeclared, namespace=told.namespace, origin=told.origin, expectations=granted, by=reading.producer_key)
    return reading.facts


def translate_passed(entry: Entry) -> list[Fact]:
    """The facts of one `clock/passed` entry. Whether the moment has come is told by when the entry was taken in."""
    reading, told = _begin(entry, DeadlinePassed)
    reading.say(DeadlineReached, entry=Position(told.entry))
    return reading.facts


def function_name(function: str) -> str:
    """A function as masked flows name it: in lower case and without its schema."""
    return masking_name(function) or function.rpartition(".")[2].lower()


def _begin(entry: Entry, form: type[D], *, decided: bool = True) -> tuple[Reading, D]:
    """The document of an entry, and a reading to gather its facts in.

    Raises:  msgspec.DecodeError: the payload is no such document.
    """
    assert entry.payload is not None
    observed, told = read_document(entry.payload.public, form)
    at = entry.envelope.received if decided else instant_of(told.seen_at)
    key = entry.envelope.producer
    return Reading(position=entry.position, at=Instant(at), producer=PRODUCER, producer_key=key, grant=observed.grant), told


def _dataset(name: DatasetName) -> DatasetId:
    return DatasetId(name.namespace, name.name)


def _level(word: LevelWord) -> Level:
    return Level[word.upper()]


def _end(expires: str) -> Instant:
    return instant_of(expires) if expires else FOREVER
