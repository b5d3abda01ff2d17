"""Rows with an id that people copy: a table where there is room for it, else lines, in which the id stays in one piece."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

_ANY_WIDTH = 100_000
_COUNTED = frozenset("0123456789,+-? ")


def render_rows_whole(titles: Sequence[str], rows: Sequence[Sequence[Text]], whole: str, console: Console) -> None:
    """Write rows under their titles; where they are too wide for the console, each as a line and under it what is titled `whole`."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in titles:
        table.add_column(title, overflow="fold", no_wrap=title in (titles[0], whole))
    for row in rows:
        table.add_row(*row)
    if table.__rich_measure__(console, console.options.update(width=_ANY_WIDTH)).maximum <= console.width:
        console.print(table)
        return
    for row in rows:
        told = dict(zip(titles, row, strict=True))
        own = told.pop(whole)
        console.print(Text("  ").join(_said(title, cell) for title, cell in told.items() if cell.plain))
        if own.plain:
            console.print(Text.assemble("    ", own), soft_wrap=True)


def _said(title: str, cell: Text) -> Text:
    """A cell without its column: a bare number says what it counts."""
    return Text.assemble(f"{title} ", cell) if not set(cell.plain) - _COUNTED else cell
