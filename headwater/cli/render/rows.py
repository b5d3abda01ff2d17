"""Which batches rows came from, on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.cli.render.footer import render_footer
from headwater.cli.render.wording import counted, visible
from headwater.model.answers import Answer
from headwater.model.row_answers import RowBatch, RowOrigins, RowStep

_NOT_SURE = "?"


def render_rows(answer: Answer[RowOrigins], console: Console) -> None:
    """Write batches as a table, those of most rows first, and the steps under it."""
    told = answer.result
    if told.batches:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for title in ("rows", "batch", "into", "came", "from", "by"):
            table.add_column(title, overflow="fold")
        for batch in told.batches:
            table.add_row(*(Text(visible(cell)) for cell in _cells(batch)))
        console.print(table)
    else:
        console.print("no row satisfies this" if not told.rows else "no batch: these rows rest on nothing that came in")
    for step in told.steps:
        _render_step(step, console)
    if any(batch.tier == "possible" for batch in told.batches):
        console.print(Text(f"{_NOT_SURE} marks batches that may only have decided over rows, or may be older", style="dim"))
    render_footer(answer, console)


def _cells(batch: RowBatch) -> tuple[str, ...]:
    mark = _NOT_SURE if batch.tier == "possible" else ""
    came = batch.at[:19].replace("T", " ")
    if not batch.batch:
        return f"{batch.rows:,}{mark}", f"version {batch.version}", _short(batch.dataset), came, "", ""
    return f"{batch.rows:,}{mark}", batch.batch, _short(batch.dataset), came, batch.origin.partition(":")[2], batch.source


def _render_step(step: RowStep, console: Console) -> None:
    version = f" version {visible(step.version)}" if step.version else ""
    line = f"{_short(step.dataset)}{version}: {counted(step.rows, 'row')} {step.how}"
    if step.run:
        line += f" as {visible(step.job.partition(':')[2])} made them"
    console.print(Text(line, style="dim"), soft_wrap=True)
    for told in step.inputs:
        how = f" ({told.how})" if told.how else ""
        where = f"version {visible(told.version)}{how}" if told.version else "as its statement gives it"
        console.print(Text(f"  reads {_short(told.dataset)} {where}", style="dim"), soft_wrap=True)
    for note in step.notes:
        console.print(Text(f"  only possible: {note}", style="dim"), soft_wrap=True)


def _short(node: str) -> str:
    return visible(node.rpartition(":")[2])
