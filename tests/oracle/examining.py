"""What a worker does: all experiments with one statement, of the corpus or made up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from tests.oracle.cases import Case
from tests.oracle.experiment import Laboratory
from tests.oracle.findings import Findings
from tests.oracle.fuzzing import made_up, runs, shrunk
from tests.oracle.verdict import misses


def examine(case: Case, seeds: Sequence[int], *, pursuits: int = 0) -> Findings:
    """All experiments with one case."""
    return Laboratory(case, case.lineage()).run(seeds, pursuits=pursuits)


def fuzz(seed: int) -> Findings:
    """All experiments with the statement of a seed; with the smallest that fails, where one does."""
    case = made_up(seed)
    found = examine(case, (0,))
    if found.lineage.status == "complete" and misses(found):
        found = examine(case.but(shrunk(case.sql, partial(_fails, case))), (0,))
    return found


def _fails(case: Case, sql: str) -> bool:
    found = examine(case.but(sql), (0,))
    return found.lineage.status == "complete" and bool(misses(found)) and runs(sql)
