"""API keys: made, listed, revoked, and recognised.

A secret is `hw_<key id>_<random>`; the ledger holds only its SHA-256. Keys are folded from the ledger like every view, but apart from
the others and before the first request, so that intake never waits for views. What this process does to keys counts at once;
what another process does counts as soon as the views have reached it and a second has passed.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from headwater.app.follower import Follower
from headwater.app.home import write_private
from headwater.app.logs import log
from headwater.app.record import dedup_key
from headwater.app.writer import Writer
from headwater.capture.translate import translate
from headwater.ledger.body import SALT_BYTES
from headwater.ledger.ledger import Ledger
from headwater.model.entries import KEY_CREATED, KEY_REVOKED, Payload, Pending, Position
from headwater.model.errors import UsageError
from headwater.model.facts import Fact, KeyCreatedFact, KeyRevokedFact
from headwater.model.keys import Principal, Scope, check_scope
from headwater.model.observations import KeyCreated, KeyRevoked
from headwater.model.times import Instant
from headwater.projections.keys import KeyRecord, Keys

_FRESH_SECONDS = 1.0
_NAME = re.compile(r"[\w .:@/+-]{1,120}")
_COMMIT_SECONDS = 30.0
_VIEW_SECONDS = 5.0
_SAVE_ENTRIES = 20_000


class SavedKeys(msgspec.Struct, frozen=True, kw_only=True):
    """Keys as folded up to a position; may be deleted, the ledger has it all."""

    position: int
    keys: Keys


@dataclass(frozen=True, slots=True)
class CreatedKey:
    """A new key. The secret is shown this once; no repr, so that no log keeps it."""

    record: KeyRecord
    secret: str

    def __repr__(self) -> str:
        return f"CreatedKey(record={self.record!r})"


class Keyring:
    """The keys of one ledger. `path` is where their fold is saved, so that opening reads only what came after."""

    def __init__(self, ledger: Ledger, writer: Writer, follower: Follower, dedup_key: bytes, path: Path) -> None:
        self._ledger = ledger
        self._writer = writer
        self._follower = follower
        self._dedup_key = dedup_key
        self._path = path
        self._guard = threading.Lock()
        self._position, self._keys = self._load()
        self._saved = self._position
        self._accepted: dict[str, Principal] = {}
        self._looked = float("-inf")
        self._catch_up()

    def create(self, name: str, scopes: Sequence[Scope], *, by: Principal) -> CreatedKey:
        """Make a key that is accepted as soon as this returns.

        Raises:  UsageError: no scope, one with an unusable pattern, or a name that is empty, long or not plain text.
        """
        if not scopes or not _NAME.fullmatch(name):
            problem = "cannot create key: expected a name of 1 to 120 plain characters and at least one scope"
            raise UsageError(problem, next_step="headwater key create --help")
        key = secrets.token_hex(6)
        secret = f"hw_{key}_{secrets.token_urlsafe(32)}"
        made = KeyCreated(key=key, name=name, digest=digest_of(secret), scopes=tuple(sorted(set(map(check_scope, scopes)))))
        at, position = self._append(KEY_CREATED, msgspec.json.encode(made), by)
        self._fold(KeyCreatedFact(position=position, at=at, key=key, name=name, digest=made.digest, scopes=made.scopes))
        self._follower.wait_for(position, _VIEW_SECONDS)
        return CreatedKey(self._keys.records[key], secret)

    def revoke(self, key: str, reason: str = "", *, by: Principal) -> None:
        """Refuse a key from the moment this returns; revoking it again records nothing.

        Raises:  UsageError: no key has this id.
        """
        self._look()
        if key not in self._keys.records:
            raise UsageError(f"cannot revoke key `{key}`: no key has this id", next_step="headwater key list")
        if key in self._keys.revoked:
            return
        at, position = self._append(KEY_REVOKED, msgspec.json.encode(KeyRevoked(key=key, reason=reason)), by)
        self._fold(KeyRevokedFact(position=position, at=at, key=key))
        self._follower.wait_for(position, _VIEW_SECONDS)

    def listed(self) -> tuple[KeyRecord, ...]:
        """Every key ever made, oldest first."""
        self._look()
        with self._guard:
            return self._keys.listed()

    def authenticate(self, secret: str) -> Principal | None:
        """Who shows this secret; None for an unknown or revoked key."""
        digest = digest_of(secret)
        if time.monotonic() - self._looked > _FRESH_SECONDS:
            self._look()
        principal = self._accepted.get(digest)
        if principal is None and self._follower.position > self._position:
            self._look()
            principal = self._accepted.get(digest)
        if principal is None or not hmac.compare_digest(self._keys.records[principal.key].digest, digest):
            return None
        return principal

    def forget(self) -> None:
        """Look at the views again before the next key is recognised."""
        self._looked = float("-inf")

    def save(self) -> None:
        """Keep the fold for the next opening; where that fails, the next opening folds more."""
        with self._guard:
            saved = msgspec.msgpack.encode(SavedKeys(position=self._position, keys=self._keys))
            self._saved = self._position
        try:
            write_private(self._path, saved)
        except OSError as error:
            log("keys-not-saved", level=logging.WARNING, cause=type(error).__name__)

    def _load(self) -> tuple[int, Keys]:
        try:
            saved = msgspec.msgpack.decode(self._path.read_bytes(), type=SavedKeys)
        except (OSError, ValueError, msgspec.DecodeError):
            return 0, Keys()
        return (saved.position, saved.keys) if saved.position <= self._ledger.size else (0, Keys())

    def _catch_up(self) -> None:
        """Read what the ledger holds beyond the saved fold."""
        for entry in self._ledger.read(self._position):
            if entry.envelope.media_type in (KEY_CREATED, KEY_REVOKED):
                self._keys.fold(translate(entry))
            self._position = entry.position + 1
        self._index()
        if self._position - self._saved > _SAVE_ENTRIES:
            self.save()

    def _look(self) -> None:
        """Take over what the views know beyond this fold."""
        position, known = self._follower.keys()
        with self._guard:
            self._looked = time.monotonic()
            if position <= self._position:
                return
            self._position = position
            self._keys.records |= known.records
            self._keys.revoked |= known.revoked
            self._index()
            overdue = position - self._saved > _SAVE_ENTRIES
        if overdue:
            threading.Thread(target=self.save, name="headwater-keys", daemon=True).start()

    def _fold(self, fact: Fact) -> None:
        """Take in what this process just recorded."""
        with self._guard:
            self._keys.fold([fact])
            self._index()

    def _index(self) -> None:
        accepted = (known for known in self._keys.records.values() if known.id not in self._keys.revoked)
        self._accepted = {known.digest: Principal(known.id, known.scopes) for known in accepted}

    def _append(self, media_type: str, public: bytes, by: Principal) -> tuple[Instant, Position]:
        """Record, and give when and where."""
        pending = Pending(
            received=Instant(time.time_ns() // 1000),
            producer=by.key,
            media_type=media_type,
            dedup=dedup_key(self._dedup_key, media_type.encode() + b"\0" + public),
            salt=secrets.token_bytes(SALT_BYTES),
            payload=Payload(public),
        )
        receipt = self._writer.submit(pending).result(_COMMIT_SECONDS)
        return pending.received, receipt.position


def digest_of(secret: str) -> str:
    """What is kept of a secret: enough to recognise 256 random bits, not to find them."""
    return hashlib.sha256(secret.encode()).hexdigest()
