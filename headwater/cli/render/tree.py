"""A lineage answer on a terminal: an indented tree with, beside each node, how it got there, by which job, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from headwater.cli.render.branches import Step, steps_of
from headwater.cli.render.footer import render_footer, render_hidden, render_version
from headwater.cli.render.kinds import ALIAS, in_order, style_of
from headwater.cli.render.wording import counted, visible
from headwater.model.answers import Answer, DerivationView, EdgeView, Lineage, NodeView

PADDING = 2
_HEADINGS = {True: "comes from", False: "goes to"}


def render_lineage(answer: Answer[Lineage], console: Console) -> None:
    """Write a lineage answer."""
    lineage = answer.result
    render_version(lineage.version, console)
    told = {upward: list(steps_of(lineage, upward=upward)) for upward in _ways(lineage.direction)}
    apart = _apart(lineage, told.values())
    for upward, steps in told.items():
        console.print(Text.assemble((label_of(lineage.root), "bold"), f"  {_HEADINGS[upward]}"))
        if steps:
            _print_lines(_lines(steps, lineage), console)
        elif not apart:
            console.print(Text("  nothing that was seen", style="dim"))
    if apart:
        console.print(Text("also on these paths", style="bold"))
        _print_lines(_lines(apart, lineage), console)
    if lineage.claims:
        console.print(Text(f"{counted(len(lineage.claims), 'claim')} set aside in favour of better evidence: see --json", style="dim"))
    render_hidden(lineage.hidden, console)
    render_footer(answer, console)


def label_of(node: NodeView) -> str:
    """A node's name as people say it: a column behind its dataset."""
    return visible(f"{node.name}.{node.column}" if node.column is not None else node.name)


def _apart(lineage: Lineage, told: Iterable[list[Step]]) -> list[Step]:
    """The nodes that no line stands for, since what leads to them is hidden or on another page.

    A dataset that only has other names needs no line where its columns have theirs.
    """
    lines = [step.node for steps in told for step in steps]
    standing = {node.id for node in lines} | {lineage.root.id} | (_only_named(lineage, lines) if lines else set())
    return [Step("  ", node, ()) for node in lineage.nodes if node.id not in standing]


def _only_named(lineage: Lineage, lines: Iterable[NodeView]) -> set[str]:
    """Datasets whose every edge leads to another name of theirs, of which a column is told."""
    named = {end for edge in lineage.edges if edge.kind == ALIAS for end in (edge.source, edge.target)}
    joined = {end for edge in lineage.edges if edge.kind != ALIAS for end in (edge.source, edge.target)}
    by_column = {(node.namespace, node.name) for node in (*lines, lineage.root) if node.column is not None}
    datasets = [node for node in lineage.nodes if node.column is None and node.id in named - joined]
    return {node.id for node in datasets if (node.namespace, node.name) in by_column}


def _ways(direction: str) -> tuple[bool, ...]:
    return {"up": (True,), "down": (False,)}.get(direction, (True, False))


@dataclass(frozen=True, slots=True)
class Line:
    """A step in words: guides, the node, and what is to be said of the way to it."""

    guides: str
    node: Text
    cells: tuple[Text, Text, Text]


def _lines(steps: Iterable[Step], lineage: Lineage) -> list[Line]:
    derivations = {view.id: view for view in lineage.derivations}
    by_column = any(node.column is not None for node in (*lineage.nodes, lineage.root))
    lines: list[Line] = []
    for step in steps:
        views = [derivations[edge.derivation] for edge in step.edges if edge.derivation in derivations]
        cells = (_kind_cell(step.edges), _job_cell(views), _evidence_cell(step, views))
        lines.append(Line(step.guides, _node_text(step, lineage.root.namespace, by_column), cells))
    return lines


def _print_lines(lines: Sequence[Line], console: Console) -> None:
    """One line per step where that fits the width, otherwise a second one under each with what is to be said of it."""
    widths = [max(line.cells[number].cell_len for line in lines) for number in range(3)]
    widest = max(len(line.guides) + line.node.cell_len for line in lines)
    if widest + sum(widths) + 3 * PADDING <= console.width:
        for line in lines:
            console.print(_in_columns(line, (widest, *widths)), soft_wrap=True)
        return
    for line in lines:
        console.print(Text.assemble((line.guides, "dim"), line.node), soft_wrap=True)
        if said := [cell for cell in line.cells if cell]:
            console.print(Text.assemble((_continued(line.guides), "dim"), "  ", Text("  ").join(said)), soft_wrap=True)


def _in_columns(line: Line, widths: Sequence[int]) -> Text:
    text = Text.assemble((line.guides, "dim"), line.node)
    end = 0
    for cell, width in zip(line.cells, widths, strict=False):
        end += width + PADDING
        text.append(" " * (end - text.cell_len))
        text.append_text(cell)
    text.rstrip()
    return text


def _continued(guides: str) -> str:
    """The guides of a line that goes on below: the branch is past, those of others run through."""
    return f"{guides[:-3]}{'│  ' if guides.endswith('├─ ') else '   '}"


def _node_text(step: Step, namespace: str, by_column: bool) -> Text:
    """The node's name; its namespace where that is neither the root's nor said in the line above."""
    text = Text(label_of(step.node), style="bold" if step.node.tier == "confirmed" else "italic")
    if by_column and step.node.column is None and step.node.type == "dataset":
        text = Text.assemble(text, "  every column" if step.whole else "  every row")
    if step.node.namespace != namespace and not step.belongs:
        text = Text.assemble(text, (f"  {visible(step.node.namespace)}", "dim"))
    return Text.assemble(text, ("  (as above)", "dim")) if step.again else text


def _kind_cell(edges: Sequence[EdgeView]) -> Text:
    cell = Text()
    for index, kind in enumerate(in_order(edge.kind for edge in edges)):
        cell.append(", " if index else "")
        cell.append(style_of(kind).word, style=style_of(kind).terminal)
    masks = sorted({edge.masking for edge in edges if edge.masking})
    if masks:
        cell.append(f" (masked: {', '.join(map(visible, masks))})")
    return cell


def _job_cell(views: Sequence[DerivationView]) -> Text:
    return Text(", ".join(sorted({visible(job_name(view.job)) for view in views})))


def _evidence_cell(step: Step, views: Sequence[DerivationView]) -> Text:
    words = sorted({view.evidence if view.status == "complete" else f"{view.evidence}, {view.status}" for view in views})
    cell = Text("; ".join(words))
    if step.node.tier != "confirmed":
        cell.append("; possible" if words else "possible", style="yellow")
    return cell


def job_name(job: str) -> str:
    """A job without its namespace."""
    return job.rpartition(":")[2] if job.startswith("job:") else job
