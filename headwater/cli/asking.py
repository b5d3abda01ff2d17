"""From a command's options to a client, and from a client's answer to the screen and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from headwater.model.answers import Answer
    from headwater.sdk.client import Client

T = TypeVar("T")

ANSWERED = 0
FOUND = 1
INCOMPLETE = 4


def reach(home: Path | None, url: str | None, *, create: bool = False) -> Client:
    """The client that the options and the environment mean: a server by address, the home's own server, or the home itself."""
    from headwater.app.config import find_surface
    from headwater.sdk.reach import reach as choose

    surface = find_surface({"home": str(home) if home is not None else None, "url": url})
    return choose(Path(surface.home), surface.url, surface.api_key, create=create)


@contextmanager
def asking(home: Path | None, url: str | None) -> Iterator[Client]:
    """A client whose answers rest on everything recorded so far; where that takes long, a note says so."""
    with reach(home, url) as client:
        if not client.wait():
            print("note: what was recorded last is still being read; the answer says up to where", file=sys.stderr)
        yield client


def print_json(value: object) -> None:
    """Print a value exactly as the HTTP interface sends it, and a line end."""
    import msgspec

    sys.stdout.buffer.write(msgspec.json.encode(value) + b"\n")


def show(value: T, as_json: bool, render: Callable[[T, Console], None]) -> None:
    """Print a value as JSON, or as people read it."""
    if as_json:
        print_json(value)
        return
    from headwater.cli.render.console import console

    render(value, console())


def leave(code: int) -> None:
    """End the command with an exit code."""
    raise typer.Exit(code)


def exit_code(answer: Answer[Any], *, found_something: bool, allow_gaps: bool) -> int:
    """0 where the question is answered; 4 where nothing was found and something could not be seen."""
    return ANSWERED if found_something or answer.complete or allow_gaps else INCOMPLETE
