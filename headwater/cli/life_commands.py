"""`lake timeline`, `lake freshness` and `lake schema`: how a dataset of a lake lives."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from headwater.cli.asking import FOUND, asking, exit_code, leave, show
from headwater.cli.options import AllowGaps, AsJson, AsOf, Home, KnownAt, Limit, Node, Page, Url

Dataset = Annotated[str | None, typer.Argument(metavar="[DATASET]", help="Only this dataset.", show_default=False)]
At = Annotated[str | None, typer.Option(metavar="TIME", help="As it was at this time (RFC 3339) [default: now].", show_default=False)]


def hang(lake: typer.Typer) -> None:
    """Hang this module's commands under the noun lake."""
    lake.command("timeline")(timeline)
    lake.command("freshness")(freshness)
    lake.command("schema")(schema)


def timeline(
    dataset: Node,
    since: Annotated[str | None, typer.Option(metavar="TIME", help="Only from this time on (RFC 3339).", show_default=False)] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Only up to this time (RFC 3339).", show_default=False)] = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it into an SVG file.", show_default=False)] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it into a page of its own.", show_default=False)] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    page: Page = None,
    limit: Limit = 1000,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """What happened to a dataset, newest first.

    Versions, runs that wrote it, batches that arrived, deliveries held back, findings and what people decided of them, schema changes,
    compactions, rollbacks.
    """
    with asking(home, url) as client:
        answer = client.lakes.timeline(dataset, since=since, until=until, as_of=as_of, known_at=known_at, page=page, limit=limit)
    from headwater.cli.pictures import write_picture
    from headwater.cli.render.lanes import render_lanes_page, render_lanes_svg
    from headwater.cli.render.life import render_timeline

    for path, draw in ((svg, render_lanes_svg), (html, render_lanes_page)):
        if path is not None:
            write_picture(path, draw(answer))
    show(answer, as_json, render_timeline)


def freshness(
    dataset: Dataset = None,
    as_of: At = None,
    known_at: KnownAt = None,
    page: Page = None,
    limit: Limit = 1000,
    allow_gaps: AllowGaps = False,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """When something came in last, how often it does, and what is overdue.

    The rhythm is learned from what arrived before: every so long, on some days of the week, once a month, or irregularly.
    Exits 1 where something is overdue, 4 where nothing is but not everything was looked at.
    """
    with asking(home, url) as client:
        answer = client.lakes.freshness(dataset, as_of=as_of, known_at=known_at, page=page, limit=limit)
    from headwater.cli.render.life import render_freshness

    show(answer, as_json, render_freshness)
    leave(FOUND if answer.total["overdue"] else exit_code(answer, found_something=False, allow_gaps=allow_gaps))


def schema(
    dataset: Node,
    as_of: AsOf = None,
    page: Page = None,
    limit: Limit = 1000,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """How the schema of a dataset changed, newest first.

    Columns that came, went, were renamed or have another type, by which run, and who uses those that changed.
    """
    with asking(home, url) as client:
        answer = client.lakes.schema(dataset, as_of=as_of, page=page, limit=limit)
    from headwater.cli.render.life import render_schema

    show(answer, as_json, render_schema)
