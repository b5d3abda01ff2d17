"""Labels on a terminal: one row per label, and for a few the way by which each came, hop by hop."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.cli.render.footer import render_footer
from headwater.cli.render.tree import job_name
from headwater.cli.render.wording import counted, visible
from headwater.model.answers import Answer
from headwater.model.sensitivity.shown import LabelHop, LabelList, LabelView

_WAYS_SHOWN = 5
"""Ways are written out for at most this many labels: whoever wants that of one asks for its column."""
_STYLE = {"confirmed": "green", "possible": "yellow"}
_LEVEL_STYLE = {"direct": "bold red", "pseudonymous": "magenta", "quasi": "yellow", "aggregate": "cyan"}


def render_labels(answer: Answer[LabelList], console: Console) -> None:
    """Write labels as a table; the ways below it where they are few."""
    labels = answer.result.labels
    if labels:
        namespaces = {label.dataset.namespace for label in labels}
        if len(namespaces) == 1:
            console.print(Text(f"namespace {visible(namespaces.pop())}", style="dim"), soft_wrap=True)
            console.print(_table(labels, with_namespace=False))
        else:
            console.print(_table(labels, with_namespace=True))
        came = [label for label in labels if label.way]
        for label in came if len(came) <= _WAYS_SHOWN else ():
            _render_way(label, console)
        if len(came) > _WAYS_SHOWN:
            console.print(
                Text(f"\nheadwater label show {visible(quote(came[0].node))} shows the way by which it came", style="dim"), soft_wrap=True
            )
    else:
        console.print("no labels that were seen")
    if answer.result.hidden:
        console.print(Text(f"{counted(answer.result.hidden, 'column')} with labels not shown: hidden from this key", style="bold magenta"))
    render_footer(answer, console)


def _table(labels: Sequence[LabelView], *, with_namespace: bool) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("column", overflow="fold", style="bold")
    for title in ("category", "type", "level", "tier", "who says so"):
        table.add_column(title)
    if with_namespace:
        table.add_column("namespace", style="dim", overflow="fold")
    for label in labels:
        row: list[Text | str] = [
            Text(visible(f"{label.dataset.name}.{label.column}")),
            label.category,
            label.info_type,
            _level(label),
            Text(_tier(label), style=_STYLE[label.tier]),
            ", ".join(dict.fromkeys(witness.witness for witness in label.witnesses)),
        ]
        table.add_row(*row, *([Text(visible(label.dataset.namespace))] if with_namespace else []))
    return table


def _level(label: LabelView) -> Text:
    if label.level == "none":
        return Text("inferred", style="dim")
    text = Text(label.level, style=_LEVEL_STYLE.get(label.level, ""))
    return text.append(" + inferred", style="dim") if label.inferred else text


def _tier(label: LabelView) -> str:
    lower = label.tier == "possible" and label.confirmed_level not in ("none", label.level)
    return f"possible, {label.confirmed_level} confirmed" if lower else label.tier


def _render_way(label: LabelView, console: Console) -> None:
    """Write the hops of one label's way, from where it began."""
    console.print()
    what = label.info_type if label.level != "none" else f"the mark of {label.info_type}"
    console.print(Text.assemble((visible(f"{label.dataset.name}.{label.column}"), "bold"), (f"  how {what} came", "dim")))
    console.print(Text(f"  {_name(label.way[0].source)}"), soft_wrap=True)
    for hop in label.way:
        console.print(_hop(hop), soft_wrap=True)


def _hop(hop: LabelHop) -> Text:
    text = Text.assemble("  → ", (_name(hop.target), ""), ("  ", ""), (visible(hop.rule), "" if hop.confirmed else "yellow"))
    where = ", ".join(part for part in (_job(hop), _entries(hop)) if part)
    return text.append(f"  ({where})", style="dim") if where else text


def _job(hop: LabelHop) -> str:
    return visible(job_name(hop.job)) if hop.job.startswith("job:") else visible(hop.job)


def _entries(hop: LabelHop) -> str:
    if not hop.entries:
        return ""
    return f"{'entry' if len(hop.entries) == 1 else 'entries'} {', '.join(map(str, hop.entries))}"


def _name(node: str) -> str:
    """A node as people say it: a column behind its dataset, without the namespace."""
    scheme, _, rest = node.partition(":")
    if scheme == "datasetField":
        head, _, column = rest.rpartition(":")
        return visible(f"{head.rpartition(':')[2]}.{column}")
    return visible(rest.rpartition(":")[2] if scheme == "dataset" else node)
