"""API keys on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.app.listing import KeyList, NewKey
from headwater.cli.render.wording import visible


def render_new_key(made: NewKey, console: Console) -> None:
    """Write a new key and, once, its secret on a line of its own."""
    console.print(Text.assemble("key ", (made.id, "bold"), f" for {visible(made.name)} may {', '.join(map(visible, made.scopes))}"))
    console.print("its secret, shown this once:")
    console.print(Text(made.secret, style="bold"), soft_wrap=True)


def render_keys(listed: KeyList, console: Console) -> None:
    """Write every key with what it may do and since when."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("key", "name", "may", "created", "revoked"):
        table.add_column(title, overflow="fold")
    for key in listed.keys:
        style = "dim" if key.revoked else ""
        scopes = Text(", ".join(map(visible, key.scopes)))
        table.add_row(key.id, Text(visible(key.name)), scopes, key.created, key.revoked or "–", style=style)
    console.print(table if listed.keys else "no keys")
