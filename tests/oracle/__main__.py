"""Runs the oracle in full: `python -m tests.oracle [--topic T] [--seeds N] [--fuzz N] [--from SEED]`. Exits 1 where lineage was missed."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from headwater.model.lineage import TableEdge
from tests.oracle.cases import Case, corpus
from tests.oracle.experiment import Findings, Laboratory
from tests.oracle.fuzzing import made_up, runs, shrunk
from tests.oracle.verdict import Miss, misses, unseen

_TITLES = ("statements", "influences", "missed", "value flows", "not direct", "edges", "unseen", "partial", "silent")


@dataclass
class Tally:
    """What the cases of one topic came to."""

    cases: int = 0
    shown: int = 0
    """Influences seen at work: a source and an output that it moved."""
    values: int = 0
    missed: list[tuple[Case, Miss]] = field(default_factory=list)
    partial: list[tuple[Case, str]] = field(default_factory=list)
    unseen: list[tuple[Case, TableEdge]] = field(default_factory=list)
    edges: int = 0
    silent: list[tuple[Case, str]] = field(default_factory=list)
    """Cases of which the experiments show nothing, and why."""

    def take(self, found: Findings) -> None:
        """Add what was found of one case."""
        case = found.case
        self.cases += 1
        self.shown += len({(each.table, each.column, output) for each in found.moved for output in each.outputs})
        self.values += len({(each.sources, output) for each in found.shifted for output in each.outputs})
        if found.lineage.status != "complete":
            self.partial.append((case, ", ".join(f"{reason.code} {reason.subject}".strip() for reason in found.lineage.reasons)))
        else:
            self.missed += [(case, miss) for miss in misses(found)]
            self.edges += len(found.lineage.edges)
            self.unseen += [(case, edge) for edge in unseen(found)] if found.moved else []
        if found.fault or not found.moved:
            self.silent.append((case, found.fault or _silence(found)))


def _silence(found: Findings) -> str:
    return "its result changes with the order of rows" if found.unstable else "nothing moves it" if found.results else "always empty"


def examine(case: Case, seeds: Sequence[int]) -> Findings:
    """All experiments with one case."""
    return Laboratory(case, case.lineage()).run(seeds)


def main() -> int:
    """Run, print the tables, and say whether anything was missed."""
    arguments = _arguments()
    tallies: dict[str, Tally] = {}
    chosen = [case for case in corpus() if arguments.topic in (None, case.topic)]
    began = time.monotonic()
    for at, case in enumerate(chosen, 1):
        _show(f"{at} of {len(chosen)} statements, {time.monotonic() - began:.0f} s: {case}")
        tallies.setdefault(case.topic, Tally()).take(examine(case, range(arguments.seeds)))
    if arguments.topic is None:
        tallies["fuzzed"] = _fuzz(range(arguments.start, arguments.start + arguments.fuzz))
    _show("")
    _report(tallies)
    return 1 if any(tally.missed for tally in tallies.values()) else 0


def _fuzz(seeds: Iterable[int]) -> Tally:
    tally = Tally()
    for seed in seeds:
        case = made_up(seed)
        _show(f"made up: {seed}")
        found = examine(case, (0,))
        if found.lineage.status == "complete" and misses(found):
            small = shrunk(case.sql, partial(_fails, case))
            found = examine(Case(case.topic, case.name, small, case.schema), (0,))
        tally.take(found)
    return tally


def _fails(case: Case, sql: str) -> bool:
    found = examine(Case(case.topic, case.name, sql, case.schema), (0,))
    return found.lineage.status == "complete" and bool(misses(found)) and runs(sql)


def _report(tallies: dict[str, Tally]) -> None:
    print(f"{'':20}" + "".join(f"{title:>12}" for title in _TITLES))
    for topic, tally in tallies.items():
        values = sum(miss.is_value for _, miss in tally.missed)
        print(
            f"{topic:20}{tally.cases:12,}{tally.shown:12,}{len(tally.missed) - values:12,}{tally.values:12,}{values:12,}"
            f"{tally.edges:12,}{len(tally.unseen):12,}{len(tally.partial):12,}{len(tally.silent):12,}"
        )
    for title, rows in (
        ("missed", [row for tally in tallies.values() for row in tally.missed]),
        ("partial", [row for tally in tallies.values() for row in tally.partial]),
        ("silent", [row for tally in tallies.values() for row in tally.silent]),
    ):
        if rows:
            print(f"\n{title}")
        for case, what in rows:
            print(f"  {case}  {what}")
            if title == "missed" and case.topic == "fuzzed":
                print(f"      {case.sql}")
    kinds = Counter(edge.kind.name for tally in tallies.values() for _, edge in tally.unseen)
    if kinds:
        print("\nedges never seen at work, by kind: " + ", ".join(f"{kind.lower()} {count}" for kind, count in kinds.most_common()))


def _show(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text[:110]}")
        sys.stderr.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--topic")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--fuzz", type=int, default=300)
    parser.add_argument("--from", dest="start", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
