"""Kill -9 of appending processes at random moments, and what must hold after each.

python -m tests.laws.killing --rounds 100
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from headwater.edges.stores.sqlite import SqliteEntryStore
from headwater.ledger.ledger import Ledger
from tests.ledgers import SIGNER, dedup_of

ROOT = Path(__file__).parents[2]
APPENDERS = 2


def start_appender(path: Path, first: int, batches: int, *, extra: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """A process of its own that appends."""
    command = [sys.executable, "-m", "tests.laws.appender", str(path), str(first), str(batches)]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", **(extra or {})}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def acknowledged(lines: Iterable[str]) -> dict[int, int]:
    """Number -> position of what was told as recorded; a line that the kill cut short does not count."""
    told = (line.split() for line in lines if line.startswith("ack ") and line.endswith("\n"))
    return {int(number): int(position) for _, number, position in told}


def check(path: Path, acks: dict[int, int], held: bytes | None) -> bytes:
    """Everything acknowledged is in its place, no dedup key stands twice, all verifies unrepaired; returns a checkpoint to hold."""
    store = SqliteEntryStore(path, create=False, run_entries=500)
    try:
        ledger = Ledger(store, SIGNER)
        found = ledger.verify(against=held)
        assert found.problems == (), found.problems[:3]
        keys = [entry.envelope.dedup for entry in ledger.read(0)]
        assert len(set(keys)) == len(keys)
        lost = [number for number, position in acks.items() if keys[position] != dedup_of(number)]
        assert not lost, lost[:3]
        return ledger.checkpoint()
    finally:
        store.close()


def kill_rounds(folder: Path, rounds: int, seed: int) -> int:
    """Kill, check, go on with the same file; returns how many observations were acknowledged."""
    chance, path, acks, held = random.Random(seed), folder / "ledger.db", dict[int, int](), None
    for number in range(rounds):
        starts = [(number * APPENDERS + one) * 1_000_000 for one in range(APPENDERS)]
        processes = [start_appender(path, first, 100_000) for first in starts]
        heads = [process.stdout.readline() for process in processes if process.stdout]
        time.sleep(chance.uniform(0, 0.4))
        for process in processes:
            process.kill()
        for head, process in zip(heads, processes, strict=True):
            acks |= acknowledged([head, *(process.stdout or ())])
            process.wait()
            if process.stdout:
                process.stdout.close()
        held = check(path, acks, held)
    return len(acks)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        count = kill_rounds(Path(folder), arguments.rounds, arguments.seed)
    print(f"{arguments.rounds} rounds: {count} acknowledged observations, all there, every verification clean")


if __name__ == "__main__":
    main()
