"""Sources and what running one did, on a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from shlex import quote
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.cli.render.footer import render_footer
from headwater.cli.render.wording import counted, visible
from headwater.model.answers import Answer
from headwater.model.lake_answers import BatchList, BatchView, DeliveryList, SourceList, SourceView
from headwater.model.loads import BatchPiece

if TYPE_CHECKING:
    from headwater.app.sources.places import AnySource
    from headwater.app.sources.run import SourceReport


_PARTITIONS = 6
_STATES = {"good": "green", "failed": "red", "deviates": "red", "expected": "yellow"}


def render_sources(answer: Answer[SourceList], places: Mapping[str, AnySource], console: Console) -> None:
    """Write sources as a table: what was recorded of them, and those of lake.toml of which nothing was."""
    known = {view.name: view for view in answer.result.sources}
    if not known and not places:
        console.print("no source: headwater source add NAME --kind KIND --lake LAKE …")
        return
    table = _table("source", "kind", "lake", "last run", "last batch", "rows", "state")
    for name in sorted(known.keys() | places.keys()):
        view, place = known.get(name), places.get(name)
        kind = str(type(place).__struct_config__.tag) if place is not None else view.kind if view is not None else ""
        cells = (name, kind, place.lake if place is not None else "-", *_brought(view))
        state = view.state if view is not None else "nothing brought"
        table.add_row(*(Text(visible(cell)) for cell in cells), Text(state, style=_STATES.get(state, "")))
    console.print(table)
    for view in answer.result.sources:
        if view.why:
            console.print(Text(visible(f"{view.name} failed at {_when(view)}: {view.why}"), style="red"), soft_wrap=True)
    render_footer(answer, console)


def _when(view: SourceView) -> str:
    return (view.last_run or "?")[:19].replace("T", " ")


def _brought(view: SourceView | None) -> tuple[str, str, str]:
    """The last run, the last batch, and the rows in all of a source."""
    if view is None:
        return "-", "-", "-"
    if view.last_batch is None:
        return _when(view), "-", "-"
    last = f"{view.last_batch} ({counted(view.last_rows, 'row')})" if view.last_rows is not None else view.last_batch
    return _when(view), last, f"{view.rows:,}"


def render_announced(answer: Answer[SourceList], console: Console) -> None:
    """Write what is announced of a source, the latest last."""
    for view in answer.result.sources:
        for told in view.expected:
            where = f" in `{told.column}`" if told.column else ""
            words = f"{view.name}: {told.kind}{where} is expected from {told.start} until {told.end}: {told.reason}"
            console.print(Text(visible(words)), soft_wrap=True)
        console.print(Text(visible(f"next: headwater batch list {quote(view.datasets[0].name)}")), soft_wrap=True)


def render_batches(answer: Answer[BatchList], console: Console) -> None:
    """Write batches as a table, newest first."""
    if answer.result.batches:
        has_offsets = any(piece.first is not None for batch in answer.result.batches for piece in batch.pieces)
        is_judged = any(batch.deviations for batch in answer.result.batches)
        more = (("offsets",) if has_offsets else (), ("deviates",) if is_judged else ())
        table = _table("when", "batch", "rows", "from", *more[0], "by", *more[1])
        for batch in answer.result.batches:
            gone = f", -{batch.deleted:,}" if batch.deleted else ""
            rows = f"{batch.rows:,}{gone}" if batch.rows is not None else "?"
            offsets = (_offsets(batch.pieces),) if has_offsets else ()
            cells = (batch.at[:19].replace("T", " "), batch.batch, rows, _short(batch.origin), *offsets, _short(batch.job))
            table.add_row(*(Text(visible(cell)) for cell in cells), *([_deviations(batch)] if is_judged else []))
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


def _deviations(batch: BatchView) -> Text:
    """How a batch deviates, and what of it was expected, a line each."""
    told: list[Text] = []
    for deviation in batch.deviations:
        where = f"{deviation.kind}:{deviation.column}" if deviation.column else deviation.kind
        expected = f", expected: {deviation.expected}" if deviation.expected is not None else ""
        told.append(Text(visible(f"{where}{expected}"), style="" if expected else "red"))
    return Text("\n").join(told)


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
