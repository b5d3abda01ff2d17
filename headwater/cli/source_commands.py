"""`source add`, `source list`, `source run`; `batch list`, `batch expect`, `delivery list`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headwater.cli.asking import ANSWERED, FOUND, INCOMPLETE, asking, leave, print_json, reach, show
from headwater.cli.options import AsJson, Home, Limit, Node, Page, Url

if TYPE_CHECKING:
    from headwater.app.sources.run import Told

_LISTED = re.compile(r"(?P<name>[^:@]+)(?::(?P<key>[^@]+))?(?:@(?P<cursor>.+))?")
_DUE = re.compile(r"([01]\d|2[0-3]):[0-5]\d")

Settings = Annotated[bool, typer.Option("--settings", help="What lake.toml says of each, as JSON.")]
SourceName = Annotated[str, typer.Argument(metavar="NAME", help="The source's name, in lower case.")]


def join(app: typer.Typer) -> None:
    """Hang this module's commands into the tree."""
    source = typer.Typer(no_args_is_help=True, help="Sources: what fills the lake, batch by batch, with its lineage.")
    source.command("add")(add)
    source.command("list")(list_sources)
    source.command("run")(run)
    app.add_typer(source, name="source")
    batch = typer.Typer(no_args_is_help=True, help="Batches: what each delivery brought into a dataset.")
    batch.command("list")(list_batches)
    batch.command("expect")(expect)
    app.add_typer(batch, name="batch")
    delivery = typer.Typer(no_args_is_help=True, help="Deliveries of suppliers, and what became of them.")
    delivery.command("list")(list_deliveries)
    app.add_typer(delivery, name="delivery")


def add(
    name: SourceName,
    kind: Annotated[str, typer.Option(metavar="KIND", help="api, database, feed or stream.")],
    lake: Annotated[str, typer.Option(metavar="LAKE", help="The Iceberg lake that it fills.")],
    address: Annotated[
        str,
        typer.Option(
            "--address", metavar="ADDRESS", help="Of the API, database, drop folder, bucket or brokers; with a password as env:NAME."
        ),
    ],
    part: Annotated[
        list[str] | None,
        typer.Option(
            "--part", metavar="NAME[:KEY[@CURSOR]]", help="A table, a path of the API, or a topic; its key, and the column that grows."
        ),
    ] = None,
    into: Annotated[str, typer.Option(metavar="NS", help="Namespace of the tables in the lake.")] = "raw",
    deletions: Annotated[bool, typer.Option("--deletions", help="Notice rows that are gone (database; needs keys).")] = False,
    auth: Annotated[str | None, typer.Option(metavar="TYPE=REFERENCE", help="Such as bearer=env:TOKEN (API).", show_default=False)] = None,
    product: Annotated[str | None, typer.Option(metavar="PROVIDER/PRODUCT", help="Who delivers what (feed).", show_default=False)] = None,
    due: Annotated[
        str, typer.Option(metavar="HH:MM", help="Until when a day's delivery is to be there, UTC (feed).", show_default=False)
    ] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Set up anew a source that stands there already.")] = False,
    home: Home = None,
) -> None:
    """Write a source into lake.toml of the home.

    Its lake must stand there already, and each table is filled by one source alone.
    More can be said there by hand: paginators, parameters, write modes. Secrets stand in it only by reference.
    """
    import msgspec

    from headwater.app.sources.places import AnySource, find_source, write_source
    from headwater.app.sources.targets import check_new
    from headwater.model.errors import UsageError

    _check_options(name, kind, part, auth=auth, product=product, due=due)
    told: dict[str, Any] = {
        "kind": kind,
        "lake": lake,
        "into": into,
        **_parts(kind, address, part or [], deletions),
        **_auth(auth),
        **_feed(product, due),
    }
    try:
        source = msgspec.convert(told, AnySource)
    except msgspec.ValidationError as fault:
        raise UsageError(f"cannot add source `{name}`: {_misfit(str(fault))}", next_step="headwater source add --help") from None
    folder = _folder(home)
    check_new(folder, name, source, replace=replace)
    write_source(folder, name, source)
    find_source(folder, name)
    typer.echo(f"source `{name}` stands in lake.toml of the home")
    if kind == "api" and any("cursor" in part for part in told["resources"]):
        typer.echo(
            'note: the whole list comes each time until `since = "PARAMETER"` in lake.toml says how the API is asked for what is new'
        )
    typer.echo(f"next: headwater source run {name}")


def list_sources(
    page: Page = None, limit: Limit = 1000, settings: Settings = False, as_json: AsJson = False, home: Home = None, url: Url = None
) -> None:
    """List sources: their last run and batch, the rows they brought, and how they are doing.

    Those of lake.toml that never ran stand there too. `--settings` prints what lake.toml says of each, as JSON.
    """
    import msgspec

    from headwater.app.sources.places import read_sources
    from headwater.cli.render.sources import render_sources

    places = read_sources(_folder(home))
    if settings:
        print_json({name: msgspec.to_builtins(source) for name, source in sorted(places.items())})
        return
    with asking(home, url) as client:
        answer = client.sources.list(page=page, limit=limit)
    show(answer, as_json, lambda told, console: render_sources(told, places, console))


def expect(
    source: SourceName,
    change: Annotated[
        list[str], typer.Option("--change", metavar="KIND[:COLUMN]", help="What will change, such as volume or units:glucose; repeatable.")
    ],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, in words that whoever comes next understands.")],
    until: Annotated[str, typer.Option(metavar="TIME", help="Batches that arrive before this time (RFC 3339).")],
    start: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="And not before this time [default: now].", show_default=False)
    ] = None,
    dataset: Annotated[
        str | None, typer.Option(metavar="DATASET", help="Which one, of a source that fills several.", show_default=False)
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Announce that batches of a source will change for a while, and why: exactly that is then no finding.

    Who announced it is recorded, and `batch list` says so beside each batch that it covers. Needs the right to write the dataset.
    """
    with asking(home, url) as client:
        answer = client.sources.expect(source, change, reason, until=until, start=start, dataset=dataset)
    from headwater.cli.render.sources import render_announced

    show(answer, as_json, render_announced)


def run(
    name: SourceName,
    follow: Annotated[bool, typer.Option("--follow", help="Go on until interrupted; Ctrl-C finishes the batch at hand (stream).")] = False,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Fetch what is new, put it into the lake as one batch, and record what came from where.

    A run that is cut short is made good by the next one: nothing is lost, and nothing goes in twice.
    Exits 1 where deliveries were held back, else 4 where something could not be taken in as it was; `headwater gaps` tells what.
    """
    from headwater.cli.render.sources import render_run

    if follow:
        _follow(name, as_json, home, url)
        return
    with reach(home, url) as client, _busy(name) as told:
        report = client.sources.run(name, _folder(home), told=told)
    show(report, as_json, render_run)
    leave(FOUND if report.held else INCOMPLETE if report.gaps else ANSWERED)


def list_batches(
    dataset: Node, page: Page = None, limit: Limit = 1000, as_json: AsJson = False, home: Home = None, url: Url = None
) -> None:
    """List the batches that came into a dataset, newest first: from where, by which run, into which version."""
    with asking(home, url) as client:
        answer = client.sources.batches(dataset, page=page, limit=limit)
    from headwater.cli.render.sources import render_batches

    show(answer, as_json, render_batches)


def list_deliveries(
    source: SourceName, page: Page = None, limit: Limit = 1000, as_json: AsJson = False, home: Home = None, url: Url = None
) -> None:
    """List what a supplier delivered, newest first: what was promised, what came, and what became of it."""
    with asking(home, url) as client:
        answer = client.sources.deliveries(source, page=page, limit=limit)
    from headwater.cli.render.sources import render_deliveries

    show(answer, as_json, render_deliveries)


def _follow(name: str, as_json: bool, home: Path | None, url: str | None) -> None:
    """Show each round as it ends, until SIGINT or SIGTERM; a second one ends at once."""
    import signal

    from headwater.cli.render.sources import render_run

    asked: list[int] = []

    def end(number: int, _: object) -> None:
        asked.append(number)
        signal.signal(number, before[signal.Signals(number)])

    def say(words: str) -> None:
        if words.endswith("trying again"):
            print(f"{name}: {words}", file=sys.stderr, flush=True)

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with reach(home, url) as client:
        for number in before:
            signal.signal(number, end)
        try:
            for report in client.sources.follow(name, _folder(home), is_over=lambda: bool(asked), told=say):
                show(report, as_json, render_run)
                sys.stdout.flush()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


_KINDS = ("api", "database", "feed", "stream")
_OPTIONS = {
    "lake": "--lake as the name of a lake",
    "into": "--into as a namespace",
    "name": "--part as the name of a table, a path or a topic (letters, digits, `.`, `_` and `-`)",
    "address": "--address as kafka://HOST:PORT, or env:NAME",
    "url": "--address as the database's, such as env:NAME",
    "base_url": "--address as the API's, such as https://HOST/PATH",
    "location": "--address as a folder or bucket",
    "path": "--part as a path of the API",
}
"""What is expected of the option that brings a setting of a source."""


def _check_options(name: str, kind: str, part: list[str] | None, *, auth: str | None, product: str | None, due: str) -> None:
    """Refuse options that do not go together.

    Raises:  UsageError: says which option, and what it takes.
    """
    provider, _, delivered = (product or "").partition("/")
    only = f"for `{{}}` alone, got it with `{kind}`"
    if kind not in _KINDS:
        expected = f"--kind as one of {', '.join(f'`{known}`' for known in _KINDS)}, got another"
    elif kind == "feed" and not (provider and delivered):
        expected = f"--product as PROVIDER/PRODUCT with `feed`, got {'another form' if product else 'none'}"
    elif kind == "stream" and not part:
        expected = "--part TOPIC at least once with `stream`, got none"
    elif kind != "feed" and (product or due):
        expected = f"{'--product' if product else '--due'} {only.format('feed')}"
    elif kind != "api" and auth:
        expected = f"--auth {only.format('api')}"
    else:
        return
    from headwater.model.errors import UsageError

    raise UsageError(f"cannot add source `{name}`: expected {expected}", next_step="headwater source add --help")


def _misfit(fault: str) -> str:
    """What does not fit a source, by the option that brings it."""
    what, _, path = fault.partition(" - at `$.")
    setting = path.rstrip("`").rpartition(".")[2].partition("[")[0]
    if setting in _OPTIONS:
        return f"expected {_OPTIONS[setting]}, got another"
    return f"{what[:1].lower()}{what[1:]}" + (f" in `{path.rstrip('`')}`" if path else "")


def _parts(kind: str, address: str, parts: list[str], deletions: bool) -> dict[str, Any]:
    read = [_part(text) for text in parts]
    if kind == "database":
        tables = [{**part, **({"deletions": True} if deletions else {})} for part in read]
        return {"url": address, "tables": tables}
    if kind == "feed":
        return {"location": address if "://" in address else str(Path(address).absolute())}
    if kind == "stream":
        return {"address": address, "topics": [_topic(part, text) for part, text in zip(read, parts, strict=True)]}
    resources = [{**part, "name": part["name"].strip("/").rpartition("/")[2], "path": part["name"]} for part in read]
    return {"base_url": address, "resources": resources}


def _part(text: str) -> dict[str, Any]:
    from headwater.model.errors import UsageError

    found = _LISTED.fullmatch(text)
    if found is None:
        raise UsageError(f"cannot read part `{text}`: expected NAME, NAME:KEY or NAME:KEY@CURSOR", next_step="headwater source add --help")
    key = tuple(found["key"].split(",")) if found["key"] else ()
    return {"name": found["name"], **({"key": key} if key else {}), **({"cursor": found["cursor"]} if found["cursor"] else {})}


def _topic(part: dict[str, Any], text: str) -> dict[str, Any]:
    from headwater.model.errors import UsageError

    if part.get("key", ("_kafka_key",)) != ("_kafka_key",) or "cursor" in part:
        problem = f"cannot read part `{text}`: expected TOPIC, or TOPIC:_kafka_key for the newest message of each key"
        raise UsageError(problem, next_step="headwater source add --help")
    return part


def _auth(text: str | None) -> dict[str, Any]:
    from headwater.model.errors import UsageError

    if text is None:
        return {}
    kind, separator, reference = text.partition("=")
    if not separator or not reference.startswith(("env:", "file:")):
        problem = "cannot add source: expected --auth as TYPE=env:NAME or TYPE=file:PATH"
        raise UsageError(problem, next_step="headwater source add --help")
    return {"auth": {"type": kind, "api_key" if kind == "api_key" else "token": reference}}


def _feed(product: str | None, due: str) -> dict[str, Any]:
    from headwater.model.errors import UsageError

    if due and _DUE.fullmatch(due) is None:
        problem = f"cannot read the time `{due[:80]}`: expected --due as HH:MM from 00:00 to 23:59, UTC"
        raise UsageError(problem, next_step="headwater source add --help")
    provider, _, name = (product or "").partition("/")
    return {**({"provider": provider, "product": name} if product else {}), **({"due": due} if due else {})}


def _folder(home: Path | None) -> Path:
    from headwater.app.config import find_surface

    return Path(find_surface({"home": str(home) if home is not None else None}).home)


@contextmanager
def _busy(source: str) -> Iterator[Told | None]:
    """A sign of life on a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status(f"running {source}") as status:
        yield lambda words: status.update(f"{source}: {words}")
