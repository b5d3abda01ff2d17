"""The ledger over HTTP: checkpoints and proofs for anyone with a key, its content for administrators."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from headwater.api.bodies import read_body
from headwater.api.context import context_of, json_response, require
from headwater.api.openapi import describe
from headwater.app.listing import ConsistencyProof, EntryPage, entry_page, prove_consistency
from headwater.ledger.tree.proofs import InclusionProof
from headwater.ledger.verify.verification import Verification

_PAGE = 1000
_CHUNK = 256 * 1024
_SPOOL_BYTES = 8 * 1024 * 1024


router = APIRouter(prefix="/api/v1/ledger", tags=["ledger"])


@router.get(
    "/checkpoint", summary="The signed checkpoint of the present size", response_class=PlainTextResponse, openapi_extra=describe(str)
)
async def checkpoint(request: Request) -> Response:
    """A C2SP signed note. Keep it where the ledger's owner cannot change it."""
    require(request, "read")
    context = context_of(request)
    return PlainTextResponse(await context.asker.aside(context.headwater.ledger.checkpoint))


@router.get("/key", summary="The keys that sign checkpoints", response_class=PlainTextResponse, openapi_extra=describe(str))
async def verifier_key(request: Request) -> Response:
    """One verifier key per line, as `sumdb/note` writes them."""
    require(request, "read")
    return PlainTextResponse("".join(f"{verifier}\n" for verifier in context_of(request).headwater.ledger.verifiers))


@router.get(
    "/prove/{position}", summary="Proof that an entry is in the ledger", response_class=Response, openapi_extra=describe(InclusionProof)
)
async def prove(request: Request, position: int, size: int | None = None) -> Response:
    """An RFC 6962 inclusion proof with the envelope it proves."""
    require(request, "read")
    context = context_of(request)
    return json_response(await context.asker.aside(context.headwater.ledger.prove, position, size))


@router.get("/consistency", summary="Proof that the ledger only grew", response_class=Response, openapi_extra=describe(ConsistencyProof))
async def consistency(request: Request, old: int, new: int | None = None) -> Response:
    """Between size `old` and size `new`, by default the present one."""
    require(request, "read")
    context = context_of(request)
    return json_response(await context.asker.aside(prove_consistency, context.headwater.ledger, old, new))


@router.post(
    "/verify",
    summary="Verify every byte of the ledger",
    response_class=Response,
    openapi_extra=describe(Verification, body=str, right="admin"),
)
async def verify(request: Request) -> Response:
    """Against a checkpoint held elsewhere, if the body carries one."""
    require(request, "admin")
    context = context_of(request)
    against = await read_body(request.scope, request.receive, context.headwater.bounds)
    return json_response(await context.asker.aside(lambda: context.headwater.ledger.verify(against=against or None)))


@router.get("/entries", summary="Entries as recorded", response_class=Response, openapi_extra=describe(EntryPage, right="admin"))
async def entries(request: Request, start: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=_PAGE)] = 100) -> Response:
    """From a position on, redacted as they are stored."""
    require(request, "admin")
    context = context_of(request)
    return json_response(await context.asker.aside(entry_page, context.headwater.ledger, start, limit))


@router.get(
    "/export", summary="The whole ledger as a bundle", response_class=StreamingResponse, openapi_extra=describe(bytes, right="admin")
)
async def export(request: Request) -> Response:
    """A ZIP that the verifier inside it checks without Headwater."""
    require(request, "admin")
    context = context_of(request)
    spool: Any = tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES)  # noqa: SIM115  # because the response closes it
    await context.asker.aside(context.headwater.ledger.export, spool)
    spool.seek(0)
    return StreamingResponse(_chunks(spool), media_type="application/zip")


def _chunks(spool: Any) -> Iterator[bytes]:
    with spool:
        while chunk := spool.read(_CHUNK):
            yield chunk
