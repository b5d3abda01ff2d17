"""When may which run have written a dataset? Every attempt of every run that names it as output, with what the run said of its size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from headwater.model.entries import Position
from headwater.model.ids import DatasetId, JobId, RunId
from headwater.model.times import FOREVER, Instant
from headwater.projections.lineage.runs import TERMINAL
from headwater.projections.records import RunEvent, RunRecord
from headwater.projections.views import Views

TOLERANCE = Instant(5_000_000)
"""Microseconds by which the clocks of a lake and of a producer may differ."""
UNSTARTED = Instant(15 * 60_000_000)
"""How long before its end a run may have begun that told no beginning."""


@dataclass(slots=True)
class Writing:
    """One attempt of a run that may have written a dataset between two instants.

    `is_open` where it has told no end, `is_vague` where it told no beginning. `rows` is what the run says it wrote to the dataset.
    """

    run: RunId
    job: JobId
    start: Instant
    end: Instant
    is_open: bool = False
    is_vague: bool = False
    rows: int | None = None
    engine: str = ""
    versions: frozenset[str] = frozenset()
    positions: list[Position] = field(default_factory=list)

    def overlaps(self, start: Instant, end: Instant, tolerance: Instant = TOLERANCE) -> bool:
        """Whether it was under way at some instant between two, clocks' differences allowed for."""
        begun = self.start - (UNSTARTED if self.is_vague else 0) - tolerance
        return begun <= end and start <= self.end + tolerance


def writings(views: Views, dataset: DatasetId, known_at: Position) -> list[Writing]:
    """Every attempt that may have written a dataset under any of its names, by their start."""
    found: list[Writing] = []
    for name in _names(views, dataset, known_at):
        record = views.catalog.datasets.get(name)
        for job in record.writers if record is not None else ():
            for run in views.catalog.jobs[job].runs:
                told = views.catalog.runs[(run, job)]
                if any(output == name and position <= known_at for output, position in told.outputs):
                    found.extend(_attempts(views, name, told, known_at))
    return sorted(found, key=lambda writing: (writing.start, writing.end, writing.run))


def _names(views: Views, dataset: DatasetId, known_at: Position) -> tuple[DatasetId, ...]:
    """A dataset, the other names that producers declare for it, and those by which engines may call it after its place."""
    record, held = views.catalog.datasets.get(dataset), views.lakes.datasets.get(dataset)
    aliases = record.shown_aliases(Instant(FOREVER - 1), known_at) if record is not None else ()
    places = held.aliases if held is not None else ()
    return tuple(dict.fromkeys((dataset, *aliases, *places)))


def _attempts(views: Views, dataset: DatasetId, told: RunRecord, known_at: Position) -> Iterator[Writing]:
    events = [event for event in told.events if event.position <= known_at]
    amounts = [
        word
        for word in (views.catalog.statistics[told.id].words if told.id in views.catalog.statistics else ())
        if word.position <= known_at and word.value[0] == dataset and word.value[1] == "output"
    ]
    versions = frozenset(
        word.value[0]
        for word in views.catalog.datasets[dataset].versions.words
        if word.position <= known_at and word.value[1] == told.id and word.value[2] == "output"
    )
    engine = next((word.value[1] for word in (told.attributes.words if told.attributes else ()) if word.value[0] == "engine"), "")
    for attempt in _parted(events):
        writing = _writing(told, attempt)
        sizes = [word.value[2] for word in amounts if writing.start <= word.at <= writing.end and word.value[2] is not None]
        writing.rows, writing.engine, writing.versions = sizes[-1] if sizes else None, engine, versions
        yield writing


def _parted(events: list[RunEvent]) -> list[list[RunEvent]]:
    """A run's events, attempt by attempt: a start after an end begins a new one."""
    attempts: list[list[RunEvent]] = []
    for event in events:
        ended = bool(attempts) and any(known.type in TERMINAL for known in attempts[-1])
        if not attempts or (event.type == "START" and ended):
            attempts.append([event])
        else:
            attempts[-1].append(event)
    return attempts


def _writing(told: RunRecord, attempt: list[RunEvent]) -> Writing:
    ended = any(event.type in TERMINAL for event in attempt)
    return Writing(
        run=told.id,
        job=told.job,
        start=attempt[0].at,
        end=attempt[-1].at,
        is_open=not ended,
        is_vague=not any(event.type == "START" for event in attempt),
        positions=[event.position for event in attempt],
    )
