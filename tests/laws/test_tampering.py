"""Whatever is done to the file: verification against a checkpoint held elsewhere reports it, or nothing that was recorded changed.

Changes are made on a closed file, by byte and by SQL; where the harm is to one entry, that entry is named.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.edges.stores.sqlite import SqliteEntryStore
from headwater.edges.stores.sqlite_rows import Compressor
from headwater.ledger.checkpoint import Checkpoint
from headwater.ledger.framing import BODY_LENGTH, ENVELOPE_LENGTH, frame_bodies, frame_envelopes, split_frames
from headwater.ledger.ledger import Ledger
from headwater.ledger.note import Signer
from headwater.ledger.ports import Segment
from headwater.ledger.tree.merkle import leaf_hash
from headwater.ledger.tree.tiles import Edge
from headwater.ledger.verify.verification import Verification
from headwater.model.errors import HeadwaterError
from tests.ledgers import ORIGIN, SIGNER, filled, observed

BATCHES = [1, 40, 256, 7, 300, 1, 60, 3]
SIZE = sum(BATCHES)


class Recorded:
    """An intact ledger file, what it holds, and the checkpoint that someone else keeps."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "ledger.db"
        store = SqliteEntryStore(self.path, run_entries=100)
        ledger = filled(store, BATCHES)
        self.entries, self.checkpoint = list(ledger.read(0)), ledger.checkpoint()
        store.close()
        self.data = self.path.read_bytes()

    @contextmanager
    def copy(self) -> Iterator[Path]:
        """A copy to be tampered with."""
        path = self.path.with_name("tampered.db")
        path.write_bytes(self.data)
        try:
            yield path
        finally:
            for part in path.parent.glob("tampered.db*"):
                part.unlink()

    def judge(self, path: Path) -> Verification | HeadwaterError:
        """Verify a copy; a store that cannot even be opened says so as a fault."""
        try:
            store = SqliteEntryStore(path, create=False, run_entries=100)
        except HeadwaterError as fault:
            return fault
        try:
            return Ledger(store, None, trusted=[SIGNER.verifier]).verify(against=self.checkpoint)
        finally:
            store.close()

    def holds_all(self, path: Path) -> bool:
        """Whether everything recorded is still read, and replays are still known."""
        store = SqliteEntryStore(path, create=False, run_entries=100)
        try:
            ledger = Ledger(store, SIGNER)
            receipts = ledger.append([observed(number) for number in range(0, SIZE, 7)])
            same = list(ledger.read(0)) == self.entries and ledger.checkpoint() == self.checkpoint
            return same and [receipt.position for receipt in receipts] == list(range(0, SIZE, 7))
        finally:
            store.close()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return Recorded(tmp_path_factory.mktemp("ledger"))


def problems(found: Verification | HeadwaterError) -> tuple[str, ...]:
    """What was found wrong; empty if nothing."""
    if isinstance(found, HeadwaterError):
        return (found.problem,)
    return tuple(f"{problem.position}: {problem.what}" for problem in found.problems)


def test_the_intact_file_verifies(recorded: Recorded) -> None:
    with recorded.copy() as path:
        assert problems(recorded.judge(path)) == ()
        assert recorded.holds_all(path)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_a_flipped_byte_is_found_or_changes_nothing(recorded: Recorded, data: st.DataObject) -> None:
    at, flip = data.draw(st.integers(0, len(recorded.data) - 1)), data.draw(st.integers(1, 255))
    with recorded.copy() as path:
        with path.open("r+b") as file:
            file.seek(at)
            file.write(bytes([recorded.data[at] ^ flip]))
        assert problems(recorded.judge(path)) or recorded.holds_all(path)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_a_cut_or_shifted_file_is_found_or_changes_nothing(recorded: Recorded, data: st.DataObject) -> None:
    at, length = data.draw(st.integers(0, len(recorded.data) - 1)), data.draw(st.integers(1, 9000))
    inserted = data.draw(st.binary(max_size=20))
    with recorded.copy() as path:
        path.write_bytes(recorded.data[:at] + inserted + recorded.data[at + length :])
        assert problems(recorded.judge(path)) or recorded.holds_all(path)


ROWS = ("segments", "tiles", "dedup_runs", "dedup_pages", "head")


@pytest.mark.parametrize("table", ROWS)
def test_any_row_taken_away_is_found(recorded: Recorded, table: str) -> None:
    key = {"tiles": "level * 1000 + number", "dedup_pages": "run * 1000 + page"}.get(table, "rowid")
    with sqlite3.connect(recorded.path) as connection:
        keys = [row[0] for row in connection.execute(f"SELECT {key} FROM {table}")]
    assert keys
    for one in keys:
        with recorded.copy() as path:
            tamper(path, f"DELETE FROM {table} WHERE {key} = {one}")
            found = recorded.judge(path)
            assert problems(found), f"row {one} of {table}"
            if table == "segments" and isinstance(found, Verification):
                assert found.first_bad == one


@pytest.mark.parametrize(
    ("table", "column"), [("segments", "envelopes"), ("segments", "bodies"), ("tiles", "hashes"), ("dedup_pages", "records")]
)
def test_two_rows_swapped_are_found_and_placed(recorded: Recorded, table: str, column: str) -> None:
    key = {"tiles": "level * 1000 + number", "dedup_pages": "run * 1000 + page"}.get(table, "rowid")
    with recorded.copy() as path:
        with sqlite3.connect(path) as connection:
            rows = connection.execute(f"SELECT {key}, {column} FROM {table} ORDER BY {key}").fetchall()
        connection.close()
        (first, one), (second, other) = rows[1], rows[2]
        tamper(path, f"UPDATE {table} SET {column} = ? WHERE {key} = {first}", other)
        tamper(path, f"UPDATE {table} SET {column} = ? WHERE {key} = {second}", one)
        found = recorded.judge(path)
        assert isinstance(found, Verification)
        assert not found.ok
        assert found.first_bad is not None
        if table == "segments":
            assert found.first_bad == first


def test_an_inserted_row_is_found(recorded: Recorded) -> None:
    for statement in (
        f"INSERT INTO segments SELECT {SIZE}, count, note, envelopes, bodies FROM segments WHERE first = 0",
        "INSERT INTO segments SELECT 20, count, note, envelopes, bodies FROM segments WHERE first = 0",
        "INSERT INTO segments SELECT -9, count, note, envelopes, bodies FROM segments WHERE first = 0",
        "INSERT INTO tiles SELECT level, 9, hashes FROM tiles WHERE level = 0 AND number = 0",
        "INSERT INTO tiles SELECT 7, 0, hashes FROM tiles WHERE level = 0 AND number = 0",
        "INSERT INTO dedup_pages SELECT 9999, page, records FROM dedup_pages LIMIT 1",
        "INSERT INTO dedup_pages SELECT run, 99, records FROM dedup_pages LIMIT 1",
        f"INSERT INTO dedup_runs SELECT {SIZE}, {SIZE + 5}, fences, filter FROM dedup_runs LIMIT 1",
    ):
        with recorded.copy() as path:
            tamper(path, statement)
            assert problems(recorded.judge(path)), statement


def test_wrong_types_and_absurd_numbers_are_found(recorded: Recorded) -> None:
    for statement in (
        "UPDATE segments SET bodies = 'text' WHERE first = 41",
        "UPDATE segments SET envelopes = NULL WHERE first = 41",
        "UPDATE segments SET envelopes = 7 WHERE first = 41",
        "UPDATE segments SET count = 'many' WHERE first = 41",
        "UPDATE segments SET count = 9000000000000 WHERE first = 41",
        "UPDATE segments SET count = -1 WHERE first = 41",
        "UPDATE tiles SET hashes = 'text'",
        "UPDATE head SET size = 9000000000000000000",
        "UPDATE head SET size = -1",
        "UPDATE head SET note = x'00'",
        "UPDATE dedup_runs SET filter = zeroblob(64)",
        "UPDATE dedup_runs SET fences = 'x'",
        "UPDATE dedup_runs SET stop = 'x'",
        "UPDATE dedup_pages SET records = 12",
    ):
        with recorded.copy() as path, suppress(sqlite3.IntegrityError):
            tamper(path, statement)
            assert problems(recorded.judge(path)), statement


def test_triggers_views_and_tables_do_not_get_in(recorded: Recorded) -> None:
    for statement in (
        "CREATE TRIGGER t AFTER INSERT ON segments BEGIN DELETE FROM segments WHERE first = NEW.first; END",
        "CREATE VIEW more AS SELECT * FROM segments",
        "CREATE TABLE more (a)",
        "CREATE INDEX more ON segments (count)",
        "ALTER TABLE segments RENAME TO parts",
        "DROP TABLE dedup_runs",
        "PRAGMA user_version = 0",
    ):
        with recorded.copy() as path:
            tamper(path, statement)
            found = recorded.judge(path)
            assert isinstance(found, HeadwaterError), statement


def test_each_altered_entry_is_named(recorded: Recorded) -> None:
    for position in (0, 1, 40, 255, 256, 300, 600, SIZE - 1):
        with recorded.copy() as path:
            rewrite(path, position, in_tiles=False)
            found = recorded.judge(path)
            assert isinstance(found, Verification)
            assert (found.ok, found.first_bad) == (False, position)


def test_an_altered_payload_is_named_though_its_compression_is_sound(recorded: Recorded) -> None:
    with recorded.copy() as path:
        edit_bodies(path, 300, lambda body: body.replace(b'"number":300', b'"number":301'))
        found = recorded.judge(path)
        assert isinstance(found, Verification)
        assert [(problem.position, problem.what) for problem in found.problems] == [(300, "its payload is not the one committed to")]


def test_an_erased_payload_without_a_record_of_it_is_named(recorded: Recorded) -> None:
    with recorded.copy() as path:
        edit_bodies(path, 300, lambda _: b"")
        found = recorded.judge(path)
        assert isinstance(found, Verification)
        assert [(problem.position, problem.what) for problem in found.problems] == [
            (300, "its payload is gone and no erasure is on record")
        ]


def test_a_rewritten_entry_with_rewritten_tiles_is_placed_by_the_signatures(recorded: Recorded) -> None:
    starts = [sum(BATCHES[:at]) for at in range(len(BATCHES))]
    for position in (0, 100, 304, 500, SIZE - 1):
        with recorded.copy() as path:
            rewrite(path, position, in_tiles=True)
            found = recorded.judge(path)
            assert isinstance(found, Verification)
            assert not found.ok
            assert found.first_bad == max(start for start in starts if start <= position)


def test_a_history_signed_anew_by_its_owner_is_caught_by_the_checkpoint_held_elsewhere(recorded: Recorded) -> None:
    with recorded.copy() as path:
        rewrite(path, 200, in_tiles=True, signer=SIGNER)
        found = recorded.judge(path)
        assert isinstance(found, Verification)
        assert any("differs from the checkpoint held elsewhere" in problem.what for problem in found.problems)
        assert found.first_bad == 41, "the appends' own checkpoints, which were not signed anew, say where"


def test_a_ledger_cut_back_to_an_earlier_state_is_caught_by_the_checkpoint_held_elsewhere(recorded: Recorded, tmp_path: Path) -> None:
    shorter = tmp_path / "shorter.db"
    store = SqliteEntryStore(shorter, run_entries=100)
    filled(store, BATCHES[:5])
    store.close()
    found = recorded.judge(shorter)
    assert isinstance(found, Verification)
    assert found.first_bad == sum(BATCHES[:5])
    assert "the ledger was cut" in found.problems[0].what


def test_another_key_s_ledger_of_the_same_name_is_refused(recorded: Recorded, tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    store = SqliteEntryStore(path, run_entries=100)
    filled(store, BATCHES, signer=Signer.from_seed(ORIGIN, bytes(32)))
    store.close()
    assert any("none of its signatures is by a known key" in problem for problem in problems(recorded.judge(path)))


def tamper(path: Path, statement: str, *values: object) -> None:
    """Change a closed file by SQL, as an administrator with a shell would."""
    connection = sqlite3.connect(path)
    try:
        connection.execute(statement, values)
        connection.commit()
    finally:
        connection.close()
    assert not path.with_name(path.name + "-wal").exists()


def edit_bodies(path: Path, position: int, edit: object) -> None:
    """Change one entry's body and compress its segment soundly again."""
    store = SqliteEntryStore(path, create=False)
    (segment,) = store.segments(position, position + 1)
    store.close()
    bodies = [bytes(body) for body in split_frames(segment.bodies, BODY_LENGTH, segment.count)]
    place = position - segment.first
    bodies[place] = edit(bodies[place])  # type: ignore[operator]
    row = Compressor().row(Segment(segment.first, segment.count, segment.envelopes, frame_bodies(bodies)))
    tamper(path, "UPDATE segments SET bodies = ? WHERE first = ?", row[4], segment.first)


def rewrite(path: Path, position: int, *, in_tiles: bool, signer: Signer | None = None) -> None:
    """Set an entry's received time forward; with its tiles rebuilt, and signed anew, if wanted."""
    store = SqliteEntryStore(path, create=False)
    segments = list(store.segments(0, SIZE))
    store.close()
    edge, leaves = Edge(), list[bytes]()
    for segment in segments:
        envelopes = [bytes(part) for part in split_frames(segment.envelopes, ENVELOPE_LENGTH, segment.count)]
        place = position - segment.first
        if 0 <= place < segment.count:
            data = bytearray(envelopes[place])
            data[16] ^= 1
            envelopes[place] = bytes(data)
            tamper(path, "UPDATE segments SET envelopes = ? WHERE first = ?", frame_envelopes(envelopes), segment.first)
        leaves += [leaf_hash(data) for data in envelopes]
    if in_tiles:
        for tile, hashes in edge.extend(leaves).items():
            tamper(path, "UPDATE tiles SET hashes = ? WHERE level = ? AND number = ?", hashes, *tile)
    if signer:
        tamper(path, "UPDATE head SET note = ?", Checkpoint(ORIGIN, SIZE, edge.root()).signed(signer))
