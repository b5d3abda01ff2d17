"""`changes`, and `finding list`, `show`, `ack`, `resolve`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from headwater.cli.asking import FOUND, asking, exit_code, leave, show
from headwater.cli.options import AllowGaps, AsJson, AsOf, Home, KnownAt, Limit, Page, Url

if TYPE_CHECKING:
    from headwater.model.questions import FindingKind, FindingState

Dataset = Annotated[str | None, typer.Argument(metavar="[DATASET]", help="Only this dataset.", show_default=False)]
FindingId = Annotated[str, typer.Argument(metavar="FINDING", help="A finding's id, or enough of its beginning.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why, in words that whoever comes next understands.")]


def join(app: typer.Typer) -> None:
    """Hang this module's commands into the tree."""
    app.command()(changes)
    finding = typer.Typer(no_args_is_help=True, help="Findings: what is wrong, how bad, how sure, and what people decided.")
    finding.command("list")(list_findings)
    finding.command("show")(show_finding)
    finding.command("ack")(acknowledge)
    finding.command("resolve")(resolve)
    app.add_typer(finding, name="finding")


def changes(
    dataset: Dataset = None,
    explained: Annotated[bool, typer.Option("--explained", help="Also what runs do explain, with the run.")] = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    page: Page = None,
    limit: Limit = 1000,
    allow_gaps: AllowGaps = False,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """What changed that no recorded run explains.

    Who, when, how much, and how many datasets lie downstream.
    Exits 1 where a change waits for somebody, 4 where there is none but not everything is watched.
    """
    with asking(home, url) as client:
        answer = client.changes(dataset, explained=explained, as_of=as_of, known_at=known_at, page=page, limit=limit)
    from headwater.cli.render.findings import render_changes

    show(answer, as_json, render_changes)
    leave(FOUND if answer.total["changes"] else exit_code(answer, found_something=False, allow_gaps=allow_gaps))


def list_findings(
    dataset: Dataset = None,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help="unexplained-change, bad-delivery, deviating-batch, overdue-dataset, vanished-dataset, or a kind of leak as `leaks` has.",
            show_default=False,
        ),
    ] = None,
    state: Annotated[str, typer.Option(metavar="STATE", help="waiting, all, open, re-opened, acknowledged or resolved.")] = "waiting",
    page: Page = None,
    limit: Limit = 1000,
    allow_gaps: AllowGaps = False,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """List what is wrong, worst first.

    Exits 1 where there is something, 4 where there is nothing but not everything is watched.
    """
    with asking(home, url) as client:
        answer = client.findings.list(kind=_kind(kind), state=_state(state), node=dataset, page=page, limit=limit)
    from headwater.cli.render.findings import render_findings

    show(answer, as_json, render_findings)
    leave(FOUND if answer.total["findings"] else exit_code(answer, found_something=False, allow_gaps=allow_gaps))


def show_finding(finding: FindingId, as_json: AsJson = False, home: Home = None, url: Url = None) -> None:
    """Show one finding: its cause, each time it showed, what lies downstream, what people decided."""
    with asking(home, url) as client:
        answer = client.findings.show(finding)
    from headwater.cli.render.findings import render_finding

    show(answer, as_json, render_finding)


def acknowledge(finding: FindingId, reason: Reason, as_json: AsJson = False, home: Home = None, url: Url = None) -> None:
    """Say that a finding is known, and why it may stay.

    It opens again when the same cause shows again.
    """
    with asking(home, url) as client:
        answer = client.findings.acknowledge(finding, reason)
    from headwater.cli.render.findings import render_finding

    show(answer, as_json, render_finding)


def resolve(finding: FindingId, reason: Reason, as_json: AsJson = False, home: Home = None, url: Url = None) -> None:
    """Say that what a finding tells of was put right, and how.

    It opens again when the same cause shows again.
    """
    with asking(home, url) as client:
        answer = client.findings.resolve(finding, reason)
    from headwater.cli.render.findings import render_finding

    show(answer, as_json, render_finding)


def _kind(text: str | None) -> FindingKind | None:
    """The kind that was named; what is none is refused where the question is built."""
    return text  # type: ignore[return-value]  # because the question checks it and names the choices


def _state(text: str) -> FindingState:
    """The state that was named; what is none is refused where the question is built."""
    return text  # type: ignore[return-value]  # because the question checks it and names the choices
