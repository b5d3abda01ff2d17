"""`lake freshness`: how a dataset of a lake lives."""

from __future__ import annotations

from typing import Annotated

import typer

from headwater.cli.asking import FOUND, asking, exit_code, leave, show
from headwater.cli.options import AllowGaps, AsJson, Home, KnownAt, Limit, Page, Url

Dataset = Annotated[str | None, typer.Argument(metavar="[DATASET]", help="Only this dataset.", show_default=False)]
At = Annotated[str | None, typer.Option(metavar="TIME", help="As it was at this time (RFC 3339) [default: now].", show_default=False)]


def hang(lake: typer.Typer) -> None:
    """Hang this module's commands under the noun lake."""
    lake.command("freshness")(freshness)


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
