"""Liveness, readiness, metrics."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from headwater.api.context import context_of, json_response, require
from headwater.api.openapi import describe
from headwater.app.readiness import Readiness, readiness

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Whether the process answers", response_class=PlainTextResponse, openapi_extra=describe(str, guarded=False))
async def healthz() -> Response:
    """Needs no key and says nothing about data."""
    return PlainTextResponse("ok\n")


@router.get(
    "/readyz", summary="Whether it can take in and answer", response_class=Response, openapi_extra=describe(Readiness, guarded=False)
)
async def readyz(request: Request) -> Response:
    """503 while the views come up, stand still or are more than 10,000 entries behind, or while the ledger cannot be written."""
    context = context_of(request)
    state = await context.asker.aside(readiness, context.headwater)
    return json_response(state, 200 if state.ready else 503)


@router.get("/metrics", summary="Counters in Prometheus' format", response_class=PlainTextResponse, openapi_extra=describe(str))
async def metrics(request: Request) -> Response:
    """Needs a key with `read`, unless the setting `metrics_open` says otherwise."""
    context = context_of(request)
    if not context.headwater.config.metrics_open:
        require(request, "read")
    text = await context.asker.aside(context.counters.render, context.headwater)
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4")
