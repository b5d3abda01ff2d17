"""Small words for tests about ledgers: observations, signers, ledgers that hold them."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from headwater.ledger.ledger import Ledger
from headwater.ledger.note import Signer
from headwater.ledger.ports import EntryStore
from headwater.model.entries import OPENLINEAGE_RUN, Payload, Pending
from headwater.model.times import Instant

ORIGIN = "ledger.test/clinic"
SIGNER = Signer.from_seed(ORIGIN, bytes(range(32)))


def observed(number: int, *, size: int = 40, sealed: bytes = b"") -> Pending:
    """The observation of a number: the same number gives the same bytes, salt and dedup key."""
    public = b'{"number":%d,"padding":"' % number + (b"%x" % (number * 2654435761 % 2**64)) * (size // 8) + b'"}'
    salt = blake2b(b"salt %d" % number, digest_size=16).digest()
    return Pending(Instant(1_700_000_000_000_000 + number), "key-1", OPENLINEAGE_RUN, dedup_of(number), salt, Payload(public, sealed))


def dedup_of(number: int) -> bytes:
    """The dedup key of a number."""
    return blake2b(b"dedup %d" % number, digest_size=16).digest()


def all_observed(numbers: Iterable[int]) -> list[Pending]:
    """Several observations."""
    return [observed(number) for number in numbers]


def filled(store: EntryStore, batches: Iterable[int], *, signer: Signer = SIGNER) -> Ledger:
    """A ledger that took in batches of these sizes, numbers counting up from 0."""
    ledger, number = Ledger(store, signer), 0
    for count in batches:
        ledger.append(all_observed(range(number, number + count)))
        number += count
    return ledger
