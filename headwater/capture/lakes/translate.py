"""From recorded documents of lakes to facts. Pure: what this version cannot read is a gap, never an exception.

A version's instant is the one the lake gives for its commit. What a producer may not write is a refused claim, as everywhere.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import msgspec

from headwater.capture.documents import instant_of, read_document
from headwater.capture.openlineage.dialects import dialect_named, misnamed
from headwater.capture.openlineage.reading import Reading
from headwater.capture.redaction.statements import SEALED_KIND
from headwater.capture.redaction.tokens import is_token
from headwater.model.deliveries import DeliverySeen
from headwater.model.entries import Entry
from headwater.model.facts import (
    BatchLoaded,
    BatchProfiled,
    DatasetDescribed,
    DatasetScanned,
    DatasetUsed,
    DeliveryJudged,
    DeviationExpected,
    Fact,
    FindingDecided,
    GapSeen,
    LakeAdded,
    LakeScanned,
    Owner,
    SchemaCommitted,
    SchemaObserved,
    StatementSeen,
    VersionCommitted,
    VersionExamined,
)
from headwater.model.findings import FindingDecision
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.lakes import DatasetName, DatasetVersions, Document, Executed, LakeScan, NewLake, ScanGap, VersionExamination
from headwater.model.lineage import Statement
from headwater.model.loads import ExpectedDeviation, LoadedBatch, ProfiledBatch
from headwater.model.times import Instant

D = TypeVar("D", bound=Document)

PRODUCER = "headwater:lake"
STATEMENTS = "statements"
"""Under this name and the table's stands the job of the statements that an audit log tells."""


def translate_added(entry: Entry) -> list[Fact]:
    """The facts of one `lake/added` entry."""
    reading, told = _begin(entry, NewLake)
    reading.say(LakeAdded, lake=told.lake, kind=told.kind, namespace=told.namespace, location=told.location)
    return reading.facts


def translate_versions(entry: Entry) -> list[Fact]:
    """The facts of one `lake/versions` entry: schemas as of when they came to be, versions as of when they were committed."""
    reading, told = _begin(entry, DatasetVersions)
    dataset = _dataset(told.dataset)
    if not reading.granted("lake versions", dataset):
        return reading.facts
    owners = (Owner(told.owner),) if told.owner else None
    reading.say(DatasetDescribed, dataset=dataset, producer=PRODUCER, owners=owners, storage=told.format, source_uri=told.location)
    for schema in told.schemas:
        at = instant_of(schema.at) if schema.at else reading.at
        reading.facts.append(SchemaObserved(position=entry.position, at=at, dataset=dataset, producer=PRODUCER, columns=schema.columns))
        reading.facts.append(SchemaCommitted(position=entry.position, at=at, dataset=dataset, lake=told.lake, seen=schema))
    for version in told.versions:
        at = instant_of(version.at)
        _tell_statement(reading, dataset, version.executed, at)
        reading.facts.append(
            VersionCommitted(
                position=entry.position,
                at=at,
                dataset=dataset,
                lake=told.lake,
                format=told.format,
                not_before=instant_of(version.not_before) if version.not_before else None,
                seen=msgspec.structs.replace(version, executed=None) if version.executed is not None else version,
            )
        )
    reading.say(
        DatasetScanned,
        dataset=dataset,
        lake=told.lake,
        format=told.format,
        location=told.location,
        cursor=told.cursor,
        current=told.current,
        partitioning=told.partitioning,
        gone=told.gone,
        aliases=tuple(map(_dataset, told.aliases)),
    )
    _tell_gaps(reading, told.gaps, str(dataset))
    return reading.facts


def translate_examined(entry: Entry) -> list[Fact]:
    """The facts of one `lake/examined` entry."""
    reading, told = _begin(entry, VersionExamination)
    dataset = _dataset(told.dataset)
    if reading.granted("examined version", dataset):
        reading.say(VersionExamined, dataset=dataset, lake=told.lake, version=told.version, found=told.found)
    return reading.facts


def translate_scanned(entry: Entry) -> list[Fact]:
    """The facts of one `lake/scanned` entry."""
    reading, told = _begin(entry, LakeScan)
    missing = tuple(DatasetId(told.namespace, name) for name in told.missing)
    reading.say(LakeScanned, lake=told.lake, started=instant_of(told.started_at), datasets=told.datasets, missing=missing, whole=told.whole)
    _tell_gaps(reading, told.gaps, f"lake:{told.lake}")
    return reading.facts


def translate_batch(entry: Entry) -> list[Fact]:
    """The facts of one `batch/loaded` entry."""
    reading, told = _begin(entry, LoadedBatch)
    dataset, job = _dataset(told.dataset), JobId(told.job.namespace, told.job.name)
    if not reading.granted("batch", dataset, job):
        return reading.facts
    reading.facts.append(
        BatchLoaded(
            position=entry.position,
            at=instant_of(told.ended_at),
            dataset=dataset,
            origin=_dataset(told.origin),
            run=RunId(told.run),
            job=job,
            started=instant_of(told.started_at),
            delivered=instant_of(told.delivered_at) if told.delivered_at else None,
            due=instant_of(told.due_at) if told.due_at else None,
            loaded=told,
        )
    )
    _tell_gaps(reading, told.gaps, str(dataset))
    return reading.facts


def translate_profile(entry: Entry) -> list[Fact]:
    """The facts of one `batch/profiled` entry."""
    reading, told = _begin(entry, ProfiledBatch)
    dataset = _dataset(told.dataset)
    if reading.granted("profile", dataset):
        at = told.profile.arrived
        reading.facts.append(BatchProfiled(position=entry.position, at=at, dataset=dataset, source=told.source, profile=told.profile))
    return reading.facts


def translate_expected(entry: Entry) -> list[Fact]:
    """The facts of one `human/expected` entry."""
    reading, told = _begin(entry, ExpectedDeviation)
    dataset, by = _dataset(told.dataset), entry.envelope.producer
    if reading.granted("expected deviation", dataset):
        reading.say(DeviationExpected, dataset=dataset, source=told.source, change=told.change, reason=told.reason, by=by)
    return reading.facts


def translate_delivery(entry: Entry) -> list[Fact]:
    """The facts of one `feed/delivery` entry."""
    reading, told = _begin(entry, DeliverySeen)
    dataset = _dataset(told.dataset)
    if reading.granted("delivery", dataset):
        fact = DeliveryJudged(
            position=entry.position,
            at=instant_of(told.delivered_at),
            source=told.source,
            origin=_dataset(told.origin),
            dataset=dataset,
            seen=told,
        )
        reading.facts.append(fact)
    return reading.facts


def translate_decision(entry: Entry) -> list[Fact]:
    """The facts of one `human/finding` entry. A decision holds from when it was taken in, whatever its sender's clock says."""
    reading, told = _begin(entry, FindingDecision)
    dataset = _dataset(told.dataset)
    if reading.granted("finding decision", dataset):
        reading.say(
            FindingDecided, finding=told.finding, dataset=dataset, action=told.action, reason=told.reason, by=entry.envelope.producer
        )
    return reading.facts


def _begin(entry: Entry, form: type[D]) -> tuple[Reading, D]:
    """The document of an entry, and a reading to gather its facts in.

    Raises:  msgspec.DecodeError: the payload is no such document.
    """
    assert entry.payload is not None
    observed, told = read_document(entry.payload.public, form)
    at = entry.envelope.received if isinstance(told, FindingDecision) else instant_of(told.seen_at)
    reading = Reading(
        position=entry.position, at=Instant(at), producer=PRODUCER, producer_key=entry.envelope.producer, grant=observed.grant
    )
    return reading, told


def _tell_statement(reading: Reading, dataset: DatasetId, executed: Executed | None, at: Instant) -> None:
    """Say what a statement of an audit log does. It is of no run: that would explain the very version that it made."""
    if executed is None:
        return
    job = JobId(dataset.namespace, f"{STATEMENTS}/{dataset.name}")
    if is_token(executed.sql, SEALED_KIND):
        reading.gap("SQL-SEALED", str(job), "the SQL text could not be read safely and was sealed as a whole")
        return
    statement = Statement(
        executed.sql, dialect_named(executed.dialect), executed.catalog or None, executed.schema or None, misnamed(executed.dialect)
    )
    ran = replace(reading, at=at, job=job)
    ran.say(DatasetUsed, dataset=dataset, job=job, run=None, role="output")
    ran.say(StatementSeen, statement=statement, job=job, run=None, grant=reading.grant, producer_key=reading.producer_key)


def _dataset(name: DatasetName) -> DatasetId:
    return DatasetId(name.namespace, name.name)


def _tell_gaps(reading: Reading, gaps: tuple[ScanGap, ...], subject: str) -> None:
    for gap in gaps:
        reading.say(GapSeen, code=gap.code, subject=subject, detail=gap.detail)
