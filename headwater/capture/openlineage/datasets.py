"""The facts of one dataset of an event, how columns flow into it apart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from headwater.capture.openlineage.events import (
    Dataset,
    DatasetTypeFacet,
    DataSourceFacet,
    DocumentationFacet,
    LifecycleFacet,
    SchemaFacet,
    SchemaField,
    StatisticsFacet,
    StorageFacet,
    Symlink,
    SymlinksFacet,
    VersionFacet,
)
from headwater.capture.openlineage.jobs import owners, tags
from headwater.capture.openlineage.reading import ALIASES_AT_MOST, FacetReader, Reading, clipped
from headwater.model.facts import (
    AliasDeclared,
    AliasWithdrawn,
    Change,
    DatasetChanged,
    DatasetDescribed,
    DatasetUsed,
    Role,
    SchemaObserved,
    StatisticsObserved,
    VersionObserved,
)
from headwater.model.schemas import Column

_CHANGES: dict[str, Change] = {change: change for change in get_args(Change)}
_STATISTICS: dict[str, Role] = {"inputStatistics": "input", "outputStatistics": "output"}


def tell_dataset(reading: Reading, dataset: Dataset, facets: FacetReader, role: Role | None) -> None:
    """Say what an event tells of a dataset that it names in a role, or for its own sake (role None)."""
    if role is not None and reading.job is not None:
        reading.say(DatasetUsed, dataset=dataset.id, job=reading.job, run=reading.run, role=role)
    _tell_aliases(reading, dataset, facets)
    _tell_lifecycle(reading, dataset, facets)
    _tell_schema(reading, dataset, facets)
    _tell_description(reading, dataset, facets, always=role is None)
    version = facets.read("version", VersionFacet)
    if version is not None and reading.granted("version", dataset.id):
        reading.say(VersionObserved, dataset=dataset.id, version=version.datasetVersion, run=reading.run, role=role)
    _tell_statistics(reading, dataset, facets)


def aliases(facets: FacetReader) -> tuple[Symlink, ...]:
    """Other names of a dataset, as its symlinks say."""
    facet = facets.read("symlinks", SymlinksFacet)
    return facet.identifiers or () if facet else ()


def _tell_aliases(reading: Reading, dataset: Dataset, facets: FacetReader) -> None:
    if "symlinks" in facets.deleted and reading.granted("alias", dataset.id):
        reading.say(AliasWithdrawn, dataset=dataset.id, producer=reading.producer)
    for symlink in dict.fromkeys(aliases(facets)):
        if symlink.id == dataset.id or not reading.granted("alias", dataset.id, symlink.id):
            continue
        if not reading.tied(dataset.id, symlink.id):
            detail = f"an event ties it to more than {ALIASES_AT_MOST} other names; further ones were not applied"
            reading.gap("ALIASES-TOO-MANY", str(dataset.id), detail)
            return
        reading.say(AliasDeclared, dataset=dataset.id, alias=symlink.id, producer=reading.producer, kind=symlink.type)


def _tell_lifecycle(reading: Reading, dataset: Dataset, facets: FacetReader) -> None:
    facet = facets.read("lifecycleStateChange", LifecycleFacet)
    if facet is None:
        return
    change = _CHANGES.get(facet.lifecycleStateChange.upper())
    if change is None:
        facets.unreadable("lifecycleStateChange", ": expected one of the known changes")
        return
    previous = facet.previousIdentifier.id if facet.previousIdentifier else None
    if reading.granted("lifecycle", dataset.id, *([previous] if previous else [])):
        reading.say(DatasetChanged, dataset=dataset.id, change=change, job=reading.job, run=reading.run, previous=previous)


def _tell_schema(reading: Reading, dataset: Dataset, facets: FacetReader) -> None:
    facet = facets.read("schema", SchemaFacet)
    if facet is None or not facet.fields or not reading.granted("schema", dataset.id):
        return
    columns = tuple({column.name: column for column in _flattened(facet.fields)}.values())
    reading.say(SchemaObserved, dataset=dataset.id, producer=reading.producer, columns=columns, whole=_is_whole(reading, columns))


def _flattened(fields: tuple[SchemaField, ...], prefix: str = "") -> Iterator[Column]:
    for field in fields:
        name = prefix + field.name
        yield Column(name, field.type or "", clipped(field.description) or "")
        yield from _flattened(field.fields or (), f"{name}.")


def _is_whole(reading: Reading, columns: tuple[Column, ...]) -> bool:
    """dbt lists only documented columns unless a catalog, which knows every type, was at hand."""
    return "dbt" not in reading.producer.lower() or all(column.type for column in columns)


def _tell_description(reading: Reading, dataset: Dataset, facets: FacetReader, *, always: bool) -> None:
    documentation = facets.read("documentation", DocumentationFacet)
    kind = facets.read("datasetType", DatasetTypeFacet)
    source = facets.read("dataSource", DataSourceFacet)
    storage = facets.read("storage", StorageFacet)
    told = {
        "documentation": clipped(documentation.description) if documentation else None,
        "owners": owners(facets),
        "tags": tags(facets),
        "dataset_type": "/".join(part for part in (kind.datasetType, kind.subType or "") if part) if kind else None,
        "source_uri": (source.uri or source.name) if source else None,
        "storage": "/".join(part for part in (storage.storageLayer, storage.fileFormat or "") if part) if storage else None,
    }
    if any(value is not None for value in told.values()) and not reading.granted("description", dataset.id):
        told = {}
    if always or any(value is not None for value in told.values()):
        reading.say(DatasetDescribed, dataset=dataset.id, producer=reading.producer, **told)


def _tell_statistics(reading: Reading, dataset: Dataset, facets: FacetReader) -> None:
    for name, role in _STATISTICS.items():
        facet = facets.read(name, StatisticsFacet)
        if facet is not None and reading.run is not None:
            reading.say(
                StatisticsObserved,
                dataset=dataset.id,
                run=reading.run,
                role=role,
                rows=facet.rowCount,
                size_bytes=facet.size,
                files=facet.fileCount,
            )
