"""One dbt document being translated: its node, names, job, run and time."""

from __future__ import annotations

from typing import Any

from headwater.capture.dbt.artifacts import inner, text
from headwater.capture.dbt.documents import Document
from headwater.capture.dbt.naming import dataset_of, job_of, namespace_of
from headwater.capture.openlineage.reading import Reading
from headwater.model.entries import Entry
from headwater.model.ids import DatasetId, RunId
from headwater.model.observations import DbtObserved
from headwater.model.times import parse_instant

PRODUCER = "dbt"


class NodeReading(Reading):
    """Collects the facts of one document; its dataset, job and run are worked out once."""

    def __init__(self, document: Document, observed: DbtObserved, entry: Entry) -> None:
        header = document.header
        executed = document.result if header.execution is not None else None
        ended = text(executed, "completed_at") if executed is not None else None
        super().__init__(
            position=entry.position,
            at=parse_instant(ended or header.generated_at),
            producer=PRODUCER,
            producer_key=entry.envelope.producer,
            grant=observed.grant,
        )
        self.document = document
        self.node = document.node
        self.kind = text(document.node, "resource_type") or document.node["unique_id"].partition(".")[0]
        self.namespace = namespace_of(header.connection, header.adapter, header.project)
        self.job = job_of(document.node["unique_id"], header.job_namespace)
        if header.execution is not None and document.result is not None:
            self.run = RunId(header.execution.invocation_id)

    @property
    def materialized(self) -> str:
        """How dbt makes the node."""
        return str(inner(self.node, "config").get("materialized") or self.kind)

    def dataset(self, node: dict[str, Any]) -> DatasetId:
        """The dataset of a node of the same project."""
        return dataset_of(node, self.namespace, self.document.header.adapter)

    @property
    def parents(self) -> list[DatasetId]:
        """The datasets that the node reads."""
        return [self.dataset(parent) for parent in self.document.parents]
