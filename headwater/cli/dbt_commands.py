"""`dbt`: lineage from dbt's artefacts, and what a change of a project touches."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from headwater.cli.asking import ANSWERED, FOUND, INCOMPLETE, leave, reach, show
from headwater.cli.options import AsJson, Home, Url

if TYPE_CHECKING:
    from headwater.model.dbt import DbtDiff, DbtReport

_READ = "read"


class _FolderOrCommand(TyperGroup):
    """A group whose first word may also be a folder: `headwater dbt target` is `headwater dbt read target`."""

    default_command = _READ

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command's name where a folder or an option of it stands."""
        words = list(args)
        if words and words[0] not in (*self.commands, "--help", "-h"):
            words.insert(0, self.default_command)
        return super().parse_args(ctx, words)


def join(app: typer.Typer) -> None:
    """Hang this module's commands into the tree."""
    dbt = typer.Typer(no_args_is_help=True, cls=_FolderOrCommand, subcommand_metavar="[read] TARGET_DIR | diff BASE HEAD")
    dbt.command(_READ)(read)
    dbt.command()(diff)
    app.add_typer(
        dbt,
        name="dbt",
        help="Lineage from dbt artefacts: `headwater dbt TARGET_DIR`, or `diff` for what a change touches.",
    )


TargetDir = Annotated[Path, typer.Argument(metavar="TARGET_DIR", help="dbt's target folder, with manifest.json in it; or the project's.")]


def read(
    target_dir: TargetDir,
    namespace: Annotated[
        str | None,
        typer.Option(metavar="NS", help="Namespace of the datasets [default: from profiles.yml].", show_default=False),
    ] = None,
    profiles_dir: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where profiles.yml is [default: the project, then ~/.dbt].", show_default=False),
    ] = None,
    target: Annotated[
        str | None, typer.Option(metavar="NAME", help="Output of the profile [default: the profile's own].", show_default=False)
    ] = None,
    job_namespace: Annotated[
        str | None, typer.Option(metavar="NS", help="Namespace of the jobs [default: dbt://PROJECT].", show_default=False)
    ] = None,
    dbt_ol: Annotated[bool, typer.Option("--dbt-ol", help="Join the names that dbt-ol reports, where they differ.")] = False,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Record column lineage of every model.

    Reads manifest.json, and catalog.json and run_results.json where they are.
    Exits 4 where a model could not be read in full, 1 where something was not recorded.
    """
    with reach(home, url, create=True) as client, _busy("reading the project"):
        report = client.dbt(
            target_dir,
            namespace=namespace,
            profiles_dir=profiles_dir,
            target=target,
            job_namespace=job_namespace,
            joins_dbt_ol=dbt_ol,
        )
    from headwater.cli.render.dbt import render_dbt

    show(report, as_json, render_dbt)
    leave(_read_code(report))


def diff(
    base: Annotated[Path, typer.Argument(metavar="BASE", help="Target folder before the change.")],
    head: Annotated[Path, typer.Argument(metavar="HEAD", help="Target folder after the change.")],
    as_json: AsJson = False,
) -> None:
    """What a change of a dbt project touches, as Markdown for a review.

    Needs no home and no server.
    Exits 1 where something is different, 4 where nothing was found but not all could be read.
    """
    from headwater.app.dbt import compare_folders

    with _busy("comparing the projects"):
        found = compare_folders(base, head)
    if as_json:
        from headwater.cli.asking import print_json

        print_json(found)
    else:
        from headwater.cli.render.dbt_markdown import markdown

        typer.echo(markdown(found), nl=False)
    leave(_diff_code(found))


@contextmanager
def _busy(what: str) -> Iterator[None]:
    """A sign of life on a terminal: a large project takes some seconds."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


def _read_code(report: DbtReport) -> int:
    if report.recorded.rejected:
        return FOUND
    return ANSWERED if report.is_complete else INCOMPLETE


def _diff_code(found: DbtDiff) -> int:
    if found.has_changes:
        return FOUND
    return INCOMPLETE if found.unread else ANSWERED
