from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from headwater.edges.stores.memory import MemoryEntryStore
from headwater.ledger.ledger import Ledger
from headwater.ledger.note import Signer
from headwater.ledger.ports import EMPTY_HEAD, Head, StoreView
from headwater.ledger.tree.tiles import TileId
from headwater.ledger.verify import verification
from headwater.ledger.verify.problems import KEPT, Problem, Problems
from headwater.model.errors import BadCheckpoint, StoreFault
from tests.ledgers import ORIGIN, SIGNER, filled


def test_a_sound_ledger_verifies_with_its_size_root_and_speed() -> None:
    ticks = count(0.0, 2.0)
    calls = list[tuple[int, int]]()
    ledger = filled(MemoryEntryStore(), [5, 300])
    found = ledger.verify(progress=lambda *done: calls.append(done), clock=lambda: next(ticks))
    assert (found.ok, found.size, found.origin, found.first_bad, found.problems) == (True, 305, ORIGIN, None, ())
    assert calls == [(5, 305), (261, 305), (305, 305)]
    assert found.seconds == 2.0
    assert found.bytes_per_second == found.checked_bytes / 2 > 305 * 60
    assert ledger.verify().bytes_per_second is None


def test_an_empty_ledger_verifies() -> None:
    ledger = Ledger(MemoryEntryStore(), SIGNER)
    assert ledger.verify().ok
    assert ledger.verify(against=ledger.checkpoint()).against == 0


def test_a_ledger_verifies_against_every_checkpoint_it_gave() -> None:
    ledger = filled(MemoryEntryStore(), [5])
    held = ledger.checkpoint()
    filled(ledger._store, [400])
    assert ledger.verify(against=held).against == 5
    assert ledger.verify(against=held).ok
    assert ledger.verify(against=ledger.checkpoint()).ok


def test_a_checkpoint_that_is_none_is_the_caller_s_mistake() -> None:
    ledger = filled(MemoryEntryStore(), [5])
    for against in (b"", b"garbage", Signer.from_seed(ORIGIN, bytes(32)).sign("x\n")):
        with pytest.raises(BadCheckpoint):
            ledger.verify(against=against)


def test_without_any_key_nothing_is_trusted() -> None:
    store = MemoryEntryStore()
    filled(store, [5])
    found = Ledger(store, None).verify()
    assert not found.ok
    assert "none of its signatures is by a known key" in found.problems[0].what


def test_an_emptied_head_over_entries_is_found() -> None:
    store = MemoryEntryStore()
    ledger = filled(store, [5])
    held = ledger.checkpoint()
    store._head = EMPTY_HEAD
    assert ledger.verify().first_bad == 0
    assert ledger.verify(against=held).problem_count > ledger.verify().problem_count


def test_a_head_set_back_or_forward_is_found() -> None:
    store = MemoryEntryStore()
    ledger = filled(store, [5, 5])
    note = store.head().note
    for size in (4, 5, 11, 10**15):
        store._head = Head(size, note)
        found = ledger.verify()
        assert (found.ok, found.first_bad) == (False, min(size, 10))


def test_a_forged_size_does_not_keep_a_verification_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "HOLE_LIMIT", 1000)
    store = MemoryEntryStore()
    ledger = filled(store, [5])
    last = store._segments[-1]
    store._segments.append(type(last)(10**12, 1, last.envelopes, last.bodies))
    store._head = Head(10**12 + 1, b"unsigned")
    found = ledger.verify()
    assert "gave up at a hole of" in " ".join(problem.what for problem in found.problems)


def test_a_missing_or_short_tile_is_named_by_its_first_entry() -> None:
    store = MemoryEntryStore()
    ledger = filled(store, [256, 256, 10])
    for tile, first in ((TileId(0, 0), 0), (TileId(0, 1), 256), (TileId(0, 2), 512), (TileId(1, 0), 0)):
        kept = store._tiles[tile]
        store._tiles[tile] = kept[:-32]
        assert (ledger.verify().first_bad, ledger.verify().problem_count) == (first, 1)
        del store._tiles[tile]
        assert ledger.verify().first_bad == first
        store._tiles[tile] = kept
    assert ledger.verify().ok


def test_an_altered_tile_is_told_from_an_altered_entry() -> None:
    store = MemoryEntryStore()
    ledger = filled(store, [256, 10])
    hashes = bytearray(store._tiles[TileId(0, 0)])
    hashes[32 * 7] ^= 1
    store._tiles[TileId(0, 0)] = bytes(hashes)
    (problem,) = ledger.verify().problems
    assert problem.position == 7
    assert problem.what.endswith("the tile was altered")


def test_an_altered_upper_tile_is_placed_at_the_first_entry_it_covers() -> None:
    store = MemoryEntryStore()
    ledger = filled(store, [256, 256, 10])
    hashes = bytearray(store._tiles[TileId(1, 0)])
    hashes[40] ^= 1
    store._tiles[TileId(1, 0)] = bytes(hashes)
    assert ledger.verify().first_bad == 256


def test_a_store_that_fails_on_the_way_is_reported_where_it_did() -> None:
    class Failing(MemoryEntryStore):
        @contextmanager
        def inspect(self) -> Iterator[StoreView]:  # type: ignore[override]  # because the view is only told by its protocol
            with super().inspect() as view:
                whole = view.segments

                def broken(start: int, stop: int) -> Iterator[object]:
                    yield next(whole(start, stop))
                    raise StoreFault("cannot read on: the disk went away", next_step="check the disk")

                view.segments = broken  # type: ignore[method-assign,assignment]  # because only this test breaks a view
                yield view

    store = Failing()
    found = filled(store, [5, 5]).verify()
    assert found.problems == (Problem(5, "cannot read on: the disk went away"),)


def test_problems_are_counted_in_full_and_the_lowest_are_kept() -> None:
    problems = Problems()
    problems.add(None, "somewhere")
    for position in reversed(range(5 * KEPT)):
        problems.add(position, "here")
    assert (problems.count, problems.first) == (5 * KEPT + 1, 0)
    assert [problem.position for problem in problems.sorted()] == list(range(KEPT))
