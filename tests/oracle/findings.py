"""What experiments give back: outcomes of a run, what one change moved, all that was found of a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from headwater.model.lineage import StatementLineage
from tests.oracle.cases import Case

Output = tuple[str | None, str | None]
"""A table (None: the reader) and a column of it (None: its rows as such)."""
Outcome = dict[Output, list[object]]
TOGETHER = "\0together"
"""How values stand side by side, as an output of its own."""


@dataclass(frozen=True)
class Moved:
    """What one change of one source moved. `column` None: rows were taken away or doubled."""

    table: str
    column: str | None
    outputs: frozenset[Output]
    beside: frozenset[Output] = frozenset()
    """Outputs that hold the same values beside other ones: they moved against what the source does not reach."""


@dataclass(frozen=True)
class Shifted:
    """What moved when all columns of one name class were shifted, so that values moved and no decision did."""

    sources: frozenset[tuple[str, str]]
    outputs: frozenset[Output]


@dataclass
class Findings:
    """All that the experiments with one case showed."""

    case: Case
    lineage: StatementLineage
    moved: set[Moved] = field(default_factory=set)
    shifted: set[Shifted] = field(default_factory=set)
    runs: int = 0
    """Drawings of data."""
    results: int = 0
    """Those that gave any rows."""
    unstable: int = 0
    """Those left out because the order of the rows alone changed the result."""
    kept: set[Output] = field(default_factory=set)
    """Outputs that were there at the end of a run."""
    fault: str = ""
    """Why DuckDB did not run it, if it did not."""

    @property
    def silence(self) -> str:
        """Why the experiments show nothing; empty where they do."""
        if self.fault or self.moved:
            return self.fault
        if self.unstable:
            return "its result changes with the order of rows"
        return "nothing moves it" if self.results else "always empty"


def note(outcome: Outcome, table: str | None, names: Sequence[str], rows: list[tuple[object, ...]], told: Collection[str]) -> None:
    """Add the rows of one result or table to an outcome; a name that is no word counts only if it is among those the lineage tells."""
    rows = sorted((tuple(_rounded(value) for value in row) for row in rows), key=repr)
    outcome[table, None] = [len(rows)] if rows else []
    outcome[table, TOGETHER] = list(rows)
    columns: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        is_name = name.replace("_", "a").isalnum() or name.lower() in told
        columns.setdefault(name.lower() if is_name else f"_col_{at}", []).append(at)
    for name, places in columns.items():
        outcome[table, name] = [tuple(row[at] for at in places) for row in rows]


def difference(before: Outcome, after: Outcome) -> set[Output]:
    """Outputs whose values differ as a multiset; how they stand together only where nothing else moved."""
    moved = {output for output in before.keys() | after.keys() if output[1] != TOGETHER and _told(before, output) != _told(after, output)}
    if not moved:
        moved = {output for output in before if output[1] == TOGETHER and before[output] != after.get(output)}
    return moved


def beside(before: Outcome, after: Outcome, reached: set[Output]) -> set[Output]:
    """Reached outputs whose values stand beside other values of those that are not reached, which themselves stayed as they were."""
    found: set[Output] = set()
    for table in {table for table, _ in before}:
        fixed = [output for output in before if output[0] == table and output[1] not in (None, TOGETHER) and output not in reached]
        if fixed and after.get((table, None)) == before[table, None] and _rows(before, fixed) == _rows(after, fixed):
            found |= {each for each in reached & before.keys() if each[0] == table and each[1] is not None and each in after}
            found = {each for each in found if each[0] != table or _rows(before, [*fixed, each]) != _rows(after, [*fixed, each])}
    return found


def has_rows(outcome: Outcome) -> bool:
    """Whether any table or result of an outcome holds a row."""
    return any(rows for output, rows in outcome.items() if output[1] is None)


def _rounded(value: object) -> object:
    """Without the last digits of a sum, which differ with the order of its parts; what is no number equals itself."""
    return f"{value:.9g}" if isinstance(value, float) else value


def _rows(outcome: Outcome, outputs: Iterable[Output]) -> Counter[str]:
    return Counter(map(repr, zip(*(outcome.get(output, []) for output in outputs), strict=False)))


def _told(outcome: Outcome, output: Output) -> Counter[str]:
    return Counter(map(repr, outcome.get(output, [])))
