"""`leaks`, and `expect FILE` and `expect list`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from headwater.cli.asking import FOUND, asking, exit_code, leave, show
from headwater.cli.options import AllowGaps, AsJson, AsOf, Home, KnownAt, Limit, Page, Url

if TYPE_CHECKING:
    from headwater.model.questions import FindingState
    from headwater.model.sensitivity.leaks import LeakKind

_DECLARE = "declare"


class _FileOrCommand(TyperGroup):
    """A group whose first word may also be a file: `headwater expect FILE` is `headwater expect declare FILE`."""

    default_command = _DECLARE

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command's name where a file or an option of it stands."""
        words = list(args)
        if words and words[0] not in (*self.commands, "--help", "-h"):
            words.insert(0, self.default_command)
        return super().parse_args(ctx, words)


def join(app: typer.Typer) -> None:
    """Hang this module's commands into the tree."""
    app.command()(leaks)
    expect = typer.Typer(no_args_is_help=True, cls=_FileOrCommand, subcommand_metavar="[declare] FILE | list")
    expect.command(_DECLARE)(declare)
    expect.command("list")(list_expectations)
    app.add_typer(expect, name="expect", help="What places may hold: `headwater expect FILE` declares what a TOML file says.")


def leaks(
    node: Annotated[str | None, typer.Argument(metavar="[NODE]", help="Only this dataset or column.", show_default=False)] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help="leak, secret-in-data, training-unapproved, hidden-inflow, masked-or-dead or identifier-in-name.",
            show_default=False,
        ),
    ] = None,
    state: Annotated[str, typer.Option(metavar="STATE", help="waiting, all, open, re-opened, acknowledged or resolved.")] = "waiting",
    as_of: AsOf = None,
    known_at: KnownAt = None,
    page: Page = None,
    limit: Limit = 1000,
    allow_gaps: AllowGaps = False,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """What sensitive data is where it may not be.

    By which statement of which job it came there, since when, in which runs, and what it reaches from there.
    Exits 1 where there is a leak, 4 where there is none but not everything could be read.
    """
    with asking(home, url) as client:
        answer = client.leaks(node, kind=_kind(kind), state=_state(state), as_of=as_of, known_at=known_at, page=page, limit=limit)
    from headwater.cli.render.leaks import render_leaks

    show(answer, as_json, render_leaks)
    leave(FOUND if answer.total["leaks"] else exit_code(answer, found_something=False, allow_gaps=allow_gaps))


def declare(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A TOML file with a namespace and [[expect]] tables.")],
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Declare what places may hold, from a TOML file; it replaces what a file of this name declared before.

    Prints what is new, other than before, and gone.
    """
    with asking(home, url) as client:
        change = client.expectations.declare_file(file)
    from headwater.cli.render.leaks import render_expectation_change

    show(change, as_json, render_expectation_change)


def list_expectations(
    origin: Annotated[str | None, typer.Option(metavar="FILE", help="Only what a file of this name declared.", show_default=False)] = None,
    page: Page = None,
    limit: Limit = 1000,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """List what is expected of places, by the file that declares it."""
    with asking(home, url) as client:
        answer = client.expectations.list(origin=origin, page=page, limit=limit)
    from headwater.cli.render.leaks import render_expectations

    show(answer, as_json, render_expectations)


def _kind(text: str | None) -> LeakKind | None:
    """The kind that was named; what is none is refused where the question is built."""
    return text  # type: ignore[return-value]  # because the question checks it and names the choices


def _state(text: str) -> FindingState:
    """The state that was named; what is none is refused where the question is built."""
    return text  # type: ignore[return-value]  # because the question checks it and names the choices
