"""Every model of a dbt project read through the resolver, each after those it selects from.

What dbt itself does to a table that it keeps is part of the reading.

A table's columns are what the catalog says. To compare two projects they are what the table's own SQL gives (`inferred`), for a
catalog tells what was built last, which need not be what the project says now; what is recorded does without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from headwater.answers.evidence import spoken
from headwater.capture.dbt.artifacts import inner, text
from headwater.capture.dbt.naming import column_of, dataset_of, namespace_of
from headwater.capture.dbt.project import Node, Project
from headwater.capture.dbt.upkeep import upkeep_of
from headwater.capture.openlineage.dialects import dialect_named
from headwater.capture.sql import analyse_query
from headwater.model.dbt import ModelStatus
from headwater.model.ids import DatasetId
from headwater.model.lineage import Flow, Reason, Statement, StatementLineage
from headwater.projections.matching import Matcher

Columns = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ModelReading:
    """A node as it was read. `columns` are all of its columns in order, None where they are not known."""

    node: Node
    dataset: DatasetId
    status: ModelStatus
    reasons: tuple[str, ...] = ()
    sources: tuple[DatasetId, ...] = ()
    flows: frozenset[Flow] = frozenset()
    kept: frozenset[Flow] = frozenset()
    """Of the flows, what dbt itself does to the table."""
    columns: Columns | None = None
    statement: Statement | None = None
    fingerprint: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing about it is left unread."""
        return self.status in ("complete", "loaded", "inlined")

    @property
    def is_read(self) -> bool:
        """Whether something about its lineage is known at all."""
        return self.is_whole or self.status == "partial"

    @property
    def reads_itself(self) -> bool:
        """Whether its SQL is that of a later build of an incremental model, which looks at what is there."""
        return self.dataset in self.sources

    @property
    def traced(self) -> frozenset[str]:
        """The columns that something is known to reach."""
        return frozenset(flow.target_column for flow in self.flows if flow.target_column is not None)

    @property
    def known_columns(self) -> frozenset[str]:
        """The columns it has, as far as known."""
        return frozenset(self.columns) if self.columns is not None else self.traced


@dataclass(slots=True)
class Schemas:
    """What one statement may look up: table names as it writes them, matched to the datasets that its node reads."""

    matcher: Matcher
    known: Mapping[DatasetId, Columns | None]
    met: dict[str, DatasetId] = field(default_factory=dict)
    asked: dict[str, Columns | None] = field(default_factory=dict)

    def columns(self, table: str) -> Mapping[str, str] | None:
        """Columns of a table, None where not all are known."""
        columns = self.asked[table] = self.known.get(self.dataset(table))
        return None if columns is None else dict.fromkeys(columns, "")

    def dataset(self, table: str) -> DatasetId:
        """The dataset that a table name means here."""
        return self.met.setdefault(table, self.matcher.match(table))


@dataclass(slots=True)
class Remembered:
    """What statements were found to say, for projects that have most of them in common: the same words and columns say the same."""

    found: dict[Statement, list[tuple[dict[str, Columns | None], StatementLineage, Columns | None]]] = field(default_factory=dict)

    def read(self, statement: Statement, schemas: Schemas) -> tuple[StatementLineage, Columns | None]:
        """A statement's lineage and the columns that it gives."""
        for asked, lineage, columns in self.found.get(statement, ()):
            if all(schemas.known.get(schemas.dataset(table)) == known for table, known in asked.items()):
                return lineage, columns
        lineage, columns = analyse_query(statement, schemas)
        self.found.setdefault(statement, []).append((schemas.asked, lineage, columns))
        return lineage, columns


def read_project(project: Project, *, inferred: bool, remembered: Remembered | None = None) -> dict[str, ModelReading]:
    """Every dataset of a project as it was read, by the node's id; sources too."""
    remembered = remembered if remembered is not None else Remembered()
    namespace = namespace_of(project.connection, project.adapter, project.name)
    known: dict[DatasetId, Columns | None] = {}
    readings: dict[str, ModelReading] = {}
    ordered = project.in_order()
    for node in ordered:
        if node.role == "dataset":
            known[dataset_of(node.raw, namespace, project.adapter)] = told_columns(project, node)
    for node in ordered:
        if node.role not in ("dataset", "inlined"):
            continue
        reading = _read(project, node, namespace, known, remembered)
        readings[node.id] = reading
        if inferred and node.is_made_by_sql and reading.columns is not None:
            known[reading.dataset] = reading.columns
    return readings


def told_columns(project: Project, node: Node) -> Columns | None:
    """The columns that the warehouse told, or that a contract holds the model to."""
    table = project.table(node)
    if table is not None and table.columns:
        return tuple(column.name for column in sorted(table.columns.values(), key=lambda column: (column.index, column.name)))
    if inner(inner(node.raw, "config"), "contract").get("enforced") is True:
        columns = [column for column in inner(node.raw, "columns").values() if isinstance(column, dict)]
        if columns and all(column.get("data_type") for column in columns):
            return tuple(column_of(str(each.get("name")), project.adapter, quoted=each.get("quote") is True) for each in columns)
    return None


def _read(project: Project, node: Node, namespace: str, known: Mapping[DatasetId, Columns | None], remembered: Remembered) -> ModelReading:
    dataset = dataset_of(node.raw, namespace, project.adapter)
    parents = tuple(dict.fromkeys(dataset_of(parent.raw, namespace, project.adapter) for parent in project.parents(node)))
    if node.role == "inlined":
        return ModelReading(node, dataset, "inlined", sources=parents)
    if not node.is_made_by_sql:
        return ModelReading(node, dataset, "loaded", columns=known.get(dataset))
    if node.language != "sql":
        return ModelReading(
            node,
            dataset,
            "not sql",
            (f"written in {node.language}: whatever it reads may reach every column",),
            parents,
            columns=known.get(dataset),
        )
    if node.compiled is None:
        return ModelReading(node, dataset, "not compiled", ("run `dbt compile`",), parents)
    statement = Statement(node.compiled, dialect_named(project.adapter), text(node.raw, "database"))
    schemas = Schemas(Matcher((*parents, dataset), namespace), known)
    lineage, columns = remembered.read(statement, schemas)
    flows = frozenset(
        Flow(schemas.dataset(edge.source_table), edge.source_column, edge.target_column, edge.kind, edge.masking) for edge in lineage.edges
    )
    kept = upkeep_of(node.raw, dataset, project.adapter, columns or known.get(dataset) or ())
    status = "partial" if kept.unread and lineage.status == "complete" else lineage.status
    return ModelReading(
        node,
        dataset,
        status,
        (*(spoken(reason) for reason in lineage.reasons), *(spoken(Reason("upkeep-not-read", setting)) for setting in kept.unread)),
        tuple(sorted({schemas.dataset(table) for table in lineage.sources} | set(parents if lineage.status != "complete" else ()))),
        flows | frozenset(kept.flows),
        frozenset(kept.flows),
        (*columns, *(column for column in kept.adds if column not in columns)) if columns is not None else None,
        statement,
        lineage.fingerprint,
    )
