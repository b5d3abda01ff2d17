"""The sealed part of a payload: AES-256-GCM under a key of the entry's own, which the home's key wraps.

Erasing an entry destroys its wrapped key with it; rotating the home's key touches nothing that was sealed before.
Keys and nonces are arguments: fresh random ones for every entry. Layout in `docs/ledger-format.md`, section "Sealed part".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from headwater.model.errors import HomeFault, Tampered, UsageError

VERSION = 1
KEY_BYTES = 32
NONCE_BYTES = 12
_TAG_BYTES = 16
_WRAPPED_BYTES = KEY_BYTES + _TAG_BYTES
_ID_LIMIT = 255


@dataclass(frozen=True, slots=True)
class SealingKey:
    """A home's sealing key and its id, which carries its version (`seal-1`). Sealed parts name the id they need."""

    id: str
    key: bytes = field(repr=False)


def seal(plaintext: bytes, *, entry_key: bytes, nonce: bytes, home_key: SealingKey, context: bytes = b"") -> bytes:
    """Encrypt under the entry's key and put that key, wrapped, in front.

    `nonce` serves both encryptions, which is safe because their keys differ; it must be random, and a home key good for 2**32 entries.
    `context` is authenticated and must be given again to open: the entry's dedup key ties the sealed part to its entry.
    """
    _check_sizes(entry_key, nonce, home_key)
    header = _header(home_key.id, nonce)
    wrapped = AESGCM(home_key.key).encrypt(nonce, entry_key, header + context)
    return header + wrapped + AESGCM(entry_key).encrypt(nonce, plaintext, header + context)


def open_sealed(sealed: bytes, keyring: Mapping[str, bytes], *, context: bytes = b"") -> bytes:
    """Decrypt with the home key that the sealed part names.

    Raises:  HomeFault: the keyring lacks that key.  Tampered: it was altered, or belongs to another entry.
    """
    key_id, header_size = _read_header(sealed)
    home_key = keyring.get(key_id)
    if home_key is None:
        raise HomeFault("cannot open a sealed part: its sealing key is not in this home", next_step="restore the home's keys from a backup")
    header = sealed[:header_size]
    nonce = header[-NONCE_BYTES:]
    wrapped, ciphertext = sealed[header_size : header_size + _WRAPPED_BYTES], sealed[header_size + _WRAPPED_BYTES :]
    try:
        entry_key = AESGCM(home_key).decrypt(nonce, wrapped, header + context)
        return AESGCM(entry_key).decrypt(nonce, ciphertext, header + context)
    except (InvalidTag, ValueError):
        raise _altered() from None


def sealing_key_id(sealed: bytes) -> str:
    """Which home key a sealed part needs.

    Raises:  Tampered: it is not a sealed part.
    """
    return _read_header(sealed)[0]


def _header(key_id: str, nonce: bytes) -> bytes:
    encoded = key_id.encode()
    return bytes((VERSION, len(encoded))) + encoded + nonce


def _read_header(sealed: bytes) -> tuple[str, int]:
    if len(sealed) < 2 or sealed[0] != VERSION:
        raise _altered()
    size = 2 + sealed[1] + NONCE_BYTES
    try:
        key_id = sealed[2 : 2 + sealed[1]].decode()
    except UnicodeDecodeError:
        raise _altered() from None
    if len(sealed) < size + _WRAPPED_BYTES + _TAG_BYTES:
        raise _altered()
    return key_id, size


def _check_sizes(entry_key: bytes, nonce: bytes, home_key: SealingKey) -> None:
    if len(entry_key) != KEY_BYTES or len(home_key.key) != KEY_BYTES or len(nonce) != NONCE_BYTES or len(home_key.id.encode()) > _ID_LIMIT:
        raise UsageError(
            f"cannot seal: expected keys of {KEY_BYTES} bytes, a nonce of {NONCE_BYTES} and a short key id",
            next_step="report this as a bug",
        )


def _altered() -> Tampered:
    return Tampered("cannot open a sealed part: it was altered or is of another entry", next_step="headwater ledger verify")
