"""What columns hold, `label show`; and what people decide: `label review`, `set`, `lower` …, and `mask approve`, `list`, `withdraw`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from headwater.cli.asking import FOUND, asking, exit_code, leave, show
from headwater.cli.options import AllowGaps, AsJson, AsOf, Home, KnownAt, Limit, Page, Url

if TYPE_CHECKING:
    from headwater.model.sensitivity.documents import LevelWord

Column = Annotated[str, typer.Argument(metavar="COLUMN", help="A column: its id, or a short name that is unique, such as people.email.")]
Type = Annotated[str, typer.Option("--type", metavar="TYPE", help="The info type, such as EMAIL.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why, in words that whoever comes next understands.")]
LevelHeld = Annotated[str, typer.Option("--level", metavar="LEVEL", help="direct, pseudonymous, quasi or aggregate.")]
LevelLeft = Annotated[str, typer.Option("--level", metavar="LEVEL", help="pseudonymous, quasi, aggregate or none.")]
Expires = Annotated[
    str | None, typer.Option(metavar="TIME|DURATION", help="When it ends: 2027-01-31, 30d, 12h [default: never].", show_default=False)
]
Function = Annotated[str, typer.Argument(metavar="FUNCTION", help="A masking function's name, with or without its schema.")]
Namespaces = Annotated[
    list[str] | None,
    typer.Option("--namespace", metavar="PATTERN", help="Only in jobs of this namespace; may be said several times.", show_default=False),
]


def join(app: typer.Typer) -> None:
    """Hang this module's commands into the tree."""
    label = typer.Typer(no_args_is_help=True, help="Labels: what columns hold, and what people decide about it.")
    label.command("show")(show_labels)
    hang(label)
    app.add_typer(label, name="label")
    mask = typer.Typer(no_args_is_help=True, help="Masking functions: which are approved, and what may pass through them.")
    mask.command("approve")(approve)
    mask.command("list")(list_approvals)
    mask.command("withdraw")(withdraw_approval)
    app.add_typer(mask, name="mask")


def hang(label: typer.Typer) -> None:
    """Hang the commands under `label` that review and decide."""
    label.command("review")(review)
    label.command("measure")(measure)
    label.command("set")(set_label)
    label.command("lower")(lower)
    label.command("confirm")(confirm)
    label.command("reject")(reject)
    label.command("withdraw")(withdraw)


def show_labels(
    node: Annotated[
        str | None, typer.Argument(metavar="[NODE]", help="Only this column, or the columns of this dataset.", show_default=False)
    ] = None,
    namespace: Annotated[
        str | None, typer.Option(metavar="PATTERN", help="Only datasets whose namespace fits, such as 'postgres://*'.", show_default=False)
    ] = None,
    info_type: Annotated[str | None, typer.Option("--type", metavar="TYPE", help="Only this info type.", show_default=False)] = None,
    direct: Annotated[bool, typer.Option("--direct", help="Leave out columns that something of a type only decided about.")] = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    page: Page = None,
    limit: Limit = 1000,
    allow_gaps: AllowGaps = False,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Which columns hold what, and how it is known.

    Each label with its level, how sure it is, who says so, and the way by which it came.
    """
    with asking(home, url) as client:
        answer = client.labels.show(
            node,
            namespace=namespace,
            info_type=_upper(info_type),
            direct=direct,
            as_of=as_of,
            known_at=known_at,
            page=page,
            limit=limit,
        )
    from headwater.cli.render.held import render_labels

    show(answer, as_json, render_labels)
    leave(exit_code(answer, found_something=bool(answer.result.labels), allow_gaps=allow_gaps))


def review(
    node: Annotated[str | None, typer.Argument(metavar="[DATASET]", help="Only this dataset.", show_default=False)] = None,
    info_type: Annotated[str | None, typer.Option("--type", metavar="TYPE", help="Only this info type.", show_default=False)] = None,
    page: Page = None,
    limit: Limit = 1000,
    allow_gaps: AllowGaps = False,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """List what a classifier suspected or left open, and how often people agreed with it.

    Exits 1 where something waits.
    """
    with asking(home, url) as client:
        answer = client.labels.review(info_type=_upper(info_type), node=node, page=page, limit=limit)
    from headwater.cli.render.reviews import render_review

    show(answer, as_json, render_review)
    leave(FOUND if answer.total["waiting"] else exit_code(answer, found_something=False, allow_gaps=allow_gaps))


def measure(
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="A dataset of a lake that SQL with groups fills.")],
    person: Annotated[
        str,
        typer.Option(
            metavar="COLUMN", help="A column of what the SQL reads that tells persons apart, such as patient_id.", show_default=False
        ),
    ] = "",
    allow_gaps: AllowGaps = False,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Count how small the groups behind a dataset's version are, and record the smallest.

    Totals and counts of groups that are large enough pass as `aggregate`, on this version and for these statements only. The statements
    are run again on the versions that they read, in a database of their own; nothing but sizes comes out of it.
    """
    with asking(home, url) as client:
        answer = client.labels.measure(dataset, person=person)
    from headwater.cli.render.reviews import render_groups

    show(answer, as_json, render_groups)
    leave(exit_code(answer, found_something=bool(answer.result.sizes), allow_gaps=allow_gaps))


def set_label(
    column: Column, info_type: Type, level: LevelHeld, reason: Reason, as_json: AsJson = False, home: Home = None, url: Url = None
) -> None:
    """Say that a column holds information of a type, at a level."""
    with asking(home, url) as client:
        answer = client.labels.set(column, info_type, _level(level), reason)
    from headwater.cli.render.reviews import render_decisions

    show(answer, as_json, render_decisions)


def lower(
    column: Column,
    info_type: Type,
    level: LevelLeft,
    reason: Reason,
    expires: Expires = None,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Say that of a type at most a level arrives at a column, by the derivations that lead into it now.

    It is bound to their fingerprints, which are printed: another derivation, or a changed statement, is not covered.
    """
    with asking(home, url) as client:
        answer = client.labels.lower(column, info_type, _level(level), reason, expires=expires)
    from headwater.cli.render.reviews import render_decisions

    show(answer, as_json, render_decisions)


def confirm(column: Column, info_type: Type, reason: Reason, as_json: AsJson = False, home: Home = None, url: Url = None) -> None:
    """Say that a column does hold what was found or suspected in it."""
    with asking(home, url) as client:
        answer = client.labels.confirm(column, info_type, reason)
    from headwater.cli.render.reviews import render_decisions

    show(answer, as_json, render_decisions)


def reject(column: Column, info_type: Type, reason: Reason, as_json: AsJson = False, home: Home = None, url: Url = None) -> None:
    """Say that a column does not hold what its values or name suggest.

    What arrives by lineage stays.
    """
    with asking(home, url) as client:
        answer = client.labels.reject(column, info_type, reason)
    from headwater.cli.render.reviews import render_decisions

    show(answer, as_json, render_decisions)


def withdraw(column: Column, info_type: Type, reason: Reason, as_json: AsJson = False, home: Home = None, url: Url = None) -> None:
    """Undo everything that was decided of a column and a type."""
    with asking(home, url) as client:
        answer = client.labels.withdraw(column, info_type, reason)
    from headwater.cli.render.reviews import render_decisions

    show(answer, as_json, render_decisions)


def approve(
    function: Function,
    level: LevelLeft,
    reason: Reason,
    namespace: Namespaces = None,
    expires: Expires = None,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Approve a masking function: at most this level passes through it.

    `pseudonymous` is for a keyed function whose key is kept apart, `none` for one that leaves nothing of the value.
    """
    with asking(home, url) as client:
        answer = client.masking.approve(function, _level(level), reason, namespaces=namespace or ("*",), expires=expires)
    from headwater.cli.render.reviews import render_masking

    show(answer, as_json, render_masking)


def list_approvals(page: Page = None, limit: Limit = 1000, as_json: AsJson = False, home: Home = None, url: Url = None) -> None:
    """List the masking functions that are approved, for which jobs and to which level."""
    with asking(home, url) as client:
        answer = client.masking.list(page=page, limit=limit)
    from headwater.cli.render.reviews import render_masking

    show(answer, as_json, render_masking)


def withdraw_approval(
    function: Function, reason: Reason, namespace: Namespaces = None, as_json: AsJson = False, home: Home = None, url: Url = None
) -> None:
    """Take the approval of a masking function back, everywhere or for some namespaces."""
    with asking(home, url) as client:
        answer = client.masking.withdraw(function, reason, namespaces=namespace or ())
    from headwater.cli.render.reviews import render_masking

    show(answer, as_json, render_masking)


def _upper(info_type: str | None) -> str | None:
    return info_type.upper().replace("-", "_") if info_type is not None else None


def _level(text: str) -> LevelWord:
    """The level that was named; what is none, or does not fit, is refused where the decision is made."""
    return text.lower()  # type: ignore[return-value]  # because the client checks it and names the choices
