"""Sources and what running one did, on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.cli.render.footer import render_footer
from headwater.cli.render.wording import counted, visible
from headwater.model.answers import Answer
from headwater.model.lake_answers import BatchList, DeliveryList
from headwater.model.loads import BatchPiece

if TYPE_CHECKING:
    from headwater.app.sources.places import AnySource
    from headwater.app.sources.run import SourceReport


_PARTITIONS = 6


def render_sources(sources: Mapping[str, AnySource], console: Console) -> None:
    """Write sources as a table."""
    if not sources:
        console.print("no source: headwater source add NAME --kind KIND --lake LAKE …")
        return
    table = _table("source", "kind", "lake", "into")
    for name, source in sorted(sources.items()):
        kind = str(type(source).__struct_config__.tag)
        table.add_row(*(Text(visible(cell)) for cell in (name, kind, source.lake, source.into)))
    console.print(table)


def render_batches(answer: Answer[BatchList], console: Console) -> None:
    """Write batches as a table, newest first."""
    if answer.result.batches:
        has_offsets = any(piece.first is not None for batch in answer.result.batches for piece in batch.pieces)
        table = _table("when", "batch", "rows", "from", *(("offsets",) if has_offsets else ()), "by")
        for batch in answer.result.batches:
            gone = f", -{batch.deleted:,}" if batch.deleted else ""
            rows = f"{batch.rows:,}{gone}" if batch.rows is not None else "?"
            offsets = (_offsets(batch.pieces),) if has_offsets else ()
            cells = (batch.at[:19].replace("T", " "), batch.batch, rows, _short(batch.origin), *offsets, _short(batch.job))
            table.add_row(*(Text(visible(cell)) for cell in cells))
        console.print(table)
    else:
        console.print("no batch of this dataset was recorded")
    render_footer(answer, console)


def render_deliveries(answer: Answer[DeliveryList], console: Console) -> None:
    """Write deliveries as a table, newest first."""
    if answer.result.deliveries:
        table = _table("when", "delivery", "verdict", "why", "batch")
        for told in answer.result.deliveries:
            style = "green" if told.verdict == "good" else "yellow" if told.batch else "red"
            table.add_row(
                Text(told.delivered_at[:19].replace("T", " ")),
                Text(visible(told.delivery)),
                Text(told.verdict, style=style),
                Text(visible(told.why)),
                Text(visible(told.batch or "held back")),
            )
        console.print(table)
    else:
        console.print("no delivery of this source was recorded")
    render_footer(answer, console)


def _offsets(pieces: Sequence[BatchPiece]) -> str:
    """What a batch of a stream brought, partition by partition; of many the first ones."""
    told = [
        f"{piece.name.rpartition('/')[2]}: {piece.first:,} to {piece.last:,}"
        for piece in pieces
        if piece.first is not None and piece.last is not None
    ]
    more = f" and {len(told) - _PARTITIONS} more" if len(told) > _PARTITIONS else ""
    return ("partition " if len(told) == 1 else "partitions ") + ", ".join(told[:_PARTITIONS]) + more if told else ""


def _short(node: str) -> str:
    """A node without the word that says what kind it is."""
    return node.partition(":")[2] or node


def render_run(report: SourceReport, console: Console) -> None:
    """Write each batch with its tables."""
    for name in report.held:
        console.print(
            Text(f"{visible(report.source)}: delivery {visible(name)} held back: headwater delivery list {report.source}", style="red")
        )
    if not report.batches and not report.held:
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


def _table(*titles: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in titles:
        table.add_column(title, overflow="fold")
    return table
