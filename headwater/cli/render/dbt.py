"""What became of a dbt project, on a terminal: a row per model, then notes and counts."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.cli.render.report import render_report
from headwater.cli.render.wording import counted, visible
from headwater.model.dbt import DbtReport, ModelRow

_STYLES = {"complete": "green", "loaded": "green", "inlined": "dim"}
_REASONS = 3


def render_dbt(report: DbtReport, console: Console) -> None:
    """Write the table, how much of it is complete, what would tell more, and what was recorded."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("model", "kind", "status", "reads"):
        table.add_column(heading, overflow="fold")
    table.add_column("columns", justify="right", no_wrap=True)
    table.add_column("why", overflow="fold")
    for row in report.models:
        status = Text(row.status, style=_STYLES.get(row.status, "yellow"))
        reads = Text(visible(", ".join(_last_names(row.sources))))
        table.add_row(Text(visible(_short(row.id))), Text(visible(row.kind)), status, reads, _columns(row), Text(visible(_why(row))))
    if report.models:
        console.print(table)
        console.print()
    _render_summary(report, console)
    for note in report.notes:
        console.print(Text.assemble(("note: ", "yellow"), visible(note)))
    render_report(report.recorded, console)


def _render_summary(report: DbtReport, console: Console) -> None:
    whole = sum(row.status in ("complete", "loaded", "inlined") for row in report.models)
    parts = [f"{whole} of {counted(len(report.models), 'model')} complete", counted(report.sources, "source")]
    parts.append(counted(len(report.consumers), "consumer"))
    console.print(
        Text(f"{', '.join(parts)}; datasets in {visible(report.namespace)}", style="bold" if report.is_complete else "bold yellow")
    )


def _columns(row: ModelRow) -> Text:
    if row.status in ("inlined", "loaded"):
        return Text(str(row.columns) if row.columns is not None else "", style="dim")
    return Text(f"{row.traced} of {row.columns}" if row.columns is not None else f"{row.traced} of ?")


def _why(row: ModelRow) -> str:
    more = f"; and {len(row.reasons) - _REASONS} more" if len(row.reasons) > _REASONS else ""
    return "; ".join(row.reasons[:_REASONS]) + more


def _short(unique_id: str) -> str:
    """A node's id without its kind and package."""
    return unique_id.split(".", 2)[-1]


def _last_names(names: tuple[str, ...]) -> list[str]:
    """Names without database; schema and table tell relations of one project apart."""
    return [".".join(name.split(".")[-2:]) if "/" not in name else name for name in names]
