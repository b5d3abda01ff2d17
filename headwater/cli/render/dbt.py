"""What became of a dbt project, on a terminal: a row per model and hook, then what is not complete, notes and counts."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.cli.render.report import render_report
from headwater.cli.render.wording import counted, visible
from headwater.model.dbt import DbtReport, HookRow, ModelRow

_STYLES = {"complete": "green", "loaded": "green", "inlined": "dim"}
_REASONS = 3
_WIDE = 110
"""Columns of a terminal from which on there is room for how each model is made."""


def render_dbt(report: DbtReport, console: Console) -> None:
    """Write the tables, how much of it is complete, what would tell more, and what was recorded."""
    if report.models:
        console.print(_models(report, is_wide=console.width >= _WIDE))
        console.print()
    told = [hook for hook in report.hooks if hook.status != "complete" or hook.reads or hook.writes]
    if told:
        console.print(_hooks(told, report))
        console.print()
    _render_reasons(report, console)
    _render_summary(report, console)
    for note in report.notes:
        console.print(Text.assemble(("note: ", "yellow"), visible(note)))
    render_report(report.recorded, console)


def _models(report: DbtReport, *, is_wide: bool) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("model", overflow="fold")
    if is_wide:
        table.add_column("kind", no_wrap=True)
    table.add_column("status", no_wrap=True)
    table.add_column("columns", justify="right", no_wrap=True)
    table.add_column("reads", overflow="fold")
    names = _names(report)
    for row in report.models:
        status = Text(row.status, style=_STYLES.get(row.status, "yellow"))
        kind = [Text(visible(row.kind))] if is_wide else []
        table.add_row(Text(visible(_short(row.id))), *kind, status, _columns(row), _listed(row.sources, names))
    return table


def _hooks(hooks: list[HookRow], report: DbtReport) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("hook", overflow="fold")
    table.add_column("status", no_wrap=True)
    table.add_column("writes", overflow="fold")
    table.add_column("reads", overflow="fold")
    names = _names(report)
    for hook in hooks:
        status = Text(hook.status, style=_STYLES.get(hook.status, "yellow"))
        table.add_row(Text(visible(_hook(hook))), status, _listed(hook.writes, names), _listed(hook.reads, names))
    return table


def _render_reasons(report: DbtReport, console: Console) -> None:
    """Why what is not complete is not: a line each, below the tables, where there is room."""
    rows = [(_short(row.id), row.reasons) for row in report.models] + [(_hook(hook), hook.reasons) for hook in report.hooks]
    told = [(name, reasons) for name, reasons in rows if reasons]
    for name, reasons in told:
        console.print(Text.assemble((f"{visible(name)}: ", "yellow"), visible(_why(reasons))))
    if told:
        console.print()


def _render_summary(report: DbtReport, console: Console) -> None:
    whole = sum(row.status in ("complete", "loaded", "inlined") for row in report.models)
    parts = [f"{whole} of {counted(len(report.models), 'model')} complete"]
    if report.hooks:
        parts.append(f"{sum(hook.status == 'complete' for hook in report.hooks)} of {counted(len(report.hooks), 'hook')}")
    parts.append(counted(report.sources, "source"))
    parts.append(counted(len(report.consumers), "consumer"))
    console.print(
        Text(f"{', '.join(parts)}; datasets in {visible(report.namespace)}", style="bold" if report.is_complete else "bold yellow")
    )


def _columns(row: ModelRow) -> Text:
    if row.status in ("inlined", "loaded"):
        return Text(str(row.columns) if row.columns is not None else "", style="dim")
    return Text(f"{row.traced} of {row.columns}" if row.columns is not None else f"{row.traced} of ?")


def _why(reasons: tuple[str, ...]) -> str:
    more = f"; and {len(reasons) - _REASONS} more" if len(reasons) > _REASONS else ""
    return "; ".join(reasons[:_REASONS]) + more


def _short(unique_id: str) -> str:
    """A node's id without its kind and package."""
    return unique_id.split(".", 2)[-1]


def _hook(hook: HookRow) -> str:
    return hook.name if hook.id.startswith("operation.") else _short(hook.id)


def _names(report: DbtReport) -> dict[str, str]:
    """By a dataset's name, what people of the project call it."""
    return {row.dataset.removeprefix(f"dataset:{report.namespace}:"): _short(row.id) for row in report.models if row.dataset}


def _listed(datasets: tuple[str, ...], names: dict[str, str]) -> Text:
    return Text(visible(", ".join(names.get(name) or _last_names(name) for name in datasets)))


def _last_names(name: str) -> str:
    """A name without database; schema and table tell relations of one project apart."""
    return ".".join(name.split(".")[-2:]) if "/" not in name else name
