"""What columns hold, on a terminal: the sensitive ones with why, the others counted."""

from __future__ import annotations

from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.cli.render.wording import counted, visible
from headwater.model.sensitivity.classification import Classification, DatasetColumn, Evidence, State

_STYLE: dict[State, str] = {"labelled": "bold red", "suspected": "yellow", "abstain": "dim", "clear": "green"}
SHOWN_GAPS = 20


def render_classification(found: Classification, console: Console, *, everything: bool) -> None:
    """Write one table for each dataset, then what could not be seen and the counts."""
    datasets: dict[str, list[DatasetColumn]] = {}
    for column in found.columns:
        datasets.setdefault(column.dataset, []).append(column)
    for dataset, columns in datasets.items():
        told = [column for column in columns if everything or column.state in ("labelled", "suspected")]
        console.print(Text(f"{visible(dataset)}  {counted(columns[0].rows, 'row')}, {counted(len(columns), 'column')}", style="bold"))
        if told:
            console.print(_table(told))
        console.print("")
    _render_gaps(found, console)
    if found.unchanged:
        unchanged = f"not read again, as nothing changed: {counted(len(found.unchanged), 'dataset')}; --again reads all"
        console.print(Text(unchanged, style="dim"))
    if found.recorded:
        console.print(Text(f"recorded {counted(len(found.recorded), 'dataset')}; headwater label review lists what waits", style="dim"))
    if found.unknown:
        unknown = f"not recorded: {counted(len(found.unknown), 'dataset')} that no scan has seen yet; headwater lake scan"
        console.print(Text(unknown, style="yellow"))
    states = Counter(column.state for column in found.columns)
    console.print(Text(", ".join(f"{states[state]} {state}" for state in _STYLE), style="dim"))


def _table(columns: list[DatasetColumn]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 2), header_style="dim")
    for heading, fold in (("column", True), ("state", False), ("holds", False), ("category", False), ("confidence", False), ("why", True)):
        table.add_column(heading, overflow="fold" if fold else "ellipsis", no_wrap=not fold)
    for column in columns:
        state = Text(column.state, style=_STYLE[column.state])
        table.add_row(
            Text(visible(column.column)), state, column.info_type or "", column.category or "", _percent(column.confidence), _why(column)
        )
    return table


def _percent(confidence: float) -> str:
    return f"{confidence:.0%}" if confidence < 0.995 else ">99%"


def _why(column: DatasetColumn) -> Text:
    parts = reasons(column.evidence) + [f"also {other.info_type}" for other in column.also if other.state == "labelled"]
    return Text("; ".join(parts + [gap.code for gap in column.gaps]))


def reasons(evidence: Evidence) -> list[str]:
    """The witnesses in words."""
    found = []
    if (values := evidence.values) is not None:
        where = {"column": "values", "text": "texts", "json": "values inside"}[evidence.found_in]
        said = f"{values.matched} of {values.tested} {where} ({values.method}"
        if values.passed is not None and values.chance_ratio is not None:
            said += f" passed by {values.passed}, {round(values.chance_ratio * values.matched)} by chance"
        found.append(f"{said}{f', {values.provider}' if values.provider else ''})")
    if evidence.name is not None:
        found.append(f"name: {visible(' '.join(evidence.name.words))}" + (" speaks against it" if evidence.name.weight < 0 else ""))
    if evidence.lineage is not None:
        found.append(f"lineage: {visible(evidence.lineage.source)}")
    if (learned := evidence.learned) is not None:
        found.append(f"learned: {learned.confirmed} confirmed, {learned.rejected} rejected by this name")
    return found or [f"looks like {kind}" for kind in evidence.against[:1]]


def _render_gaps(found: Classification, console: Console) -> None:
    if not found.gaps:
        return
    for gap in found.gaps[:SHOWN_GAPS]:
        console.print(Text.assemble((gap.code, "yellow"), f"  {visible(gap.dataset)}"))
    if len(found.gaps) > SHOWN_GAPS:
        console.print(Text(f"and {counted(len(found.gaps) - SHOWN_GAPS, 'more gap')}: see --json", style="dim"))
    console.print(Text(f"headwater explain {found.gaps[0].code} says what to do\n", style="dim"))
