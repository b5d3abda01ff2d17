"""Keys and ledger entries as they are shown to people, by every surface alike."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from headwater.model.entries import Entry
from headwater.model.errors import UsageError
from headwater.model.keys import Right, Scope, check_scope
from headwater.model.times import format_instant

if TYPE_CHECKING:
    from headwater.app.keyring import CreatedKey
    from headwater.ledger.ledger import Ledger
    from headwater.projections.keys import KeyRecord


class ListedKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key without its secret. Times are RFC 3339; `revoked` null means it is accepted."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created: str
    revoked: str | None = None


class KeyList(msgspec.Struct, frozen=True):
    """Every key ever made, oldest first."""

    keys: tuple[ListedKey, ...]


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key just made. The secret is shown this once; no repr, so that no log keeps it."""

    id: str
    name: str
    scopes: tuple[str, ...]
    secret: str

    def __repr__(self) -> str:
        return f"NewKey(id={self.id!r}, name={self.name!r})"


class ConsistencyProof(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 6962 consistency proof between two sizes; hashes in hex."""

    old: int
    new: int
    path: tuple[str, ...]


class ListedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as recorded: envelope and public payload; `erased` ones have none. The sealed part is only measured."""

    position: int
    received: str
    producer: str
    media_type: str
    dedup: str
    commitment: str
    erased: bool
    sealed_bytes: int
    public: msgspec.Raw


class EntryPage(msgspec.Struct, frozen=True, kw_only=True):
    """Entries in order; `next` is where to go on, null at the end."""

    entries: tuple[ListedEntry, ...]
    size: int
    next: int | None


def list_keys(records: Iterable[KeyRecord]) -> KeyList:
    """Keys as they are shown."""
    return KeyList(tuple(map(_listed_key, records)))


def new_key(made: CreatedKey) -> NewKey:
    """A key just made, as it is shown."""
    return NewKey(id=made.record.id, name=made.record.name, scopes=tuple(map(str, made.record.scopes)), secret=made.secret)


def parse_scope(text: str) -> Scope:
    """Read a scope as it is written: a right, and after a colon the namespaces it covers.

    Raises:  UsageError: no such right, an unusable pattern, or `admin` with a pattern.
    """
    right, colon, pattern = text.partition(":")
    rights: dict[str, Right] = {"read": "read", "write": "write", "admin": "admin"}
    if right not in rights or (right == "admin" and colon):
        expected = "expected `read`, `write`, `read:PATTERN`, `write:PATTERN` or `admin`"
        raise UsageError(f"cannot read scope: {expected}", next_step="headwater key create --help")
    return check_scope(Scope(rights[right], pattern)) if colon else Scope(rights[right])


def read_scopes(scopes: Iterable[Scope | str]) -> tuple[Scope, ...]:
    """Scopes as values, whether they come as such or as they are written.

    Raises:  UsageError: one of them is no scope.
    """
    return tuple(scope if isinstance(scope, Scope) else parse_scope(str(scope)) for scope in scopes)


def prove_consistency(ledger: Ledger, old: int, new: int | None = None) -> ConsistencyProof:
    """That the ledger of size `new` (by default the present one) continues the one of size `old`."""
    size = ledger.size if new is None else new
    return ConsistencyProof(old=old, new=size, path=tuple(part.hex() for part in ledger.consistency(old, size)))


def entry_page(ledger: Ledger, start: int, limit: int) -> EntryPage:
    """Entries from a position on."""
    size = ledger.size
    stop = min(start + limit, size)
    found = tuple(map(_listed_entry, islice(ledger.read(start, stop), limit))) if start < size else ()
    return EntryPage(entries=found, size=size, next=stop if stop < size else None)


def _listed_key(record: KeyRecord) -> ListedKey:
    return ListedKey(
        id=record.id,
        name=record.name,
        scopes=tuple(map(str, record.scopes)),
        created=format_instant(record.created),
        revoked=None if record.revoked is None else format_instant(record.revoked),
    )


def _listed_entry(entry: Entry) -> ListedEntry:
    envelope = entry.envelope
    return ListedEntry(
        position=envelope.position,
        received=format_instant(envelope.received),
        producer=envelope.producer,
        media_type=envelope.media_type,
        dedup=envelope.dedup.hex(),
        commitment=envelope.commitment.hex(),
        erased=entry.payload is None,
        sealed_bytes=0 if entry.payload is None else len(entry.payload.sealed),
        public=msgspec.Raw(b"null") if entry.payload is None else msgspec.Raw(entry.payload.public),
    )
