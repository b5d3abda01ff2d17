"""Leaks: made-up pipelines of real SQL in five dialects, with planted leaks and honest look-alikes, recorded and asked about.

    python bench/leaks.py [--pipelines 250] [--seed 0] [--play 250]

Each pipeline is told as producers and people would tell it: sources as a classifier found them, runs with their statements, expectations,
approvals, measurements; a tenth of the statements cannot be read. `headwater leaks` is asked once. Printed are recall over both tiers,
recall among the confirmed where every statement can be read, precision of what is confirmed, and seconds of processor time. Beforehand
so many of the pipelines are run on DuckDB with marked values, to see that the truth they are measured by is true. Needs the repository.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from headwater.sdk import open_home
from tests.leaks.pipelines import Pipeline, pipeline
from tests.leaks.played import disagreements, play
from tests.leaks.recording import record
from tests.leaks.scoring import Score, score

T = TypeVar("T")


def main() -> int:
    """Measure and print; 1 where a leak was missed, or confirmed leaks are wrong more often than one in twenty."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pipelines", type=int, default=250)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--play", type=int, default=250)
    options = parser.parse_args()
    seeds = range(options.seed, options.seed + options.pipelines)
    pipelines = [pipeline(seed) for seed in seeds]
    wrong = _play(seeds[: options.play])
    with TemporaryDirectory() as folder, open_home(Path(folder) / "home") as client:
        record_seconds, _ = _timed(lambda: record(client, pipelines))
        ask_seconds, answer = _timed(lambda: client.leaks(limit=10_000))
        again_seconds, _ = _timed(lambda: client.leaks(limit=10_000))
    found = score(pipelines, answer.result.leaks)
    _print(pipelines, found)
    print(f"processor time: recording {record_seconds:.1f} s, asking {ask_seconds:.2f} s, asking again {again_seconds:.2f} s")
    return int(wrong > 0 or found.recall < 1 or found.precision < 0.95)


def _play(seeds: Sequence[int]) -> int:
    """Run pipelines on DuckDB; gives how often the data and the truth part."""
    looked = visible = 0
    wrong: list[str] = []
    for seed in seeds:
        told, shown = play(seed)
        looked, visible = looked + len(shown), visible + sum(each.visible for each in shown)
        wrong += disagreements(told, shown)
    if seeds:
        print(f"run on DuckDB: {len(seeds)} pipelines, {looked:,} pairs of column and type, {visible:,} visible, {len(wrong)} wrong")
    for line in wrong:
        print(f"  unlike the truth: {line}")
    return len(wrong)


def _print(pipelines: list[Pipeline], found: Score) -> None:
    steps = [step for one in pipelines for step in one.steps]
    unreadable = sum(not step.readable for step in steps)
    print(f"{len(pipelines)} pipelines, {len(steps):,} statements, {unreadable} that nobody can read, {found.planted} leaks planted")
    readable = sum(each.readable for one in pipelines for each in one.truth)
    surely = 1 - len(found.missed_surely) / readable if readable else 1.0
    print(f"recall, both tiers              {found.recall:.3f}  ({len(found.missed)} missed)")
    print(f"recall, confirmed, all readable {surely:.3f}  ({len(found.missed_surely)} of {readable} missed)")
    print(f"precision, confirmed            {found.precision:.3f}  ({len(found.false)} of {found.confirmed} wrong)")
    print(f"told of another first job       {len(found.misplaced)}")
    print(f"possible, beside                {found.possible}")
    for name in ("missed", "missed_surely", "false", "misplaced"):
        for line in getattr(found, name):
            print(f"  {name.replace('_', ' ')}: {line}")


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    started = process_time()
    done = work()
    return process_time() - started, done


if __name__ == "__main__":
    sys.exit(main())
