"""One route per question: `GET /api/v1/ask/<question>`."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from headwater.answers.registry import QUESTIONS
from headwater.api.asking import decode_question
from headwater.api.context import context_of, json_response, require
from headwater.api.openapi import describe_question
from headwater.model.questions import Question
from headwater.model.results import RESULTS


def ask_routes() -> APIRouter:
    """The routes of all questions."""
    router = APIRouter(prefix="/api/v1/ask", tags=["questions"])
    for name, kind in sorted(QUESTIONS.items()):
        summary = (kind.__doc__ or name).strip().splitlines()[0]
        router.add_api_route(
            f"/{name}",
            _endpoint(kind),
            methods=["GET"],
            name=name,
            operation_id=f"ask-{name}",
            summary=summary,
            description="The body is the answer; the command line's `--json` prints the same bytes.",
            response_class=Response,
            openapi_extra=describe_question(kind, RESULTS.get(name)),
        )
    return router


def _endpoint(kind: type[Question]):  # type: ignore[no-untyped-def]  # because FastAPI reads the inner function's annotations
    async def ask(request: Request) -> Response:
        principal = require(request, "read")
        question = decode_question(kind, request.url.query)
        return json_response(await context_of(request).asker.ask(question, principal))

    return ask
