"""The ledger's units: an envelope without personal data, and the payload it commits to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

from headwater.model.times import Instant

Position = NewType("Position", int)
"""Place of an entry in the ledger, from 0; strictly rising, without holes."""

OPENLINEAGE_RUN = "openlineage/run"
OPENLINEAGE_JOB = "openlineage/job"
OPENLINEAGE_DATASET = "openlineage/dataset"
DBT_NODE = "dbt/node"
LAKE_ADDED = "lake/added"
LAKE_VERSIONS = "lake/versions"
LAKE_SCANNED = "lake/scanned"
LAKE_EXAMINED = "lake/examined"
BATCH_LOADED = "batch/loaded"
BATCH_PROFILED = "batch/profiled"
FEED_DELIVERY = "feed/delivery"
HUMAN_EXPECTED = "human/expected"
HUMAN_FINDING = "human/finding"
DATASET_CLASSIFIED = "dataset/classified"
DATASET_GROUPED = "dataset/grouped"
HUMAN_LABEL = "human/label"
HUMAN_MASKING = "human/masking"
HUMAN_EXPECTATIONS = "human/expectations"
CLOCK_PASSED = "clock/passed"
KEY_CREATED = "key/created"
KEY_REVOKED = "key/revoked"


@dataclass(frozen=True, slots=True)
class Payload:
    """What an entry holds: `public` is the redacted observation (JSON), `sealed` the encrypted remainder or empty."""

    public: bytes
    sealed: bytes = b""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is hashed into the tree. `producer` is an opaque key id, `dedup` a 16-byte keyed hash of what was received."""

    position: Position
    received: Instant
    producer: str
    media_type: str
    dedup: bytes
    commitment: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """An envelope with its salt and payload; both are None once the entry was erased."""

    envelope: Envelope
    salt: bytes | None
    payload: Payload | None

    @property
    def position(self) -> Position:
        return self.envelope.position


@dataclass(frozen=True, slots=True)
class Pending:
    """An observation waiting for its position. `framed` and `commitment` may be made ahead (`ledger.sequencing.framed`), off the commit."""

    received: Instant
    producer: str
    media_type: str
    dedup: bytes
    salt: bytes
    payload: Payload
    framed: bytes = b""
    commitment: bytes = b""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a producer is told once its observation is durable: where it stands, and whether it stood there before."""

    position: Position
    duplicate: bool
