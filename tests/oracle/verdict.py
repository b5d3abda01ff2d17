"""What the experiments say of a lineage: movements without an edge, values that flow without a direct one, edges never seen at work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from headwater.model.lineage import DIRECT, StatementLineage, TableEdge
from tests.oracle.findings import TOGETHER, Findings, Output


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
                    onward = list(self._edges(edge.target_table, edge.target_column, direct))
                    found |= {(each.target_table, None) for each in onward if edge.target_column is None}
                    waiting += onward
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
    return any(table == target for table, _ in reached) if name is not None and name == TOGETHER else output in reached


def unseen(findings: Findings) -> list[TableEdge]:
    """Edges whose source never moved what they reach, in any experiment."""
    shown: dict[tuple[str, str | None], set[Output]] = {}
    for moved in findings.moved:
        shown.setdefault((moved.table, moved.column), set()).update(moved.outputs | moved.beside)
    reach = Reach(findings.lineage)
    behind = {source: reach.of(*source) for source in shown}
    return [edge for edge in findings.lineage.edges if not _was_seen(edge, findings, shown, behind)]


def _was_seen(
    edge: TableEdge,
    findings: Findings,
    shown: Mapping[tuple[str, str | None], set[Output]],
    behind: Mapping[tuple[str, str | None], set[Output]],
) -> bool:
    """Whether the source of an edge moved its target; a table that the text fills is moved by changing what it is filled from."""
    own = (edge.source_table, edge.source_column)
    movers = [own]
    if own[0] not in findings.case.schema or own[0] in findings.lineage.targets:
        movers += [source for source, outputs in behind.items() if _reaches(outputs, own)]
    outputs = set().union(*(shown.get(mover, set()) for mover in movers))
    if edge.target_column is not None:
        return (edge.target_table, edge.target_column.lower()) in outputs
    return bool({output for output in outputs if output[0] == edge.target_table} - own_columns(edge, findings.lineage))


def _reaches(outputs: set[Output], source: Output) -> bool:
    table, column = source
    return any(target == table and (name is None or column is None or name == column.lower()) for target, name in outputs)


def own_columns(edge: TableEdge, lineage: StatementLineage) -> set[Output]:
    """Outputs that the source of an edge to every row reaches by edges of their own, so that their moving says nothing of the rows."""
    source = (edge.source_table, edge.source_column, edge.target_table)
    alike = [each for each in lineage.edges if (each.source_table, each.source_column, each.target_table) == source]
    own: set[Output] = {(each.target_table, each.target_column.lower()) for each in alike if each.target_column is not None}
    return own | {(edge.target_table, TOGETHER)} if own else own
