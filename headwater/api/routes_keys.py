"""API keys over HTTP; for administrators."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from headwater.api.bodies import read_body
from headwater.api.context import context_of, json_response, require
from headwater.api.openapi import describe
from headwater.model.errors import BadEvent, UsageError
from headwater.model.keys import Right, Scope
from headwater.model.times import format_instant
from headwater.projections.keys import KeyRecord


class KeyRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to make. Scopes read `read`, `write:NAMESPACE*` or `admin`."""

    name: str
    scopes: tuple[str, ...]


class ListedKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key without its secret. Times are RFC 3339; `revoked` null means it is accepted."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created: str
    revoked: str | None = None


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key just made. The secret is shown this once."""

    id: str
    name: str
    scopes: tuple[str, ...]
    secret: str


class KeyList(msgspec.Struct, frozen=True):
    """Every key ever made, oldest first."""

    keys: tuple[ListedKey, ...]


router = APIRouter(prefix="/api/v1/keys", tags=["keys"])


@router.get("", summary="Every key ever made", response_class=Response, openapi_extra=describe(KeyList))
async def list_keys(request: Request) -> Response:
    """Oldest first, revoked ones with the time of it."""
    require(request, "admin")
    context = context_of(request)
    records = await context.asker.aside(context.headwater.list_keys)
    return json_response(KeyList(tuple(map(_listed, records))))


@router.post(
    "", summary="Make a key", status_code=201, response_class=Response, openapi_extra=describe(NewKey, body=KeyRequest, status=201)
)
async def create_key(request: Request) -> Response:
    """The key is accepted when this answers; its secret is in the body and nowhere else."""
    principal = require(request, "admin")
    context = context_of(request)
    raw = await read_body(request.scope, request.receive, context.headwater.bounds)
    try:
        wanted = msgspec.json.decode(raw, type=KeyRequest)
    except msgspec.DecodeError as error:
        raise BadEvent(f"cannot read key request: {error}", next_step="see /openapi.json") from None
    scopes = tuple(map(parse_scope, wanted.scopes))
    made = await context.asker.aside(lambda: context.headwater.create_key(wanted.name, scopes, by=principal))
    new = NewKey(id=made.record.id, name=made.record.name, scopes=tuple(map(str, made.record.scopes)), secret=made.secret)
    return json_response(new, 201)


@router.delete("/{key}", summary="Revoke a key", status_code=204, response_class=Response, openapi_extra=describe(None, status=204))
async def revoke_key(request: Request, key: str, reason: str = "") -> Response:
    """The key is refused when this answers."""
    principal = require(request, "admin")
    context = context_of(request)
    await context.asker.aside(lambda: context.headwater.revoke_key(key, reason, by=principal))
    return Response(status_code=204)


def parse_scope(text: str) -> Scope:
    """Read a scope as it is written: a right, and after a colon the namespaces it covers.

    Raises:  UsageError: no such right, or `admin` with a pattern.
    """
    right, _, pattern = text.partition(":")
    rights: dict[str, Right] = {"read": "read", "write": "write", "admin": "admin"}
    if right not in rights or (right == "admin" and pattern):
        raise UsageError(
            "cannot read scope: expected `read`, `write`, `read:PATTERN`, `write:PATTERN` or `admin`", next_step="see /openapi.json"
        )
    return Scope(rights[right], pattern or "*")


def _listed(record: KeyRecord) -> ListedKey:
    return ListedKey(
        id=record.id,
        name=record.name,
        scopes=tuple(map(str, record.scopes)),
        created=format_instant(record.created),
        revoked=None if record.revoked is None else format_instant(record.revoked),
    )
