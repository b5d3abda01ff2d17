"""The lineage of one SQL text on a terminal: a table for each target, then how sure that is; for a script, its statements first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from headwater.app.sql.lineage import End, SqlEdge, SqlLineage, SqlStatement
from headwater.cli.render.kinds import style_of
from headwater.cli.render.statement import GIVEN, RESULT, facts_of, heading_of, place_of, result_of, words_of
from headwater.cli.render.svg import WHOLE
from headwater.cli.render.wording import counted, visible
from headwater.model.lineage import Reason

SHOWN_REASONS = 20
SHOWN_EDGES = 2000
SHOWN_STATEMENTS = 200
NEEDS_SCHEMA = frozenset({"ambiguous-column", "natural-join-without-schema", "star-without-schema", "target-columns-unknown"})
"""Reasons that fall away when the columns of tables are known."""


def render_sql(lineage: SqlLineage, console: Console) -> None:
    """Write where every column of every target comes from, and whether that is all."""
    if lineage.statements:
        _render_statements(lineage.statements, console)
        console.print(Text(f"{WHOLE}\n", style="bold underline"))
    _render_targets(lineage, SHOWN_EDGES, 0, console)
    if not lineage.edges and not lineage.targets:
        _render_nothing(lineage, console)
    if len(lineage.edges) > SHOWN_EDGES:
        console.print(Text(f"and {counted(len(lineage.edges) - SHOWN_EDGES, 'more influence')}: see --json\n", style="bold"))
    console.print(Text(facts_of(lineage), style="dim"))
    _render_state(lineage, console)


def _render_statements(statements: Sequence[SqlStatement], console: Console) -> None:
    """Write each statement with its place, its state and its influences; those for which there is no room are counted."""
    room, shown = SHOWN_EDGES, 0
    for told in statements[:SHOWN_STATEMENTS]:
        if room <= 0:
            break
        _render_statement(told, room, console)
        room, shown = room - len(told.edges), shown + 1
    if shown < len(statements):
        console.print(Text(f"and {counted(len(statements) - shown, 'more statement')}: see --json\n", style="bold"))


def _render_statement(told: SqlStatement, room: int, console: Console) -> None:
    console.print(Text.assemble((f"{heading_of(told)}  ", "bold"), (told.status, "green" if told.status == "complete" else "bold yellow")))
    for reason in told.reasons[:SHOWN_REASONS]:
        console.print(Padding(_reason(reason), (0, 0, 0, 2)))
    if len(told.reasons) > SHOWN_REASONS:
        console.print(Text(f"  and {counted(len(told.reasons) - SHOWN_REASONS, 'more reason')}: see --json", style="dim"))
    _render_targets(told, room, 2, console)
    if len(told.edges) > room:
        console.print(Text(f"  and {counted(len(told.edges) - room, 'more influence')}: see --json\n", style="bold"))
    if not told.edges and not told.targets:
        console.print()


def _render_targets(told: SqlLineage | SqlStatement, room: int, indent: int, console: Console) -> None:
    """Write a table for each target; those of which no influence has room are left to a count."""
    edges: dict[tuple[str | None, int | None], list[SqlEdge]] = defaultdict(list)
    for edge in told.edges[:room]:
        edges[edge.target.table, edge.target.statement].append(edge)
    cut = {(edge.target.table, edge.target.statement) for edge in told.edges[room:]} - edges.keys()
    for target, statement in dict.fromkeys([*((table, None) for table in told.targets), *edges]):
        if (target, statement) not in cut:
            title = Text(visible(target) if target is not None else result_of(statement), style="bold")
            title.append(f"  {GIVEN}" if target is None else "  earlier rows are gone" if target in told.overwrites else "", style="dim")
            _render_target(title, edges.get((target, statement), ()), indent, console)


def _render_nothing(lineage: SqlLineage, console: Console) -> None:
    """Say that there is no influence to show; unless all was followed, that does not mean that there is none."""
    if lineage.status == "complete":
        console.print("nothing flows: no table is written, and nothing that is read reaches a result")
    else:
        read = ", ".join(visible(table) for table in lineage.sources)
        console.print(f"no influence could be followed{f'; read: {read}' if read else ''}")
    console.print()


def _render_target(title: Text, edges: Sequence[SqlEdge], indent: int, console: Console) -> None:
    console.print(Padding(title, (0, 0, 0, indent)))
    if not edges:
        console.print(Padding(Text("no influence was found", style="dim"), (0, 0, 0, indent + 2)))
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
    console.print(Padding(table, (0, 0, 1, indent + 2)))


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
