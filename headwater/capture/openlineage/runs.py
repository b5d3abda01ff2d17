"""The facts of an event's run."""

from __future__ import annotations

from headwater.capture.openlineage.events import (
    EngineFacet,
    ErrorMessageFacet,
    Event,
    ExtractionErrorFacet,
    NominalTimeFacet,
    ParentFacet,
    Run,
)
from headwater.capture.openlineage.reading import FacetReader, Reading
from headwater.model.facts import EventType, RunObserved
from headwater.model.ids import RunId, run_node
from headwater.model.times import Instant, parse_instant

_EVENT_TYPES: dict[str, EventType] = {
    "START": "START",
    "RUNNING": "RUNNING",
    "COMPLETE": "COMPLETE",
    "FAIL": "FAIL",
    "ABORT": "ABORT",
    "OTHER": "OTHER",
}
_MAX_ERROR = 500


def tell_run(reading: Reading, event: Event, run: Run) -> str:
    """Say what an event tells of its run; gives the engine's name and version."""
    subject = run_node(RunId(run.runId))
    facets = FacetReader(reading, subject, run.facets)
    engine = _engine(facets)
    parent = facets.read("parent", ParentFacet) or facets.read("parentRun", ParentFacet)
    start, end = _nominal(facets)
    error = facets.read("errorMessage", ErrorMessageFacet)
    root = parent.root if parent else None
    reading.say(
        RunObserved,
        run=RunId(run.runId),
        job=reading.job,
        event_type=_EVENT_TYPES.get((event.eventType or "").upper(), "OTHER"),
        producer=reading.producer,
        parent_run=parent.run.id if parent else None,
        parent_job=parent.job.id if parent and parent.job else None,
        root_run=root.run.id if root else None,
        root_job=root.job.id if root and root.job else None,
        nominal_start=start,
        nominal_end=end,
        engine=engine,
        error=_first_line(error.message) if error else "",
    )
    _tell_extraction_errors(reading, facets, subject)
    facets.finish()
    return engine


def _engine(facets: FacetReader) -> str:
    facet = facets.read("processing_engine", EngineFacet)
    return f"{facet.name or ''} {facet.version}".strip() if facet else ""


def _nominal(facets: FacetReader) -> tuple[Instant | None, Instant | None]:
    facet = facets.read("nominalTime", NominalTimeFacet)
    if facet is None:
        return None, None
    try:
        return parse_instant(facet.nominalStartTime), parse_instant(facet.nominalEndTime) if facet.nominalEndTime else None
    except (ValueError, OverflowError):
        facets.unreadable("nominalTime", ": expected times")
        return None, None


def _tell_extraction_errors(reading: Reading, facets: FacetReader, subject: str) -> None:
    """A statement that the producer could not read is lineage that we cannot see."""
    facet = facets.read("extractionError", ExtractionErrorFacet)
    if facet is None:
        return
    failures = facet.errors or ()
    for index, failure in enumerate(failures):
        number = failure.taskNumber if failure.taskNumber is not None else index
        detail = f"the producer could not read task {number}: {_first_line(failure.errorMessage or '')}"
        reading.gap("EXTRACTION-ERROR", str(reading.job or subject), detail.rstrip(": "))
    if not failures and facet.failedTasks:
        reading.gap("EXTRACTION-ERROR", str(reading.job or subject), f"the producer could not read {facet.failedTasks} of its tasks")


def _first_line(message: str) -> str:
    lines = message.strip().splitlines()
    return lines[0].strip()[:_MAX_ERROR] if lines else ""
