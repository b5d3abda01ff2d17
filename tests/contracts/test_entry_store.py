"""What every entry store promises (`headwater/ledger/ports.py`), run over each driver."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest

from headwater.edges.stores.memory import MemoryEntryStore
from headwater.edges.stores.sqlite import SqliteEntryStore
from headwater.ledger.ledger import Ledger
from headwater.ledger.ports import EMPTY_HEAD, RECORD_BYTES, EntryStore, Head, Segment
from headwater.ledger.sequencing import draft_segments, place_segment
from headwater.ledger.tree.tiles import Edge, TileId, tile_ids
from tests.ledgers import SIGNER, all_observed, dedup_of, filled, observed

Open = Callable[[], EntryStore]


@pytest.fixture(params=["memory", "sqlite", "sqlite-small-runs"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EntryStore]:
    made: EntryStore
    if request.param == "memory":
        made = MemoryEntryStore()
    elif request.param == "sqlite":
        made = SqliteEntryStore(tmp_path / "ledger.db")
    else:
        made = SqliteEntryStore(tmp_path / "ledger.db", run_entries=8)
    yield made
    made.close()


def segment(first: int, count: int) -> Segment:
    """A segment with `count` observations, numbered like their positions."""
    (draft,) = draft_segments(all_observed(range(first, first + count)))
    return place_segment(draft, draft.commitments(), first)[0]


def test_a_new_store_is_empty(store: EntryStore) -> None:
    assert store.head() == EMPTY_HEAD
    assert list(store.segments(0, 10)) == []
    assert store.tiles([TileId(0, 0)]) == [None]
    with store.inspect() as view:
        assert (view.head(), view.extent(), list(view.tile_ids()), list(view.dedup_runs())) == (EMPTY_HEAD, 0, [], [])


def test_what_is_committed_is_read_back(store: EntryStore) -> None:
    written = segment(0, 3)
    with store.begin() as transaction:
        transaction.write([written], {TileId(0, 0): b"t" * 96}, Head(3, b"note"))
        transaction.commit()
    assert store.head() == Head(3, b"note")
    assert list(store.segments(0, 3)) == [written]
    assert store.tiles([TileId(0, 0), TileId(1, 0)]) == [b"t" * 96, None]


def break_off(store: EntryStore) -> None:
    with store.begin() as transaction:
        transaction.write([segment(0, 3)], {TileId(0, 0): b"t" * 96}, Head(3, b"note"))
        raise RuntimeError("on the way")


def test_what_is_not_committed_leaves_no_trace(store: EntryStore) -> None:
    with store.begin() as transaction:
        transaction.write([segment(0, 3)], {TileId(0, 0): b"t" * 96}, Head(3, b"note"))
    with pytest.raises(RuntimeError, match="on the way"):
        break_off(store)
    assert store.head() == EMPTY_HEAD
    assert list(store.segments(0, 9)) == []
    with store.begin() as transaction:
        assert transaction.positions([dedup_of(0)]) == {}


def test_nothing_shows_before_the_commit(store: EntryStore) -> None:
    with store.begin() as transaction:
        transaction.write([segment(0, 3)], {}, Head(3, b"note"))
        assert store.head() == EMPTY_HEAD
        assert list(store.segments(0, 3)) == []
        transaction.commit()
    assert store.head().size == 3


def test_segments_are_those_that_reach_into_the_range(store: EntryStore) -> None:
    filled(store, [4, 4, 4])
    assert [found.first for found in store.segments(0, 12)] == [0, 4, 8]
    assert [found.first for found in store.segments(3, 5)] == [0, 4]
    assert [found.first for found in store.segments(4, 8)] == [4]
    assert [found.first for found in store.segments(11, 99)] == [8]
    assert list(store.segments(12, 99)) == []
    assert list(store.segments(5, 5)) == []


def test_many_small_segments_are_read_through(store: EntryStore) -> None:
    ledger = filled(store, [1] * 70)
    assert [entry.position for entry in ledger.read(0)] == list(range(70))
    assert [entry.position for entry in ledger.read(17, 50)] == list(range(17, 50))


def test_a_tile_grows_with_the_ledger(store: EntryStore) -> None:
    edge, size = Edge(), 0
    for count in (1, 200, 300):
        (draft,) = draft_segments(all_observed(range(count)))[:1]
        leaves = place_segment(draft, draft.commitments(), size)[1]
        with store.begin() as transaction:
            transaction.write([], edge.extend(leaves), Head(edge.size, b"note"))
            transaction.commit()
        size = edge.size
    tiles = list(tile_ids(size))
    assert [len(tile or b"") // 32 for tile in store.tiles(tiles)] == [256, 201, 1]
    with store.inspect() as view:
        assert list(view.tile_ids()) == tiles


def test_dedup_keys_are_found_wherever_they_are(store: EntryStore) -> None:
    filled(store, [5] * 40)
    with store.begin() as transaction:
        wanted = [dedup_of(number) for number in (0, 7, 8, 100, 199, 200, 5000)]
        found = transaction.positions([*wanted, wanted[0]])
    assert found == {dedup_of(number): number for number in (0, 7, 8, 100, 199)}


def test_the_dedup_index_covers_each_entry_once(store: EntryStore) -> None:
    filled(store, [5] * 40)
    with store.inspect() as view:
        runs = list(view.dedup_runs())
    covered = 0
    for run in runs:
        assert (run.first, run.fault, len(run.records)) == (covered, "", (run.stop - run.first) * RECORD_BYTES)
        records = [run.records[at : at + RECORD_BYTES] for at in range(0, len(run.records), RECORD_BYTES)]
        assert records == sorted(dedup_of(number) + number.to_bytes(8, "big") for number in range(run.first, run.stop))
        covered = run.stop
    assert covered <= 200


def test_a_view_stays_at_its_moment_while_others_append(store: EntryStore) -> None:
    ledger = filled(store, [3])
    with store.inspect() as view:
        before = view.head()
        ledger.append(all_observed(range(3, 9)))
        assert view.head() == before
        assert (view.extent(), [found.first for found in view.segments(0, 99)]) == (3, [0])
        assert [len(tile or b"") for tile in view.tiles([TileId(0, 0)])] == [96]
    assert store.head().size == 9


def test_appenders_take_turns(store: EntryStore) -> None:
    def append_all(start: int) -> None:
        own = Ledger(store, SIGNER)
        for number in range(start, start + 20):
            own.append([observed(number)])

    threads = [Thread(target=append_all, args=(start,)) for start in (0, 10, 1000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ledger = Ledger(store, SIGNER)
    assert ledger.size == 50
    assert ledger.verify().problems == ()
    assert len({entry.envelope.dedup for entry in ledger.read(0)}) == 50


def test_large_bodies_come_back_whole(store: EntryStore) -> None:
    ledger = Ledger(store, SIGNER)
    large = observed(1, size=3_000_000, sealed=bytes(70_000))
    ledger.append([observed(0), large, observed(2)])
    (entry,) = ledger.read(1, 2)
    assert entry.payload == large.payload
    assert entry.salt == large.salt


def test_bodies_expected_but_never_written_or_written_late_do_no_harm(store: EntryStore) -> None:
    ledger = Ledger(store, SIGNER)
    waiting = [ledger.prepare([observed(number, size=9000, sealed=bytes(range(256)) * 400)]) for number in range(30)]
    for batch in reversed(waiting[:25]):
        ledger.append(batch)
    assert (ledger.size, ledger.verify().problems) == (25, ())


def test_closing_twice_is_harmless(store: EntryStore) -> None:
    assert filled(store, [2]).size == 2
    store.close()
    store.close()
