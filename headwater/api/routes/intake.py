"""Intake in the API's description. The gateway serves these paths ahead of the router, which therefore cannot list them."""

from __future__ import annotations

from typing import Any

from headwater.api.intake import BATCH_PATHS, SINGLE_PATHS, BatchReply, Recorded
from headwater.api.openapi import describe

_EVENT = {"type": "object", "description": "An OpenLineage run, job or dataset event."}


def intake_paths() -> dict[str, Any]:
    """The canonical paths; the aliases of other servers work and are not listed."""
    single = _operation(
        "record",
        "Record one OpenLineage event",
        "201 once it is durable, and again when it is sent again.",
        _EVENT,
        describe(Recorded, status=201, right="write"),
    )
    batch = _operation(
        "recordBatch",
        "Record an array of OpenLineage events",
        "A verdict per event: one that is refused never costs its neighbours.",
        {"type": "array", "items": _EVENT},
        describe(BatchReply, right="write"),
    )
    return {SINGLE_PATHS[0]: {"post": single}, BATCH_PATHS[0]: {"post": batch}}


def _operation(name: str, summary: str, description: str, body: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    return {
        "tags": ["intake"],
        "operationId": name,
        "summary": summary,
        "description": description,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        **described,
    }
