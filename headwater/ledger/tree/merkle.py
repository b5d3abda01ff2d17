"""The Merkle tree of RFC 6962, section 2.1 (unchanged in RFC 9162): hashes, roots, proofs and their verification.

Where a proof needs the hash of a range of leaves it asks a function for it; `tiles.py` answers from stored tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

RangeHash = Callable[[int, int], bytes]
"""Hash of the subtree over leaves [start, stop)."""


def leaf_hash(data: bytes) -> bytes:
    """Hash of one leaf, domain-separated from nodes."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Root over subtree roots of equal height, of which only the last may be lower.

    Pairing neighbours and carrying an odd one up is the RFC's split at the largest power of two, seen from below.
    """
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        paired = pair_up(row)
        if len(row) & 1:
            paired.append(row[-1])
        row = paired
    return row[0]


def pair_up(row: Sequence[bytes]) -> list[bytes]:
    """Nodes over neighbouring pairs; an odd last one is left out."""
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)]


def split_point(count: int) -> int:
    """Largest power of two below a count of at least two."""
    return 1 << ((count - 1).bit_length() - 1)


def inclusion_path(position: int, size: int, range_hash: RangeHash) -> list[bytes]:
    """Audit path of a leaf in the tree of a size, nearest sibling first (RFC 6962, 2.1.1)."""
    path: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + split_point(stop - start)
        if position < middle:
            path.append(range_hash(middle, stop))
            stop = middle
        else:
            path.append(range_hash(start, middle))
            start = middle
    return path[::-1]


def consistency_path(old: int, new: int, range_hash: RangeHash) -> list[bytes]:
    """Proof that the tree of size `new` begins with the tree of size `old` (RFC 6962, 2.1.2); empty for 0 and for equal sizes."""
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, stop = 0, new
    while stop != old:
        middle = start + split_point(stop - start)
        if old <= middle:
            path.append(range_hash(middle, stop))
            stop = middle
        else:
            path.append(range_hash(start, middle))
            start = middle
    if start:
        path.append(range_hash(start, stop))
    return path[::-1]


def inclusion_holds(leaf: bytes, position: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a leaf hash sits at a position under a root (RFC 9162, 2.1.3.2)."""
    if not 0 <= position < size:
        return False
    node, last, result = position, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            result = node_hash(sibling, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and result == root


def consistency_holds(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree under `new_root` begins with the one under `old_root` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    proof = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not proof:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
