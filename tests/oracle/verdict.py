"""What the experiments say of a lineage: movements without an edge, values that flow without a direct one, edges never seen at work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from headwater.model.lineage import DIRECT, StatementLineage, TableEdge
from tests.oracle.experiment import Findings, Output


@dataclass(frozen=True)
class Miss:
    """A movement without an edge. `is_value`: the value itself flows, so that an indirect edge is not enough."""

    source: tuple[str, str | None]
    output: Output
    is_value: bool

    def __str__(self) -> str:
        (table, column), (target, name) = self.source, self.output
        flow = "value flows" if self.is_value else "influence"
        return f"{flow}: {table}.{column or '(rows)'} -> {f'{target}.' if target else ''}{name or '(rows)'}"


class Reach:
    """What a source reaches by the edges of one text, through the tables that the text itself fills."""

    def __init__(self, lineage: StatementLineage) -> None:
        self._from: dict[str, list[TableEdge]] = {}
        for edge in lineage.edges:
            self._from.setdefault(edge.source_table, []).append(edge)

    def of(self, table: str, column: str | None, *, direct: bool = False) -> set[Output]:
        """Outputs reached; `(table, None)` stands for all rows of it."""
        found: set[Output] = set()
        waiting = list(self._edges(table, column, direct))
        while waiting:
            edge = waiting.pop()
            output = (edge.target_table, edge.target_column)
            if output not in found:
                found.add(output)
                if edge.target_table is not None:
                    waiting += self._edges(edge.target_table, edge.target_column, direct)
        return {(target, name.lower() if name is not None else None) for target, name in found}

    def _edges(self, table: str, column: str | None, direct: bool) -> Iterator[TableEdge]:
        for edge in self._from.get(table, ()):
            # rows that come or go reach whatever is read from their table; a column's change reaches what is read of the column
            same = column is None or edge.source_column is None or edge.source_column.lower() == column.lower()
            if same and (column is None or edge.source_column is not None) and (not direct or edge.kind in DIRECT):
                yield edge


def misses(findings: Findings) -> list[Miss]:
    """Movements that the lineage does not explain, each once."""
    reach = Reach(findings.lineage)
    found: dict[Miss, None] = {}
    for moved in findings.moved:
        reached = reach.of(moved.table, moved.column)
        for output in moved.outputs:
            if not (_covers(reached, output) if moved.column is not None else output[0] in {target for target, _ in reached}):
                found[Miss((moved.table, moved.column), output, is_value=False)] = None
    for shift in findings.shifted:
        reached = {output for source in shift.sources for output in reach.of(*source, direct=True)}
        for output in shift.outputs:
            if output not in reached:
                found[Miss(min(shift.sources), output, is_value=True)] = None
    return sorted(found, key=str)


def _covers(reached: set[Output], output: Output) -> bool:
    """Whether an output is reached by itself or with all rows of its table; how values stand together is reached with any of them."""
    target, name = output
    if (target, None) in reached:
        return True
    return any(table == target for table, _ in reached) if name is not None and name.startswith("\0") else output in reached


def unseen(findings: Findings) -> list[TableEdge]:
    """Edges whose source never moved what they reach, in any experiment."""
    seen: set[tuple[str, str | None, str | None]] = set()
    for moved in findings.moved:
        seen.update((moved.table, moved.column, target) for target, _ in moved.outputs)
        seen.update((moved.table, moved.column, f"{target}.{name}") for target, name in moved.outputs)
    return [edge for edge in findings.lineage.edges if not _was_seen(edge, seen)]


def _was_seen(edge: TableEdge, seen: Iterable[tuple[str, str | None, str | None]]) -> bool:
    wanted = edge.target_table if edge.target_column is None else f"{edge.target_table}.{edge.target_column.lower()}"
    return (edge.source_table, edge.source_column, wanted) in seen
