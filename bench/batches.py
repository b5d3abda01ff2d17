"""How many faults in deliveries are told, in the right batch, and how often a clean delivery is found fault with.

    python bench/batches.py [--sources 32] [--days 50] [--faults 40] [--share 0.05]

Deliveries are drawn by `tests/laws/deliveries.py`: drift, weekly seasons, 200 to 50,000 rows. Each clean delivery past the learning time
is judged against all before it; each fault is planted in a delivery of its own and judged against the same history. A fault counts as told
if its batch has a deviation of a fitting kind on its column (or on one that goes with it, for shuffled columns).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy

sys.path.insert(0, str(Path(__file__).parents[1]))

from headwater.answers.batches.judge import judge
from headwater.model.batches import BatchProfile
from headwater.model.judgements import Deviation
from tests.laws.deliveries import FAULTS, Planted, Source, deliver, fits, plant, profile, source

TARGET_FALSE_PER_THOUSAND = 1.0
LEARNED = 15


@dataclass(slots=True)
class Told:
    """What was told of the faults of one kind."""

    planted: int = 0
    caught: int = 0
    otherwise: int = 0
    missed: list[str] = field(default_factory=list)


def main() -> int:
    """Run, print the tables, and fail if a target is missed."""
    arguments = _arguments()
    started = time.process_time()
    histories = {
        told: [profile(told, day, deliver(told, day)) for day in range(arguments.days)] for told in map(source, range(arguments.sources))
    }
    profiled = time.process_time() - started
    false, judged = clean(histories)
    found = faults(histories, arguments.faults, arguments.share)
    rows = sum(one.rows for history in histories.values() for one in history)
    print(f"\n{len(histories) * arguments.days:,} deliveries, {rows:,} rows profiled in {profiled:.0f} s: {rows / profiled:,.0f} rows/s")
    print(f"\n{'fault':24}{'planted':>9}{'caught':>9}{'otherwise':>11}{'missed':>9}")
    for fault, told in found.items():
        print(f"{fault:24}{told.planted:>9}{told.caught:>9}{told.otherwise:>11}{len(told.missed):>9}")
        for missed in told.missed[: arguments.show]:
            print(f"    {missed}")
    rate = 1_000 * false / max(judged, 1)
    print(f"\nclean deliveries judged {judged:,}, with a false finding {false}: {rate:.2f} in 1,000 (target {TARGET_FALSE_PER_THOUSAND})")
    return 0 if rate <= TARGET_FALSE_PER_THOUSAND and all(not told.missed for told in found.values()) else 1


def clean(histories: dict[Source, list[BatchProfile]]) -> tuple[int, int]:
    """How many clean deliveries were found fault with, of how many judged."""
    false = judged = 0
    kinds: Counter[str] = Counter()
    seconds = []
    for told, history in histories.items():
        for day in range(LEARNED, len(history)):
            started = time.process_time()
            judgement = judge(history[day], history[:day])
            seconds.append(time.process_time() - started)
            judged += 1
            false += bool(judgement.deviations)
            for deviation in judgement.deviations:
                kinds[deviation.kind] += 1
                print(f"false: {told.maker} {told.seed} day {day} {history[day].rows} rows: {_words(deviation)}")
    print(f"judging takes {1_000 * numpy.median(seconds):.0f} ms (median); false findings by kind: {dict(kinds)}")
    return false, judged


def faults(histories: dict[Source, list[BatchProfile]], count: int, share: float) -> dict[str, Told]:
    """What is told of planted faults, each in a delivery after thirty days at least."""
    found: dict[str, Told] = defaultdict(Told)
    rng = numpy.random.default_rng(7)
    sources = list(histories)
    for fault in FAULTS:
        for number in range(count):
            told = sources[number % len(sources)]
            day = int(rng.integers(LEARNED, len(histories[told])))
            planted = plant(told, day, fault, share if number % 4 else float(rng.uniform(share, 1.0 if fault != "truncated file" else 0.6)))
            _count(found[fault], planted, told, judge(profile(told, day, planted.delivery, "faulty"), histories[told][:day]).deviations)
    return found


def _count(told: Told, planted: Planted, source_told: Source, deviations: tuple[Deviation, ...]) -> None:
    told.planted += 1
    if any(fits(one, planted) for one in deviations):
        told.caught += 1
        return
    if deviations:
        told.otherwise += 1
    rows = planted.delivery.table.num_rows
    place = f"{source_told.maker} {source_told.seed} {rows} rows, {planted.share:.0%} of `{planted.column}` {planted.how}"
    told.missed.append(place + "".join(f"; {_words(one)}" for one in deviations[:2]))


def _words(deviation: Deviation) -> str:
    return f"{deviation.kind} `{deviation.column}` {deviation.reason} (chance {deviation.chance:.1e})"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=32)
    parser.add_argument("--days", type=int, default=50)
    parser.add_argument("--faults", type=int, default=40, help="of each kind")
    parser.add_argument("--share", type=float, default=0.05, help="of rows, of three faults in four")
    parser.add_argument("--show", type=int, default=12, help="missed faults of each kind to print")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
