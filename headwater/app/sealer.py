"""Sealing under the home's key: draws the randomness that the ledger's pure sealing takes as arguments."""

from __future__ import annotations

from headwater.app.home import HomeKeys
from headwater.app.randomness import Randomness
from headwater.ledger.sealing import KEY_BYTES, NONCE_BYTES, SealingKey, open_sealed, seal
from headwater.model.entries import Entry

KEY_ID = "seal-1"


class Sealer:
    """Seals what redaction took out of an event, and opens it again for recorded replay."""

    def __init__(self, keys: HomeKeys) -> None:
        self._key = SealingKey(KEY_ID, keys.sealing)
        self._randomness = Randomness()

    def seal(self, plaintext: bytes, dedup: bytes) -> bytes:
        """Encrypt for one entry; the entry's dedup key ties the result to it."""
        fresh = self._randomness.take(KEY_BYTES + NONCE_BYTES)
        return seal(plaintext, entry_key=fresh[:KEY_BYTES], nonce=fresh[KEY_BYTES:], home_key=self._key, context=dedup)

    def open(self, entry: Entry) -> bytes | None:
        """What was sealed with an entry; None where nothing was, or it is erased.

        Raises:  Tampered: it was altered.
        """
        if entry.payload is None or not entry.payload.sealed:
            return None
        return open_sealed(entry.payload.sealed, {self._key.id: self._key.key}, context=entry.envelope.dedup)
