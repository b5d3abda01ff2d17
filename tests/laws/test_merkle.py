"""Our tree against a second, naive reading of RFC 6962, section 2.1, which shares nothing with it but SHA-256."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from headwater.ledger.tree.merkle import consistency_holds, consistency_path, fold, inclusion_holds, inclusion_path, leaf_hash
from headwater.ledger.tree.tiles import Edge, TileId, TileTree, tile_ids, widths


def hash_of(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


def naive_root(data: list[bytes]) -> bytes:
    """MTH(D[n]) as the RFC defines it."""
    if not data:
        return hash_of()
    if len(data) == 1:
        return hash_of(b"\x00", data[0])
    k = naive_split(len(data))
    return hash_of(b"\x01", naive_root(data[:k]), naive_root(data[k:]))


def naive_split(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def naive_path(m: int, data: list[bytes]) -> list[bytes]:
    """PATH(m, D[n])."""
    if len(data) == 1:
        return []
    k = naive_split(len(data))
    if m < k:
        return [*naive_path(m, data[:k]), naive_root(data[k:])]
    return [*naive_path(m - k, data[k:]), naive_root(data[:k])]


def naive_proof(m: int, data: list[bytes], whole: bool = True) -> list[bytes]:
    """PROOF(m, D[n]) and SUBPROOF(m, D[n], b)."""
    if m == len(data):
        return [] if whole else [naive_root(data)]
    k = naive_split(len(data))
    if m <= k:
        return [*naive_proof(m, data[:k], whole), naive_root(data[k:])]
    return [*naive_proof(m - k, data[k:], False), naive_root(data[:k])]


def leaves_of(count: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(count)]


def grown(counts: list[int]) -> tuple[Edge, dict[TileId, bytes]]:
    """An edge and its tiles after appending batches."""
    edge, tiles, number = Edge(), dict[TileId, bytes](), 0
    for count in counts:
        tiles.update(edge.extend([leaf_hash(b"entry %d" % at) for at in range(number, number + count)]))
        number += count
    return edge, tiles


def test_every_small_tree_has_the_rfc_s_root_and_proofs() -> None:
    for size in range(1, 34):
        data = leaves_of(size)
        edge, tiles = grown([size])
        tree = TileTree(tiles.get)
        assert edge.root() == tree.root(size) == fold([leaf_hash(part) for part in data]) == naive_root(data)
        for position in range(size):
            path = inclusion_path(position, size, tree.range_hash)
            assert path == naive_path(position, data)
            assert inclusion_holds(leaf_hash(data[position]), position, size, path, naive_root(data))


def test_consistency_holds_between_all_small_sizes() -> None:
    _, tiles = grown([40])
    tree, data = TileTree(tiles.get), leaves_of(40)
    for new in range(1, 41):
        for old in range(new + 1):
            path = consistency_path(old, new, tree.range_hash)
            assert path == (naive_proof(old, data[:new]) if old else [])
            assert consistency_holds(old, new, naive_root(data[:old]), naive_root(data[:new]), path)


@given(st.lists(st.integers(0, 700), min_size=1, max_size=6), st.data())
def test_proofs_from_tiles_are_the_naive_ones_at_any_size(counts: list[int], data: st.DataObject) -> None:
    edge, tiles = grown(counts)
    whole = leaves_of(edge.size)
    assert edge.root() == naive_root(whole)
    assert sorted(tiles) == sorted(tile_ids(edge.size))
    if not edge.size:
        return
    new = data.draw(st.integers(1, edge.size))
    old, position = data.draw(st.integers(0, new)), data.draw(st.integers(0, new - 1))
    tree = TileTree(tiles.get)
    assert tree.root(new) == naive_root(whole[:new])
    assert inclusion_path(position, new, tree.range_hash) == naive_path(position, whole[:new])
    assert consistency_path(old, new, tree.range_hash) == (naive_proof(old, whole[:new]) if old else [])


@given(st.integers(1, 300), st.data())
def test_a_changed_proof_never_holds(size: int, data: st.DataObject) -> None:
    whole = leaves_of(size)
    position = data.draw(st.integers(0, size - 1))
    path, root, leaf = naive_path(position, whole), naive_root(whole), leaf_hash(whole[position])
    assert inclusion_holds(leaf, position, size, path, root)
    other = data.draw(st.integers(0, size - 1).filter(lambda at: at != position)) if size > 1 else size
    assert not inclusion_holds(leaf, other, size, path, root)
    assert not inclusion_holds(leaf_hash(b"another"), position, size, path, root)
    assert not inclusion_holds(leaf, position, size, [*path, root], root)
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        assert not inclusion_holds(leaf, position, size, path[:at] + path[at + 1 :], root)
        assert not inclusion_holds(leaf, position, size, [*path[:at], hash_of(path[at]), *path[at + 1 :]], root)


@given(st.integers(2, 300), st.data())
def test_a_rewritten_past_is_never_consistent(size: int, data: st.DataObject) -> None:
    whole = leaves_of(size)
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    rewritten = [*whole[:changed], b"another", *whole[changed + 1 :]]
    for path in (naive_proof(old, whole), naive_proof(old, rewritten)):
        assert not consistency_holds(old, size, naive_root(whole[:old]), naive_root(rewritten), path)


def test_proofs_outside_the_tree_do_not_hold() -> None:
    root = naive_root(leaves_of(3))
    leaf = leaf_hash(b"entry 0")
    assert not inclusion_holds(leaf, 3, 3, [], root)
    assert not inclusion_holds(leaf, -1, 3, [], root)
    assert not consistency_holds(4, 3, root, root, [])
    assert not consistency_holds(0, 3, root, root, [])
    assert not consistency_holds(2, 3, naive_root(leaves_of(2)), root, [])
    assert not consistency_holds(3, 3, root, naive_root(leaves_of(2)), [])


@given(st.integers(0, 300_000))
def test_levels_hold_a_256th_of_the_one_below(size: int) -> None:
    counts = widths(size)
    assert counts == [size // 256**level for level in range(len(counts))]
    assert size == 0 or counts[-1] in range(1, 256)
