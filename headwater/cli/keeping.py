"""Keeping a checkpoint in a file: the file only ever moves on to a checkpoint that continues the one it holds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from headwater.model.errors import Tampered, UsageError

if TYPE_CHECKING:
    from headwater.sdk.nouns import LedgerReader


def keep(ledger: LedgerReader, note: bytes, path: Path) -> None:
    """Put a checkpoint into a file, all or nothing.

    Raises:  Tampered: the ledger does not continue the checkpoint that the file holds; the file stays as it is.
             BadCheckpoint: the file holds something else. UsageError: it cannot be read or written.
    """
    try:
        held = path.read_bytes() if path.exists() else b""
        if held:
            _require_continuation(ledger, held, note, path)
        beside = path.with_name(f"{path.name}.{os.getpid()}.new")
        beside.write_bytes(note)
        beside.replace(path)
    except OSError as error:
        problem = f"cannot keep checkpoint `{path}`: {(error.strerror or 'unwritable').lower()}"
        raise UsageError(problem, next_step="name a file in a directory that exists") from None


def _require_continuation(ledger: LedgerReader, held: bytes, note: bytes, path: Path) -> None:
    from headwater.ledger.checkpoint import peek_checkpoint
    from headwater.ledger.note import Verifier
    from headwater.ledger.tree.proofs import check_consistency

    old, new = peek_checkpoint(held), peek_checkpoint(note)
    spoken = [f"the ledger has shrunk from {old.size} entries to {new.size}"] if new.size < old.size else []
    if not spoken:
        proof = ledger.consistency(old.size, new.size)
        verifiers = [Verifier.parse(text) for text in ledger.verifiers()]
        spoken = check_consistency(held, note, [bytes.fromhex(part) for part in proof.path], verifiers)
    if spoken:
        raise Tampered(f"cannot replace checkpoint `{path}`: {spoken[0]}", next_step=f"headwater ledger verify --against {path}")
