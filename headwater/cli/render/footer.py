"""What stands under every answer: how much there is, the two times, whether it is complete and what it could not see."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from headwater.cli.render.alike import AlikeGaps, joined
from headwater.cli.render.wording import counted, visible
from headwater.model.answers import Answer, WrittenVersion

SHOWN_GAPS = 8
POSSIBLE = "possible"
"""The count that the closing sentence tells in words."""
_WHY_POSSIBLE = {
    "label-show": ("label", "suspected, or brought over a hop that does not prove it"),
    "leaks": ("leak", "suspected, or brought over a hop that does not prove it"),
    "finding-list": ("finding", "what is known suggests it and proves it not"),
}
"""By question: what is only possible there, and why. Of lineage it is what producers declared and nobody read."""


def render_footer(answer: Answer[Any], console: Console, *, about_gaps: bool = False) -> None:
    """Write the lines under an answer; one that is itself about gaps does not say again that there are some."""
    console.print()
    totals = ", ".join(
        counted(count, _singular(what), what.replace("_", " ")) for what, count in answer.total.items() if count and what != POSSIBLE
    )
    place = f"as of {visible(answer.as_of)}, known at {answer.known_at}"
    console.print(Text(f"{totals}; {place}" if totals else place, style="dim"))
    if not about_gaps:
        _render_state(answer, console)
    if answer.next_page is not None:
        console.print(Text(f"more on the next page: --page {visible(answer.next_page)}", style="bold"), soft_wrap=True)


def render_version(version: WrittenVersion | None, console: Console) -> None:
    """Write which version an answer is as of, and who wrote it, where it is as of one."""
    if version is None:
        return
    run = version.run.removeprefix("run:") if version.run is not None else ""
    by = f"by {version.job} in run {run}" if version.job is not None else "by no run that is known"
    batches = f", batch {', '.join(version.batches)} from {', '.join(version.sources)}" if version.batches else ""
    text = f"as of version {version.version}, written {version.at} {by}{batches}"
    console.print(Text(visible(text), style="dim"), soft_wrap=True)


def _render_state(answer: Answer[Any], console: Console) -> None:
    """Say whether the answer is complete and, where not, what is missing."""
    if answer.complete:
        console.print(Text.assemble(("complete", "green"), (f": {_rests_on(answer)}", "dim")))
        return
    number = answer.total.get("gaps", len(answer.gaps))
    console.print(Text.assemble(("incomplete", "bold yellow"), f": {counted(number, 'gap')}, so there may be more than is shown"))
    alike = joined(answer.gaps)
    _render_gaps(alike[:SHOWN_GAPS], console)
    if len(alike) > SHOWN_GAPS:
        console.print(Text(f"  and {sum(gap.count for gap in alike[SHOWN_GAPS:]):,} more: headwater gaps", style="dim"))


def _rests_on(answer: Answer[Any]) -> str:
    """Words for an answer without gaps: some of it, on whatever page, may still be what producers said and nobody read for themselves."""
    possible = answer.total.get(POSSIBLE, 0)
    if not possible:
        return "everything that was seen was understood"
    if answer.question in _WHY_POSSIBLE:
        what, why = _WHY_POSSIBLE[answer.question]
        return f"nothing was left unread; {counted(possible, f'{what} is', f'{what}s are')} only possible: {why}"
    return f"nothing was left unread; {counted(possible, 'node rests', 'nodes rest')} on what producers declared"


def _render_gaps(gaps: tuple[AlikeGaps, ...], console: Console) -> None:
    """Write gaps one under another: code, subjects, and words."""
    for gap in gaps:
        line = Text.assemble((gap.code, "yellow"), "  ", (gap.where, "bold"), f"  {visible(gap.detail)}")
        console.print(Padding(line, (0, 0, 0, 2)))


def render_not_searched(hidden: int, console: Console) -> None:
    """Say how much a search left out, whatever its text."""
    if hidden:
        console.print(
            Text(f"{counted(hidden, 'dataset or job', 'datasets and jobs')} not searched: hidden from this key", style="bold magenta")
        )


def render_hidden(hidden: int, console: Console) -> None:
    """Say how many nodes the asker may not see."""
    if hidden:
        console.print(Text(f"{counted(hidden, 'node')} more on these paths, hidden from this key", style="bold magenta"))


def _singular(plural: str) -> str:
    words = plural.replace("_", " ")
    if words.endswith("ies"):
        return f"{words[:-3]}y"
    return words.removesuffix("es") if words.endswith("ches") else words.removesuffix("s")
