"""The lineage of one SQL text on a terminal: a table for each target, then how sure that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from headwater.app.sql.lineage import End, SqlEdge, SqlLineage
from headwater.cli.render.kinds import style_of
from headwater.cli.render.statement import GIVEN, RESULT, facts_of, place_of, words_of
from headwater.cli.render.wording import counted, visible
from headwater.model.lineage import Reason

SHOWN_REASONS = 20
SHOWN_EDGES = 2000
NEEDS_SCHEMA = frozenset({"ambiguous-column", "natural-join-without-schema", "star-without-schema", "target-columns-unknown"})
"""Reasons that fall away when the columns of tables are known."""


def render_sql(lineage: SqlLineage, console: Console) -> None:
    """Write where every column of every target comes from, and whether that is all."""
    edges: dict[str | None, list[SqlEdge]] = defaultdict(list)
    for edge in lineage.edges[:SHOWN_EDGES]:
        edges[edge.target.table].append(edge)
    cut = {edge.target.table for edge in lineage.edges[SHOWN_EDGES:]} - edges.keys()
    for target in dict.fromkeys([*lineage.targets, *edges]):
        if target not in cut:
            _render_target(target, edges.get(target, ()), target in lineage.overwrites, console)
    if not edges and not lineage.targets:
        _render_nothing(lineage, console)
    if len(lineage.edges) > SHOWN_EDGES:
        console.print(Text(f"and {counted(len(lineage.edges) - SHOWN_EDGES, 'more influence')}: see --json\n", style="bold"))
    console.print(Text(facts_of(lineage), style="dim"))
    _render_state(lineage, console)


def _render_nothing(lineage: SqlLineage, console: Console) -> None:
    """Say that there is no influence to show; unless all was followed, that does not mean that there is none."""
    if lineage.status == "complete":
        console.print("nothing flows: no table is written, and nothing that is read reaches a result")
    else:
        read = ", ".join(visible(table) for table in lineage.sources)
        console.print(f"no influence could be followed{f'; read: {read}' if read else ''}")
    console.print()


def _render_target(target: str | None, edges: Sequence[SqlEdge], overwritten: bool, console: Console) -> None:
    title = Text(visible(target) if target is not None else RESULT, style="bold")
    title.append(f"  {GIVEN}" if target is None else "  earlier rows are gone" if overwritten else "", style="dim")
    console.print(title)
    if not edges:
        console.print(Text("  no influence was found", style="dim"))
        console.print()
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for head in ("column", "from", "how", "masked by", "through"):
        table.add_column(head, overflow="fold")
    table.add_column("at", no_wrap=True, style="dim")
    before: str | None = ""
    for edge in sorted(edges, key=lambda edge: edge.target.column is None):
        column = "" if edge.target.column == before else visible(edge.target.column or "every row")
        table.add_row(Text(column), Text(_source(edge.source)), *_ways(edge), place_of(edge.line, edge.column))
        before = edge.target.column
    console.print(Padding(table, (0, 0, 1, 2)))


def _source(end: End) -> str:
    table = visible(end.table or RESULT)
    return f"{table}  its rows" if end.column is None else f"{table}.{visible(end.column)}"


def _ways(edge: SqlEdge) -> tuple[Text, Text, Text]:
    style = style_of(edge.subtype)
    through = ", ".join(visible(name) for name in edge.functions)
    return Text(style.word, style=style.terminal), Text(visible(edge.masked_by or "")), Text(through)


def _render_state(lineage: SqlLineage, console: Console) -> None:
    """Say whether this is all and, where not, what is missing and what would help."""
    if lineage.status == "complete":
        console.print(Text.assemble(("complete", "green"), (": every influence in the text was followed", "dim")))
        return
    number = counted(len(lineage.reasons), "reason")
    console.print(Text.assemble((lineage.status, "bold yellow"), f": {number}, so there may be more than is shown"))
    for reason in lineage.reasons[:SHOWN_REASONS]:
        console.print(Padding(_reason(reason), (0, 0, 0, 2)))
    if len(lineage.reasons) > SHOWN_REASONS:
        console.print(Text(f"  and {counted(len(lineage.reasons) - SHOWN_REASONS, 'more reason')}: see --json", style="dim"))
    if any(reason.code in NEEDS_SCHEMA for reason in lineage.reasons):
        console.print(Text("--schema FILE names the columns of tables; ", style="dim").append(_explain(lineage)))
    else:
        console.print(Text(_explain(lineage), style="dim"))


def _reason(reason: Reason) -> Text:
    code, _, rest = visible(words_of(reason)).partition(" ") if reason.subject or reason.line else visible(words_of(reason)).partition(":")
    return Text.assemble((code, "yellow"), f" {rest}")


def _explain(lineage: SqlLineage) -> str:
    return f"headwater explain {lineage.reasons[0].code} says what to do"
