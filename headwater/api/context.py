"""What every route works with, carried by the application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from headwater.api.asking import Asker
from headwater.api.authority import Authority
from headwater.api.counters import Counters
from headwater.app.headwater import Headwater
from headwater.model.keys import Principal, Right


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of one running application."""

    headwater: Headwater
    authority: Authority
    asker: Asker
    counters: Counters


def context_of(request: Request) -> Context:
    """The application's parts."""
    return cast(Context, request.app.state.context)


def require(request: Request, right: Right) -> Principal:
    """Who asks, if they hold the right.

    Raises:  Unauthenticated, Forbidden: no valid key, or a key without this right.
    """
    return context_of(request).authority.require(request.scope, right)


def json_response(value: Any, status: int = 200) -> Response:
    """A value as the JSON it encodes to."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")
