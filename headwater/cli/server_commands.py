"""`up`, `demo` and `rebuild`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headwater.cli.options import Home

if TYPE_CHECKING:
    from headwater.api.serve import Started


def _port(text: str) -> Any:
    return typer.Option(metavar="PORT", min=0, max=65535, help=text, show_default=False)


def join(app: typer.Typer) -> None:
    """Hang this module's commands into the tree."""
    app.command()(up)
    app.command()(demo)
    app.command()(rebuild)


def up(
    home: Home = None,
    host: Annotated[str | None, typer.Option(metavar="HOST", help="Address to listen on [default: 127.0.0.1].", show_default=False)] = None,
    port: Annotated[
        int | None, typer.Option(metavar="PORT", min=0, max=65535, help="0 takes a free one [default: 8080].", show_default=False)
    ] = None,
    allow_remote: Annotated[bool, typer.Option("--allow-remote", help="Allow an address that other machines can reach.")] = False,
) -> None:
    """Start Headwater on this machine.

    It takes events in and answers until Ctrl-C. Prints its address and, once in a home's life, the administrator's key.
    """
    from headwater.api.serve import up as serve

    flags = {"host": host, "port": port, "allow_remote": allow_remote or None}
    serve(_home(home), flags, _announce)


def demo(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the lake and its home are made.")] = Path(".headwater-demo"),
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Leave the server running after the story, or end.")] = True,
    port: Annotated[int, _port("Port of the demo's server; 0 takes a free one.")] = 0,
) -> None:
    """Show a hospital's AI lake with incidents.

    Six are planted; each is caught, missed, or not yet watched. Exits 1 where one came out otherwise than expected.
    """
    from headwater.cli.asking import leave
    from headwater.model.errors import UsageError

    try:
        from headwater_clinic.story import tell
    except ImportError as missing:
        problem = f"cannot tell the demo: `{missing.name}` is not installed"
        raise UsageError(problem, next_step='pip install "headwater[demo]"') from None
    from headwater.cli.render.console import console

    leave(tell(folder, serve=serve, port=port, console=console()))


def rebuild(home: Home = None) -> None:
    """Make the views anew from the ledger.

    Better translators and analysers then see all that was ever recorded.
    """
    from headwater.app.headwater import Headwater
    from headwater.app.home import Home as OpenedHome
    from headwater.app.server_note import find_note
    from headwater.model.errors import HomeFault

    path = _home(home)
    if find_note(OpenedHome.open(path)) is not None:
        raise HomeFault(f"cannot rebuild home `{path}`: its server is running", next_step="stop it first")
    with Headwater.open(path, create=False) as headwater:
        headwater.follower.rebuild(_Told())
        size = headwater.follower.position
    typer.echo(f"rebuilt the views from {size:,} {'entry' if size == 1 else 'entries'}")


class _Told:
    """Progress in steps of a tenth, as plain lines on standard error."""

    def __init__(self) -> None:
        self._tenth = 0

    def __call__(self, done: int, total: int) -> None:
        tenth = done * 10 // total if total else 10
        if tenth > self._tenth and total >= 1000:
            self._tenth = tenth
            print(f"read {done:,} of {total:,} entries", file=sys.stderr)


def _home(home: Path | None) -> Path:
    from headwater.app.config import find_surface

    return Path(find_surface({"home": str(home) if home is not None else None}).home)


def _announce(started: Started) -> None:
    """Say where the server is and how a client reaches it; the key only where it was just made."""
    lines = [f"Headwater is up at {started.url}", f"  home       {started.home}"]
    if started.admin_key is not None:
        lines.append(f"  admin key  {started.admin_key}")
        lines.append("             shown this once; it may do everything. Make narrower ones: headwater key create --help")
    lines += ["", "Point an OpenLineage client at it:", f"  export OPENLINEAGE_URL={started.url}"]
    if started.admin_key is not None:
        lines.append(f"  export OPENLINEAGE_API_KEY={started.admin_key}")
    else:
        lines.append("  export OPENLINEAGE_API_KEY=KEY    where KEY comes from: headwater key create NAME --write '*'")
    lines += ["", "Ctrl-C stops it."]
    print("\n".join(lines), flush=True)
