"""Puts the HTTP application together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from headwater import __version__
from headwater.api import openapi
from headwater.api.asking import Asker
from headwater.api.authority import Authority
from headwater.api.context import Context, context_of
from headwater.api.counters import Counters
from headwater.api.gateway import UNFORESEEN, Endpoint, Gateway
from headwater.api.intake import BATCH_PATHS, SINGLE_PATHS, Intake
from headwater.api.replies import body_of, headers_of, is_ours, status_of
from headwater.api.routes import front, health, keys, ledger, marquez
from headwater.api.routes.ask import ask_routes
from headwater.api.routes.intake import intake_paths
from headwater.app.headwater import Headwater
from headwater.app.logs import log_fault
from headwater.model.errors import HeadwaterError, UsageError

_SUMMARY = "The lineage-driven security plane for AI data lakes"


def create_app(headwater: Headwater, *, local_token: str | None = None) -> FastAPI:
    """The application of one opened Headwater; `local_token` stands for the home's owner."""
    authority = Authority(headwater.keyring, local_token)
    counters = Counters()
    asker = Asker(headwater)
    intake = Intake(headwater, authority, counters)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        intake.close()
        asker.close()

    settings = headwater.config

    def guard(app: ASGIApp) -> Gateway:
        return Gateway(
            app,
            fast=_fast_lane(intake),
            counters=counters,
            timeout_seconds=settings.request_timeout_seconds,
            retry_after_seconds=settings.retry_after_seconds,
        )

    app = _Application(guard, lifespan)
    app.state.context = Context(headwater, authority, asker, counters)
    for router in (front.router, health.router, ask_routes(), keys.router, ledger.router, marquez.router):
        app.include_router(router)
    app.add_exception_handler(HTTPException, _http_refusal)
    app.add_exception_handler(RequestValidationError, _parameter_refusal)
    app.add_exception_handler(HeadwaterError, _fault)
    app.add_exception_handler(Exception, _internal)
    openapi.install(app, __version__, intake_paths() | marquez.marquez_paths())
    return app


class _Application(FastAPI):
    """FastAPI with our gateway as the outermost layer, so that intake passes none of the framework's."""

    def __init__(self, guard: Callable[[ASGIApp], Gateway], lifespan: Lifespan[Any]) -> None:
        telemetry: Any = {"tracing": False, "metrics": False, "logs": False}
        super().__init__(title="Headwater", summary=_SUMMARY, docs_url=None, redoc_url=None, lifespan=lifespan, telemetry=telemetry)
        self.router.redirect_slashes = False  # because a redirect repeats the address that the client claims we have
        self._gateway = guard(super().__call__)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve through the gateway."""
        await self._gateway(scope, receive, send)


def _fast_lane(intake: Intake) -> dict[str, tuple[str, Endpoint]]:
    """Intake by exact path, also with a slash behind it, and the route it counts under."""
    lane: dict[str, tuple[str, Endpoint]] = dict.fromkeys(SINGLE_PATHS, (SINGLE_PATHS[0], intake.single))
    lane |= dict.fromkeys(BATCH_PATHS, (BATCH_PATHS[0], intake.batch))
    return lane | {f"{path}/": target for path, target in lane.items()}


async def _fault(request: Request, error: Exception) -> Response:
    """One of our own faults, raised in a route."""
    if not isinstance(error, HeadwaterError):
        return await _internal(request, error)
    status = status_of(error)
    if is_ours(error):
        log_fault("request-failed", error, status=status)
    headers = headers_of(status, context_of(request).headwater.config.retry_after_seconds)
    decoded = {name.decode(): value.decode() for name, value in headers}
    return Response(body_of(error), status, media_type="application/json", headers=decoded)


async def _internal(_: Request, __: Exception) -> Response:
    """Anything unforeseen; the gateway logs it."""
    return Response(body_of(UNFORESEEN), 500, media_type="application/json")


async def _http_refusal(_: Request, error: Exception) -> Response:
    """The framework's own refusals (no such path, wrong method), in our words."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    words = {404: "no such path", 405: "the path does not take this method"}.get(status, "the request cannot be served")
    return Response(_problem(words), status, media_type="application/json", headers=getattr(error, "headers", None))


async def _parameter_refusal(_: Request, error: Exception) -> Response:
    """A path or query parameter of the wrong type, by name."""
    places = [str(fault["loc"][-1]) for fault in error.errors()] if isinstance(error, RequestValidationError) else []
    return Response(_problem(f"missing or wrong parameter `{'`, `'.join(places)}`"), 400, media_type="application/json")


def _problem(words: str) -> bytes:
    return body_of(UsageError(f"cannot serve request: {words}", next_step="see /openapi.json"))
