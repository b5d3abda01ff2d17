"""`lake add`, `lake list`, `lake scan`, `lake history`, `lake diff`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from headwater.cli import life_commands
from headwater.cli.asking import ANSWERED, FOUND, INCOMPLETE, asking, leave, reach, show
from headwater.cli.options import AsJson, Home, Limit, Node, Page, Url

if TYPE_CHECKING:
    from headwater.app.lakes.scan import Progress

LakeName = Annotated[str, typer.Argument(metavar="NAME", help="The lake's name, in lower case.")]


def join(app: typer.Typer) -> None:
    """Hang this module's commands into the tree."""
    lake = typer.Typer(no_args_is_help=True, help="Lakes: what is in them, every version of it, and who made it.")
    lake.command("add")(add)
    lake.command("list")(list_lakes)
    lake.command("scan")(scan)
    lake.command("history")(history)
    lake.command("diff")(diff)
    life_commands.hang(lake)
    app.add_typer(lake, name="lake")


def add(
    name: LakeName,
    location: Annotated[
        str,
        typer.Argument(
            metavar="LOCATION",
            help="A folder, an object store (s3://…), or a catalog (sqlite:///…, https://…, thrift://…, glue); exports of an audit log.",
        ),
    ],
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help="iceberg, delta or folder [default: by its look]; postgres, snowflake, bigquery or redshift for an audit log.",
            show_default=False,
        ),
    ] = None,
    namespace: Annotated[
        str | None,
        typer.Option(metavar="NS", help="Namespace of its datasets, as jobs report them [default: headwater://NAME].", show_default=False),
    ] = None,
    property: Annotated[  # noqa: A002  # because the option is called so
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE", help="A setting of the catalog or storage; secrets as env:NAME or file:PATH.", show_default=False
        ),
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Let a name that is taken mean this place from now on.")] = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Watch a lake.

    Writes it into lake.toml of the home and records that it is watched from now on; `headwater lake scan` looks at it.
    """
    from headwater.app.lakes.drivers import open_lake
    from headwater.app.lakes.places import read_places, write_place
    from headwater.app.lakes.scan import announce
    from headwater.model.errors import UsageError

    place = _place(name, location, kind, namespace, property or [])
    folder = _folder(home)
    if not replace and read_places(folder).get(name, place) != place:
        raise UsageError(
            f"cannot add lake `{name}`: expected a name that is free, it means another place in `{folder / 'lake.toml'}`",
            next_step="choose another name, or say --replace",
        )
    with reach(home, url, create=True) as client:
        open_lake(name, place).close()
        write_place(folder, name, place)
        announce(name, place, client.record)
    typer.echo(f"watching {place.kind} lake `{name}` as {place.namespace}; it stands in lake.toml of the home")
    typer.echo(f"next: headwater lake scan {name}")


def list_lakes(page: Page = None, limit: Limit = 1000, as_json: AsJson = False, home: Home = None, url: Url = None) -> None:
    """List the lakes that are watched."""
    with asking(home, url) as client:
        answer = client.lakes.list(page=page, limit=limit)
    from headwater.cli.render.lakes import render_lakes

    show(answer, as_json, render_lakes)


def scan(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The lake [default: all of lake.toml].", show_default=False)] = None,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Look at a lake and record what is new of it.

    Safe to interrupt: what was recorded stands, and the next scan goes on from there.
    Exits 4 where something could not be read that was not known before; `headwater changes` tells what no run explains, and stays at 4
    as long as anything is unread.
    """
    from headwater.app.lakes.places import read_places
    from headwater.cli.render.lakes import render_scans

    folder = _folder(home)
    names = [name] if name is not None else sorted(read_places(folder))
    if not names:
        from headwater.app.lakes.places import UnknownLake

        raise UnknownLake(f"cannot scan: `{folder / 'lake.toml'}` names no lake", next_step="headwater lake add NAME LOCATION")
    reports = []
    with reach(home, url) as client:
        for each in names:
            client.wait()
            with _progress(each) as progress:
                reports.append(client.lakes.scan(each, folder, progress=progress))
    show(reports, as_json, render_scans)
    leave(ANSWERED if all(report.is_whole and not report.gaps for report in reports) else INCOMPLETE)


def history(dataset: Node, page: Page = None, limit: Limit = 1000, as_json: AsJson = False, home: Home = None, url: Url = None) -> None:
    """List the versions of a dataset, newest first: what each did, how large it is, and which run made it."""
    with asking(home, url) as client:
        answer = client.lakes.history(dataset, page=page, limit=limit)
    from headwater.cli.render.lakes import render_history

    show(answer, as_json, render_history)


def diff(
    dataset: Node,
    old: Annotated[str, typer.Argument(metavar="OLD", help="A version, as `lake history` shows it, or enough of its beginning.")],
    new: Annotated[str | None, typer.Argument(metavar="[NEW]", help="Another one [default: the current].", show_default=False)] = None,
    key: Annotated[list[str] | None, typer.Option(metavar="COLUMN", help="A column of the key; without, no row counts as changed.")] = None,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Which rows two versions do not share: added, removed and changed, by column, where they stand.

    Reads only the files that differ, and shows no value. Exits 1 where the rows differ.
    """
    with asking(home, url) as client:
        found = client.lakes.diff(dataset, old, new, keys=key or (), home=_folder(home))
    from headwater.cli.render.lakes import render_diff

    show(found, as_json, render_diff)
    leave(ANSWERED if found.is_same else FOUND)


def _place(name: str, location: str, kind: str | None, namespace: str | None, properties: list[str]):  # type: ignore[no-untyped-def]  # because its type is imported when it is used
    import msgspec

    from headwater.app.lakes.places import LakePlace, guess_kind
    from headwater.app.places import check_name, check_secrets
    from headwater.model.errors import UsageError
    from headwater.model.lakes import LakeKind

    check_name(name)
    told = dict(item.partition("=")[::2] for item in properties if "=" in item)
    if len(told) != len(properties):
        raise UsageError("cannot add lake: expected properties as KEY=VALUE, each once", next_step="headwater lake add --help")
    if "://" not in location and not location.startswith(("sqlite:", "postgresql:", "mysql:")) and location not in ("glue",):
        location = str(Path(location).absolute())
    try:
        place = msgspec.convert(
            {
                "kind": kind or guess_kind(location),
                "location": location,
                "namespace": namespace or _namespace(name, kind),
                "properties": told,
            },
            LakePlace,
        )
    except msgspec.ValidationError:
        raise UsageError(
            f"cannot add lake: expected a kind of {', '.join(f'`{known}`' for known in get_args(LakeKind))}",
            next_step="headwater lake add --help",
        ) from None
    check_secrets(msgspec.to_builtins(place))
    return place


_NAMESPACES = {"postgres": "postgres://HOST:5432", "redshift": "redshift://CLUSTER.REGION:5439", "snowflake": "snowflake://ORG-ACCOUNT"}
"""What producers call what stands behind an audit log; there can be no default."""


def _namespace(name: str, kind: str | None) -> str:
    from headwater.model.errors import UsageError

    if kind == "bigquery":
        return kind
    if kind in _NAMESPACES:
        raise UsageError(
            f"cannot add lake: expected --namespace, what jobs call the {kind} that wrote this log, such as {_NAMESPACES[kind]}",
            next_step="headwater lake add --help",
        )
    return f"headwater://{name}"


def _folder(home: Path | None) -> Path:
    from headwater.app.config import find_surface

    return Path(find_surface({"home": str(home) if home is not None else None}).home)


@contextmanager
def _progress(lake: str) -> Iterator[Progress | None]:
    """A bar on a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"scanning {lake}", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
