"""Every hook of a dbt project read through the resolver: what it reads, what it writes, and what could not be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from headwater.answers.dbt.reading import Columns, ModelReading, Schemas
from headwater.answers.evidence import spoken
from headwater.capture.dbt.artifacts import text
from headwater.capture.dbt.hooks import Hook, hooks_of
from headwater.capture.dbt.naming import dataset_of, namespace_of
from headwater.capture.dbt.project import Node, Project
from headwater.capture.dbt.templates import Templates
from headwater.capture.openlineage.dialects import dialect_named
from headwater.capture.sql import analyse
from headwater.model.dbt import HookRow, HookStatus
from headwater.model.ids import DatasetId
from headwater.model.lineage import Flow, Statement, StatementLineage
from headwater.projections.matching import Matcher


@dataclass(frozen=True, slots=True)
class HookReading:
    """One hook of a node as it was read; `lineage` is None where there is no SQL to read."""

    node: Node
    hook: Hook
    lineage: StatementLineage | None
    reads: tuple[DatasetId, ...] = ()
    writes: tuple[DatasetId, ...] = ()
    flows: frozenset[tuple[DatasetId, Flow]] = frozenset()
    """What reaches which dataset by it."""

    @property
    def id(self) -> str:
        """The hook's name among all of the project."""
        return self.node.id if self.node.role == "operation" else f"{self.node.id} {self.hook.name}"

    @property
    def row(self) -> HookRow:
        """What is said of it."""
        status: HookStatus = "not read" if self.hook.sql is None else self.lineage.status if self.lineage is not None else "complete"
        told = tuple(spoken(reason) for reason in self.lineage.reasons) if self.lineage is not None else ()
        reasons = (self.hook.reason,) if self.hook.sql is None else told
        reads, writes = ((tuple(dataset.name for dataset in each)) for each in (self.reads, self.writes))
        return HookRow(id=self.id, name=self.hook.name, status=status, reads=reads, writes=writes, reasons=reasons)


def read_hooks(project: Project, readings: Mapping[str, ModelReading]) -> Iterator[HookReading]:
    """Every hook that a project's models have and that its runs begin and end with; tables have the columns that were read of them."""
    templates = Templates(project.manifest, project.nodes)
    namespace = namespace_of(project.connection, project.adapter, project.name)
    known = {reading.dataset: reading.columns for reading in readings.values()}
    for node in project.of_role("dataset", "inlined", "operation"):
        for hook in hooks_of(project, node, templates):
            yield _read(project, node, hook, namespace, known)


def _read(project: Project, node: Node, hook: Hook, namespace: str, known: Mapping[DatasetId, Columns | None]) -> HookReading:
    if not hook.sql:
        return HookReading(node, hook, None)
    schema = text(node.raw, "schema") if node.role == "operation" else None
    nodes = [*project.parents(node), *(project.nodes[name] for name in hook.parents), *([node] if node.role != "operation" else [])]
    schemas = Schemas(Matcher((dataset_of(each.raw, namespace, project.adapter) for each in nodes), namespace), known)
    lineage = analyse(Statement(hook.sql, dialect_named(project.adapter), text(node.raw, "database"), schema), schemas)
    reads, writes = (tuple(sorted({schemas.dataset(table) for table in tables})) for tables in (lineage.sources, lineage.targets))
    flows = frozenset(
        (
            schemas.dataset(edge.target_table),
            Flow(schemas.dataset(edge.source_table), edge.source_column, edge.target_column, edge.kind, edge.masking),
        )
        for edge in lineage.edges
        if edge.target_table is not None
    )
    return HookReading(node, hook, lineage, reads, writes, flows)
