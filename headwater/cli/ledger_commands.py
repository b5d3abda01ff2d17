"""`ledger verify`, `prove`, `checkpoint`, `consistency`, `export` and `tail`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headwater.cli.asking import ANSWERED, FOUND, leave, print_json, reach, show
from headwater.cli.options import AsJson, Home, Url

if TYPE_CHECKING:
    from headwater.app.listing import ListedEntry
    from headwater.sdk.nouns import Checked, LedgerReader

_FOLLOW_SECONDS = 0.5
_PAGE = 500


def join(app: typer.Typer) -> None:
    """Hang this module's commands into the tree."""
    ledger = typer.Typer(no_args_is_help=True, help="What was recorded, and the proof that nobody changed it.")
    ledger.command()(verify)
    ledger.command()(prove)
    ledger.command()(checkpoint)
    ledger.command()(key)
    ledger.command()(consistency)
    ledger.command()(export)
    ledger.command()(tail)
    app.add_typer(ledger, name="ledger")


def verify(
    against: Annotated[Path | None, typer.Option(metavar="FILE", help="A checkpoint held elsewhere that it must continue.")] = None,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Check every byte of the ledger.

    Exits 1 and names the first bad entry where anything was changed.
    """
    held = _read(against) if against is not None else None
    with reach(home, url) as client, _progress(as_json) as progress:
        verification = client.ledger.verify(against=held, progress=progress)
    from headwater.cli.render.ledger import render_verification

    show(verification, as_json, render_verification)
    leave(ANSWERED if verification.ok else FOUND)


def prove(
    position: Annotated[int, typer.Argument(metavar="POSITION", min=0, help="The entry to prove.")],
    size: Annotated[int | None, typer.Option(metavar="SIZE", help="In the ledger of this size [default: now].", show_default=False)] = None,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Prove that an entry is in the ledger."""
    with reach(home, url) as client:
        proof = client.ledger.prove(position, size)
    from headwater.cli.render.ledger import render_proof

    show(proof, as_json, render_proof)


def checkpoint(
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help="Keep it in this file; one already there must be continued.", show_default=False),
    ] = None,
    home: Home = None,
    url: Url = None,
) -> None:
    """Print the signed checkpoint, or keep it in a file.

    It says how much there is and what it hashes to. Keep it where the ledger's owner cannot change it.
    """
    with reach(home, url) as client:
        note = client.ledger.checkpoint()
        if to is not None:
            from headwater.cli.keeping import keep

            keep(client.ledger, note, to)
    if to is None:
        sys.stdout.buffer.write(note)
    else:
        typer.echo(f"kept {to}")


def key(home: Home = None, url: Url = None) -> None:
    """Print the public keys that sign checkpoints.

    One per line, as verifiers of signed notes read them. Give them to auditors by a way of their own.
    """
    with reach(home, url) as client:
        for verifier in client.ledger.verifiers():
            typer.echo(verifier)


def consistency(
    old: Annotated[int, typer.Argument(metavar="OLD", min=0, help="The earlier size.")],
    new: Annotated[int | None, typer.Option(metavar="SIZE", help="The later size [default: now].", show_default=False)] = None,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Prove that the ledger only grew."""
    with reach(home, url) as client:
        proof = client.ledger.consistency(old, new)
    from headwater.cli.render.ledger import render_consistency

    show(proof, as_json, render_consistency)


def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the bundle goes, a ZIP.")],
    home: Home = None,
    url: Url = None,
) -> None:
    """Write the whole ledger as a bundle.

    The verifier inside it checks it without Headwater. The file is there whole or as it was before.
    """
    from headwater.cli.keeping import put
    from headwater.model.errors import UsageError

    with reach(home, url) as client:
        try:
            put(file, client.ledger.export)
        except OSError as error:
            problem = f"cannot write bundle `{file}`: {(error.strerror or 'unwritable').lower()}"
            raise UsageError(problem, next_step="name a file in a directory that exists") from None
    typer.echo(f"wrote {file}")


def tail(
    number: Annotated[int, typer.Option("--number", "-n", metavar="N", min=0, help="How many of the latest entries to begin with.")] = 10,
    start: Annotated[int | None, typer.Option(metavar="POSITION", min=0, help="Begin at this entry instead.", show_default=False)] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as entries are recorded, until interrupted.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One entry per line as JSON, with what it observed.")] = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Show the latest entries."""
    from headwater.cli.render.ledger import ENTRY_HEADING, entry_line

    if sys.stdout.isatty() and not as_json:
        typer.echo(ENTRY_HEADING)
    with reach(home, url) as client:
        position = start if start is not None else max(0, client.ledger.entries(0, 1).size - number)
        while True:
            position = _print_from(client.ledger, position, None if as_json else entry_line)
            if not follow:
                return
            time.sleep(_FOLLOW_SECONDS)


def _print_from(ledger: LedgerReader, position: int, line: Callable[[ListedEntry], str] | None) -> int:
    """Print every entry from a position on; where to go on."""
    while True:
        page = ledger.entries(position, _PAGE)
        for entry in page.entries:
            if line is None:
                print_json(entry)
            else:
                typer.echo(line(entry))
        position += len(page.entries)
        if page.next is None:
            sys.stdout.flush()
            return position


def _read(path: Path) -> bytes:
    from headwater.model.errors import UsageError

    try:
        return path.read_bytes()
    except OSError as error:
        problem = f"cannot read checkpoint `{path}`: {(error.strerror or 'unreadable').lower()}"
        raise UsageError(problem, next_step="headwater ledger checkpoint > FILE") from None


@contextmanager
def _progress(as_json: bool) -> Iterator[Checked | None]:
    """A bar on a terminal, nothing elsewhere."""
    if as_json or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("checking", total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance
