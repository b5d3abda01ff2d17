"""From a recorded OpenLineage event to facts. Pure and total: what cannot be read becomes a gap, never an exception.

Facts depend on nothing but their entry, so any order and any repetition of events gives the same facts.
"""

from __future__ import annotations

import re

import msgspec

from headwater.capture.openlineage.datasets import tell_dataset
from headwater.capture.openlineage.events import Dataset, Event
from headwater.capture.openlineage.flows import tell_column_lineage, tell_job_lineage, tell_lineage
from headwater.capture.openlineage.jobs import tell_job
from headwater.capture.openlineage.reading import FacetReader, Reading
from headwater.capture.openlineage.runs import tell_run
from headwater.capture.openlineage.statements import tell_statement
from headwater.model.entries import OPENLINEAGE_DATASET, OPENLINEAGE_RUN, Entry
from headwater.model.facts import DatasetUsed, Fact, GapSeen, JobDescribed, Role, RunObserved
from headwater.model.ids import DatasetId, RunId
from headwater.model.observations import OpenLineageObserved
from headwater.model.times import Instant, format_instant, parse_instant

DATASETS_AT_MOST = 100_000
"""Datasets that one event may name as read or written; each costs the views kilobytes for good."""
TOLERATED_SKEW = 86_400_000_000
"""Microseconds by which a producer's clock may run ahead."""
_OBSERVED = msgspec.json.Decoder(OpenLineageObserved)
_EVENT = msgspec.json.Decoder(Event)
_VERSION = re.compile(r"/(?:tree|blob|releases/tag)/[^/]+|/v?\d+(?:\.\d+)+[\w.-]*$")


def translate(entry: Entry) -> list[Fact]:
    """The facts of one entry of any `openlineage/…` media type; none once it was erased."""
    if entry.payload is None:
        return []
    try:
        observed = _OBSERVED.decode(entry.payload.public)
        event = _EVENT.decode(observed.event)
        reading = Reading(
            position=entry.position,
            at=parse_instant(event.eventTime),
            producer=producer_of(event.producer),
            producer_key=entry.envelope.producer,
            grant=observed.grant,
        )
        _tell(reading, event, entry.envelope.media_type)
        _bound(reading)
        tell_skew(reading, entry.envelope.received)
    except (msgspec.DecodeError, ValueError, OverflowError, RecursionError):
        return [unreadable(entry)]
    return reading.facts


def unreadable(entry: Entry) -> GapSeen:
    """The gap that an entry leaves which cannot be read."""
    return GapSeen(
        position=entry.position,
        at=entry.envelope.received,
        code="EVENT-UNREADABLE",
        subject=f"entry:{entry.position}",
        detail=f"the payload is not what `{entry.envelope.media_type}` should be",
    )


def producer_of(uri: str | None) -> str:
    """A producer without its version, so that an upgrade does not look like another witness."""
    return _VERSION.sub("", uri or "").rstrip("/")


def _tell(reading: Reading, event: Event, media_type: str) -> None:
    if media_type == OPENLINEAGE_DATASET:
        if event.dataset is None:
            raise ValueError("no dataset")
        _tell_one(reading, event.dataset, None)
        return
    if event.job is None:
        raise ValueError("no job")
    reading.job = event.job.id
    engine = ""
    if media_type == OPENLINEAGE_RUN:
        if event.run is None:
            raise ValueError("no run")
        reading.run = RunId(event.run.runId)
        engine = tell_run(reading, event, event.run)
    facets = FacetReader(reading, str(reading.job), event.job.facets)
    tell_job(reading, facets, always=reading.run is None)
    tell_job_lineage(reading, reading.job, facets)
    tell_statement(reading, reading.job, facets, _datasets(event), engine)
    facets.finish()
    for dataset in event.inputs or ():
        _tell_one(reading, dataset, "input")
    for dataset in event.outputs or ():
        _tell_one(reading, dataset, "output")


def _bound(reading: Reading) -> None:
    """Of an event that names more datasets than any run can mean, keep run and job, and say that the rest was left out."""
    count = len({fact.dataset for fact in reading.facts if isinstance(fact, DatasetUsed)})
    if count > DATASETS_AT_MOST:
        reading.facts = [fact for fact in reading.facts if isinstance(fact, RunObserved | JobDescribed)]
        detail = f"an event names {count:,} datasets, more than {DATASETS_AT_MOST:,}; what it says of them was not applied"
        reading.gap("EVENT-TOO-WIDE", str(reading.job), detail)


def tell_skew(reading: Reading, received: Instant) -> None:
    """An event dated well after it came in may close, in the latest answers, what still holds: that is said."""
    if reading.at > received + TOLERATED_SKEW:
        subject = str(reading.job) if reading.job is not None else f"entry:{reading.position}"
        detail = f"an event is dated {format_instant(reading.at)}, more than a day after it was received; what it ended may still hold"
        reading.gap("EVENT-FROM-FUTURE", subject, detail)


def _tell_one(reading: Reading, dataset: Dataset, role: Role | None) -> None:
    facets = FacetReader(reading, str(dataset.id), dataset.all_facets)
    tell_dataset(reading, dataset, facets, role)
    tell_column_lineage(reading, dataset, facets)
    tell_lineage(reading, dataset, facets)
    facets.finish()


def _datasets(event: Event) -> list[DatasetId]:
    return [dataset.id for dataset in (*(event.inputs or ()), *(event.outputs or ()))]
