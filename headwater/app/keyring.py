"""API keys: made, listed, revoked, and recognised.

A secret is `hw_<key id>_<random>`; the ledger holds only its SHA-256. Keys live in the views; what this process itself
created or revoked counts at once, and what another process did counts within a second of the views reaching it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from headwater.app.follower import Follower
from headwater.app.record import dedup_key
from headwater.app.writer import Writer
from headwater.ledger.body import SALT_BYTES
from headwater.model.entries import KEY_CREATED, KEY_REVOKED, Payload, Pending, Position
from headwater.model.errors import UsageError
from headwater.model.keys import Principal, Scope
from headwater.model.observations import KeyCreated, KeyRevoked
from headwater.model.times import Instant
from headwater.projections.keys import KeyRecord

_FRESH_SECONDS = 1.0
_NAME = re.compile(r"[\w .:@/+-]{1,120}")
_COMMIT_SECONDS = 30.0
_VIEW_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class CreatedKey:
    """A new key. The secret is shown this once; no repr, so that no log keeps it."""

    record: KeyRecord
    secret: str

    def __repr__(self) -> str:
        return f"CreatedKey(record={self.record!r})"


class Keyring:
    """The keys of one ledger."""

    def __init__(self, writer: Writer, follower: Follower, dedup_key: bytes) -> None:
        self._writer = writer
        self._follower = follower
        self._dedup_key = dedup_key
        self._guard = threading.Lock()
        self._own: dict[str, KeyRecord] = {}
        self._revoked: set[str] = set()
        self._known: dict[str, KeyRecord] = {}
        self._looked = float("-inf")
        self._looked_at = -1

    def create(self, name: str, scopes: Sequence[Scope], *, by: Principal) -> CreatedKey:
        """Make a key that is accepted as soon as this returns.

        Raises:  UsageError: no scope, or a name that is empty, long or not plain text.
        """
        if not scopes or not _NAME.fullmatch(name):
            problem = "cannot create key: expected a name of 1 to 120 plain characters and at least one scope"
            raise UsageError(problem, next_step="headwater key create --help")
        key = secrets.token_hex(6)
        secret = f"hw_{key}_{secrets.token_urlsafe(32)}"
        observed = KeyCreated(key=key, name=name, digest=digest_of(secret), scopes=tuple(sorted(set(scopes))))
        created, position = self._append(KEY_CREATED, msgspec.json.encode(observed), by)
        record = KeyRecord(id=key, name=name, digest=observed.digest, scopes=observed.scopes, created=created, position=position)
        with self._guard:
            self._own[record.digest] = record
        return CreatedKey(record, secret)

    def revoke(self, key: str, reason: str = "", *, by: Principal) -> None:
        """Refuse a key from the moment this returns; revoking it again changes nothing.

        Raises:  UsageError: no key has this id.
        """
        if all(record.id != key for record in self.listed()):
            raise UsageError(f"cannot revoke key `{key}`: no key has this id", next_step="headwater key list")
        self._append(KEY_REVOKED, msgspec.json.encode(KeyRevoked(key=key, reason=reason)), by)
        with self._guard:
            self._revoked.add(key)

    def listed(self) -> tuple[KeyRecord, ...]:
        """Every key ever made, oldest first."""
        with self._follower.reading() as views:
            found = {record.id: record for record in views.keys.listed()}
        with self._guard:
            return tuple(found.values()) + tuple(record for record in self._own.values() if record.id not in found)

    def authenticate(self, secret: str) -> Principal | None:
        """Who shows this secret; None for an unknown or revoked key."""
        digest = digest_of(secret)
        if time.monotonic() - self._looked > _FRESH_SECONDS:
            self._look()
        record = self._find(digest)
        if record is None and self._looked_at != self._follower.position:
            self._look()
            record = self._find(digest)
        if record is None or not hmac.compare_digest(record.digest, digest) or record.id in self._revoked:
            return None
        return Principal(record.id, record.scopes)

    def forget(self) -> None:
        """Look at the views again before the next key is recognised."""
        self._looked = float("-inf")

    def _find(self, digest: str) -> KeyRecord | None:
        return self._known.get(digest) or self._own.get(digest)

    def _look(self) -> None:
        """Take the accepted keys from the views."""
        with self._follower.reading() as views:
            records = views.keys.listed()
            position = self._follower.position
        with self._guard:
            self._revoked.update(record.id for record in records if record.revoked is not None)
            self._known = {record.digest: record for record in records if record.revoked is None}
            self._looked = time.monotonic()
            self._looked_at = position

    def _append(self, media_type: str, public: bytes, by: Principal) -> tuple[Instant, Position]:
        """Record, and wait until the views know; a view that lags behind is no fault, this process knows already."""
        pending = Pending(
            received=Instant(time.time_ns() // 1000),
            producer=by.key,
            media_type=media_type,
            dedup=dedup_key(self._dedup_key, media_type.encode() + b"\0" + public),
            salt=secrets.token_bytes(SALT_BYTES),
            payload=Payload(public),
        )
        receipt = self._writer.submit(pending).result(_COMMIT_SECONDS)
        self._follower.wait_for(receipt.position, _VIEW_SECONDS)
        return pending.received, receipt.position


def digest_of(secret: str) -> str:
    """What is kept of a secret: enough to recognise 256 random bits, not to find them."""
    return hashlib.sha256(secret.encode()).hexdigest()
