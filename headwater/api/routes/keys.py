"""API keys over HTTP; for administrators."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from headwater.api.bodies import read_body
from headwater.api.context import context_of, json_response, require
from headwater.api.openapi import describe
from headwater.app import listing
from headwater.app.listing import KeyList, NewKey, parse_scope
from headwater.model.errors import BadEvent


class KeyRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to make. Scopes read `read`, `write:NAMESPACE*` or `admin`."""

    name: str
    scopes: tuple[str, ...]


router = APIRouter(prefix="/api/v1/keys", tags=["keys"])


@router.get("", summary="Every key ever made", response_class=Response, openapi_extra=describe(KeyList, right="admin"))
async def list_keys(request: Request) -> Response:
    """Oldest first, revoked ones with the time of it."""
    require(request, "admin")
    context = context_of(request)
    records = await context.asker.aside(context.headwater.list_keys)
    return json_response(listing.list_keys(records))


@router.post(
    "",
    summary="Make a key",
    status_code=201,
    response_class=Response,
    openapi_extra=describe(NewKey, body=KeyRequest, status=201, right="admin"),
)
async def create_key(request: Request) -> Response:
    """The key is accepted when this answers; its secret is in the body and nowhere else."""
    principal = require(request, "admin")
    context = context_of(request)
    raw = await read_body(request.scope, request.receive, context.headwater.bounds)
    require(request, "admin")  # because the key may have been revoked while the body came
    try:
        wanted = msgspec.json.decode(raw, type=KeyRequest)
    except msgspec.DecodeError as error:
        raise BadEvent(f"cannot read key request: {error}", next_step="see /openapi.json") from None
    scopes = tuple(map(parse_scope, wanted.scopes))
    made = await context.asker.aside(lambda: context.headwater.create_key(wanted.name, scopes, by=principal))
    return json_response(listing.new_key(made), 201)


@router.delete(
    "/{key}", summary="Revoke a key", status_code=204, response_class=Response, openapi_extra=describe(None, status=204, right="admin")
)
async def revoke_key(request: Request, key: str, reason: str = "") -> Response:
    """The key is refused when this answers."""
    principal = require(request, "admin")
    context = context_of(request)
    await context.asker.aside(lambda: context.headwater.revoke_key(key, reason, by=principal))
    return Response(status_code=204)
