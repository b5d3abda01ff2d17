"""The API's description: FastAPI lists the routes, msgspec describes what travels, this module joins the two."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from headwater.api.replies import Refusal
from headwater.model.keys import Right
from headwater.model.questions import Question

_REF = "#/components/schemas/{name}"
_KEY: dict[str, list[str]] = {"apiKey": []}
_REFUSALS = {
    "400": "The request cannot be understood.",
    "401": "No valid API key came with the request.",
    "403": "The key's scopes do not cover the request.",
    "404": "No such thing.",
    "413": "The body passes a limit.",
    "503": "Try again after the seconds in `Retry-After`.",
}

_described: list[Any] = [Refusal]


def describe(answer: Any, *, body: Any = None, status: int = 200, guarded: bool = True, right: Right = "read") -> dict[str, Any]:
    """The part of an operation's description that FastAPI cannot know; types are remembered for the components.

    `x-right` is the right that the request's key must hold.
    """
    operation: dict[str, Any] = {"responses": {str(status): _response(answer)}}
    operation["responses"] |= {code: _refusal(words) for code, words in _REFUSALS.items()} if guarded else {}
    operation["security"] = [_KEY] if guarded else []
    operation |= {"x-right": right} if guarded else {}
    if body is not None:
        operation["requestBody"] = {"required": body is not str, "content": _content(body)}
    return operation


def describe_question(kind: type[Question], answer: Any) -> dict[str, Any]:
    """A question's operation: its fields are the query parameters."""
    operation = describe(answer)
    schema = msgspec.json.schema(kind, ref_template=_REF)["$defs"][kind.__name__]
    required = set(schema.get("required", ()))
    operation["parameters"] = [
        {"name": name, "in": "query", "required": name in required, "schema": field} for name, field in schema["properties"].items()
    ]
    return operation


def install(app: FastAPI, version: str, unrouted: dict[str, Any]) -> None:
    """Make the application describe itself with our components; `unrouted` are paths the router does not know."""

    def build() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(title="Headwater", version=version, summary=app.summary, routes=app.routes)
            for path, operations in unrouted.items():
                document["paths"].setdefault(path, {}).update(operations)
            _, components = msgspec.json.schema_components(_described, ref_template=_REF)
            document["components"] = {
                "schemas": components,
                "securitySchemes": {"apiKey": {"type": "http", "scheme": "bearer", "description": "An API key of Headwater."}},
            }
            for path in document["paths"].values():
                for operation in path.values():
                    operation["responses"].pop("422", None)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = build  # type: ignore[method-assign]  # because FastAPI documents overriding it this way


def _response(answer: Any) -> dict[str, Any]:
    if answer is None:
        return {"description": "Done."}
    return {"description": "The answer.", "content": _content(answer)}


def _content(kind: Any) -> dict[str, Any]:
    if kind is str:
        return {"text/plain": {"schema": {"type": "string"}}}
    if kind is bytes:
        return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    _described.append(kind)
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=_REF)
    return {"application/json": {"schema": schema}}


def _refusal(words: str) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": {"$ref": _REF.format(name=Refusal.__name__)}}}}
