"""Changes and findings on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from headwater.cli.render.footer import render_footer
from headwater.cli.render.wording import counted, visible
from headwater.model.answers import Answer, ChangeList, ChangeView
from headwater.model.findings import Finding, FindingList, Occurrence
from headwater.model.lakes import examined_words

_STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "dim"}
_FILES_SHOWN = 5
_SETTING = "set current version"
_NUMBERS = {
    "added_rows": ("row added", "rows added"),
    "removed_rows": ("row removed", "rows removed"),
    "added_files": ("file added", "files added"),
    "removed_files": ("file removed", "files removed"),
    "changed_files": ("file changed", "files changed"),
}


def render_changes(answer: Answer[ChangeList], console: Console) -> None:
    """Write each change in a few lines: where and when, who and how much, and why nothing explains it or what does."""
    for change in answer.result.changes:
        _render_change(change, console)
    if not answer.result.changes:
        console.print("no change that a recorded run does not explain")
    if answer.result.hidden:
        console.print(Text(f"{counted(answer.result.hidden, 'dataset')} not looked at: hidden from this key", style="bold magenta"))
    render_footer(answer, console)


def render_findings(answer: Answer[FindingList], console: Console) -> None:
    """Write findings as a table, worst first."""
    found = answer.result.findings
    if found:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        table.add_column("finding", no_wrap=True)
        table.add_column("how bad", no_wrap=True)
        table.add_column("state", no_wrap=True)
        table.add_column("what", overflow="fold")
        table.add_column("where", overflow="fold")
        table.add_column("last", no_wrap=True, style="dim")
        for finding in found:
            table.add_row(
                Text(finding.id, style="bold"),
                Text(f"{finding.severity}{'' if finding.tier == 'confirmed' else '?'}", style=_STYLES[finding.severity]),
                Text(finding.state),
                Text(f"{visible(finding.title)}{f' ({finding.count} times)' if finding.count > 1 else ''}"),
                Text(visible(finding.dataset.name)),
                Text(finding.last_seen[:16].replace("T", " ")),
            )
        console.print(table)
        console.print(Text(f"\nheadwater finding show {found[0].id} says more; `?` marks what is possible, not confirmed", style="dim"))
    else:
        console.print("no such finding")
    if answer.result.hidden:
        console.print(Text(f"{counted(answer.result.hidden, 'dataset')} not looked at: hidden from this key", style="bold magenta"))
    render_footer(answer, console)


def render_finding(answer: Answer[Finding], console: Console) -> None:
    """Write everything about one finding."""
    finding = answer.result
    console.print(Text(visible(finding.title), style="bold"))
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(style="dim")
    facts.add_column(overflow="fold")
    told = {
        "finding": f"{finding.id} ({finding.kind})",
        "where": finding.subject,
        "how bad": f"{finding.severity}, {finding.tier}",
        "state": finding.state,
        "owner": finding.owner or "nobody named",
        "seen": f"{counted(finding.count, 'time')}, first {finding.first_seen}, last {finding.last_seen}",
        "downstream": counted(finding.downstream, "dataset"),
        **finding.cause,
    }
    for name, value in told.items():
        facts.add_row(name, Text(visible(value)))
    console.print(facts)
    for occurrence in finding.occurrences:
        _render_occurrence(occurrence, console)
    for decision in finding.decisions:
        console.print(Text(f"{decision.at}  {decision.action}d by `{decision.by}`: {visible(decision.reason)}"))
    if finding.next:
        console.print(Text(f"next: {visible(finding.next)}", style="dim"), soft_wrap=True)
    render_footer(answer, console)


def _render_change(change: ChangeView, console: Console) -> None:
    state = "explained" if change.rule is not None else change.state or "before anything was recorded"
    console.print(
        Text.assemble(
            (visible(change.dataset), "bold"),
            "  ",
            (f"{state}", "green" if change.rule else "red"),
            f"  {change.at}",
            ("  possible" if change.tier == "possible" else ""),
        ),
        soft_wrap=True,
    )
    who = " ".join(
        part for part in (f"by {change.author}" if change.author else "", f"with {change.engine}" if change.engine else "") if part
    )
    numbers = {"added_rows": change.added_rows, "removed_rows": change.removed_rows}
    lines = [
        "; ".join(part for part in (f"{_done(change)} {who}".strip(), _amounts(numbers), f"version {change.version}") if part),
        change.why if change.rule is None else f"{change.rule}: {change.job or 'no run'} {change.run or ''}".rstrip(),
        *([f"columns: {', '.join(change.columns)}"] if change.columns else []),
        *([f"files: {_files(change.files)}"] if change.files else []),
        *([f"compared with the version before: {examined_words(change.examined)}"] if change.examined is not None else []),
        *([f"{counted(change.downstream, 'dataset')} downstream; finding {change.finding}"] if change.finding else []),
    ]
    for line in lines:
        console.print(Padding(Text(visible(line)), (0, 0, 0, 2)))
    if change.next:
        console.print(Text(f"  next: {visible(change.next)}", style="dim"), soft_wrap=True)


def _done(change: ChangeView) -> str:
    """What a change did, in words where the format's own say too little."""
    if change.operation == _SETTING:
        return f"rolled back to version {change.version.rpartition('-')[2]}"
    return f"{change.operation}{on_branch(change)}"


def on_branch(change: ChangeView) -> str:
    """The branch on which a version was written, where readers do not get it."""
    return f" on branch {change.branch}" if change.branch else ""


def _render_occurrence(occurrence: Occurrence, console: Console) -> None:
    named = f"version {occurrence.version}" if occurrence.version else f"batch {occurrence.batch}" if occurrence.batch else ""
    parts = (named, _amounts(dict(occurrence.numbers or {})), occurrence.what)
    console.print(Padding(Text(visible(f"{occurrence.at}  {'; '.join(part for part in parts if part)}")), (0, 0, 0, 2)))


def _amounts(numbers: dict[str, int | None] | dict[str, int]) -> str:
    return ", ".join(counted(number, *_NUMBERS.get(name, (name, name))) for name, number in numbers.items() if number)


def _files(files: tuple[str, ...]) -> str:
    shown = ", ".join(files[:_FILES_SHOWN])
    return f"{shown} and {len(files) - _FILES_SHOWN} more" if len(files) > _FILES_SHOWN else shown
