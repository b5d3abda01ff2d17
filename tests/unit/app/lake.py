"""A ledger in memory with a small warehouse's events in it, for what follows ledgers."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from headwater.capture.openlineage import accept
from headwater.capture.redaction import Redactor
from headwater.edges.stores.memory import MemoryEntryStore
from headwater.ledger.ledger import Ledger
from headwater.ledger.note import Signer
from headwater.model.entries import Payload, Pending
from headwater.model.times import Instant

SPACE = "postgres://db:5432"
_REDACTOR = Redactor(b"r" * 32)


def empty_ledger() -> Ledger:
    """A ledger without entries."""
    return Ledger(MemoryEntryStore(), Signer("headwater.test/lake", Ed25519PrivateKey.generate()))


def append(ledger: Ledger, *events: dict[str, Any]) -> None:
    """Take events in as intake does."""
    pending = []
    for event in events:
        taken = accept(json.dumps(event).encode(), redactor=_REDACTOR, grant=("*",))
        key = sha256(taken.dedup_material).digest()[:16]
        pending.append(Pending(Instant(2_000_000_000_000_000), "test", taken.media_type, key, b"s" * 16, Payload(taken.public)))
    ledger.append(pending)


def table(name: str, *columns: str) -> dict[str, Any]:
    """A dataset, with a schema if columns are given."""
    facets = {"schema": {"_producer": "p", "_schemaURL": "s", "fields": [{"name": column, "type": "text"} for column in columns]}}
    return {"namespace": SPACE, "name": name, "facets": facets if columns else {}}


def event(
    number: int, job: str, sql: str, inputs: list[dict[str, Any]], outputs: list[dict[str, Any]], kind: str = "COMPLETE"
) -> dict[str, Any]:
    """A run event of a job that runs one statement."""
    return {
        "eventType": kind,
        "eventTime": f"2026-11-01T{number // 60 % 24:02}:{number % 60:02}:00Z",
        "run": {"runId": f"01939a00-0000-7000-8000-{number:012}"},
        "job": {"namespace": "etl", "name": job, "facets": {"sql": {"_producer": "p", "_schemaURL": "s", "query": sql}}},
        "inputs": inputs,
        "outputs": outputs,
        "producer": "https://example.com/etl",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    }


def copy_event(number: int, source: str, target: str, *columns: str) -> dict[str, Any]:
    """A run that copies everything from one table to another."""
    sql = f"create table {target} as select * from {source}"
    return event(number, f"copy_{target}", sql, [table(source, *columns)], [table(target, *columns)])
