"""Catalog answers on a terminal: search hits, and everything known of one node."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.cli.render.footer import render_footer, render_hidden, render_not_searched
from headwater.cli.render.tree import label_of
from headwater.cli.render.wording import visible
from headwater.model.answers import Answer, ColumnView, NodeDetail, RunView, SchemaView, SearchHits

_SHOWN_RUNS = 10


def render_hits(answer: Answer[SearchHits], console: Console) -> None:
    """Write search hits, best first."""
    if answer.result.hits:
        table = _table("what", "node", "matched", "words")
        for hit in answer.result.hits:
            table.add_row(Text(hit.type), Text(visible(hit.id), style="bold"), Text(hit.where), Text(visible(hit.snippet)))
        console.print(table)
    else:
        console.print("nothing found")
    render_not_searched(answer.result.hidden, console)
    render_footer(answer, console)


def render_detail(answer: Answer[NodeDetail], console: Console) -> None:
    """Write what is known of a node; what is not known takes no room."""
    detail = answer.result
    console.print(Text.assemble((label_of(detail.node), "bold"), (f"  {detail.node.type}", "dim")))
    console.print(Text(visible(detail.node.id), style="dim"))
    if detail.documentation:
        console.print(Text(visible(detail.documentation)))
    console.print(_facts(detail))
    if detail.schemas:
        _schemas(detail.schemas, console)
    _lifecycle(detail, console)
    _runs(detail.runs, console)
    render_hidden(detail.hidden, console)
    render_footer(answer, console)


def _facts(detail: NodeDetail) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for title, values in (
        ("owners", detail.owners),
        ("tags", detail.tags),
        ("also known as", detail.aliases),
        ("written by", detail.written_by),
        ("read by", detail.read_by),
        ("inputs", detail.inputs),
        ("outputs", detail.outputs),
        ("facets", detail.facets),
    ):
        if values:
            grid.add_row(title, Text(_listed(values)))
    for key, value in detail.attributes.items():
        grid.add_row(Text(visible(key)), Text(visible(value)))
    if detail.first_seen or detail.last_seen:
        grid.add_row("seen", f"{detail.first_seen or '–'} to {detail.last_seen or '–'}")
    return grid


def _schemas(schemas: Sequence[SchemaView], console: Console) -> None:
    """The columns now, as one table made of what everybody says of them now."""
    said = _said_now(schemas)
    first, columns = said[0], _merged(said)
    console.print()
    table = _table("column", "type", "lineage", "description")
    for column in columns:
        lineage = "yes" if column.has_lineage else "–"
        table.add_row(Text(visible(column.name), style="bold"), Text(visible(column.type)), lineage, Text(visible(column.description)))
    console.print(table)
    partial = "" if first.whole else ", not all of its columns"
    others = "".join(f", {visible(each.producer)} in {each.position}" for each in said[1:])
    earlier = f"; {len(schemas) - len(said)} earlier" if len(schemas) > len(said) else ""
    derived = first.origin == "derived"
    who = f"a statement of {visible(first.producer)} made it, told" if derived else f"{visible(first.producer)} said"
    console.print(Text(f"as {who} in entry {first.position}{others}{partial}{earlier}", style="dim"))


def _said_now(schemas: Sequence[SchemaView]) -> list[SchemaView]:
    """The last schema that tells all columns, else the last, and what others say of columns at the same time, the newest first."""
    first = next((schema for schema in reversed(schemas) if schema.whole), schemas[-1])
    last = max(schema.valid_to for schema in schemas)
    told = (schema for schema in reversed(schemas) if schema is not first and schema.valid_to == last and schema.origin == "reported")
    return [first, *(schema for schema in told if not schema.whole or not first.whole)]


def _merged(said: Sequence[SchemaView]) -> list[ColumnView]:
    """The columns of several schemas: the first one's, with what others add of type, words and columns that only they name."""
    merged: dict[str, ColumnView] = {}
    for schema in said:
        for column in schema.columns:
            known = merged.setdefault(column.name.casefold(), column)
            merged[column.name.casefold()] = replace(
                known,
                type=known.type or column.type,
                description=known.description or column.description,
                has_lineage=known.has_lineage or column.has_lineage,
            )
    return list(merged.values())


def _lifecycle(detail: NodeDetail, console: Console) -> None:
    if detail.lifecycle:
        console.print()
        table = _table("at", "change", "before", "entry")
        for step in detail.lifecycle:
            table.add_row(step.at, step.change, Text(visible(step.previous or "")), str(step.position))
        console.print(table)
    if detail.versions:
        console.print()
        table = _table("version", "at", "role", "entry")
        for version in detail.versions:
            table.add_row(Text(visible(version.version)), version.at, version.role or "", str(version.position))
        console.print(table)


def _runs(runs: Sequence[RunView], console: Console) -> None:
    if not runs:
        return
    console.print()
    table = _table("run", "state", "started", "ended", "error")
    for run in runs[:_SHOWN_RUNS]:
        state = Text(run.state, style={"COMPLETE": "green", "FAIL": "red", "ABORT": "red"}.get(run.state, ""))
        table.add_row(Text(visible(run.id)), state, run.started or "–", run.ended or "–", Text(visible(run.error)))
    console.print(table)
    if len(runs) > _SHOWN_RUNS:
        console.print(Text(f"and {len(runs) - _SHOWN_RUNS:,} more runs: see --json", style="dim"))


def _table(*titles: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for title in titles:
        table.add_column(title, overflow="fold")
    return table


def _listed(values: Iterable[str]) -> str:
    return "\n".join(map(visible, values))
