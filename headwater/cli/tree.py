"""The tree of commands. What a command needs is imported when it runs, so that `--help` and completion stay quick."""

from __future__ import annotations

from typing import Annotated

import typer

from headwater import __version__
from headwater.cli import (
    catalog_commands,
    classify_commands,
    dbt_commands,
    deciding_commands,
    explain_commands,
    finding_commands,
    key_commands,
    lake_commands,
    leak_commands,
    ledger_commands,
    lineage_commands,
    record_commands,
    server_commands,
    source_commands,
    sql_commands,
)

_MODULES = (
    server_commands,
    record_commands,
    dbt_commands,
    lineage_commands,
    finding_commands,
    leak_commands,
    lake_commands,
    source_commands,
    sql_commands,
    classify_commands,
    deciding_commands,
    catalog_commands,
    ledger_commands,
    key_commands,
    explain_commands,
)


def _say_version(asked: bool) -> None:
    """Print the version and end."""
    if asked:
        typer.echo(f"headwater {__version__}")
        raise typer.Exit


def headwater(
    version: Annotated[bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Print the version and exit.")] = False,
) -> None:
    """Know where every dataset and column of your lake came from, where it goes, and prove what was recorded."""


def tree(asked: str | None = None) -> typer.Typer:
    """All commands; given the first word of a command line, groups that it does not name hold none, as only their names are shown."""
    app = typer.Typer(
        name="headwater",
        help="Know where every dataset and column of your lake came from, where it goes, and prove what was recorded.",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(headwater)
    for commands in _MODULES:
        commands.join(app)
    if asked is not None:
        _strip(app, asked)
    return app


def _strip(app: typer.Typer, asked: str) -> None:
    """Building a command reads its signature, which is most of what starting takes."""
    for group in app.registered_groups:
        if group.name != asked and group.typer_instance is not None:
            group.typer_instance.registered_commands.clear()
