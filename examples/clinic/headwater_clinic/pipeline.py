"""The pipeline: every step in order, from five sources to predictions and the public tables.

Alone: `OPENLINEAGE_URL=… OPENLINEAGE_API_KEY=… python -m headwater_clinic.pipeline FOLDER`. Its steps then report to any OpenLineage
backend; the sources record what they brought in a home in FOLDER.
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

from headwater.sdk import Client, open_home
from headwater_clinic.describing import describe_sources
from headwater_clinic.filling import SOURCES, run_source, watch_lake
from headwater_clinic.lake import Lake
from headwater_clinic.learning import TASKS, predict, train
from headwater_clinic.loads import load_regions
from headwater_clinic.outside import Outside, opened
from headwater_clinic.reporting import Reporter
from headwater_clinic.sources import purge_cancelled_visits
from headwater_clinic.transforms import Transform, run_transform, transforms

Work = Callable[[Lake, Reporter], float]


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the pipeline works: its folder, the outside world, and the Headwater through which the sources fill the lake."""

    folder: Path
    outside: Outside
    headwater: Client
    home: Path

    @property
    def lake(self) -> Path:
        return lake_of(self.folder)

    @property
    def models(self) -> Path:
        return self.folder / "models"


@dataclass(frozen=True, slots=True)
class Step:
    """A step to run: its kind (`source`, `load`, `sql`, `train`, `predict`), a name to show and the work."""

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


def lake_of(folder: Path) -> Path:
    """Where the lake lies in a folder of the clinic."""
    return folder / "lake"


def run_pipeline(ground: Ground, client: OpenLineageClient, on_step: Callable[[Done], None], *, with_leak: bool = True) -> Reporter:
    """Fill the lake and run every step over it, reporting each to `client`; tells `on_step` as each ends."""
    reporter = Reporter(client)
    watch_lake(ground.headwater, ground.home, ground.lake, ground.outside)
    with closing(Lake(ground.lake)) as lake, reporter.pipeline():
        describe_sources(reporter, ground.outside.sources.hospital)
        steps = list(_steps(ground, with_leak))
        for number, step in enumerate(steps, start=1):
            started = perf_counter()
            outcome = step.work(lake, reporter)
            on_step(Done(number, len(steps), step, outcome, perf_counter() - started))
    return reporter


def _steps(ground: Ground, with_leak: bool) -> Iterator[Step]:
    yield from _source_steps(ground)
    yield Step("load", "regions, a reference file", load_regions)
    sql = transforms(with_leak=with_leak)
    yield from (_sql_step(transform) for transform in sql if not transform.needs_predictions)
    for task in TASKS:
        yield Step("train", task.model.name, partial(train, task=task, models=ground.models))
    for task in TASKS:
        yield Step("predict", task.model.name, partial(predict, task=task, models=ground.models))
    yield from (_sql_step(transform) for transform in sql if transform.needs_predictions)


def _sql_step(transform: Transform) -> Step:
    return Step("sql", transform.name, partial(run_transform, transform=transform))


def _source_steps(ground: Ground) -> Iterator[Step]:
    """Each source once, and the ward again after it deleted something."""
    for name in SOURCES:
        yield Step("source", name, partial(_run_source, ground=ground, name=name))
    yield Step("source", "ward, after it deleted visits", partial(_run_ward_again, ground=ground))


def _run_source(_: Lake, __: Reporter, *, ground: Ground, name: str) -> int:
    return run_source(ground.headwater, ground.home, name)


def _run_ward_again(_: Lake, __: Reporter, *, ground: Ground) -> int:
    purge_cancelled_visits(ground.outside.sources.hospital)
    return run_source(ground.headwater, ground.home, "ward")


def main() -> None:
    """Run the pipeline in a new folder, telling each step on standard output."""
    folder = Path(sys.argv[1])
    client = OpenLineageClient()
    with opened(folder / "sources") as outside, open_home(folder / "home") as headwater:
        ground = Ground(folder, outside, headwater, folder / "home")
        run_pipeline(ground, client, lambda done: print(f"{done.number:>3}/{done.of} {done.step.kind:<8}{done.step.name}"))
    client.close()


if __name__ == "__main__":
    main()
