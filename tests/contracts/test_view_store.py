"""Every view store keeps the same promises: all or nothing, only onto the save it was made from, only its own version."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.edges.stores.views import MemoryViewStore, SqliteViewStore
from headwater.projections.views import SavedState, ViewStore

SAVING = """
import sys
from pathlib import Path
from headwater.edges.stores.views import SqliteViewStore
from headwater.projections.views import SavedState
store = SqliteViewStore(Path(sys.argv[1]))
position = int(sys.argv[2])
while True:
    mark = str(position + 1).encode()
    rows = {"run": {b"%d" % key: mark * 50 for key in range(300)}}
    store.save(SavedState("v", position + 1, rows, {"graph": mark * 1000, "keys": mark}), base=position)
    position += 1
    print(position, flush=True)
"""


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ViewStore]:
    made: ViewStore = MemoryViewStore() if request.param == "memory" else SqliteViewStore(tmp_path / "views.sqlite")
    yield made
    made.close()


def state(position: int, *, version: str = "v", rows: dict[str, dict[bytes, bytes]] | None = None, **blobs: bytes) -> SavedState:
    return SavedState(version, position, rows or {}, dict(blobs))


def test_nothing_is_kept_before_the_first_save(store: ViewStore) -> None:
    assert store.load("v") is None


def test_what_was_saved_is_loaded(store: ViewStore) -> None:
    assert store.save(state(3, rows={"run": {b"\x00": b"one", b"": b""}}, graph=b"g" * 100_000), base=None)
    loaded = store.load("v")
    assert loaded is not None
    assert (loaded.version, loaded.position) == ("v", 3)
    assert loaded.rows == {"run": {b"\x00": b"one", b"": b""}}
    assert loaded.blobs == {"graph": b"g" * 100_000}


def test_rows_are_put_over_those_before_and_blobs_in_their_place(store: ViewStore) -> None:
    store.save(state(1, rows={"run": {b"a": b"1", b"b": b"1"}}, graph=b"1", old=b"1"), base=None)
    assert store.save(state(2, rows={"run": {b"b": b"2"}, "job": {b"c": b"2"}}, graph=b"2"), base=1)
    loaded = store.load("v")
    assert loaded is not None
    assert loaded.rows == {"run": {b"a": b"1", b"b": b"2"}, "job": {b"c": b"2"}}
    assert loaded.blobs == {"graph": b"2"}


def test_a_save_made_from_another_save_is_refused_and_changes_nothing(store: ViewStore) -> None:
    store.save(state(5, rows={"run": {b"a": b"5"}}, graph=b"5"), base=None)
    assert not store.save(state(6, rows={"run": {b"a": b"6"}}, graph=b"6"), base=4)
    loaded = store.load("v")
    assert loaded is not None
    assert (loaded.position, loaded.rows, loaded.blobs) == (5, {"run": {b"a": b"5"}}, {"graph": b"5"})


def test_a_save_made_from_one_that_is_not_there_is_refused(store: ViewStore) -> None:
    assert not store.save(state(6), base=4)
    assert store.load("v") is None


def test_a_save_from_nothing_replaces_all(store: ViewStore) -> None:
    store.save(state(5, rows={"run": {b"a": b"5"}, "job": {b"j": b"5"}}, graph=b"5"), base=None)
    assert store.save(state(2, rows={"run": {b"z": b"2"}}), base=None)
    loaded = store.load("v")
    assert loaded is not None
    assert (loaded.position, loaded.rows, loaded.blobs) == (2, {"run": {b"z": b"2"}}, {})


def test_another_version_is_as_good_as_nothing(store: ViewStore) -> None:
    store.save(state(5, version="old", rows={"run": {b"a": b"5"}}), base=None)
    assert store.load("v") is None
    assert store.save(state(1), base=None)
    loaded = store.load("v")
    assert loaded is not None
    assert loaded.rows == {}
    assert store.load("old") is None


def test_what_is_changed_after_loading_does_not_change_the_save(store: ViewStore) -> None:
    given = state(1, rows={"run": {b"a": b"1"}}, graph=b"1")
    store.save(given, base=None)
    given.blobs["graph"] = b"changed"
    given.rows["run"][b"a"] = b"changed"
    loaded = store.load("v")
    assert loaded is not None
    assert (loaded.rows, loaded.blobs) == ({"run": {b"a": b"1"}}, {"graph": b"1"})


@pytest.mark.slow
def test_a_process_killed_while_saving_leaves_a_whole_save(tmp_path: Path) -> None:
    path = tmp_path / "views.sqlite"
    SqliteViewStore(path).save(
        state(0, rows={"run": {b"%d" % key: b"0" * 50 for key in range(300)}}, graph=b"0" * 1000, keys=b"0"), base=None
    )
    position = 0
    for attempt in range(6):
        command = [sys.executable, "-c", SAVING, str(path), str(position)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as saving:
            assert saving.stdout is not None
            told = [int(saving.stdout.readline()) for _ in range(1 + attempt)]
            os.kill(saving.pid, signal.SIGKILL)
        loaded = SqliteViewStore(path).load("v")
        assert loaded is not None
        assert loaded.position >= told[-1]
        mark = str(loaded.position).encode()
        assert set(loaded.rows["run"].values()) == {mark * 50}
        assert loaded.blobs == {"graph": mark * 1000, "keys": mark}
        position = loaded.position
