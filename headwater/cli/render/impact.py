"""An impact answer on a terminal: what is hit, nearest first, and who should be told."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.cli.render.footer import render_footer, render_hidden, render_version
from headwater.cli.render.tree import job_name, label_of
from headwater.cli.render.wording import visible
from headwater.model.answers import Answer, Impact, NodeView


def render_impact(answer: Answer[Impact], console: Console) -> None:
    """Write an impact answer."""
    impact = answer.result
    render_version(impact.version, console)
    console.print(Text.assemble((label_of(impact.root), "bold"), "  reaches"))
    for title, nodes in (("datasets", impact.datasets), ("columns", impact.columns)):
        if nodes:
            console.print()
            console.print(_nodes(title, nodes))
    if not (impact.datasets or impact.columns):
        console.print(Text("  nothing that was seen", style="dim"))
    _list(console, "jobs", [job_name(job) for job in impact.jobs])
    _list(console, "tell", impact.owners)
    render_hidden(impact.hidden, console)
    render_footer(answer, console)


def _nodes(title: str, nodes: Sequence[NodeView]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(title, overflow="fold")
    table.add_column("away", justify="right")
    table.add_column("tier")
    table.add_column("namespace", style="dim", overflow="fold")
    for node in nodes:
        tier = Text(node.tier, style="" if node.tier == "confirmed" else "yellow")
        table.add_row(Text(label_of(node)), "" if node.distance is None else str(node.distance), tier, Text(visible(node.namespace)))
    return table


def _list(console: Console, title: str, names: Sequence[str]) -> None:
    if names:
        console.print()
        console.print(Text.assemble((f"{title}: ", "dim"), ", ".join(map(visible, names))))
