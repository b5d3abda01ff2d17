"""`headwater demo`: the clinic, an AI lake with planted incidents. The story itself is in the package `headwater_clinic`."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from headwater.model.errors import UsageError


def join(app: typer.Typer) -> None:
    """Hang the command into the tree."""
    app.command()(demo)


def demo(
    folder: Annotated[Path, typer.Argument(help="Where everything is put; an earlier demo there is replaced.")] = Path(".headwater-demo"),
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Leave the server running after the story.")] = True,
    port: Annotated[int, typer.Option(help="The server's port; 0 takes a free one.", min=0, max=65535)] = 0,
) -> None:
    """Run a small AI lake with six planted incidents and see which are caught.

    Ends with 0 if every incident came out as promised, with 1 if not.
    """
    try:
        story = import_module("headwater_clinic.story")
    except ModuleNotFoundError as error:
        problem = f"cannot start the demo: the package `{error.name}` is not installed"
        raise UsageError(problem, next_step='pip install "headwater[demo]"') from None
    from rich.console import Console

    raise typer.Exit(story.tell(folder, serve=serve, port=port, console=Console(highlight=False)))
