"""A clinic for tests: its server, its sources and its pipeline, run once, with the incidents in its data or without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from headwater_clinic.asking import settle
from headwater_clinic.filling import scan_lake
from headwater_clinic.guarding import guard
from headwater_clinic.outside import opened
from headwater_clinic.pipeline import Ground, run_pipeline
from headwater_clinic.service import running
from headwater_clinic.story import environment
from openlineage.client import OpenLineageClient

from headwater.sdk import connect


@contextmanager
def clinic(folder: Path, *, with_switch: bool = True, with_leak: bool = True) -> Iterator[Ground]:
    """Everything of the demo up to the moment before anything is done behind the runs' back; the lake was scanned, and guarded."""
    with (
        opened(folder / "sources", with_switch=with_switch) as outside,
        running(folder / "home", folder / "server.log", 0) as service,
        connect(service.url, service.token) as owner,
    ):
        ground = Ground(folder, outside, owner, folder / "home")
        with environment({"OPENLINEAGE_URL": service.url, "OPENLINEAGE_API_KEY": service.token}):
            run_pipeline(ground, OpenLineageClient(), lambda done: None, with_leak=with_leak)
        scan_lake(owner, ground.home)
        settle(owner)
        guard(owner, ground.home)
        settle(owner)
        yield ground
