"""What became of a delivery, on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from headwater.cli.render.wording import visible
from headwater.model.answers import RecordReport

_SHOWN = 10


def render_report(report: RecordReport, console: Console) -> None:
    """Write the counts, then the first rejected events with their reasons, then what was odd but taken."""
    rejected = report.received - report.recorded - report.duplicate
    counts = f"received {report.received:,}, recorded {report.recorded:,}, duplicate {report.duplicate:,}, rejected {rejected:,}"
    console.print(Text(counts, style="bold yellow" if rejected else "bold"))
    for item in report.rejected[:_SHOWN]:
        again = "; try again" if item.retriable else ""
        console.print(Text.assemble((f"  event {item.index}", "yellow"), f": {visible(item.reason)}{again}"))
    for code, step in dict.fromkeys((item.code, item.next) for item in report.rejected[:_SHOWN] if item.code):
        console.print(Text.assemble(("  next: ", "dim"), visible(step), ("  code: ", "dim"), code))
    if rejected > _SHOWN:
        console.print(Text(f"  and {rejected - _SHOWN:,} more: see --json", style="dim"))
    for warning in report.warnings[:_SHOWN]:
        console.print(Text.assemble(("  taken, but odd: ", "dim"), visible(warning)))
    if len(report.warnings) > _SHOWN:
        console.print(Text(f"  and {len(report.warnings) - _SHOWN:,} more oddities: see --json", style="dim"))
