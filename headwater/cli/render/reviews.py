"""Reviews of labels and decisions about them on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote

from rich.console import Console
from rich.table import Table
from rich.text import Text

from headwater.cli.render.classification import reasons
from headwater.cli.render.footer import render_footer
from headwater.cli.render.wording import counted, visible
from headwater.model.answers import Answer
from headwater.model.row_answers import GroupSizes
from headwater.model.sensitivity.labels import SMALLEST_GROUP
from headwater.model.sensitivity.reviews import Agreement, BoundDerivation, LabelDecisions, LabelReview, MaskingList

_STYLE = {"suspected": "yellow", "abstain": "dim"}
_FINGERPRINT = 12
_NONE_APPROVED = (
    "no masking function is approved: a plain digest leaves what cannot be guessed at most pseudonymous, "
    "a truncation leaves at most quasi, and everything passes through any other"
)


def render_review(answer: Answer[LabelReview], console: Console) -> None:
    """Write what waits as a table, and below it how often people agreed."""
    waiting = answer.result.waiting
    if waiting:
        table = _table("column", "state", "perhaps", "confidence", "why")
        for item in waiting:
            table.add_row(
                Text(visible(f"{item.dataset.name}.{item.column}"), style="bold"),
                Text(item.state, style=_STYLE[item.state]),
                item.info_type or "",
                f"{item.confidence:.0%}" if item.info_type else "",
                Text("; ".join(reasons(item.evidence))),
            )
        console.print(table)
        first = next((item for item in waiting if item.info_type), None)
        if first is not None:
            said = f"headwater label confirm|reject {visible(quote(first.node))} --type {first.info_type} --reason TEXT decides"
            console.print(Text(f"\n{said}", style="dim"), soft_wrap=True)
    else:
        console.print("nothing waits for review")
    _render_agreement(answer.result.agreement, console)
    if answer.result.hidden:
        console.print(Text(f"{counted(answer.result.hidden, 'dataset')} not looked at: hidden from this key", style="bold magenta"))
    render_footer(answer, console)


def render_groups(answer: Answer[GroupSizes], console: Console) -> None:
    """Write of each aggregation how small its smallest group is, and whether that is enough."""
    told = answer.result
    if told.sizes:
        of = f"persons by {visible(told.person)}" if told.person else "rows"
        table = _table("job", f"smallest group ({of})", "groups", "about no single person")
        for size in told.sizes:
            is_enough = size.smallest >= SMALLEST_GROUP
            words = "yes" if is_enough else f"no: {SMALLEST_GROUP} are needed"
            style = "green" if is_enough else "yellow"
            table.add_row(visible(size.job.rpartition(":")[2]), f"{size.smallest:,}", f"{size.groups:,}", Text(words, style=style))
        console.print(table)
        console.print(Text(f"recorded of version {visible(told.version)}; headwater label show tells what that changes", style="dim"))
    else:
        console.print("nothing was counted: no statement behind it whose groups could be counted")
    render_footer(answer, console)


def render_decisions(answer: Answer[LabelDecisions], console: Console) -> None:
    """Write what was decided of a column, newest first, and the derivations that lead into it where a lowering is bound to them."""
    told = answer.result
    console.print(Text(visible(told.node), style="bold"))
    if told.decisions:
        table = _table("type", "decision", "level", "by", "at", "until", "why")
        for info_type, decisions in told.decisions.items():
            for decision in decisions:
                table.add_row(
                    info_type,
                    decision.action if decision.holds else f"{decision.action} (ended)",
                    decision.level or "",
                    visible(decision.by),
                    decision.at[:16].replace("T", " "),
                    (decision.expires or "")[:16].replace("T", " "),
                    Text(visible(decision.reason)),
                )
        console.print(table)
    bound = {fingerprint for decisions in told.decisions.values() for decision in decisions for fingerprint in decision.fingerprints}
    if bound:
        _render_bound(told.derivations, bound, console)
    render_footer(answer, console)


def render_masking(answer: Answer[MaskingList], console: Console) -> None:
    """Write the approvals as a table."""
    if answer.result.approvals:
        table = _table("function", "lets pass", "in jobs of", "by", "until", "why")
        for each in answer.result.approvals:
            until = (each.expires or "")[:16].replace("T", " ")
            table.add_row(
                Text(visible(each.function), style="bold"),
                each.level,
                visible(each.namespace),
                visible(each.by),
                until,
                Text(visible(each.reason)),
            )
        console.print(table)
    else:
        console.print(Text(_NONE_APPROVED), soft_wrap=True)
    render_footer(answer, console)


def _render_bound(derivations: Sequence[BoundDerivation], bound: set[str], console: Console) -> None:
    console.print(Text("\nbound to what leads into it", style="dim"))
    table = _table("derivation", "job", "evidence", "from", "covered")
    for each in derivations:
        covered = (
            Text("yes", style="green") if each.lowers and each.fingerprint in bound else Text("no: passes unlowered", style="bold red")
        )
        fingerprint, sources = visible(each.fingerprint[:_FINGERPRINT]), ", ".join(map(visible, each.sources))
        table.add_row(fingerprint, visible(each.job), f"{each.evidence}, {each.status}", sources, covered)
    console.print(table)


def _render_agreement(agreement: Sequence[Agreement], console: Console) -> None:
    if not agreement:
        return
    console.print(Text("\nhow people judged so far", style="dim"))
    table = _table("type", "confirmed", "rejected", "agreement")
    for each in agreement:
        table.add_row(each.info_type, str(each.confirmed), str(each.rejected), f"{each.ratio:.0%}")
    console.print(table)


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
