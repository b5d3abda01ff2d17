"""Proofs as values that travel as JSON, and their check without a ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headwater.ledger.body import body_fault, commit
from headwater.ledger.checkpoint import open_checkpoint
from headwater.ledger.envelope import decode_envelope
from headwater.ledger.note import Verifier
from headwater.ledger.tree.merkle import consistency_holds, inclusion_holds, leaf_hash
from headwater.model.errors import BadCheckpoint, Tampered

FORMAT = "headwater-inclusion/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """That an envelope stands at a position in the ledger of a size. Bytes are lower-case hex; `checkpoint` is the signed note.

    `body` is the salt and framed payload where the prover chose to show it, else None; `checkpoint` is empty where none of this
    size exists (prove it consistent with one that does).
    """

    format: str = FORMAT
    position: int
    size: int
    envelope: str
    leaf: str
    path: tuple[str, ...]
    root: str
    checkpoint: str
    body: str | None = None


def check_proof(proof: InclusionProof, verifiers: Sequence[Verifier]) -> list[str]:
    """Everything that is wrong with a proof; an empty list means it holds."""
    try:
        envelope, body = bytes.fromhex(proof.envelope), None if proof.body is None else bytes.fromhex(proof.body)
        path, root = [bytes.fromhex(part) for part in proof.path], bytes.fromhex(proof.root)
    except ValueError:
        return ["a part of the proof is not hex"]
    checks = (
        _check_envelope(proof, envelope, body),
        "" if leaf_hash(envelope).hex() == proof.leaf else "the envelope does not hash to the leaf",
        "" if inclusion_holds(leaf_hash(envelope), proof.position, proof.size, path, root) else "the path does not lead to the root",
        _check_checkpoint(proof, root, verifiers),
    )
    return [problem for problem in checks if problem]


def check_consistency(old_note: bytes, new_note: bytes, path: Sequence[bytes], verifiers: Sequence[Verifier]) -> list[str]:
    """Everything that speaks against the newer checkpoint continuing the older one.

    Raises:  BadCheckpoint: one of them is not signed by a known key.
    """
    old, new = open_checkpoint(old_note, verifiers), open_checkpoint(new_note, verifiers)
    if old.origin != new.origin:
        return ["the checkpoints are of different ledgers"]
    if not consistency_holds(old.size, new.size, old.root, new.root, path):
        return ["the newer checkpoint does not continue the older one"]
    return []


def _check_envelope(proof: InclusionProof, data: bytes, body: bytes | None) -> str:
    try:
        envelope = decode_envelope(data)
    except Tampered as fault:
        return fault.problem
    if envelope.position != proof.position:
        return "the envelope is of another position"
    if body is not None and (body_fault(body) or commit(body) != envelope.commitment):
        return "the payload is not the one committed to"
    return ""


def _check_checkpoint(proof: InclusionProof, root: bytes, verifiers: Sequence[Verifier]) -> str:
    try:
        checkpoint = open_checkpoint(proof.checkpoint.encode(), verifiers)
    except BadCheckpoint as fault:
        return fault.problem
    return "" if (checkpoint.size, checkpoint.root) == (proof.size, root) else "the checkpoint is of another tree"
