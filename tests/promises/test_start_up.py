"""Starting is quick: `import headwater` below 150 ms, `headwater --help` below 300 ms, and neither loads what it does not need.

What is measured is processor time, the median of several runs: a busy neighbour lengthens the clock on the wall, not the work done.
A round over the limit is measured again, since one slow round proves nothing and a slow program is slow in every round.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

IMPORT = [sys.executable, "-c", "import headwater"]
HELP = [str(Path(sys.executable).parent / "headwater"), "--help"]
RUNS = 7
ROUNDS = 4

HEAVY = frozenset(
    {"numpy", "pyarrow", "duckdb", "sqlglot", "fastapi", "starlette", "pydantic", "uvicorn", "cryptography", "httpx", "sklearn"}
)
NEVER_ON_IMPORT = HEAVY | {"typer", "rich", "zstandard", "asyncio", "sqlite3", "multiprocessing", "openlineage", "networkx", "scipy"}
NEVER_FOR_HELP = HEAVY | {"sqlite3", "openlineage", "networkx", "scipy"}


def processor_ms(command: list[str]) -> float:
    """User and system time of one run, in milliseconds."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return (usage.ru_utime + usage.ru_stime) * 1000


def median_ms(command: list[str], limit: float) -> float:
    """The lowest median of a few rounds, stopping at the first below the limit."""
    processor_ms(command)  # the first run compiles
    medians: list[float] = []
    while len(medians) < ROUNDS and (not medians or min(medians) >= limit):
        medians.append(statistics.median(processor_ms(command) for _ in range(RUNS)))
    return min(medians)


def modules_loaded(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after a statement."""
    program = f"{statement}\nimport sys\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    return set(result.stdout.splitlines()[-1].split())


def test_importing_headwater_takes_less_than_150_ms() -> None:
    assert median_ms(IMPORT, 150) < 150


def test_help_takes_less_than_300_ms() -> None:
    assert median_ms(HELP, 300) < 300


@pytest.mark.parametrize(
    ("statement", "forbidden"),
    [
        ("import headwater", NEVER_ON_IMPORT),
        ("from headwater.cli.main import run\nrun(['--help'])", NEVER_FOR_HELP),
    ],
    ids=["import", "help"],
)
def test_starting_loads_nothing_it_does_not_need(statement: str, forbidden: frozenset[str]) -> None:
    assert modules_loaded(statement) & forbidden == set()
