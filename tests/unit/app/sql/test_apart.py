from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from headwater.app.sql.apart import Apart
from headwater.app.sql.catalog import Catalog
from headwater.capture.sql import analyse
from headwater.model.lineage import Statement

CATALOG = Catalog({"t": {"a": "INT", "b": "INT"}})
STATEMENT = Statement("insert into u select * from t", "duckdb")


def process_of(reader: Apart) -> int:
    """The process that works for a reader."""
    assert reader._process is not None
    return reader._process.pid


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
    with Apart((sys.executable, "-c", "import os; os.abort()")) as reader:
        found = reader.read(STATEMENT, CATALOG)
    assert (found.status, [reason.code for reason in found.reasons]) == ("failed", ["analyser-died"])


def test_a_process_that_never_answers_is_given_up() -> None:
    with Apart((sys.executable, "-c", "import time; time.sleep(60)"), patience_seconds=0.05) as reader:
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
