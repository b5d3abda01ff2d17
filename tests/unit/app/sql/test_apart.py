from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from headwater.app.sql.apart import Apart, NotStarted
from headwater.app.sql.catalog import Catalog
from headwater.capture.sql import analyse, analyse_script
from headwater.model.lineage import Statement

CATALOG = Catalog({"t": {"a": "INT", "b": "INT"}})
STATEMENT = Statement("insert into u select * from t", "duckdb")


def started(then: str) -> tuple[str, ...]:
    """The command of a process that comes up and then does something else than read."""
    return sys.executable, "-c", f"import os, sys, time; sys.stdout.buffer.write(b'\\0\\0\\0\\5ready'); sys.stdout.flush(); {then}"


def process_of(reader: Apart) -> int:
    """The process that works for a reader."""
    assert reader.process is not None
    return reader.process


def test_a_text_reads_the_same_in_another_process() -> None:
    with Apart() as reader:
        assert reader.read(STATEMENT, CATALOG) == analyse(STATEMENT, CATALOG)


def test_the_process_goes_by_the_schemas_it_is_given_last() -> None:
    query, other = Statement("select * from t"), Catalog({"t": {"c": "INT"}})
    with Apart() as reader:
        columns = [[edge.source_column for edge in reader.read(query, schemas).edges] for schemas in (CATALOG, CATALOG, other, CATALOG)]
    assert columns == [["a", "b"], ["a", "b"], ["c"], ["a", "b"]]


def test_a_process_that_was_killed_is_started_again_and_told_the_schemas_again() -> None:
    with Apart() as reader:
        before = reader.read(STATEMENT, CATALOG)
        os.kill(process_of(reader), signal.SIGKILL)
        assert reader.read(STATEMENT, CATALOG) == before


def test_a_text_that_ends_every_process_fails_with_a_reason() -> None:
    with Apart(started("os.abort()")) as reader:
        found = reader.read(STATEMENT, CATALOG)
    assert (found.status, [reason.code for reason in found.reasons]) == ("failed", ["analyser-died"])


def test_a_process_that_never_answers_is_given_up() -> None:
    with Apart(started("time.sleep(60)"), patience_seconds=2) as reader:
        assert reader.read(STATEMENT, CATALOG).reasons[0].code == "analyser-died"


def test_modules_that_lie_about_are_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("sqlglot", "msgspec", "headwater"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not the one that was meant')")
    monkeypatch.chdir(tmp_path)
    with Apart() as reader:
        assert reader.read(STATEMENT, CATALOG) == analyse(STATEMENT, CATALOG)


def test_nothing_is_left_running() -> None:
    with Apart() as reader:
        reader.read(STATEMENT, CATALOG)
        process = process_of(reader)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_a_script_is_told_by_statement_and_as_a_whole() -> None:
    script = Statement("create table v as select a from t; select FROM; insert into u select a, a from v", "duckdb")
    with Apart() as reader:
        found = reader.read_script(script, CATALOG)
        assert found == analyse_script(script, CATALOG) and [part.lineage.status for part in found.parts][1] == "failed"
        assert found.whole == reader.read(script, CATALOG)


def test_a_text_says_which_tables_it_wants_to_know() -> None:
    with Apart() as reader:
        first = reader.read_with(STATEMENT, {})
        assert set(first.missing) == {"t", "u"} and first.script.whole.status == "partial"
        second = reader.read_with(STATEMENT, {"t": {"a": "INT"}, "u": None})
        assert second.missing == () and {edge.source_column for edge in second.script.whole.edges} <= {"a", None}


def test_a_process_that_does_not_come_up_is_a_fault_of_its_own_and_not_of_the_text() -> None:
    for ends in (("false",), (sys.executable, "-c", "print('no')"), ("no-such-program",)):
        with Apart(ends) as reader, pytest.raises(NotStarted, match="cannot read SQL in a process of its own"):
            reader.read(STATEMENT, CATALOG)


def test_an_interrupted_text_never_answers_for_the_next() -> None:
    with Apart() as reader:
        reader.read(STATEMENT, CATALOG)
        before = process_of(reader)
        heeded = signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        os.kill(before, signal.SIGSTOP)
        try:
            with pytest.raises(KeyboardInterrupt):
                reader.read(STATEMENT, CATALOG)
        finally:
            signal.signal(signal.SIGALRM, heeded)
        other = Statement("select b from t", "duckdb")
        assert reader.read(other, CATALOG) == analyse(other, CATALOG) and process_of(reader) != before
