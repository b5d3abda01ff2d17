"""Signed notes as C2SP `signed-note` and Go's `sumdb/note` write them: text, a blank line, one line per Ed25519 signature."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from headwater.model.errors import BadCheckpoint, UsageError

_ED25519 = b"\x01"
_PREFIX = "— "
_KEY_ID_BYTES = 4
_LIMIT = 1_000_000
_NEXT = "compare it with the file that `headwater ledger checkpoint` wrote"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with the name it signs under."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Read the form `name+hash+base64` in which keys are handed out.

        Raises:  UsageError: not such a text, or its hash does not fit its key.
        """
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        data = _unbase64(encoded)
        if data is None or data[:1] != _ED25519 or len(data) != 33:
            raise UsageError("cannot read a verifier key: expected `name+hash+base64` of an Ed25519 key", next_step="headwater ledger key")
        verifier = cls(check_name(name), data[1:])
        if verifier.key_id.hex() != key_id:
            raise UsageError("cannot read a verifier key: its hash does not fit its name and key", next_step="copy it again, whole")
        return verifier

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature line names its key."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_KEY_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(_ED25519 + self.public).decode()}"

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether a signature over a note's text is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


class Signer:
    """The ledger's signing key and its name (the origin of its checkpoints)."""

    def __init__(self, origin: str, key: Ed25519PrivateKey) -> None:
        self.origin = check_name(origin)
        self._key = key
        self.verifier = Verifier(origin, key.public_key().public_bytes_raw())

    @classmethod
    def from_seed(cls, origin: str, seed: bytes) -> Signer:
        """A signer from 32 secret bytes.

        Raises:  UsageError: the name cannot stand in a note.
        """
        return cls(origin, Ed25519PrivateKey.from_private_bytes(seed))

    def sign(self, text: str) -> bytes:
        """A note: the text, which must end with a line break, and one signature."""
        signature = self._key.sign(text.encode())
        line = b64encode(self.verifier.key_id + signature).decode()
        return f"{text}\n{_PREFIX}{self.origin} {line}\n".encode()


def open_note(note: bytes, verifiers: Sequence[Verifier]) -> str:
    """The text of a note that at least one of the keys signed; signatures of unknown keys are passed over.

    Raises:  BadCheckpoint: not a note, no signature of a known key, or a wrong one.
    """
    text, lines = split_note(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    verified = False
    for name, key_id, signature in lines:
        verifier = known.get((name, key_id))
        if verifier is None:
            continue
        if not verifier.verifies(text.encode(), signature):
            raise BadCheckpoint(f"cannot trust a checkpoint: the signature of `{name}` does not verify", next_step=_NEXT)
        verified = True
    if not verified:
        raise BadCheckpoint("cannot trust a checkpoint: none of its signatures is by a known key", next_step=_NEXT)
    return text


def split_note(note: bytes) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """A note's text and its signature lines as (name, key id, signature); nothing is verified.

    Raises:  BadCheckpoint: not a note.
    """
    try:
        whole = note.decode() if len(note) <= _LIMIT else ""
    except UnicodeDecodeError:
        whole = ""
    end = whole.rfind("\n\n")
    if end < 0 or not whole.endswith("\n") or any(letter < " " and letter != "\n" for letter in whole):
        raise _malformed("text, a blank line and signatures")
    return whole[: end + 1], [_signature_line(line) for line in whole[end + 2 : -1].split("\n")]


def check_name(name: str) -> str:
    """A name that can stand in a note and in a verifier key.

    Raises:  UsageError: it is empty or holds white space, `+` or a control character.
    """
    if not name or "+" in name or not name.isprintable() or any(letter.isspace() for letter in name):
        raise UsageError(
            "cannot use an origin: expected a name without white space, control characters or `+`", next_step="choose another origin"
        )
    return name


def _signature_line(line: str) -> tuple[str, bytes, bytes]:
    name, _, encoded = line.removeprefix(_PREFIX).partition(" ")
    data = _unbase64(encoded)
    if not line.startswith(_PREFIX) or not name or data is None or len(data) <= _KEY_ID_BYTES:
        raise _malformed("a signature line")
    return name, data[:_KEY_ID_BYTES], data[_KEY_ID_BYTES:]


def _unbase64(text: str) -> bytes | None:
    """Decode canonical base64 only, so that no byte of a note can change unseen."""
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        return None
    return data if b64encode(data).decode() == text else None


def _malformed(expected: str) -> BadCheckpoint:
    return BadCheckpoint(f"cannot read a checkpoint: expected a signed note with {expected}", next_step=_NEXT)
