"""Leaks and expectations on a terminal: what, where, by which statement, since when, how far, and what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from headwater.cli.render.footer import render_footer
from headwater.cli.render.wording import counted, visible
from headwater.model.answers import Answer
from headwater.model.sensitivity.documents import Allowance, Expectation
from headwater.model.sensitivity.leaks import ExpectationList, Hop, LeakList, LeakView

if TYPE_CHECKING:
    from headwater.sdk.expectations import ExpectationChange

_STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "dim"}
_ANYTHING = "anything"
_HOPS_SHOWN = 12
_RUNS_SHOWN = 3


def render_leaks(answer: Answer[LeakList], console: Console) -> None:
    """Write each leak in a few lines, confirmed ones first."""
    for leak in answer.result.leaks:
        _render_leak(leak, console)
    if not answer.result.leaks:
        console.print("no leak: nothing sensitive is known to be where it may not be")
    if answer.result.hidden:
        console.print(Text(f"{counted(answer.result.hidden, 'dataset')} not looked at: hidden from this key", style="bold magenta"))
    render_footer(answer, console)


def render_expectations(answer: Answer[ExpectationList], console: Console) -> None:
    """Write what is expected of places, origin by origin."""
    origin = ""
    for told in answer.result.expectations:
        if told.origin != origin:
            console.print(Text(f"{visible(told.origin)}  declared {told.at} by `{visible(told.by)}`", style="bold"))
            origin = told.origin
        _render_expectation(told.expectation, told.datasets, console)
    if not answer.result.expectations:
        console.print("nothing is expected of any place; headwater expect FILE declares what places may hold")
    render_footer(answer, console)


def render_expectation_change(change: ExpectationChange, console: Console) -> None:
    """Write what declaring a file changed."""
    for mark, names, style in (("+", change.added, "green"), ("~", change.changed, "yellow"), ("-", change.removed, "red")):
        for name in names:
            console.print(Text(f"{mark} {visible(name)}", style=style))
    for name in change.unmatched:
        console.print(Text(f"  {visible(name)}: matches no dataset that is known yet", style="dim"))
    for purpose in change.unserved:
        console.print(
            Text(f"  {visible(purpose)}: no place is said to be used for it, so what is allowed for it is allowed nowhere", style="dim")
        )
    if change.position is None:
        console.print(f"{counted(change.kept, 'expectation')} of {visible(change.origin)}, as before; nothing recorded")
        return
    told = [f"{len(change.added)} new", f"{len(change.changed)} changed", f"{len(change.removed)} gone", f"{change.kept} as before"]
    console.print(f"{visible(change.origin)}: {', '.join(told)}; recorded at position {change.position}")
    console.print(Text("next: headwater leaks", style="dim"))


def _render_leak(leak: LeakView, console: Console) -> None:
    tier = "" if leak.tier == "confirmed" else "possible: "
    console.print(Text.assemble((f"{leak.severity:<9}", _STYLES[leak.severity]), (f"{tier}{visible(leak.title)}", "bold")), soft_wrap=True)
    lines = [("where", _where(leak)), ("why", leak.why)]
    if leak.first is not None:
        hop = leak.path[leak.first]
        lines.append(("by", f"{hop.job or 'no job that is known'}, statement {hop.fingerprint}"))
        lines.append(("", f"{_node(hop.source)} -> {_node(hop.target)}: {hop.how}, {hop.transfer}"))
    lines += [("path", text) for text in _path(leak.path)][:1]
    lines += [("", text) for text in _path(leak.path)[1:]]
    if leak.since:
        lines.append(("since", f"{leak.since}{f'; {_runs(leak)}' if leak.run_count else ''}{_rows(leak)}"))
    lines.append(("reach", f"{counted(leak.downstream, 'dataset')} downstream"))
    lines.append(("owner", leak.owner or "nobody named"))
    lines.append(("finding", f"{leak.finding} ({leak.state})"))
    for name, text in lines:
        console.print(Text.assemble("  ", (f"{name:<8}", "dim"), visible(text)), soft_wrap=True)
    for number, step in enumerate(leak.next):
        console.print(Text(f"  {'next' if not number else '':<8}{visible(step)}", style="cyan"), soft_wrap=True)
    console.print()


def _where(leak: LeakView) -> str:
    name = _node(leak.dataset)
    return f"{name}.{leak.column}" if leak.column else f"{name}"


def _path(path: tuple[Hop, ...]) -> list[str]:
    """The way of a label, a line for each hop; of a long way its two ends."""
    if len(path) < 2:
        return []
    told = [
        _node(path[0].source),
        *(f"-> {_node(hop.target)}  ({hop.how}, {_plain_job(hop.job)}{'' if hop.read else ', not read in full'})" for hop in path),
    ]
    if len(told) > _HOPS_SHOWN:
        half = _HOPS_SHOWN // 2
        return [*told[:half], f"… {len(told) - 2 * half} more hops …", *told[-half:]]
    return told


def _runs(leak: LeakView) -> str:
    shown = ", ".join(run.removeprefix("run:") for run in leak.runs[:_RUNS_SHOWN])
    more = f" and {leak.run_count - len(leak.runs[:_RUNS_SHOWN])} more" if leak.run_count > _RUNS_SHOWN else ""
    return f"{counted(leak.run_count, 'run')}: {shown}{more}"


def _rows(leak: LeakView) -> str:
    return f"; {counted(leak.rows, 'row')} written" if leak.rows is not None else ""


def _node(node: str) -> str:
    """A node without what tells its kind; the whole id stands in the JSON."""
    return node.removeprefix("datasetField:").removeprefix("dataset:").removeprefix("job:")


def _plain_job(job: str) -> str:
    return job.rpartition(":")[2] or "no job"


def _render_expectation(told: Expectation, datasets: int, console: Console) -> None:
    console.print(Text(f"  {visible(told.name)}", style="bold"))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    columns = f" columns {', '.join(told.columns)}" if told.columns else ""
    table.add_row("where", Text(visible(f"{told.namespace} {told.dataset}{columns} ({told.kind}; {counted(datasets, 'dataset')} known)")))
    for allowed in told.allow:
        table.add_row("may hold", Text(visible(_allowance(allowed))))
    if told.used_for:
        table.add_row("used for", Text(visible(", ".join(told.used_for))))
    if not told.allow and not told.used_for:
        table.add_row("may hold", "nothing of anybody")
    if told.owner:
        table.add_row("owner", Text(visible(told.owner)))
    console.print(Padding(table, (0, 0, 0, 4)))


def _allowance(allowed: Allowance) -> str:
    what = ", ".join((*allowed.info_types, *allowed.categories)) or _ANYTHING
    purposes = f", where it is used for {' or '.join(allowed.purposes)} alone" if allowed.purposes else ""
    inferred = "" if allowed.inferred else ", and nothing that it had an influence on"
    secrets = ", secrets up to pseudonymous" if what == _ANYTHING and allowed.level == "direct" else ""
    return f"{what} up to {allowed.level}{secrets}{purposes}{inferred}" if allowed.level != "none" else f"{what} not at all{inferred}"
