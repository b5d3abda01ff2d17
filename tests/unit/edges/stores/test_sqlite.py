from __future__ import annotations

import os
import random
import sqlite3
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from headwater.edges.stores import sqlite_schema
from headwater.edges.stores.sqlite import SqliteEntryStore
from headwater.edges.stores.sqlite_schema import PAGE_BYTES
from headwater.ledger.ledger import Ledger
from headwater.ledger.ports import EMPTY_HEAD
from headwater.ledger.verify.verification import Verification
from headwater.model.errors import HeadwaterError, StoreFault, Tampered
from tests.laws.killing import acknowledged, start_appender
from tests.ledgers import SIGNER, all_observed, filled, observed


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def verified(path: Path) -> Verification:
    store = SqliteEntryStore(path, create=False)
    try:
        return Ledger(store, SIGNER).verify()
    finally:
        store.close()


def test_a_ledger_outlives_its_store(path: Path) -> None:
    store = SqliteEntryStore(path)
    filled(store, [3, 300])
    store.close()
    again = SqliteEntryStore(path, create=False)
    ledger = Ledger(again, SIGNER)
    assert ledger.append(all_observed(range(300, 305)))[-1].position == 304
    assert (ledger.size, ledger.verify().ok) == (305, True)
    again.close()


def test_the_file_is_for_its_owner_alone(path: Path) -> None:
    old = os.umask(0)
    try:
        SqliteEntryStore(path).close()
    finally:
        os.umask(old)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [part.name for part in path.parent.iterdir()] == ["ledger.db"]


def test_the_promised_settings_hold_on_every_connection(path: Path) -> None:
    store = SqliteEntryStore(path)
    with store._borrowed() as reader, store.begin() as transaction:
        for connection in (reader, transaction._connection):
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
            assert connection.execute("PRAGMA trusted_schema").fetchone() == (0,)
    store.close()


def test_a_missing_file_is_told_plainly(path: Path) -> None:
    with pytest.raises(StoreFault, match="there is no such file"):
        SqliteEntryStore(path, create=False)
    with pytest.raises(StoreFault, match="cannot create ledger"):
        SqliteEntryStore(path / "in" / "no" / "folder")
    assert not path.exists()


@pytest.mark.parametrize(
    "content", [b"", b"not a database, whatever its name says", b"SQLite format 3\x00" + bytes(4080), os.urandom(9000)]
)
def test_a_file_that_is_no_ledger_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(HeadwaterError, match="cannot open ledger") as raised:
        SqliteEntryStore(path)
    assert isinstance(raised.value, StoreFault | Tampered)
    assert path.read_bytes() == content


def test_another_program_s_database_is_refused(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE customers (name TEXT)")
    connection.close()
    with pytest.raises(StoreFault, match="it is a database of another program"):
        SqliteEntryStore(path)


def test_a_newer_format_is_refused_with_the_way_out(path: Path) -> None:
    SqliteEntryStore(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 2")
    connection.execute("ALTER TABLE head ADD COLUMN more")
    connection.close()
    with pytest.raises(StoreFault, match="a newer Headwater wrote it") as raised:
        SqliteEntryStore(path)
    assert "pip install --upgrade" in raised.value.next_step


def test_a_trigger_planted_while_the_ledger_is_open_stops_the_next_append(path: Path) -> None:
    store = SqliteEntryStore(path)
    ledger = filled(store, [3])
    connection = sqlite3.connect(path)
    connection.execute("CREATE TRIGGER swallow AFTER INSERT ON segments BEGIN DELETE FROM segments WHERE first = NEW.first; END")
    connection.close()
    with pytest.raises(Tampered, match="its tables were changed"):
        ledger.append([observed(9)])
    assert ledger.size == 3
    store.close()


def test_an_entry_planted_beyond_the_head_stops_the_next_append(path: Path) -> None:
    store = SqliteEntryStore(path)
    ledger = filled(store, [3])
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("INSERT INTO segments SELECT 3, count, note, envelopes, bodies FROM segments")
    connection.close()
    with pytest.raises(Tampered):
        ledger.append([observed(9)])
    assert ledger.verify().first_bad == 3
    store.close()


def test_a_full_disk_acknowledges_nothing_and_leaves_the_ledger_sound(path: Path) -> None:
    store = SqliteEntryStore(path)
    ledger = filled(store, [3])
    with store.begin() as transaction:
        (pages,) = transaction._connection.execute("PRAGMA page_count").fetchone()
        transaction._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StoreFault, match="database or disk is full") as raised:
        ledger.append([observed(number, sealed=os.urandom(20_000)) for number in range(100, 110)])
    assert "free some disk space" in raised.value.next_step
    assert (ledger.size, ledger.verify().ok) == (3, True)
    assert ledger.append([observed(100)])[0].position == 3, "a new connection, so without the limit"
    assert ledger.verify().ok
    store.close()


def test_a_failed_append_does_not_remember_its_dedup_keys(path: Path) -> None:
    store = SqliteEntryStore(path, run_entries=4)
    ledger = filled(store, [3])
    with store.begin() as transaction:
        transaction._connection.execute("PRAGMA max_page_count = 1")
    batch = [observed(number, sealed=random.Random(number).randbytes(5000)) for number in range(50, 90)]
    with pytest.raises(StoreFault):
        ledger.append(batch)
    assert not any(receipt.duplicate for receipt in ledger.append(batch))
    assert all(receipt.duplicate for receipt in ledger.append(batch))
    assert (ledger.size, ledger.verify().ok) == (43, True)
    store.close()


def test_a_process_that_holds_the_ledger_too_long_is_told_of(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_schema, "BUSY_SECONDS", 0.05)
    store = SqliteEntryStore(path)
    ledger = filled(store, [3])
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreFault, match="another process holds the ledger"):
        ledger.append([observed(9)])
    assert [entry.position for entry in ledger.read(0)] == [0, 1, 2], "readers are not held up"
    other.execute("ROLLBACK")
    other.close()
    assert ledger.append([observed(9)])[0].position == 3
    store.close()


def test_a_closed_store_says_so(path: Path) -> None:
    store = SqliteEntryStore(path)
    ledger = filled(store, [3])
    store.close()
    with pytest.raises(StoreFault, match="it was closed"):
        ledger.append([observed(9)])
    with pytest.raises(StoreFault, match="it was closed"):
        store.head()


def test_readers_in_many_threads_see_whole_entries_while_one_appends(path: Path) -> None:
    store = SqliteEntryStore(path)
    ledger = filled(store, [50])

    def read_all(_: int) -> bool:
        positions = [entry.position for entry in ledger.read(0)]
        return positions == list(range(len(positions))) and len(positions) >= 50

    with ThreadPoolExecutor(6) as readers:
        checks = [readers.submit(read_all, number) for number in range(30)]
        for number in range(50, 120):
            ledger.append([observed(number)])
        assert all(check.result() for check in checks)
    store.close()


def test_a_page_lost_in_the_middle_is_a_fault_in_our_words(path: Path) -> None:
    store = SqliteEntryStore(path)
    ledger = filled(store, [200] * 6)
    store.close()
    data = path.read_bytes()
    for page in range(1, len(data) // PAGE_BYTES):
        path.write_bytes(data[: page * PAGE_BYTES] + b"\xa5" * PAGE_BYTES + data[(page + 1) * PAGE_BYTES :])
        try:
            store = SqliteEntryStore(path, create=False)
        except HeadwaterError:
            continue
        ledger = Ledger(store, SIGNER)
        assert not ledger.verify().ok, page
        store.close()


def test_processes_append_to_one_ledger_at_once(path: Path) -> None:
    processes = [start_appender(path, first, 12) for first in (0, 300, 1_000_000)]
    told = [process.communicate(timeout=120)[0].splitlines(keepends=True) for process in processes]
    assert [lines[-1] for lines in told] == ["done\n"] * 3
    assert verified(path).ok
    store = SqliteEntryStore(path)
    entries = list(Ledger(store, SIGNER).read(0))
    store.close()
    assert len({entry.envelope.dedup for entry in entries}) == len(entries)
    for lines in told:
        for number, position in acknowledged(lines).items():
            assert entries[position].envelope.dedup == observed(number).dedup


def test_creation_by_many_at_once_gives_one_ledger(path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: SqliteEntryStore(path), range(16)))
    ledgers = [Ledger(store, SIGNER) for store in stores]
    for number, ledger in enumerate(ledgers):
        assert ledger.append([observed(number)])[0].position == number
    assert [part.name for part in path.parent.iterdir() if "new" in part.name] == []
    for store in stores:
        store.close()
    assert verified(path).size == 16


def test_a_new_store_has_an_empty_head(path: Path) -> None:
    store = SqliteEntryStore(path)
    assert store.head() == EMPTY_HEAD
    store.close()


@pytest.mark.skipif(not sys.platform.startswith("linux") or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_without_write_permission_is_told_of(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    with pytest.raises(StoreFault, match="cannot create ledger"):
        SqliteEntryStore(folder / "ledger.db")


@pytest.mark.parametrize("note", ["", "words", 0, 1.5, b"", b"words"])
def test_whatever_a_segment_s_note_cell_is_changed_to_is_found(path: Path, note: object) -> None:
    store = SqliteEntryStore(path)
    filled(store, [3, 4, 2])
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE segments SET note = ? WHERE first = 3", (note,))
    connection.close()
    found = verified(path)
    assert (found.ok, found.first_bad, found.problem_count) == (False, 3, 1)


def test_an_emptied_note_is_found_where_an_append_went_on_too(path: Path) -> None:
    store = SqliteEntryStore(path)
    filled(store, [600])
    store.close()
    assert verified(path).ok
    for note in (b"", "", 0):
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE segments SET note = ? WHERE first = 0", (note,))
        connection.close()
        found = verified(path)
        assert (found.ok, found.first_bad) == (False, 0)
