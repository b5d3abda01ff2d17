"""The outside world while it is there: files of sources in a folder, a portal that answers, brokers that hold the ward's messages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from headwater_clinic import laboratory
from headwater_clinic.bedside import streaming
from headwater_clinic.cohort import generate
from headwater_clinic.portal import Portal, serving
from headwater_clinic.sources import Sources, write_sources


@dataclass(frozen=True, slots=True)
class Outside:
    """Where each source is to be found; `brokers` is an address as `headwater source add` takes it."""

    sources: Sources
    portal: Portal
    brokers: str


@contextmanager
def opened(folder: Path, *, with_switch: bool = True) -> Iterator[Outside]:
    """Generate the cohort and have its sources there while the block runs, their files under `folder`.

    Without the switch every delivery of the laboratory is in the units it claims.
    """
    cohort = generate(laboratory.profiles())
    sources = write_sources(folder, cohort, laboratory.deliveries(cohort.patients, with_switch=with_switch))
    with serving(cohort.messages, folder / "portal.token") as portal, streaming(cohort.vitals, cohort.notes) as brokers:
        yield Outside(sources, portal, brokers)
