from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from headwater.answers.registry import answer
from headwater.answers.sight import Sight
from headwater.app.analysis import Analyser, InProcess, Performer, Workers
from headwater.app.analysis_worker import Outcome, Task
from headwater.app.follower import Follower
from headwater.app.logs import start_logging
from headwater.capture.translate import translate
from headwater.edges.stores.views import MemoryViewStore, SqliteViewStore
from headwater.ledger.ledger import Ledger
from headwater.model.entries import Entry
from headwater.model.facts import Fact
from headwater.model.questions import GapsQuestion, LineageQuestion, Question, StatusQuestion
from headwater.projections.views import ViewStore
from tests.unit.app.lake import append, copy_event, empty_ledger, event, table

QUESTIONS: tuple[Question, ...] = (LineageQuestion(node="t9", columns=True), StatusQuestion(), GapsQuestion())


def follower(ledger: Ledger, store: ViewStore | None = None, performer: Performer | None = None) -> Follower:
    return Follower(ledger, store or MemoryViewStore(), Analyser(performer or InProcess()))


def answers(followed: Follower) -> list[bytes]:
    with followed.reading() as views:
        return [msgspec.json.encode(answer(views, question, Sight(("*",)), followed.ledger_size)) for question in QUESTIONS]


@pytest.fixture
def ledger() -> Ledger:
    chain = empty_ledger()
    for number in range(10):
        append(chain, copy_event(number, f"t{number - 1}" if number else "origin", f"t{number}", "id", "name"))
    return chain


def test_a_thread_follows_and_wakes_those_who_wait(ledger: Ledger) -> None:
    followed = follower(ledger)
    followed.start()
    try:
        assert followed.wait_for(9)
        append(ledger, copy_event(50, "t9", "t10"))
        assert followed.wait_for(10)
        assert not followed.wait_for(99, timeout_seconds=0.05)
    finally:
        followed.stop()


def test_columns_pass_through_ten_stars(ledger: Ledger) -> None:
    followed = follower(ledger)
    followed.catch_up()
    with followed.reading() as views:
        found = answer(views, LineageQuestion(node="t9.name"), Sight(("*",)), ledger.size)
    assert {node.name for node in found.result.nodes} == {"origin", *(f"t{number}" for number in range(9))}
    assert {node.column for node in found.result.nodes} == {"name"}


@pytest.mark.parametrize("cut", [1, 4, 10])
def test_it_goes_on_from_its_save(ledger: Ledger, tmp_path: Path, cut: int) -> None:
    whole = follower(ledger)
    whole.catch_up()
    part = empty_ledger()
    store = SqliteViewStore(tmp_path / "views.sqlite")
    events = [copy_event(n, f"t{n - 1}" if n else "origin", f"t{n}", "id", "name") for n in range(10)]
    append(part, *events[:cut])
    first = follower(part, store)
    first.catch_up()
    first.stop()
    append(part, *events[cut:])
    second = follower(part, store)
    assert second.position == cut
    second.catch_up()
    assert answers(second) == answers(whole)


def test_a_rebuild_gives_the_same_answers_while_it_follows(ledger: Ledger) -> None:
    followed = follower(ledger)
    followed.start()
    assert followed.wait_for(9)
    before = answers(followed)
    followed.rebuild()
    assert answers(followed) == before
    append(ledger, copy_event(60, "t9", "t10"))
    assert followed.wait_for(10)
    followed.stop()


@pytest.mark.parametrize("damage", ["cut", "other version", "not sqlite", "no text"])
def test_a_damaged_save_is_folded_again(ledger: Ledger, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "views.sqlite"
    first = follower(ledger, SqliteViewStore(path))
    first.catch_up()
    first.stop()
    data = path.read_bytes()
    if damage == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "not sqlite":
        path.write_bytes(b"nothing to see" * 100)
    elif damage == "no text":
        state = SqliteViewStore(path).load(_version())
        assert state is not None
        state.rows = {kind: {key: row.replace(b"t", b"\xff") for key, row in known.items()} for kind, known in state.rows.items()}
        state.blobs = {name: blob.replace(b"t", b"\xff") for name, blob in state.blobs.items()}
        SqliteViewStore(path).save(state, base=None)
    else:
        state = SqliteViewStore(path).load(_version())
        assert state is not None
        state.version = "another"
        SqliteViewStore(path).save(state, base=None)
    second = follower(ledger, SqliteViewStore(path))
    second.catch_up()
    assert answers(second) == answers(first)
    second.stop()
    assert SqliteViewStore(path).load(_version()) is not None


def test_a_slower_process_does_not_overwrite_a_newer_save(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "views.sqlite"
    one, other = follower(ledger, SqliteViewStore(path)), follower(ledger, SqliteViewStore(path))
    one.catch_up()
    assert one.save()
    append(ledger, copy_event(70, "t9", "t10"))
    late = follower(ledger, SqliteViewStore(path))
    late.catch_up()
    one.catch_up()
    assert late.save()
    assert not one.save()
    other.catch_up()
    third = follower(ledger, SqliteViewStore(path))
    assert third.position == 11
    assert answers(third) == answers(other)


def test_workers_read_statements_and_survive_a_kill(ledger: Ledger) -> None:
    workers = Workers(1)
    followed = follower(ledger, performer=workers)
    followed.catch_up()
    process: Any = workers._workers[0]._process
    os.kill(process.pid, signal.SIGKILL)
    append(ledger, copy_event(80, "t9", "t10", "id", "name"))
    followed.catch_up()
    with followed.reading() as views:
        found = answer(views, LineageQuestion(node="t10.name"), Sight(("*",)), ledger.size)
    assert found.complete
    assert found.total["nodes"] == 11
    followed.stop()


def test_a_statement_that_no_worker_survives_is_a_gap(ledger: Ledger) -> None:
    class Deadly:
        """Dies of every task that asks for lineage."""

        def perform(self, tasks: Any) -> list[Any]:
            return [InProcess().perform([task])[0] if task.tables is None else None for task in tasks]

        def close(self) -> None:
            """Nothing to let go of."""

    followed = follower(ledger, performer=Deadly())
    followed.catch_up()
    with followed.reading() as views:
        found = answer(views, GapsQuestion(), Sight(("*",)), ledger.size)
    assert {gap.code for gap in found.result.gaps} == {"STATEMENT-FAILED"}
    followed.stop()


def test_an_entry_that_faults_is_a_gap_in_every_answer_and_stops_nothing(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(entry: Entry) -> list[Fact]:
        if entry.position == 3:
            raise KeyError("a bug of ours")
        return translate(entry)

    monkeypatch.setattr("headwater.app.follower.translate", faulty)
    followed = follower(ledger)
    followed.catch_up()
    assert followed.position == 10
    with followed.reading() as views:
        found = answer(views, LineageQuestion(node="t2"), Sight(("*",)), ledger.size)
    assert [gap.code for gap in found.gaps] == ["ENTRY-UNFOLDED"]
    assert not found.complete
    assert "a bug of ours" not in found.gaps[0].detail


def test_entries_are_folded_together_only_up_to_a_size(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headwater.app.follower.CHUNK_BYTES", 1)
    followed = follower(ledger)
    seen: list[int] = []
    followed.catch_up(lambda done, _: seen.append(done))
    assert seen == list(range(1, 11))


def test_a_follower_that_dies_writes_one_line_and_no_traceback(ledger: Ledger, capfd: pytest.CaptureFixture[str]) -> None:
    class Starved:
        size = 1

        def read(self, start: int, stop: int | None = None) -> Iterator[Entry]:
            raise MemoryError

    start_logging("info")
    followed = Follower(Starved(), MemoryViewStore(), Analyser(InProcess()))
    followed.start()
    assert not followed.wait_for(0)
    followed.stop()
    lines = capfd.readouterr().err.splitlines()
    assert [(told["event"], told["cause"]) for told in map(msgspec.json.decode, lines)] == [("follower-stopped", "MemoryError")]
    assert isinstance(followed.fault, MemoryError)


def test_a_follower_says_how_long_the_entries_at_hand_have_taken(ledger: Ledger) -> None:
    class Slow(InProcess):
        busy = -1.0

        def perform(self, tasks: Sequence[Task]) -> list[Outcome | None]:
            time.sleep(0.05)
            self.busy = followed.busy_seconds
            return super().perform(tasks)

    slow = Slow()
    followed = follower(ledger, performer=slow)
    assert followed.busy_seconds == 0
    followed.catch_up()
    assert slow.busy >= 0.05
    assert followed.busy_seconds == 0


def _version() -> str:
    from headwater.app.follower import VERSION

    return VERSION


def star(number: int, source: str, target: str) -> dict[str, Any]:
    """An event of a job that makes a table of all of another's columns, and says nothing of the columns of either."""
    sql = f"create table {target} as select * from {source}"
    return event(number, f"make {target}", sql, [table(source)], [table(target)])


@pytest.mark.parametrize("performer", [InProcess, lambda: Workers(2)])
def test_stars_over_tables_that_only_statements_describe_are_read_however_entries_are_batched(
    performer: Callable[[], Performer], monkeypatch: pytest.MonkeyPatch
) -> None:
    chain = empty_ledger()
    for number in (*range(9, 4, -1), *range(5)):
        append(chain, star(number, f"t{number - 1}" if number else "origin", f"t{number}"))
    append(chain, event(20, "describe", "select 1", [table("origin", "id", "name")], []))
    one = follower(chain, performer=performer())
    one.catch_up()
    monkeypatch.setattr("headwater.app.follower.CHUNK", 3)
    few = follower(chain)
    few.catch_up()
    assert answers(few) == answers(one)
    with one.reading() as views:
        found = answer(views, LineageQuestion(node="t9.name"), Sight(("*",)), chain.size)
        assert answer(views, GapsQuestion(), Sight(("*",)), chain.size).result.gaps == ()
    assert {node.name for node in found.result.nodes} == {"origin", *(f"t{number}" for number in range(9))}
    one.stop()
