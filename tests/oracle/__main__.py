"""Runs the oracle in full: `python -m tests.oracle [--topic T] [--seeds N] [--pursuits N] [--fuzz N] [--from SEED] [--workers N]`.

Exits 1 where lineage was missed, or where an edge of the corpus was never seen at work and nothing says why.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from headwater.model.lineage import TableEdge
from tests.oracle.cases import Case, corpus
from tests.oracle.examining import examine, fuzz
from tests.oracle.findings import Findings
from tests.oracle.reasons import reason, told, unfounded
from tests.oracle.verdict import Miss, misses, unseen

_TITLES = ("statements", "influences", "missed", "value flows", "not direct", "edges", "unseen", "unexplained", "partial", "silent")


@dataclass
class Tally:
    """What the cases of one topic came to."""

    cases: int = 0
    shown: int = 0
    """Influences seen at work: a source and an output that it moved."""
    values: int = 0
    missed: list[tuple[Case, Miss]] = field(default_factory=list)
    partial: list[tuple[Case, str]] = field(default_factory=list)
    unseen: list[tuple[Case, TableEdge, str | None]] = field(default_factory=list)
    """Edges that no experiment showed at work, each with its reason."""
    unfounded: list[tuple[Case, str]] = field(default_factory=list)
    """Remarks on edges that are not there."""
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
            self.unseen += [(case, edge, reason(found, edge)) for edge in unseen(found)]
            self.unfounded += [(case, remark) for remark in unfounded(found)]
        if found.silence:
            self.silent.append((case, found.silence))

    @property
    def unexplained(self) -> list[tuple[Case, str]]:
        """Edges never seen at work for which there is no reason."""
        return [(case, told(edge)) for case, edge, why in self.unseen if why is None]


def main() -> int:
    """Run, print the tables, and say whether anything was missed."""
    arguments = _arguments()
    tallies: dict[str, Tally] = {}
    chosen = [case for case in corpus() if arguments.topic in (None, case.topic)]
    began = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(arguments.workers) as workers:
        look = partial(examine, seeds=range(arguments.seeds), pursuits=arguments.pursuits)
        for at, found in enumerate(workers.imap(look, chosen), 1):
            _show(f"{at} of {len(chosen)} statements, {time.monotonic() - began:.0f} s: {found.case}")
            tallies.setdefault(found.case.topic, Tally()).take(found)
        if arguments.topic is None:
            seeds = range(arguments.start, arguments.start + arguments.fuzz)
            tallies["fuzzed"] = _fuzzed(workers.imap(fuzz, seeds))
    _show("")
    _report(tallies)
    print(f"\n{time.monotonic() - began:.0f} s with {arguments.workers} at work")
    corpus_tallies = [tally for topic, tally in tallies.items() if topic != "fuzzed"]
    is_wrong = any(tally.missed for tally in tallies.values()) or any(tally.unexplained or tally.unfounded for tally in corpus_tallies)
    return 1 if is_wrong else 0


def _fuzzed(findings: Iterable[Findings]) -> Tally:
    tally = Tally()
    for found in findings:
        _show(f"made up: {found.case.name}")
        tally.take(found)
    return tally


def _report(tallies: dict[str, Tally]) -> None:
    print(f"{'':20}" + "".join(f"{title:>12}" for title in _TITLES))
    for topic, tally in tallies.items():
        values = sum(miss.is_value for _, miss in tally.missed)
        print(
            f"{topic:20}{tally.cases:12,}{tally.shown:12,}{len(tally.missed) - values:12,}{tally.values:12,}{values:12,}"
            f"{tally.edges:12,}{len(tally.unseen):12,}{len(tally.unexplained):12,}{len(tally.partial):12,}{len(tally.silent):12,}"
        )
    for title, rows in (
        ("missed", [row for tally in tallies.values() for row in tally.missed]),
        ("unexplained", [row for topic, tally in tallies.items() if topic != "fuzzed" for row in tally.unexplained]),
        ("remarks on edges that are not there", [row for tally in tallies.values() for row in tally.unfounded]),
        ("partial", [row for tally in tallies.values() for row in tally.partial]),
        ("silent", [row for tally in tallies.values() for row in tally.silent]),
    ):
        if rows:
            print(f"\n{title}")
        for case, what in rows:
            print(f"  {case}  {what}")
            if title == "missed" and case.topic == "fuzzed":
                print(f"      {case.sql}")
    _report_unseen([tally for topic, tally in tallies.items() if topic != "fuzzed"])


def _report_unseen(tallies: Sequence[Tally]) -> None:
    """What share of the edges was seen at work, and why the others were not."""
    edges, never = sum(tally.edges for tally in tallies), [row for tally in tallies for row in tally.unseen]
    if not edges:
        return
    seen = edges - len(never)
    print(f"\n{seen:,} of {edges:,} edges were seen at work ({seen / edges:.1%}); the others by kind, then by reason")
    for rows in (Counter(edge.kind.name.lower() for _, edge, _ in never), Counter(why or "unexplained" for _, _, why in never)):
        print("  " + "; ".join(f"{name} {count}" for name, count in rows.most_common()))


def _show(text: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{text[:110]}")
        sys.stderr.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--topic")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--pursuits", type=int, default=18)
    parser.add_argument("--fuzz", type=int, default=300)
    parser.add_argument("--from", dest="start", type=int, default=0)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
