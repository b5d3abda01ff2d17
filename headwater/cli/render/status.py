"""The status answer on a terminal: counts, positions, and coverage as bars that read without colour."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.cli.render.footer import render_footer
from headwater.cli.render.wording import counted, visible
from headwater.model.answers import Answer, Coverage, Status

_BAR = 24


def render_status(answer: Answer[Status], console: Console) -> None:
    """Write counts, freshness and coverage."""
    status = answer.result
    behind = status.ledger_size - status.views_position
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column()
    grid.add_row("ledger", counted(status.ledger_size, "entry", "entries"))
    fresh = "up to date" if behind <= 0 else f"{counted(behind, 'entry', 'entries')} behind"
    grid.add_row("views", fresh)
    seen = (
        counted(status.datasets, "dataset"),
        counted(status.columns, "column"),
        counted(status.jobs, "job"),
        counted(status.runs, "run"),
    )
    grid.add_row("seen", ", ".join(seen))
    grid.add_row("lineage", f"{counted(status.derivations, 'derivation')}, {counted(status.edges, 'influence')}")
    grid.add_row("gaps", Text(f"{status.open_gaps:,} open", style="yellow" if status.open_gaps else ""))
    console.print(grid)
    if status.coverage:
        console.print()
        console.print(_coverage(status.coverage))
    render_footer(answer, console, about_gaps=True)


def _coverage(shares: tuple[Coverage, ...]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("coverage", overflow="fold")
    table.add_column("", no_wrap=True)
    table.add_column("share", justify="right")
    table.add_column("of", justify="right")
    for share in shares:
        ratio = share.having / share.of if share.of else 0.0
        filled = round(ratio * _BAR)
        bar = Text.assemble(("█" * filled, "green"), ("░" * (_BAR - filled), "dim"))
        table.add_row(Text(visible(share.what)), bar, f"{ratio:.0%}" if share.of else "–", f"{share.having:,} / {share.of:,}")
    return table
