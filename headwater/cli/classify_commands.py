"""`classify`: what columns hold that is personal, medical, about money, secret or special, by their values and names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headwater.cli.asking import ANSWERED, FOUND, INCOMPLETE, leave, show
from headwater.cli.options import AllowGaps, Home

if TYPE_CHECKING:
    from headwater.edges.engines.samples.relations import Bounds
    from headwater.model.sensitivity.classification import Classification

_WHERE = "A file or folder of Parquet, CSV or JSON; postgresql://…; a .duckdb file; or a dataset of a lake that is watched."


def join(app: typer.Typer) -> None:
    """Hang this module's commands into the tree."""
    app.command()(classify)


def classify(
    place: Annotated[str | None, typer.Argument(metavar="[FILE|FOLDER|ADDRESS|DATASET]", help=_WHERE, show_default=False)] = None,
    lake: Annotated[str | None, typer.Option(metavar="NAME", help="Every dataset of this lake.", show_default=False)] = None,
    table: Annotated[str | None, typer.Option(metavar="NAME", help="Only this table of a database.", show_default=False)] = None,
    seconds: Annotated[float, typer.Option(metavar="S", min=1, help="Read each dataset for at most so long.")] = 120.0,
    everything: Annotated[bool, typer.Option("--all", help="Show columns in which nothing was found, too.")] = False,
    expect_clear: Annotated[bool, typer.Option("--expect-clear", help="Exit 1 where a column is labelled or suspected.")] = False,
    allow_gaps: AllowGaps = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print every column as JSON.")] = False,
    home: Home = None,
) -> None:
    """What columns hold: personal, medical and payment data, secrets, special categories.

    Reads a sample of each column's distinct values where they lie; no value is printed, kept or sent.
    Files and databases need no home, and nothing needs a server.
    Exits 0 where all could be read, 4 where some could not.
    """
    from headwater.cli.render.classification import render_classification
    from headwater.edges.engines.samples.relations import Bounds

    found = _classified(place, lake, table, home, Bounds(seconds=seconds))
    show(found, as_json, lambda told, console: render_classification(told, console, everything=everything))
    if expect_clear and any(each.state in ("labelled", "suspected") for each in found.columns):
        leave(FOUND)
    leave(ANSWERED if found.complete or allow_gaps else INCOMPLETE)


def _classified(place: str | None, lake: str | None, table: str | None, home: Path | None, bounds: Bounds) -> Classification:
    """What was found at the place that the options mean."""
    from headwater.app.classify.databases import classify_database, is_database
    from headwater.app.classify.files import classify_path
    from headwater.app.config import find_surface
    from headwater.model.errors import UsageError

    if (place is None) == (lake is None):
        raise UsageError("cannot classify: expected either a place or --lake NAME", next_step="headwater classify --help")
    if place is not None and is_database(place):
        return classify_database(place, table, bounds)
    if table is not None:
        raise UsageError("cannot classify: expected the address of a database with --table", next_step="headwater classify --help")
    if place is not None and _is_path(place):
        return classify_path(Path(place), bounds)
    from headwater.app.classify.lakes import classify_dataset, classify_lake

    folder = Path(find_surface({"home": str(home) if home is not None else None}).home)
    return classify_lake(folder, lake, bounds) if lake is not None else classify_dataset(folder, str(place), bounds)


def _is_path(place: str) -> bool:
    """Whether a place is on disk, or was meant to be."""
    from headwater.edges.engines.samples.files import kind_of_file

    return Path(place).exists() or kind_of_file(Path(place)) is not None
