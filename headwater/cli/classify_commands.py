"""`classify`: what columns hold that is personal, medical, about money, secret or special, by their values and names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from headwater.cli.asking import ANSWERED, FOUND, INCOMPLETE, leave, show
from headwater.cli.options import AllowGaps


def join(app: typer.Typer) -> None:
    """Hang this module's commands into the tree."""
    app.command()(classify)


def classify(
    place: Annotated[
        Path, typer.Argument(metavar="FILE|FOLDER", help="Parquet, CSV or JSON, compressed or not; a folder means all below it.")
    ],
    seconds: Annotated[float, typer.Option(metavar="S", min=1, help="Read each dataset for at most so long.")] = 120.0,
    everything: Annotated[bool, typer.Option("--all", help="Show columns in which nothing was found, too.")] = False,
    expect_clear: Annotated[bool, typer.Option("--expect-clear", help="Exit 1 where a column is labelled or suspected.")] = False,
    allow_gaps: AllowGaps = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print every column as JSON.")] = False,
) -> None:
    """What columns hold: personal, medical and payment data, secrets, special categories.

    Reads a sample of each column's distinct values where they lie; no value is printed, kept or sent. Needs no home and no server.
    Exits 0 where all could be read, 4 where some could not.
    """
    from headwater.app.classify import classify_path
    from headwater.cli.render.classification import render_classification
    from headwater.edges.engines.column_samples import Bounds

    found = classify_path(place, Bounds(seconds=seconds))
    show(found, as_json, lambda told, console: render_classification(told, console, everything=everything))
    if expect_clear and any(each.state in ("labelled", "suspected") for each in found.columns):
        leave(FOUND)
    leave(ANSWERED if found.complete or allow_gaps else INCOMPLETE)
