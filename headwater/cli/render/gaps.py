"""The gaps answer on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.cli.render.alike import joined
from headwater.cli.render.footer import render_footer
from headwater.cli.render.wording import visible
from headwater.model.answers import Answer, GapList


def render_gap_list(answer: Answer[GapList], console: Console) -> None:
    """Write every open gap of a page, those that differ only in where they are on one line."""
    gaps = answer.result.gaps
    if gaps:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        table.add_column("code", style="yellow", no_wrap=True)
        table.add_column("where", overflow="fold")
        table.add_column("what", overflow="fold")
        table.add_column("entries", overflow="fold", style="dim")
        for alike in joined(gaps):
            table.add_row(Text(alike.code), Text(alike.where), Text(visible(alike.detail)), _entries(alike.positions))
        console.print(table)
        console.print(Text(f"\nheadwater explain {gaps[0].code} says what to do", style="dim"))
    else:
        console.print("no open gaps")
    render_footer(answer, console, about_gaps=True)


def _entries(positions: tuple[int, ...]) -> str:
    shown = ", ".join(map(str, positions[:4]))
    return f"{shown}, +{len(positions) - 4}" if len(positions) > 4 else shown
