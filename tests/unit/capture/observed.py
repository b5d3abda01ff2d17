"""Entries for translators: what intake would have written, without a ledger."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from headwater.capture.openlineage import accept
from headwater.capture.redaction import Redactor
from headwater.capture.translate import translate
from headwater.model.entries import Entry, Envelope, Payload, Position
from headwater.model.facts import Fact
from headwater.model.times import Instant

F = TypeVar("F", bound=Fact)

SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"
REDACTOR = Redactor(b"a key of the tests")


def entry(media_type: str, public: bytes, *, position: int = 7, producer: str = "key1") -> Entry:
    """An entry that holds a payload."""
    return Entry(Envelope(Position(position), Instant(2_000_000_000_000_000), producer, media_type, b"", b""), b"salt", Payload(public))


def recorded(event: dict[str, Any], *grant: str) -> Entry:
    """The entry of an event that intake took."""
    accepted = accept(json.dumps(event).encode(), redactor=REDACTOR, grant=grant or ("*",))
    return entry(accepted.media_type, accepted.public)


def facts(event: dict[str, Any], *grant: str) -> list[Fact]:
    """The facts of an event."""
    return translate(recorded(event, *grant))


def only(kind: type[F], found: list[Fact]) -> list[F]:
    """The facts of one kind."""
    return [fact for fact in found if isinstance(fact, kind)]


def run_event(**changes: Any) -> dict[str, Any]:
    """A run event of `jobs/load`; run and job facets by `run=` and `job=`, datasets by `inputs=` and `outputs=`."""
    return {
        "eventTime": "2026-01-01T00:00:00Z",
        "eventType": changes.get("event_type", "COMPLETE"),
        "producer": changes.get("producer", "https://example.org/producer"),
        "schemaURL": SPEC + "RunEvent",
        "run": {"runId": "0190f0f0-0000-7000-8000-000000000001", "facets": changes.get("run", {})},
        "job": {"namespace": "jobs", "name": "load", "facets": changes.get("job", {})},
        "inputs": changes.get("inputs", []),
        "outputs": changes.get("outputs", []),
    }


def table(name: str, namespace: str = "postgres://h:5432", **facets: Any) -> dict[str, Any]:
    """A dataset with facets."""
    return {"namespace": namespace, "name": name, "facets": facets}


def dataset_event(dataset: dict[str, Any], producer: str = "https://example.org/producer") -> dict[str, Any]:
    """A dataset event."""
    return {"eventTime": "2026-01-01T00:00:00Z", "producer": producer, "schemaURL": SPEC + "DatasetEvent", "dataset": dataset}
