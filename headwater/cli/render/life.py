"""The life of datasets on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.cli.render.footer import render_footer
from headwater.cli.render.narrow import render_rows_whole
from headwater.cli.render.wording import counted, visible
from headwater.model.answers import Answer
from headwater.model.life_answers import (
    ColumnChange,
    DatasetTimeline,
    FreshnessList,
    FreshnessState,
    FreshnessView,
    Happening,
    SchemaHistory,
    SchemaStep,
)

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


def render_timeline(answer: Answer[DatasetTimeline], console: Console) -> None:
    """Write what happened as a table, newest first."""
    told = answer.result
    console.print(Text(f"the life of {visible(told.dataset)}", style="bold"), soft_wrap=True)
    if told.happenings:
        rows = [
            (
                Text(happening.at[:19].replace("T", " ")),
                Text(happening.lane, style=_LANES.get(happening.lane, "dim")),
                Text(visible(happening.what)),
                Text(_moved(happening)),
                Text(visible(_which(happening))),
                Text(visible(happening.job.removeprefix("job:") if happening.job else happening.source or "")),
            )
            for happening in told.happenings
        ]
        render_rows_whole(("when", "lane", "what", "rows", "which", "by"), rows, "which", console)
    else:
        console.print("nothing that was seen")
    render_footer(answer, console)


_LANES = {"findings": "red", "runs": "blue", "batches": "green", "deliveries": "yellow", "schema": "magenta", "versions": "bold"}


def _moved(happening: Happening) -> str:
    moved = (("+", happening.rows), ("-", happening.removed))
    return ", ".join(f"{sign}{number:,}" for sign, number in moved if number)


def _which(happening: Happening) -> str:
    if happening.lane == "findings":
        return f"finding {happening.finding}"
    named = (("version", happening.version), ("batch", happening.batch), ("finding", happening.finding))
    return ", ".join(f"{word} {name}" for word, name in named if name)


def render_schema(answer: Answer[SchemaHistory], console: Console) -> None:
    """Write each schema with what it changed and who uses that, newest first."""
    told = answer.result
    console.print(Text(f"{visible(told.dataset)}  {counted(len(told.columns), 'column')}", style="bold"), soft_wrap=True)
    for step in told.steps:
        console.print(Text.assemble((_minute(step.at), "bold"), f"  {_by(step)}"), soft_wrap=True)
        if not step.changes:
            console.print(Text(f"  the first schema known, {counted(step.columns, 'column')}", style="dim"))
        for change in step.changes:
            console.print(Text(f"  {visible(_change(change))}"), soft_wrap=True)
            if change.use is not None:
                console.print(Text(f"    {visible(_use(change))}", style="yellow"), soft_wrap=True)
    if not told.by_id:
        console.print(Text("columns have no ids here: a renamed one shows as dropped and added", style="dim"))
    render_footer(answer, console)


def _by(step: SchemaStep) -> str:
    version = f"version {step.version}" if step.version else f"told by {step.producer}" if step.producer else ""
    by = f", by {step.job}" if step.job else f", by nobody known: finding {step.finding}" if step.finding else ""
    return visible(f"{version}{by}".removeprefix(", "))


def _change(change: ColumnChange) -> str:
    match change.kind:
        case "added":
            return f"added {change.column} {change.to}"
        case "dropped":
            return f"dropped {change.column} {change.was}"
        case "renamed":
            return f"renamed {change.was} to {change.to}"
        case "required" | "nullable":
            return f"{change.column} is {change.kind} now"
        case "reordered":
            return f"reordered {change.column}"
        case "partitioned":
            return f"partitioned by {change.to or 'nothing'}, before by {change.was or 'nothing'}"
    return f"{change.kind} {change.column} from {change.was} to {change.to}"


def _use(change: ColumnChange) -> str:
    use = change.use
    assert use is not None, "asked only where there is a use"
    shown = ", ".join(name.partition(":")[2] for name in (use.columns or use.datasets)[:3])
    more = f", in all {counted(use.column_count, 'column')} of {counted(use.dataset_count, 'dataset')}" if use.column_count > 3 else ""
    jobs = f"; made by {', '.join(job.removeprefix('job:') for job in use.jobs[:3])}" if use.jobs else ""
    hidden = f"; {use.hidden} hidden from this key" if use.hidden else ""
    return f"used by {shown or 'nothing that may be seen'}{more}{jobs}{hidden}"


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
