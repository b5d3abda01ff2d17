"""Keeping a checkpoint in a file: the file only ever moves on to a checkpoint that continues the one it holds."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

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
        put(path, lambda file: file.write(note))
    except OSError as error:
        problem = f"cannot keep checkpoint `{path}`: {(error.strerror or 'unwritable').lower()}"
        raise UsageError(problem, next_step="name a file in a directory that exists") from None


def put(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file whole or not at all, beside its place and then into it, readable by its owner alone.

    Raises:  OSError: it cannot be written.
    """
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            write(file)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


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
