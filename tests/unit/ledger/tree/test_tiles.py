from __future__ import annotations

import pytest

from headwater.ledger.tree.merkle import EMPTY_ROOT, leaf_hash
from headwater.ledger.tree.tiles import Edge, TileId, TileTree, tile_ids
from headwater.model.errors import Tampered

LEAVES = [leaf_hash(b"%d" % number) for number in range(600)]


def test_an_edge_read_from_tiles_goes_on_like_the_one_in_memory() -> None:
    live, tiles = Edge(), dict[TileId, bytes]()
    for start, stop in ((0, 1), (1, 255), (255, 256), (256, 513), (513, 600)):
        read = Edge.load(live.size, tiles.get)
        assert read.root() == live.root()
        changed = live.extend(LEAVES[start:stop])
        assert read.extend(LEAVES[start:stop]) == changed
        tiles.update(changed)
    assert set(tiles) == set(tile_ids(600))


def test_only_tiles_that_changed_are_handed_out() -> None:
    edge = Edge()
    edge.extend(LEAVES[:300])
    assert set(edge.extend(LEAVES[300:310])) == {TileId(0, 1)}
    assert set(edge.extend(LEAVES[310:512])) == {TileId(0, 1), TileId(1, 0)}
    assert edge.extend([]) == {}


def test_a_copy_does_not_move_its_original() -> None:
    edge = Edge()
    edge.extend(LEAVES[:5])
    root = edge.root()
    edge.copy().extend(LEAVES[5:9])
    assert (edge.size, edge.root()) == (5, root)


def test_an_empty_edge_has_the_root_of_nothing() -> None:
    assert Edge().root() == EMPTY_ROOT == TileTree(lambda _: None).root(0)


def test_a_tile_that_lacks_hashes_is_refused() -> None:
    with pytest.raises(Tampered, match="cannot read tile 0/0 of the ledger's tree: expected 3 hashes, got 2"):
        Edge.load(3, lambda _: bytes(64))
    with pytest.raises(Tampered, match="expected 2 hashes, got none"):
        TileTree(lambda _: None).root(3)
