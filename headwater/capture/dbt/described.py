"""What a dbt document says of its dataset besides lineage: words, owners, tags, columns, other names; and the facts of consumers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from headwater.capture.dbt.artifacts import inner, text
from headwater.capture.dbt.naming import column_of, told_by_integration
from headwater.capture.dbt.reading import PRODUCER, NodeReading
from headwater.capture.openlineage.reading import clipped
from headwater.model.facts import AliasDeclared, ColumnsDerived, DatasetDescribed, DatasetUsed, JobDescribed, Owner, SchemaObserved, Tag
from headwater.model.ids import DatasetId
from headwater.model.schemas import Column

DOCUMENTED = "dbt/documented"
"""Speaks of documented columns, apart from the catalog: the poorer word must not replace the richer."""
ORIGIN = "dbt"


def tell_description(reading: NodeReading, dataset: DatasetId) -> None:
    """Say what people wrote about a dataset, who answers for it, and how dbt makes it."""
    node = reading.node
    if not reading.granted("description", dataset):
        return
    reading.say(
        DatasetDescribed,
        dataset=dataset,
        producer=PRODUCER,
        documentation=clipped(text(node, "description") or text(node, "source_description")),
        owners=owners(reading),
        tags=tags(node),
        dataset_type=reading.materialized.upper(),
    )


def tell_schema(reading: NodeReading, dataset: DatasetId) -> None:
    """Say what the warehouse told of the columns; a contract that dbt enforces says all of them, documentation only some."""
    documented, catalog = list(_documented(reading)), reading.document.catalog
    if (not catalog and not documented) or not reading.granted("schema", dataset):
        return
    if catalog:
        words = {column.name.casefold(): column.description for column in documented}
        columns = [Column(each.name, each.type or "", words.get(each.name.casefold()) or clipped(each.comment) or "") for each in catalog]
        reading.say(SchemaObserved, dataset=dataset, producer=PRODUCER, columns=tuple(columns), whole=True)
        documented = [column for column in columns if column.name.casefold() in words]
    if documented:
        whole = not catalog and inner(inner(reading.node, "config"), "contract").get("enforced") is True
        is_contract = whole and all(column.type for column in documented)
        reading.say(SchemaObserved, dataset=dataset, producer=DOCUMENTED, columns=tuple(documented), whole=is_contract)


def tell_consumer(reading: NodeReading) -> None:
    """An exposure or metric stands at the end of the graph: whatever it reads may reach it."""
    node, header = reading.node, reading.document.header
    consumer = DatasetId(header.job_namespace, node["unique_id"])
    reading.say(
        DatasetDescribed,
        dataset=consumer,
        producer=PRODUCER,
        documentation=clipped(text(node, "description") or text(node, "label")),
        owners=owners(reading),
        tags=tags(node),
        dataset_type="/".join(part for part in (reading.kind.upper(), (text(node, "type") or "").upper()) if part),
        source_uri=text(node, "url"),
    )
    reading.say(JobDescribed, job=reading.job, producer=PRODUCER, job_type=f"BATCH DBT {reading.kind.upper()}")
    parents = tuple(sorted(set(reading.parents)))
    if not parents:
        return
    for parent in parents:
        reading.say(DatasetUsed, dataset=parent, job=reading.job, run=None, role="input")
    reading.say(DatasetUsed, dataset=consumer, job=reading.job, run=None, role="output")
    reading.say(ColumnsDerived, target=consumer, job=reading.job, run=None, producer=PRODUCER, origin=ORIGIN, flows=(), inputs=parents)


def tell_other_name(reading: NodeReading, dataset: DatasetId) -> None:
    """Tie the name that dbt's own integration reports, for those who use it beside us."""
    header = reading.document.header
    other = told_by_integration(reading.node, header.connection, header.adapter) if header.joins_dbt_ol else None
    if other is not None and other != dataset and reading.granted("alias", dataset, other):
        reading.say(AliasDeclared, dataset=dataset, alias=other, producer=PRODUCER, kind="dbt-ol")


def owners(reading: NodeReading) -> tuple[Owner, ...] | None:
    """Who answers for a node; None where nobody is named."""
    return tuple(dict.fromkeys(Owner(name) for name in _listed(reading.node.get("owners")) if isinstance(name, str))) or None


def tags(node: dict[str, Any]) -> tuple[Tag, ...] | None:
    """The tags of a node and of its columns; None where there are none."""
    own = [Tag(key=tag) for tag in _listed(node.get("tags")) if isinstance(tag, str)]
    for name, column in inner(node, "columns").items():
        own += [Tag(key=tag, column=name) for tag in _listed(column.get("tags")) if isinstance(tag, str)]
    return tuple(dict.fromkeys(own)) or None


def _documented(reading: NodeReading) -> Iterator[Column]:
    for key, told in inner(reading.node, "columns").items():
        name = column_of(text(told, "name") or key, reading.document.header.adapter, quoted=told.get("quote") is True)
        yield Column(name, text(told, "data_type") or "", clipped(text(told, "description")) or "")


def _listed(told: Any) -> list[Any]:
    return told if isinstance(told, list) else []
