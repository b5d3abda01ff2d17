"""`sql`: column lineage of SQL texts, without a home or a server."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headwater.cli.asking import ANSWERED, FOUND, INCOMPLETE, leave, show
from headwater.cli.faults import let_go_of_output
from headwater.cli.options import AllowGaps

if TYPE_CHECKING:
    from headwater.app.sql.batch import Defaults
    from headwater.app.sql.lineage import SqlLineage


def join(app: typer.Typer) -> None:
    """Hang this module's commands into the tree."""
    app.command()(sql)


def sql(
    file: Annotated[str | None, typer.Argument(metavar="FILE|-", help="SQL, or JSON lines for --batch; `-` is standard input.")] = None,
    dialect: Annotated[str | None, typer.Option(metavar="D", help="Such as postgres, snowflake, spark [default: plain SQL].")] = None,
    schema: Annotated[Path | None, typer.Option(metavar="FILE", help='Columns of tables: {"table": {"column": "type"}}.')] = None,
    catalog: Annotated[str | None, typer.Option(metavar="NAME", help="Completes table names without a catalog.")] = None,
    default_schema: Annotated[str | None, typer.Option(metavar="NAME", help="Completes table names without a schema.")] = None,
    batch: Annotated[bool, typer.Option("--batch", help="Answer each line {id, sql, dialect, schema} with a line, at once.")] = False,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it into an SVG file.", show_default=False)] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it into a page of its own.", show_default=False)] = None,
    allow_gaps: AllowGaps = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the lineage as JSON.")] = False,
) -> None:
    """Where the columns of an SQL text come from.

    Needs no home and no server. Exits 0 where all was followed, 4 where some was not, 3 where the text cannot be read.
    With --batch each line tells its own status; exits 1 where a line was no request.
    """
    from headwater.app.sql.batch import Defaults
    from headwater.app.sql.catalog import Catalog
    from headwater.app.sql.texts import known_dialect, read_catalog

    defaults = Defaults(known_dialect(dialect), Catalog({}) if schema is None else read_catalog(schema), catalog, default_schema)
    if batch:
        _refuse_pictures(svg, html)
        leave(_stream(file or "-", defaults))
    lineage = _read(file, defaults)
    _draw(lineage, _name(file), svg, html)
    if as_json or lineage.status != "failed":
        from headwater.cli.render.sql import render_sql

        show(lineage, as_json, render_sql)
    _require_followed(lineage, _name(file))
    leave(ANSWERED if lineage.status == "complete" or allow_gaps else INCOMPLETE)


def _read(file: str | None, defaults: Defaults) -> SqlLineage:
    from headwater.app.sql.apart import Apart
    from headwater.app.sql.catalog import asked, stored_catalog
    from headwater.app.sql.lineage import shaped
    from headwater.app.sql.texts import read_text
    from headwater.model.errors import UsageError

    if file is None:
        raise UsageError("cannot read SQL: expected a file, or `-` for standard input", next_step="headwater sql --help")
    statement = asked(read_text(file), defaults.dialect, defaults.catalog, defaults.schema)
    with Apart() as apart:
        return shaped(apart.read_script(statement, stored_catalog(defaults.schemas, defaults.dialect)), statement.sql)


def _stream(file: str, defaults: Defaults) -> int:
    """Answer line by line until the input ends, or until nobody reads the answers; gives the exit code."""
    from headwater.app.sql.apart import Apart
    from headwater.app.sql.batch import Batch
    from headwater.app.sql.texts import open_input

    out = sys.stdout.buffer
    with open_input(file) as source, Apart() as apart:
        answering = Batch(defaults, apart.read)
        for answer in _read_on(answering.answers(source), file):
            try:
                out.write(answer)
                out.flush()  # nothing is held back, because a producer may wait for an answer before it sends the next line
            except BrokenPipeError:
                let_go_of_output()
                return ANSWERED
    return FOUND if answering.unreadable else ANSWERED


def _read_on(answers: Iterator[bytes], file: str) -> Iterator[bytes]:
    """The same answers.

    Raises:  UsageError: the input breaks off.
    """
    from headwater.model.errors import UsageError

    try:
        yield from answers
    except OSError as error:
        problem = f"cannot read on in SQL `{file}`: {(error.strerror or 'unreadable').lower()}"
        raise UsageError(problem, next_step="check the path; `-` is standard input") from None


def _require_followed(lineage: SqlLineage, name: str) -> None:
    """Raises:  StatementFailed: nothing of the text was understood."""
    if lineage.status == "failed":
        from headwater.app.sql.texts import StatementFailed

        raise StatementFailed.of(lineage.reasons, name)


def _refuse_pictures(svg: Path | None, html: Path | None) -> None:
    if svg is not None or html is not None:
        from headwater.model.errors import UsageError

        raise UsageError("cannot draw a batch: expected one text for --svg or --html", next_step="headwater sql FILE --svg PICTURE.svg")


def _name(file: str | None) -> str:
    return "standard input" if file in (None, "-") else Path(str(file)).name


def _draw(lineage: SqlLineage, name: str, svg: Path | None, html: Path | None) -> None:
    """Write the pictures that were asked for."""
    from headwater.cli.pictures import write_picture

    if svg is not None:
        from headwater.cli.render.statement import render_statement_svg

        write_picture(svg, render_statement_svg(lineage, name))
    if html is not None:
        from headwater.cli.render.statement import render_statement_page

        write_picture(html, render_statement_page(lineage, name))
