"""Which of OpenLineage's three events a message is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.capture.openlineage.structure import bad_event
from headwater.model.entries import OPENLINEAGE_DATASET, OPENLINEAGE_JOB, OPENLINEAGE_RUN

_BY_SUFFIX = {"RunEvent": OPENLINEAGE_RUN, "JobEvent": OPENLINEAGE_JOB, "DatasetEvent": OPENLINEAGE_DATASET}
REQUIRED = {OPENLINEAGE_RUN: ("run", "job"), OPENLINEAGE_JOB: ("job",), OPENLINEAGE_DATASET: ("dataset",)}
"""The parts an event of each kind cannot do without."""


def media_type_of(event: Mapping[str, Any], warnings: list[str]) -> str:
    """Told by the end of `schemaURL`; where that says nothing, an event with a run is a run event.

    Raises:  BadEvent: neither says what the event is.
    """
    url = event.get("schemaURL")
    if isinstance(url, str):
        kind = _BY_SUFFIX.get(url.rpartition("/")[2])
        if kind is not None:
            return kind
    elif url is not None:
        raise bad_event("schemaURL", "a text", json_type(url))
    if "run" in event:
        warnings.append("`schemaURL` does not say which kind of event this is; taken as a run event")
        return OPENLINEAGE_RUN
    raise bad_event("schemaURL", "one that ends in RunEvent, JobEvent or DatasetEvent, or a `run`", "neither")


def json_type(value: object) -> str:
    """What JSON calls a value's type."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list) else "an object"
