"""API keys: which are accepted, from and until which position."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from headwater.model.entries import Position
from headwater.model.facts import Fact, KeyCreatedFact, KeyRevokedFact
from headwater.model.keys import Principal, Scope
from headwater.model.times import Instant


class KeyRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One key. `digest` is the SHA-256 of its secret, in hex."""

    id: str
    name: str
    digest: str
    scopes: tuple[Scope, ...]
    created: Instant
    position: Position
    revoked: Instant | None = None


class Keys(msgspec.Struct):
    """The fold's state. A revocation holds whatever arrives later: an id never comes back."""

    records: dict[str, KeyRecord] = {}
    revoked: dict[str, Instant] = {}

    def fold(self, facts: Iterable[Fact]) -> None:
        """Take in facts."""
        for fact in facts:
            if isinstance(fact, KeyCreatedFact):
                self.records.setdefault(
                    fact.key,
                    KeyRecord(id=fact.key, name=fact.name, digest=fact.digest, scopes=fact.scopes, created=fact.at, position=fact.position),
                )
            elif isinstance(fact, KeyRevokedFact):
                self.revoked[fact.key] = min(fact.at, self.revoked.get(fact.key, fact.at))

    def find(self, digest: str) -> Principal | None:
        """Who holds the secret with this digest; None for an unknown or revoked key. Digests are of random 256-bit secrets."""
        for record in self.records.values():
            if record.digest == digest and record.id not in self.revoked:
                return Principal(record.id, record.scopes)
        return None

    def listed(self) -> tuple[KeyRecord, ...]:
        """Every key ever, oldest first, with the instant of its revocation."""
        ordered = sorted(self.records.values(), key=lambda record: (record.created, record.id))
        return tuple(msgspec.structs.replace(record, revoked=self.revoked.get(record.id)) for record in ordered)
