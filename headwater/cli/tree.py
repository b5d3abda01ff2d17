"""The tree of commands. What a command needs is imported when it runs, so that `--help` and completion stay quick."""

from __future__ import annotations

import typer

from headwater.cli import (
    catalog_commands,
    explain_commands,
    key_commands,
    ledger_commands,
    lineage_commands,
    record_commands,
    server_commands,
)

app = typer.Typer(
    name="headwater",
    help="Know where every drop in your lake came from, who drank it, and prove it.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for commands in (server_commands, record_commands, lineage_commands, catalog_commands, ledger_commands, key_commands, explain_commands):
    commands.join(app)
