"""`classify`: what columns hold that is personal, medical, about money, secret or special, by their values and names."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headwater.cli.asking import ANSWERED, FOUND, INCOMPLETE, leave, reach, show
from headwater.cli.options import AllowGaps, Home, Url

if TYPE_CHECKING:
    from headwater.app.classify.recognisers import Recogniser
    from headwater.app.classify.recording import Naming, Recording
    from headwater.app.classify.verdicts import Beside, Progress
    from headwater.app.lakes.places import LakePlace
    from headwater.edges.engines.samples.relations import Bounds
    from headwater.model.sensitivity.classification import Classification
    from headwater.sdk.client import Client

_WHERE = (
    "A file or folder of Parquet, CSV or JSON; postgresql://…; a .duckdb file; sc://… (Spark Connect); "
    "or a dataset of a lake that is watched, by its id or name."
)

_DATASET = "dataset:"


def join(app: typer.Typer) -> None:
    """Hang this module's commands into the tree."""
    app.command()(classify)


def classify(
    place: Annotated[str | None, typer.Argument(metavar="[FILE|FOLDER|ADDRESS|DATASET]", help=_WHERE, show_default=False)] = None,
    lake: Annotated[str | None, typer.Option(metavar="NAME", help="Every dataset of this lake.", show_default=False)] = None,
    table: Annotated[str | None, typer.Option(metavar="NAME", help="Only this table of a database.", show_default=False)] = None,
    seconds: Annotated[float, typer.Option(metavar="S", min=1, help="Read each dataset for at most so long.")] = 120.0,
    heard: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="RECOGNISER",
            help="Hear this recogniser, too, such as presidio; may be said several times.",
            show_default=False,
        ),
    ] = None,
    no_record: Annotated[bool, typer.Option("--no-record", help="Only show what is found; record nothing in the home.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Look again at versions that were classified already.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Show columns in which nothing was found, too.")] = False,
    expect_clear: Annotated[bool, typer.Option("--expect-clear", help="Exit 1 where a column is labelled or suspected.")] = False,
    allow_gaps: AllowGaps = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print every column as JSON.")] = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """What columns hold: personal, medical and payment data, secrets, special categories.

    Reads a sample of each column's distinct values where they lie; no value is printed, kept or sent.
    Files and databases need no home, and nothing needs a server.
    What is found in datasets that the home knows is recorded there as they are done, and a version that was classified already is
    not read again; an interrupted run goes on from there.
    Exits 0 where all could be read, 4 where some could not.
    """
    from headwater.app.classify.recognisers import open_recogniser
    from headwater.cli.render.classification import render_classification
    from headwater.edges.engines.samples.relations import Bounds

    with _beside(home, url, no_record=no_record) as client:
        recognisers = tuple(open_recogniser(name) for name in heard or ())
        found = _Run(client, _folder(home), Bounds(seconds=seconds), recognisers, again=again).classified(place, lake, table)
    show(found, as_json, lambda told, console: render_classification(told, console, everything=everything))
    if expect_clear and any(each.state in ("labelled", "suspected") for each in found.columns):
        leave(FOUND)
    leave(ANSWERED if found.complete or allow_gaps else INCOMPLETE)


@contextmanager
def _beside(home: Path | None, url: str | None, *, no_record: bool) -> Iterator[Client | None]:
    """The home or server that takes what is found; None where there is none or nothing is to be recorded."""
    from headwater.app.config import find_surface

    surface = find_surface({"home": str(home) if home is not None else None, "url": url})
    if no_record or (surface.url is None and not (Path(surface.home) / "home.json").exists()):
        yield None
        return
    with reach(home, url) as client:
        client.wait()
        yield client


class _Run:
    """One classification: at a place, beside a home or alone."""

    def __init__(self, client: Client | None, folder: Path, bounds: Bounds, recognisers: tuple[Recogniser, ...], *, again: bool) -> None:
        self._client, self._folder, self._bounds, self._again = client, folder, bounds, again
        self._recognisers = recognisers

    def classified(self, place: str | None, lake: str | None, table: str | None) -> Classification:
        """What was found at the place that the options mean."""
        from headwater.app.classify.databases import classify_database, is_database, refuse_others
        from headwater.app.classify.files import classify_path
        from headwater.app.classify.naming import by_location, in_database, in_files
        from headwater.model.errors import UsageError

        if (place is None) == (lake is None):
            raise UsageError("cannot classify: expected either a place or --lake NAME", next_step="headwater classify --help")
        if place is not None and place.startswith(_DATASET) and table is None:
            return self._of_lakes(place, lake)
        if place is not None and is_database(place):
            locations: dict[str, str] = {}
            naming = by_location(locations) if place.startswith("sc://") else in_database(place)
            with self._recording(naming) as beside:
                return _told(classify_database(place, table, self._bounds, beside, locations), beside)
        if place is not None:
            refuse_others(place)
        if table is not None:
            raise UsageError("cannot classify: expected the address of a database with --table", next_step="headwater classify --help")
        if place is not None and _is_path(place):
            with self._recording(in_files(Path(place))) as beside:
                return _told(classify_path(Path(place), self._bounds, beside), beside)
        return self._of_lakes(place, lake)

    def _of_lakes(self, dataset: str | None, lake: str | None) -> Classification:
        from headwater.app.classify.lakes import classify_dataset, classify_lake
        from headwater.app.classify.naming import in_lake
        from headwater.app.classify.verdicts import Alone

        with _progress() as progress:
            made: list[Beside] = []

            def beside(place: LakePlace) -> Beside:
                made.append(Alone(progress, self._recognisers) if self._client is None else self._recorded(in_lake(place), progress))
                return made[-1]

            found = (
                classify_lake(self._folder, lake, self._bounds, beside)
                if lake is not None
                else classify_dataset(self._folder, str(dataset), self._bounds, beside)
            )
        return _told(found, made[-1], of_lake=True)

    @contextmanager
    def _recording(self, naming: Naming) -> Iterator[Beside]:
        from headwater.app.classify.verdicts import Alone

        with _progress() as progress:
            yield self._recorded(naming, progress) if self._client is not None else Alone(progress, self._recognisers)

    def _recorded(self, naming: Naming, progress: Progress) -> Recording:
        from headwater.app.classify.recording import Recording

        assert self._client is not None
        return Recording(self._client.ask, self._client.record, naming, again=self._again, progress=progress, recognisers=self._recognisers)


def _told(found: Classification, beside: Beside, *, of_lake: bool = False) -> Classification:
    """What was found, with what of it was recorded; that a file or table is no dataset of the home is nothing to tell."""
    import msgspec

    from headwater.app.classify.recording import Recording

    if not isinstance(beside, Recording):
        return found
    return msgspec.structs.replace(found, recorded=tuple(beside.recorded), unknown=tuple(beside.unknown) if of_lake else ())


def _folder(home: Path | None) -> Path:
    from headwater.app.config import find_surface

    return Path(find_surface({"home": str(home) if home is not None else None}).home)


def _is_path(place: str) -> bool:
    """Whether a place is on disk, or was meant to be."""
    from headwater.edges.engines.samples.files import kind_of_file

    return Path(place).exists() or kind_of_file(Path(place)) is not None


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("classifying", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
