"""Lakes, scans and histories on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.cli.render.findings import on_branch
from headwater.cli.render.footer import render_footer
from headwater.cli.render.narrow import render_rows_whole
from headwater.cli.render.wording import counted, visible
from headwater.model.answers import Answer
from headwater.model.lake_answers import DatasetHistory, LakeList, VersionDetail

if TYPE_CHECKING:
    from headwater.app.lakes.diff import LakeDiff
    from headwater.app.lakes.scan import ScanReport

_SAMPLES = 10


def render_lakes(answer: Answer[LakeList], console: Console) -> None:
    """Write watched lakes as a table."""
    if answer.result.lakes:
        table = _table("lake", "kind", "namespace", "datasets", "versions", "last scan")
        for lake in answer.result.lakes:
            scanned = lake.scanned[:16].replace("T", " ") if lake.scanned else "never"
            row = (lake.name, lake.kind, lake.namespace, f"{lake.datasets:,}", f"{lake.versions:,}", scanned)
            table.add_row(*(Text(visible(cell)) for cell in row))
        console.print(table)
    else:
        console.print("no lake is watched: headwater lake add NAME LOCATION")
    render_footer(answer, console)


def render_scans(reports: Sequence[ScanReport], console: Console) -> None:
    """Write what scans did, a few lines each."""
    for report in reports:
        end = "" if report.is_whole else "; the lake went away before all was looked at"
        console.print(
            Text.assemble(
                (visible(report.lake), "bold"),
                f": {counted(report.datasets, 'dataset')} looked at in {report.seconds:.1f} s, {report.unchanged:,} unchanged, "
                f"{counted(report.versions, 'new version')}{end}",
            )
        )
        for name in report.missing:
            console.print(Text(f"  {visible(name)} is there no more", style="yellow"))
        for name in report.unreadable:
            console.print(Text(f"  {visible(name)} could not be read", style="red"))
        if report.gaps:
            console.print(Text(f"  {counted(report.gaps, 'gap')} recorded: headwater gaps", style="yellow"))
    console.print(Text("next: headwater changes", style="dim"))


def render_history(answer: Answer[DatasetHistory], console: Console) -> None:
    """Write a dataset's versions as a table, newest first."""
    told = answer.result
    console.print(Text(f"{visible(told.dataset)}  {told.format} at {visible(told.location)}", style="bold"), soft_wrap=True)
    render_rows_whole(("when", "version", "what", "rows", "made by"), [_row(version) for version in told.versions], "version", console)
    render_footer(answer, console)


def render_diff(found: LakeDiff, console: Console) -> None:
    """Write how two versions differ: rows, columns, and where the first of them stand."""
    rows = found.rows
    console.print(Text(f"{visible(found.dataset)}: {visible(found.old)} to {visible(found.new)}", style="bold"), soft_wrap=True)
    counts = f"{counted(rows.added, 'row')} added, {rows.removed:,} removed, {rows.changed:,} changed"
    files = (
        f"{counted(len(found.files_added), 'file')} added, {len(found.files_removed):,} removed, {found.files_shared:,} shared and not read"
    )
    console.print(Text("the rows are the same" if found.is_same else counts, style="green" if found.is_same else "red"))
    console.print(Text(files, style="dim"))
    renamed = [f"{was} to {name}" for was, name in found.columns_renamed]
    for what, names in (("columns added", rows.columns_added), ("columns removed", rows.columns_removed), ("columns renamed", renamed)):
        if names:
            console.print(Text(f"{what}: {visible(', '.join(names))}"))
    changed = [column for column in rows.columns if column.rows]
    if changed:
        table = _table("column", "rows changed", "nulls", "from", "to")
        for column in changed:
            before, after = column.before, column.after
            nulls = f"{before.nulls if before else '?'} to {after.nulls if after else '?'}"
            ranges = [f"{side.low} to {side.high}" if side is not None and side.low is not None else "" for side in (before, after)]
            table.add_row(*(Text(visible(cell)) for cell in (column.name, f"{column.rows:,}", nulls, *ranges)))
        console.print(table)
    folder = _folder_of([*found.files_added, *found.files_removed])
    if rows.samples and folder:
        console.print(Text(f"in {visible(folder)}", style="dim"), soft_wrap=True)
    for sample in rows.samples[:_SAMPLES]:
        place = sample.new or sample.old
        where = f"{place.path.removeprefix(folder)} row {place.row}" if place is not None else ""
        key = f" key {' '.join(sample.key)}" if sample.key else ""
        console.print(
            Text(visible(f"  {sample.side}: {where}{key}{' in ' + ', '.join(sample.columns) if sample.columns else ''}"), style="dim"),
            soft_wrap=True,
        )


def _folder_of(paths: Sequence[str]) -> str:
    """The folder that holds all of them, with its slash."""
    folder = paths[0].rpartition("/")[0] if paths else ""
    while folder and not all(path.startswith(f"{folder}/") for path in paths):
        folder = folder.rpartition("/")[0]
    return f"{folder}/" if folder else ""


def _row(version: VersionDetail) -> tuple[Text, ...]:
    change = version.change
    mark = " (current)" if version.is_current else " (gone)" if version.is_gone else ""
    moved = ", ".join(f"{sign}{number:,}" for sign, number in (("+", change.added_rows), ("-", change.removed_rows)) if number)
    if change.rule is not None:
        made = Text(visible(f"{change.job or change.rule}"), style="green")
    else:
        made = Text(
            "before anything was recorded" if change.finding is None else f"nobody known ({change.state})",
            style="red" if change.finding else "dim",
        )
    rows = f"{version.rows:,}" if version.rows is not None else "?"
    return (
        Text(change.at[:19].replace("T", " ")),
        Text(visible(f"{change.version}{mark}")),
        Text(visible(" ".join(part for part in (f"{change.operation}{on_branch(change)}", moved) if part))),
        Text(rows),
        made,
    )


def _table(*titles: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in titles:
        table.add_column(title, overflow="fold")
    return table
