"""A lineage answer on a terminal: an indented tree with, beside each node, how it got there, by which job, and how sure that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.cli.render.footer import render_footer, render_hidden
from headwater.cli.render.kinds import in_order, style_of
from headwater.cli.render.wording import counted, visible
from headwater.model.answers import Answer, DerivationView, EdgeView, Lineage, NodeView

NODE_SHARE = 0.6
"""Of the width, what the names of nodes may have before they are folded; the rest folds first."""

_HEADINGS = {True: "comes from", False: "goes to"}


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
    beside: dict[str, dict[str, list[EdgeView]]] = defaultdict(lambda: defaultdict(list))
    for edge in lineage.edges:
        here, there = (edge.target, edge.source) if upward else (edge.source, edge.target)
        if here in nodes and there in nodes:
            beside[here][there].append(edge)
    met = {lineage.root.id}
    stack = _children("", _roots(lineage, beside), met)
    while stack:
        prefix, last, node, edges = stack.pop()
        again = node in met
        met.add(node)
        yield Step(f"{prefix}{'└─ ' if last else '├─ '}", nodes[node], tuple(edges), again)
        if not again:
            stack += _children(f"{prefix}{'   ' if last else '│  '}", beside[node], met)


def _ways(direction: str) -> tuple[bool, ...]:
    return {"up": (True,), "down": (False,)}.get(direction, (True, False))


def _roots(lineage: Lineage, beside: dict[str, dict[str, list[EdgeView]]]) -> dict[str, list[EdgeView]]:
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
    nodes = [_node_cell(step, lineage.root.namespace) for step in steps]
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("node", overflow="fold", min_width=min(max(map(len, nodes)), int(width * NODE_SHARE)))
    for title in ("how", "job", "evidence"):
        table.add_column(title, overflow="fold")
    for step, node in zip(steps, nodes, strict=True):
        views = [derivations[edge.derivation] for edge in step.edges if edge.derivation in derivations]
        table.add_row(node, _kind_cell(step.edges), _job_cell(views), _evidence_cell(step, views))
    return table


def _node_cell(step: Step, namespace: str) -> Text:
    """Guides and name; the namespace where it is not the root's."""
    cell = Text(step.guides, style="dim", end="")
    cell.append(label_of(step.node), style="bold" if step.node.tier == "confirmed" else "italic")
    if step.node.namespace != namespace:
        cell.append(f"  {visible(step.node.namespace)}", style="dim")
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
