"""`key create`, `key list`, `key revoke`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from headwater.cli.asking import reach, show
from headwater.cli.options import AsJson, Home, Url

if TYPE_CHECKING:
    from headwater.model.keys import Scope


def join(app: typer.Typer) -> None:
    """Hang this module's commands into the tree."""
    key = typer.Typer(no_args_is_help=True, help="API keys: who may ask, who may write, where.")
    key.command("create")(create)
    key.command("list")(list_keys)
    key.command("revoke")(revoke)
    app.add_typer(key, name="key")


def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the key is for; shown in lists.")],
    read: Annotated[list[str] | None, typer.Option(metavar="NAMESPACE", help="May read namespaces like this; `*` fits any text.")] = None,
    write: Annotated[list[str] | None, typer.Option(metavar="NAMESPACE", help="May write namespaces like this; `*` fits any text.")] = None,
    admin: Annotated[bool, typer.Option("--admin", help="May do everything, keys included.")] = False,
    as_json: AsJson = False,
    home: Home = None,
    url: Url = None,
) -> None:
    """Make an API key.

    Its secret is printed this once and kept nowhere.
    """
    scopes = _scopes(read or [], write or [], admin)
    with reach(home, url, create=True) as client:
        made = client.keys.create(name, scopes)
    from headwater.cli.render.keys import render_new_key

    show(made, as_json, render_new_key)


def list_keys(as_json: AsJson = False, home: Home = None, url: Url = None) -> None:
    """List every key ever made."""
    with reach(home, url) as client:
        keys = client.keys.list()
    from headwater.cli.render.keys import render_keys

    show(keys, as_json, render_keys)


def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key's id, as `key list` shows it.")],
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "",
    home: Home = None,
    url: Url = None,
) -> None:
    """Refuse a key from now on."""
    with reach(home, url) as client:
        was_revoked = any(known.id == key and known.revoked is not None for known in client.keys.list().keys)
        if not was_revoked:
            client.keys.revoke(key, reason)
    typer.echo(f"already revoked {key}" if was_revoked else f"revoked {key}")


def _scopes(read: list[str], write: list[str], admin: bool) -> tuple[Scope, ...]:
    from headwater.model.errors import UsageError
    from headwater.model.keys import Scope, check_scope

    scopes = (*(Scope("read", pattern) for pattern in read), *(Scope("write", pattern) for pattern in write))
    if admin:
        scopes = (*scopes, Scope("admin"))
    if not scopes:
        raise UsageError("cannot create key: it would be allowed nothing", next_step="headwater key create NAME --read '*'")
    return tuple(map(check_scope, scopes))
