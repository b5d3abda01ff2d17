"""Where a ledger was rewritten, when entries and tiles agree with each other but no longer with what was signed.

Every append leaves its signed checkpoint beside its last segment. Who rewrites history without the signing key cannot make
new ones, so the first checkpoint that no longer fits tells in which append the first altered entry stands.
"""

from __future__ import annotations

from collections.abc import Sequence

from headwater.ledger.checkpoint import Checkpoint, open_checkpoint
from headwater.ledger.note import Verifier
from headwater.ledger.ports import StoreView
from headwater.ledger.tree.tiles import TileTree
from headwater.model.errors import BadCheckpoint, Tampered


def first_unsigned(view: StoreView, size: int, verifiers: Sequence[Verifier]) -> int | None:
    """First entry after the last checkpoint that still fits; None if all of them do. Bisects, so it costs a logarithm of checks."""
    tree = TileTree(lambda tile: view.tiles([tile])[0])
    good, bad = 0, size
    while good < bad:
        middle = (good + bad) // 2
        first, checkpoint = _checkpoint_over(view, middle, size, verifiers)
        if checkpoint is not None and good < checkpoint.size <= size and _root(tree, checkpoint.size) == checkpoint.root:
            good = checkpoint.size
        else:
            bad = first
    return None if good >= size else good


def _checkpoint_over(view: StoreView, position: int, size: int, verifiers: Sequence[Verifier]) -> tuple[int, Checkpoint | None]:
    """Start of the segment that holds a position, and the next checkpoint on record if it can be trusted."""
    first = position
    for segment in view.segments(position, size):
        first = min(first, segment.first)
        if segment.note:
            try:
                return first, open_checkpoint(segment.note, verifiers)
            except BadCheckpoint:
                return first, None
    return first, None


def _root(tree: TileTree, size: int) -> bytes | None:
    try:
        return tree.root(size)
    except Tampered:
        return None
