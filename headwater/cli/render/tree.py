"""A lineage answer on a terminal: an indented tree with, beside each node, how it got there, by which job, and how sure that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.cli.render.footer import render_footer, render_hidden
from headwater.cli.render.kinds import in_order, style_of
from headwater.cli.render.widths import fitted_table
from headwater.cli.render.wording import counted, visible
from headwater.model.answers import Answer, DerivationView, EdgeView, Lineage, NodeView

_HEADINGS = {True: "comes from", False: "goes to"}


Beside = dict[str, dict[str, list[EdgeView]]]
"""For each node, the nodes one step further on and the edges that lead to them."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the tree: a node, the edges that lead to it from the line it hangs under, and the guides before it."""

    guides: str
    node: NodeView
    edges: tuple[EdgeView, ...]
    again: bool


def render_lineage(answer: Answer[Lineage], console: Console) -> None:
    """Write a lineage answer."""
    lineage = answer.result
    for upward in _ways(lineage.direction):
        console.print(Text.assemble((label_of(lineage.root), "bold"), f"  {_HEADINGS[upward]}"))
        steps = list(steps_of(lineage, upward=upward))
        if steps:
            console.print(_table(steps, lineage, console.width))
        else:
            console.print(Text("  nothing that was seen", style="dim"))
    if lineage.claims:
        console.print(Text(f"{counted(len(lineage.claims), 'claim')} set aside in favour of better evidence: see --json", style="dim"))
    render_hidden(lineage.hidden, console)
    render_footer(answer, console)


def label_of(node: NodeView) -> str:
    """A node's name as people say it: a column behind its dataset."""
    return visible(f"{node.name}.{node.column}" if node.column is not None else node.name)


def steps_of(lineage: Lineage, *, upward: bool) -> Iterator[Step]:
    """The lines of the tree, depth first; a node met again is named but not followed again."""
    nodes = {node.id: node for node in (*lineage.nodes, lineage.root)}
    beside: Beside = defaultdict(lambda: defaultdict(list))
    for edge in lineage.edges:
        here, there = (edge.target, edge.source) if upward else (edge.source, edge.target)
        if here in nodes and there in nodes:
            beside[here][there].append(edge)
    _link_rows(nodes.values(), beside, upward=upward)
    met = {lineage.root.id}
    stack = _children("", _roots(lineage, beside), met)
    while stack:
        prefix, last, node, edges = stack.pop()
        again = node in met
        met.add(node)
        yield Step(f"{prefix}{'└─ ' if last else '├─ '}", nodes[node], tuple(edges), again)
        if not again:
            stack += _children(f"{prefix}{'   ' if last else '│  '}", beside[node], met)


def _link_rows(nodes: Iterable[NodeView], beside: Beside, *, upward: bool) -> None:
    """Hang the rows of a dataset beside its columns: what decides which rows there are reaches every column of them."""
    columns = [node for node in nodes if node.column is not None]
    rows = {(node.namespace, node.name): node.id for node in nodes if node.column is None and node.type == "dataset"}
    for column in columns:
        whole = rows.get((column.namespace, column.name))
        if whole is None:
            continue
        if upward and beside[whole]:
            beside[column.id].setdefault(whole, [])
        elif not upward:
            beside[whole].setdefault(column.id, [])


def _ways(direction: str) -> tuple[bool, ...]:
    return {"up": (True,), "down": (False,)}.get(direction, (True, False))


def _roots(lineage: Lineage, beside: Beside) -> dict[str, list[EdgeView]]:
    """What hangs under the root: its own neighbours and, for a dataset asked about by column, its columns."""
    root = lineage.root
    if root.column is not None:
        return beside[root.id]
    own = [node.id for node in lineage.nodes if (node.namespace, node.name) == (root.namespace, root.name) and node.id != root.id]
    return {**{node: [] for node in own if beside[node]}, **beside[root.id]}


def _children(prefix: str, found: dict[str, list[EdgeView]], met: set[str]) -> list[tuple[str, bool, str, list[EdgeView]]]:
    """Stack items for neighbours, last first, those with direct influence on top."""
    ordered = sorted(found, key=lambda node: (not any(style_of(edge.kind).direct for edge in found[node]), node))
    items = [(prefix, index == len(ordered) - 1, node, found[node]) for index, node in enumerate(ordered)]
    return items[::-1]


def _table(steps: Sequence[Step], lineage: Lineage, width: int) -> Table:
    derivations = {view.id: view for view in lineage.derivations}
    by_column = any(node.column is not None for node in (*lineage.nodes, lineage.root))
    rows: list[tuple[Text, ...]] = []
    for step in steps:
        views = [derivations[edge.derivation] for edge in step.edges if edge.derivation in derivations]
        namespace = Text(visible(step.node.namespace), style="dim")
        rows.append((_node_cell(step, by_column), _kind_cell(step.edges), _job_cell(views), _evidence_cell(step, views), namespace))
    heads = ("node", "how", "job", "evidence", "namespace")
    return fitted_table(heads, rows, width)


def _node_cell(step: Step, by_column: bool) -> Text:
    cell = Text(step.guides, style="dim")
    cell.append(label_of(step.node), style="bold" if step.node.tier == "confirmed" else "italic")
    if by_column and step.node.column is None and step.node.type == "dataset":
        cell.append("  every row")
    if step.again:
        cell.append("  (as above)", style="dim")
    return cell


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
