"""The life of datasets on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.cli.render.footer import render_footer
from headwater.cli.render.wording import counted, visible
from headwater.model.answers import Answer
from headwater.model.life_answers import FreshnessList, FreshnessState, FreshnessView

_STYLES: dict[FreshnessState, str] = {"overdue": "red", "not looked": "yellow", "due": "yellow", "on time": "green"}


def render_freshness(answer: Answer[FreshnessList], console: Console) -> None:
    """Write datasets with their rhythm as a table, overdue ones first."""
    if answer.result.datasets:
        table = _table("dataset", "state", "last arrival", "how often", "next expected", "from")
        for view in answer.result.datasets:
            table.add_row(
                Text(visible(view.dataset.rpartition(":")[2]), style="bold"),
                Text(f"{view.state}{_late(view)}", style=_STYLES.get(view.state, "dim")),
                Text(_minute(view.last) or "never"),
                Text(view.cadence),
                Text(_minute(view.expected)),
                Text(visible(view.source or view.evidence)),
            )
        console.print(table)
    else:
        console.print("no dataset of a lake is known: headwater lake add NAME LOCATION")
    for view in answer.result.datasets:
        if view.finding is not None:
            console.print(Text(f"{visible(view.dataset)} is overdue since {view.overdue_from}", style="red"), soft_wrap=True)
    if answer.result.hidden:
        console.print(Text(f"{counted(answer.result.hidden, 'dataset')} not looked at: hidden from this key", style="bold magenta"))
    render_footer(answer, console)


def _late(view: FreshnessView) -> str:
    if view.late_seconds is None or view.state == "due":
        return ""
    for seconds, word in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        if view.late_seconds >= 2 * seconds or seconds == 1:
            return f" by {counted(view.late_seconds // seconds, word)}"
    return ""


def _minute(time: str | None) -> str:
    return time[:16].replace("T", " ") if time else ""


def _table(*titles: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in titles:
        table.add_column(title, overflow="fold")
    return table
