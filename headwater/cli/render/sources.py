"""Sources and what running one did, on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.cli.render.wording import counted, visible

if TYPE_CHECKING:
    from headwater.app.sources.places import AnySource
    from headwater.app.sources.run import SourceReport


def render_sources(sources: Mapping[str, AnySource], console: Console) -> None:
    """Write sources as a table."""
    if not sources:
        console.print("no source: headwater source add NAME --kind KIND --lake LAKE …")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in ("source", "kind", "lake", "into"):
        table.add_column(title, overflow="fold")
    for name, source in sorted(sources.items()):
        kind = str(type(source).__struct_config__.tag)
        table.add_row(*(Text(visible(cell)) for cell in (name, kind, source.lake, source.into)))
    console.print(table)


def render_run(report: SourceReport, console: Console) -> None:
    """Write each batch with its tables."""
    if not report.batches:
        console.print(Text(f"{visible(report.source)}: nothing new"))
    for batch, tables in report.batches.items():
        console.print(Text(f"{visible(report.source)}: batch {visible(batch)}", style="bold"))
        for told in tables:
            gone = f", {counted(told.deleted, 'row')} gone" if told.deleted else ""
            before = "" if told.is_new else " (was there already)"
            gaps = f"; {counted(told.gaps, 'gap')}" if told.gaps else ""
            console.print(
                Text(visible(f"  {told.table}: {counted(told.rows, 'row')}{gone} from {told.origin}{before}{gaps}")), soft_wrap=True
            )
