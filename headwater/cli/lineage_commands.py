"""`lineage`, `impact` and `gaps`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from headwater.cli.asking import asking, exit_code, leave, show
from headwater.cli.options import AllowGaps, AsJson, AsOfVersion, Depth, Direct, Home, KnownAt, Limit, Node, Page, Url

if TYPE_CHECKING:
    from headwater.model.answers import Answer, Lineage
    from headwater.model.questions import Direction


def join(app: typer.Typer) -> None:
    """Hang this module's commands into the tree."""
    app.command()(lineage)
    app.command()(impact)
    app.command()(gaps)


def lineage(
    node: Node,
    up: Annotated[bool, typer.Option("--up", help="Where it came from; this is what is asked when nothing is said.")] = False,
    down: Annotated[bool, typer.Option("--down", help="Where it goes.")] = False,
    both: Annotated[bool, typer.Option("--both", help="Both ways.")] = False,
    columns: Annotated[bool, typer.Option("--columns", help="Column by column instead of dataset by dataset.")] = False,
    direct: Direct = False,
    depth: Depth = None,
    as_of: AsOfVersion = None,
    known_at: KnownAt = None,
    rows: Annotated[
        str | None,
        typer.Option(
            metavar="CONDITION",
            help="Which batches these rows came from: a condition on the dataset's columns, as SQL after WHERE.",
            show_default=False,
        ),
    ] = None,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it into an SVG file.", show_default=False)] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it into a page of its own.", show_default=False)] = None,
    page: Page = None,
    limit: Limit = 1000,
    allow_gaps: AllowGaps = False,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Where data came from, and where it goes.

    For a dataset or a column; each step with its kind, its job and how sure that is.
    With --rows: which batches single rows came from, by reading the lake and running recorded statements again.
    """
    if rows is not None:
        beside = up or down or both or columns or direct or bool(depth or svg or html or page)
        _rows(node, rows, as_of, known_at, refused=beside, as_json=as_json, home=home, url=url, allow_gaps=allow_gaps)
    with asking(home, url) as client:
        answer = client.lineage(
            node,
            _direction(up, down, both),
            columns=columns,
            direct=direct,
            depth=depth,
            as_of=as_of,
            known_at=known_at,
            page=page,
            limit=limit,
        )
    _draw(answer, svg, html)
    from headwater.cli.render.tree import render_lineage

    show(answer, as_json, render_lineage)
    leave(exit_code(answer, found_something=bool(answer.result.edges), allow_gaps=allow_gaps))


def impact(
    node: Node,
    direct: Direct = False,
    depth: Depth = None,
    as_of: AsOfVersion = None,
    known_at: KnownAt = None,
    page: Page = None,
    limit: Limit = 1000,
    allow_gaps: AllowGaps = False,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """What is hit when a node changes.

    Datasets, columns and jobs, nearest first, and who answers for them.
    """
    with asking(home, url) as client:
        answer = client.impact(node, direct=direct, depth=depth, as_of=as_of, known_at=known_at, page=page, limit=limit)
    from headwater.cli.render.impact import render_impact

    show(answer, as_json, render_impact)
    found = bool(answer.result.datasets or answer.result.columns)
    leave(exit_code(answer, found_something=found, allow_gaps=allow_gaps))


def gaps(
    node: Annotated[str | None, typer.Argument(metavar="[NODE]", help="Only around this dataset or job.", show_default=False)] = None,
    page: Page = None,
    limit: Limit = 1000,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """What could not be seen.

    Statements not understood, facets not read, lineage that was only inferred. Exits 1 where there are any.
    """
    with asking(home, url) as client:
        answer = client.gaps(node, page=page, limit=limit)
    from headwater.cli.render.gaps import render_gap_list

    show(answer, as_json, render_gap_list)
    leave(1 if answer.result.gaps or answer.found else 0)


def _rows(
    node: str,
    condition: str,
    as_of: str | None,
    known_at: int | None,
    *,
    refused: bool,
    as_json: bool,
    home: Path | None,
    url: str | None,
    allow_gaps: bool,
) -> NoReturn:
    """Answer for single rows, and end the command."""
    if refused:
        from headwater.model.errors import UsageError

        problem = "cannot follow rows: expected `--rows` with `--as-of`, `--known-at` and `--json` at most, got another option beside it"
        raise UsageError(problem, next_step="headwater lineage NODE --rows CONDITION")
    with asking(home, url) as client:
        answer = client.rows(node, condition, as_of=as_of, known_at=known_at)
    from headwater.cli.render.rows import render_rows

    show(answer, as_json, render_rows)
    raise typer.Exit(exit_code(answer, found_something=bool(answer.result.batches), allow_gaps=allow_gaps))


def _direction(up: bool, down: bool, both: bool) -> Direction:
    if both or (up and down):
        return "both"
    return "down" if down else "up"


def _draw(answer: Answer[Lineage], svg: Path | None, html: Path | None) -> None:
    """Write the pictures that were asked for."""
    from headwater.cli.pictures import write_picture

    if svg is not None:
        from headwater.cli.render.svg import render_svg

        write_picture(svg, render_svg(answer))
    if html is not None:
        from headwater.cli.render.page import render_page

        write_picture(html, render_page(answer))
