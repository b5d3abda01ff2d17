"""What the story looks like: colours and a progress bar on a terminal, plain lines everywhere else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from textwrap import wrap
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from headwater_clinic.asking import Outcome
from headwater_clinic.incidents import Verdict
from headwater_clinic.pipeline import Done

_STYLES = {Verdict.CAUGHT: "bold green", Verdict.MISSED: "bold red", Verdict.NOT_YET_WATCHED: "yellow"}


class OnStep(Protocol):
    """Told of each step of the pipeline as it ends."""

    def __call__(self, done: Done) -> None: ...


class Screen:
    """Where the story is told."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def heading(self, text: str) -> None:
        """A chapter begins."""
        self.console.print()
        self.console.print(Text(text, style="bold cyan"))

    def say(self, text: str, style: str = "") -> None:
        """One paragraph."""
        self._wrapped(text, indent="  ", style=style)

    def command(self, words: str) -> None:
        """A command as it can be typed; never broken over lines."""
        self.console.print(Text(f"  $ {words}", style="bold"), soft_wrap=True)

    @contextmanager
    def steps(self) -> Iterator[OnStep]:
        """Show the pipeline's progress while the block runs."""
        if not self.console.is_terminal:
            yield self._plain_step
            return
        columns = (BarColumn(30), MofNCompleteColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(TextColumn(" "), *columns, console=self.console, transient=True) as progress:
            bar = progress.add_task("", total=None)

            def on_step(done: Done) -> None:
                progress.update(bar, total=done.of, completed=done.number, description=f"{done.step.kind:<8}{done.step.name}")

            yield on_step

    def verdicts(self, outcomes: Sequence[Outcome], facts: dict[int, str], commands: dict[int, list[str]]) -> None:
        """The table of incidents: verdict and title, then what was planted, what Headwater said, and the commands."""
        for outcome in outcomes:
            incident = outcome.incident
            head = Text.assemble(
                f"  {incident.number}  ", (f"{outcome.verdict.value:<16}", _STYLES[outcome.verdict]), (incident.title, "bold")
            )
            self.console.print()
            self.console.print(head)
            self._row("planted", incident.planted)
            if incident.number in facts:
                self._row("measured", facts[incident.number])
            self._row("Headwater", outcome.said)
            self._row("shows", incident.shows)
            for command in commands[incident.number]:
                self.console.print(Text(f"     $ {command}", style="cyan"), soft_wrap=True)

    def _row(self, name: str, text: str) -> None:
        self._wrapped(text, first=f"     {name:<16}", indent=" " * 21)

    def _wrapped(self, text: str, *, indent: str, first: str | None = None, style: str = "") -> None:
        """A paragraph, its lines after the first beginning with `indent`; long words, such as paths, stay whole."""
        room = max(self.console.width - len(indent), 30)
        lines = wrap(text, room, break_long_words=False, break_on_hyphens=False)
        for number, line in enumerate(lines):
            lead = first if number == 0 and first is not None else indent
            self.console.print(Text.assemble((lead, "dim"), (line, style)), soft_wrap=True)

    def _plain_step(self, done: Done) -> None:
        outcome = f"quality {done.outcome:.2f}" if done.step.kind == "train" else f"{done.outcome:,.0f} rows"
        self.console.print(f"  {done.number:>2}/{done.of}  {done.step.kind:<8}{done.step.name:<42}{outcome:>14}", highlight=False)
