"""Checkpoints as C2SP `tlog-checkpoint` writes them: the ledger's name, size and root in a signed note."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass

from headwater.ledger.note import Signer, Verifier, open_note, split_note
from headwater.ledger.tree.merkle import HASH_BYTES
from headwater.model.errors import BadCheckpoint


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a ledger says of itself at a size; a promise once it is signed and held by someone else."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    def signed(self, signer: Signer) -> bytes:
        """The checkpoint as a signed note."""
        return signer.sign(str(self))


def open_checkpoint(note: bytes, verifiers: Sequence[Verifier]) -> Checkpoint:
    """A checkpoint that a known key signed.

    Raises:  BadCheckpoint: it cannot be read, or no known key signed it, or its signer is not its origin.
    """
    checkpoint = parse_checkpoint(open_note(note, verifiers))
    if checkpoint.origin not in {verifier.name for verifier in verifiers}:
        raise BadCheckpoint("cannot trust a checkpoint: it is of another ledger", next_step="pass a checkpoint of this ledger")
    return checkpoint


def peek_checkpoint(note: bytes) -> Checkpoint:
    """A checkpoint's content without verifying its signature: for display only.

    Raises:  BadCheckpoint: it cannot be read.
    """
    return parse_checkpoint(split_note(note)[0])


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint's text; lines after the third are extensions and passed over.

    Raises:  BadCheckpoint: it is not three lines of origin, size and root.
    """
    lines = text.split("\n")
    if len(lines) < 4 or not lines[0]:
        raise _malformed("origin, size and root on three lines")
    origin, size, encoded = lines[:3]
    if not (size.isascii() and size.isdigit()) or len(size) > 19 or (size[0] == "0" and size != "0"):
        raise _malformed("a size in decimal")
    try:
        root = b64decode(encoded, validate=True)
    except (Base64Error, ValueError):
        root = b""
    if len(root) != HASH_BYTES or b64encode(root).decode() != encoded:
        raise _malformed("a root of 32 bytes in base64")
    return Checkpoint(origin, int(size), root)


def _malformed(expected: str) -> BadCheckpoint:
    return BadCheckpoint(f"cannot read a checkpoint: expected {expected}", next_step="headwater ledger checkpoint")
