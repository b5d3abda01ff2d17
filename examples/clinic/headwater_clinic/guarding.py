"""What the data protection office does whenever data came: looks at what came into the lake, and says what tables for others may hold."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from headwater.app.classify.lakes import classify_dataset
from headwater.app.classify.naming import in_lake
from headwater.app.classify.recording import Recording
from headwater.edges.engines.samples.relations import Bounds
from headwater.sdk import Client

EXPECTATIONS = "expectations.toml"
INCOMING = (
    "raw.patients",
    "raw.visits",
    "raw.claims",
    "raw.messages",
    "raw.metabolic_panel",
    "raw.cytology",
    "raw.vitals",
    "raw.notes",
    "reference.regions",
)
"""Where everything comes in; what is made of it follows by lineage."""


def guard(client: Client, home: Path) -> tuple[int, int]:
    """Classify what came in, as `headwater classify DATASET` does, and declare the expectations; gives columns labelled and looked at."""
    verdicts = [
        verdict
        for dataset in INCOMING
        for verdict in classify_dataset(home, dataset, Bounds(), lambda place: Recording(client.ask, client.record, in_lake(place))).columns
    ]
    with as_file(files("headwater_clinic") / EXPECTATIONS) as path:
        client.expectations.declare_file(path)
    return sum(verdict.state == "labelled" for verdict in verdicts), len(verdicts)
