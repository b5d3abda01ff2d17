"""The pipeline: every step in order, from five sources to predictions and the public tables.

Alone: `OPENLINEAGE_URL=… OPENLINEAGE_API_KEY=… python -m headwater_clinic.pipeline FOLDER`, against any OpenLineage backend.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

from openlineage.client import OpenLineageClient

from headwater_clinic import laboratory, loads
from headwater_clinic.cohort import generate
from headwater_clinic.describing import describe_sources
from headwater_clinic.lake import Lake
from headwater_clinic.learning import TASKS, predict, train
from headwater_clinic.portal import serving
from headwater_clinic.reporting import Reporter
from headwater_clinic.sources import Sources, write_sources
from headwater_clinic.transforms import Transform, run_transform, transforms

Work = Callable[[Lake, Reporter], float]


@dataclass(frozen=True, slots=True)
class Step:
    """A step to run: its kind (`load`, `sql`, `train`, `predict`), a name to show and the work."""

    kind: str
    name: str
    work: Work


@dataclass(frozen=True, slots=True)
class Done:
    """A step that ran: its place, what came out (rows, or the quality of a trained model) and how long it took."""

    number: int
    of: int
    step: Step
    outcome: float
    seconds: float


def prepare(folder: Path) -> Sources:
    """Generate the cohort and write the five sources under `folder`."""
    cohort = generate(laboratory.profiles())
    return write_sources(folder / "sources", cohort, laboratory.deliveries(cohort.patients))


def run_pipeline(folder: Path, sources: Sources, client: OpenLineageClient, on_step: Callable[[Done], None]) -> Reporter:
    """Run every step over the lake in `folder`, reporting each to `client`; tells `on_step` as each ends."""
    reporter = Reporter(client)
    with serving(sources.messages) as portal, closing(Lake(folder / "lake.duckdb", sources.warehouse)) as lake, reporter.pipeline():
        describe_sources(reporter, sources.hospital)
        steps = list(_steps(sources, portal, folder / "models"))
        for number, step in enumerate(steps, start=1):
            started = perf_counter()
            outcome = step.work(lake, reporter)
            on_step(Done(number, len(steps), step, outcome, perf_counter() - started))
    return reporter


def _steps(sources: Sources, portal: str, models: Path) -> Iterator[Step]:
    yield from _load_steps(sources, portal)
    sql = transforms()
    yield from (_sql_step(transform) for transform in sql if not transform.needs_predictions)
    for task in TASKS:
        yield Step("train", task.model.name, partial(train, task=task, models=models))
    for task in TASKS:
        yield Step("predict", task.model.name, partial(predict, task=task, models=models))
    yield from (_sql_step(transform) for transform in sql if transform.needs_predictions)


def _sql_step(transform: Transform) -> Step:
    return Step("sql", transform.name, partial(run_transform, transform=transform))


def _load_steps(sources: Sources, portal: str) -> Iterator[Step]:
    yield Step("load", "messages, from the portal's API", partial(loads.load_messages, address=portal))
    for source in loads.HOSPITAL_TABLES:
        what = f"{source.name.rpartition('.')[2]}, from the database"
        yield Step("load", what, partial(loads.load_hospital_table, hospital=sources.hospital, source=source))
    yield Step("load", "regions, a reference file", loads.load_regions)
    for manifest in sorted(sources.feed.glob("*/*/manifest.json")):
        yield Step("load", f"{manifest.parent.name}, from the feed", partial(loads.load_delivery, folder=manifest.parent))
    for stream in sorted(sources.streams.glob("*.jsonl")):
        for offsets in loads.micro_batches(stream):
            what = f"{stream.stem} {offsets[0]}-{offsets[1] - 1}, from the stream"
            yield Step("load", what, partial(loads.load_micro_batch, path=stream, offsets=offsets))


def main() -> None:
    """Run the pipeline in a new folder, telling each step on standard output."""
    folder = Path(sys.argv[1])
    sources = prepare(folder)
    client = OpenLineageClient()
    run_pipeline(folder, sources, client, lambda done: print(f"{done.number:>3}/{done.of} {done.step.kind:<8}{done.step.name}"))
    client.close()


if __name__ == "__main__":
    main()
