from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.edges.stores.dedup_runs import (
    PAGE_RECORDS,
    build_fences,
    build_filter,
    cut_pages,
    find_in_page,
    halves,
    join_records,
    read_index,
    sort_records,
)
from headwater.edges.stores.sqlite import SqliteEntryStore
from headwater.ledger.ledger import Ledger
from headwater.ledger.ports import RECORD_BYTES
from headwater.model.errors import Tampered
from tests.ledgers import SIGNER, all_observed, dedup_of, filled

keys = st.binary(min_size=16, max_size=16)


@given(st.dictionaries(keys, st.integers(0, 2**63), min_size=1, max_size=50))
def test_records_sort_as_their_bytes_do(recorded: dict[bytes, int]) -> None:
    records = sort_records(join_records(recorded.items()))
    cut = [records[at : at + RECORD_BYTES] for at in range(0, len(records), RECORD_BYTES)]
    assert cut == sorted(key + position.to_bytes(8, "big") for key, position in recorded.items())


@given(st.dictionaries(keys, st.integers(0, 2**63), min_size=1, max_size=700), st.lists(keys, min_size=1, max_size=20))
def test_every_recorded_key_is_found_and_no_other(recorded: dict[bytes, int], others: list[bytes]) -> None:
    records = sort_records(join_records(recorded.items()))
    index, pages = read_index(0, len(recorded), build_fences(records), build_filter(records)), cut_pages(records)
    assert len(index.fences) == len(pages)
    assert index.may_hold(halves(list(recorded))).all()
    for key, position in recorded.items():
        assert find_in_page(pages[index.page_of(key)], key) == position
    for key in others:
        page = index.page_of(key)
        assert (find_in_page(pages[page], key) if page >= 0 else None) == recorded.get(key)


def test_few_strange_keys_pass_the_filter() -> None:
    records = sort_records(join_records((dedup_of(number), number) for number in range(20_000)))
    index = read_index(0, 20_000, build_fences(records), build_filter(records))
    strange = halves([dedup_of(number) for number in range(20_000, 40_000)])
    assert np.count_nonzero(index.may_hold(strange)) < 400
    assert len(cut_pages(records)[0]) == PAGE_RECORDS * RECORD_BYTES


def test_runs_merge_as_they_grow_and_go_on_answering(tmp_path: Path) -> None:
    store = SqliteEntryStore(tmp_path / "ledger.db", run_entries=20)
    ledger = filled(store, [5] * 300)
    runs = [(run.first, run.stop) for run in store._index._runs]
    assert runs[0][0] == 0
    assert all(stop == first for (_, stop), (first, _) in pairwise(runs))
    assert max(stop - first for first, stop in runs) == 320, "sixteen runs of twenty make the largest"
    assert len(runs) <= 4 + 3 + 3
    fresh = Ledger(SqliteEntryStore(tmp_path / "ledger.db", run_entries=20), SIGNER)
    for known in (fresh, ledger):
        receipts = known.append(all_observed(range(1500)))
        assert [receipt.position for receipt in receipts] == list(range(1500))
        assert all(receipt.duplicate for receipt in receipts)
    assert ledger.verify().ok
    store.close()
    fresh._store.close()


def test_an_index_with_holes_stops_appending(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    store = SqliteEntryStore(path, run_entries=20)
    ledger = filled(store, [25, 25])
    with store.begin() as transaction:
        transaction._connection.execute("DELETE FROM dedup_runs WHERE first = 0")
        transaction._connection.execute("COMMIT")
    store._index.forget()
    with pytest.raises(Tampered, match="its dedup index has holes"):
        ledger.append(all_observed([99]))
    assert ledger.verify().first_bad == 0
    store.close()
