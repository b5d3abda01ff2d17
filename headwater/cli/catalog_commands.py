"""`catalog search`, `catalog show` and `status`."""

from __future__ import annotations

from typing import Annotated

import typer

from headwater.cli.asking import asking, exit_code, leave, show
from headwater.cli.options import AllowGaps, AsJson, AsOf, Home, KnownAt, Limit, Node, Page, Url


def join(app: typer.Typer) -> None:
    """Hang this module's commands into the tree."""
    catalog = typer.Typer(no_args_is_help=True, help="What there is: datasets, columns, jobs, runs.")
    catalog.command("search")(search)
    catalog.command("show")(show_node)
    app.add_typer(catalog, name="catalog")
    app.command()(status)


def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Words to find in names, columns, documentation, tags and owners.")],
    page: Page = None,
    limit: Limit = 100,
    allow_gaps: AllowGaps = False,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Find what speaks of a text."""
    with asking(home, url) as client:
        answer = client.search(text, page=page, limit=limit)
    from headwater.cli.render.catalog import render_hits

    show(answer, as_json, render_hits)
    leave(exit_code(answer, found_something=bool(answer.result.hits), allow_gaps=allow_gaps))


def show_node(
    node: Node,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """All that is known of a node."""
    with asking(home, url) as client:
        answer = client.show(node, as_of=as_of, known_at=known_at)
    from headwater.cli.render.catalog import render_detail

    show(answer, as_json, render_detail)


def status(as_json: AsJson = False, home: Home = None, url: Url = None) -> None:
    """How much is seen, and how fresh it is.

    Counts, coverage, open gaps, positions.
    """
    with asking(home, url) as client:
        answer = client.status()
    from headwater.cli.render.status import render_status

    show(answer, as_json, render_status)
