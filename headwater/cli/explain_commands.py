"""`explain`: an error code in full."""

from __future__ import annotations

from typing import Annotated

import typer


def join(app: typer.Typer) -> None:
    """Hang this module's commands into the tree."""
    app.command("explain")(explain_code)


def explain_code(code: Annotated[str, typer.Argument(metavar="CODE", help="The code on the last line of an error, or of a gap.")]) -> None:
    """Say what a code means and what to do."""
    from headwater.cli.explain import explain

    typer.echo(explain(code), nl=False)
