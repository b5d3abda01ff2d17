from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import pytest

import headwater
from headwater.app.sql import apart
from headwater.app.sql.apart import Apart, NotStarted
from headwater.app.sql.catalog import Catalog
from headwater.app.sql.kept import KEPT, Kept
from headwater.capture.sql import analyse_script
from headwater.model.lineage import Statement
from tests.unit.app.sql.processes import ROOT, is_gone, printed, state_of
from tests.unit.app.sql.test_apart import started
from tests.unit.capture.sql.scripts.samples import SCRIPTS

NOTHING = Catalog({})
READ = "import headwater; from headwater.app.sql.kept import KEPT; f = headwater.sql_lineage('select a from t', apart=True); "


@pytest.fixture
def kept() -> Iterator[Kept]:
    """A kept process of the test's own."""
    made = Kept()
    yield made
    made.close()


def process_of(kept: Kept) -> int:
    assert kept.process is not None
    return kept.process


@pytest.mark.parametrize(("dialect", "sql"), SCRIPTS[:12])
def test_a_text_reads_the_same_apart(dialect: str, sql: str) -> None:
    assert headwater.sql_lineage(sql, dialect, apart=True) == headwater.sql_lineage(sql, dialect, apart=False)


def test_one_process_reads_text_after_text(kept: Kept) -> None:
    processes = set()
    for number in range(50):
        statement = Statement(f"select a{number} from t", "duckdb")
        assert kept.read_script(statement, NOTHING) == analyse_script(statement, NOTHING)
        processes.add(process_of(kept))
    assert len(processes) == 1


def test_columns_in_another_order_are_another_schema(kept: Kept) -> None:
    query = Statement("insert into u select * from t", "duckdb")
    found = [
        kept.read_script(query, Catalog({"t": tables, "u": {"x": "", "y": ""}})) for tables in ({"a": "", "b": ""}, {"b": "", "a": ""})
    ]
    assert [[edge.source_column for edge in each.whole.edges] for each in found] == [["a", "b"], ["b", "a"]]


def test_threads_get_the_answers_to_their_own_texts(kept: Kept) -> None:
    def columns(number: int) -> list[str | None]:
        found = kept.read_script(Statement(f"select c{number} from t{number}", "duckdb"), NOTHING)
        return [edge.source_column for edge in found.whole.edges]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(columns, range(400))) == [[f"c{number}"] for number in range(400)]


def test_the_process_outlives_the_thread_that_started_it(kept: Kept) -> None:
    thread = Thread(target=kept.read_script, args=(Statement("select 1"), NOTHING))
    thread.start()
    thread.join()
    before = process_of(kept)
    kept.read_script(Statement("select 2"), NOTHING)
    assert process_of(kept) == before


def test_a_process_that_was_killed_is_replaced_and_waited_for(kept: Kept) -> None:
    kept.read_script(Statement("select 1"), NOTHING)
    before = process_of(kept)
    os.kill(before, signal.SIGKILL)
    assert kept.read_script(Statement("select a from t"), NOTHING).whole.status == "complete"
    assert process_of(kept) != before and state_of(before) == ""


def test_a_text_that_ends_its_process_fails_with_a_reason_and_the_next_is_read() -> None:
    deadly = Kept(Apart(started("os.abort()")))
    found = deadly.read_script(Statement("select 1"), NOTHING).whole
    assert (found.status, [reason.code for reason in found.reasons]) == ("failed", ["analyser-died"])
    assert deadly.read_script(Statement("select 2"), NOTHING).whole.status == "failed" and deadly.process is None
    assert headwater.sql_lineage("select a from t", apart=True).status == "complete"


class Views:
    """A catalog that reads SQL itself to answer."""

    def columns(self, table: str) -> Mapping[str, str] | None:
        inner = headwater.sql_lineage("select a, b from base", "duckdb", apart=True)
        return {str(edge.target.column): "INT" for edge in inner.edges} if table == "v" else None


def test_a_catalog_may_read_sql_itself_while_it_is_asked() -> None:
    found = headwater.sql_lineage("select * from v", "duckdb", Views(), apart=True)
    assert [edge.target.column for edge in found.edges] == ["a", "b"]


class Broken:
    """A catalog that cannot be asked."""

    def columns(self, table: str) -> Mapping[str, str] | None:
        raise ConnectionError("the catalog is away")


@pytest.mark.parametrize("is_apart", [True, False])
def test_what_a_catalog_raises_reaches_its_owner(is_apart: bool) -> None:
    with pytest.raises(ConnectionError, match="the catalog is away"):
        headwater.sql_lineage("select * from t", "duckdb", Broken(), apart=is_apart)
    assert headwater.sql_lineage("select a from t", "duckdb", apart=is_apart).status == "complete"


def test_a_forked_process_reads_in_one_of_its_own() -> None:
    headwater.sql_lineage("select 1", apart=True)
    ours = process_of(KEPT)
    (line,) = printed(
        READ + "import os\nours = KEPT.process\nreading, writing = os.pipe()\n"
        "if os.fork() == 0:\n"
        "    found = headwater.sql_lineage('select b from u', apart=True)\n"
        "    os.write(writing, f'{found.sources} {KEPT.process}'.encode()); KEPT.close(); os._exit(0)\n"
        "told = os.read(reading, 1000).decode().rpartition(' '); os.wait()\n"
        "again = headwater.sql_lineage('select c from v', apart=True)\n"
        "print(told[0], told[2] != str(ours), again.sources, KEPT.process == ours)"
    )
    assert line == "('u',) True ('v',) True" and process_of(KEPT) == ours


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_it_works_in_pools_of_processes(tmp_path: Path, method: str) -> None:
    program = tmp_path / "pooled.py"
    program.write_text(
        "import multiprocessing, headwater\nfrom headwater.app.sql.kept import KEPT\n"
        "def read(n):\n    return headwater.sql_lineage(f'select a from t{n}', apart=True).sources, KEPT.process\n"
        "if __name__ == '__main__':\n    print(read(0)[1])\n"
        f"    with multiprocessing.get_context('{method}').Pool(2) as pool:\n        found = pool.map(read, range(20))\n"
        "        pool.close(); pool.join()\n"
        "    assert [each for each, _ in found] == [(f't{n}',) for n in range(20)]\n"
        "    print(*{process for _, process in found})\n"
    )
    own, *others = " ".join(
        printed(f"import runpy; runpy.run_path({str(program)!r}, run_name='__main__')", path=f"{ROOT}:{tmp_path}")
    ).split()
    assert others and own not in others and all(is_gone(int(each)) for each in (own, *others))


@pytest.mark.parametrize("end", ["", "raise SystemExit(0)", "os._exit(0)", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_it_ends_with_the_interpreter_however_that_ends(end: str) -> None:
    program = READ + f"import os, signal; print(KEPT.process, flush=True); {end}"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert ended.stderr == "" and is_gone(int(ended.stdout))


def test_it_works_where_programs_are_typed_in() -> None:
    assert printed("", stdin=READ + "print(f.status)") == ["complete"]


def test_it_loads_what_the_program_itself_found(tmp_path: Path) -> None:
    for name in ("sqlglot", "msgspec", "signal"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('not the one that was meant')")
    program = f"import sys; sys.path[0:1] = [{ROOT!r}]; " + READ + "print(f.status)"
    assert printed(program, folder=tmp_path, path="") == ["complete"]


def test_where_no_python_can_be_started_texts_are_read_here_unless_asked_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert apart.interpreter() is None
    with pytest.raises(NotStarted, match="expected a Python interpreter that loads headwater, got none"):
        Kept().read_script(Statement("select 1"), NOTHING)


def test_a_program_that_embeds_python_is_not_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/usr/sbin/some-server")
    found = apart.interpreter()
    assert found is not None and Path(found).name.startswith("python")
