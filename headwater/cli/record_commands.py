"""`record`: take in OpenLineage events from files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headwater.cli.asking import ANSWERED, FOUND, leave, reach, show
from headwater.cli.faults import INTERRUPTED
from headwater.cli.options import AsJson, Home, Url

if TYPE_CHECKING:
    from headwater.model.answers import RecordReport
    from headwater.sdk.client import Client
    from headwater.sdk.delivery import Progress

_PLAIN_STEP_BYTES = 16 * 1024 * 1024


def join(app: typer.Typer) -> None:
    """Hang this module's commands into the tree."""
    app.command()(record)


def record(
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="JSON, JSON lines or JSON arrays, also .gz; `-` is standard input.")],
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Take in OpenLineage events from files.

    What is counted as recorded is durable. Exits 1 where an event was rejected; the others are kept.
    An interrupt ends it with the counts so far.
    """
    _require_readable(files)
    with reach(home, url, create=True) as client, _progress(as_json) as progress:
        report, interrupted = _recorded(client, files, progress)
    from headwater.cli.render.report import render_report

    show(report, as_json, render_report)
    leave(INTERRUPTED if interrupted else FOUND if report.rejected else ANSWERED)


def _require_readable(files: list[str]) -> None:
    """Refuse a file that is not there before a home is made for it.

    Raises:  UsageError: a file cannot be opened.
    """
    from headwater.model.errors import UsageError

    for file in files:
        if file != "-" and not Path(file).exists():
            raise UsageError(f"cannot read `{file}`: No such file or directory", next_step="check the path")


def _recorded(client: Client, files: list[str], progress: Progress) -> tuple[RecordReport, bool]:
    """What was taken in, and whether the keyboard ended it early."""
    from headwater.app.record import Interrupted

    try:
        return client.record(files, progress=progress), False
    except Interrupted as ended:
        return ended.report, True


@contextmanager
def _progress(as_json: bool) -> Iterator[Progress]:
    """A bar on a terminal, a line now and then elsewhere; both on standard error."""
    if not sys.stderr.isatty():
        yield _quiet if as_json else _Lines().tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("recording"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("recording", total=None)

        def advance(done: int, total: int | None) -> None:
            bar.update(task, completed=done, total=total)

        yield advance


def _quiet(done: int, total: int | None) -> None:
    """Say nothing."""


class _Lines:
    """Progress as plain lines, one per step of bytes."""

    def __init__(self) -> None:
        self._told = 0

    def tell(self, done: int, total: int | None) -> None:
        if done - self._told < _PLAIN_STEP_BYTES:
            return
        self._told = done
        of = f" of {total // 2**20} MiB" if total else ""
        print(f"read {done // 2**20} MiB{of}", file=sys.stderr)
