"""Classifies the datasets of lakes that a home watches: Iceberg, Delta and folders, as their readers see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa

from headwater.app.classify.verdicts import gathered, require_validators, verdicts_of
from headwater.app.lakes.drivers import open_lake
from headwater.app.lakes.places import find_place, read_places
from headwater.edges.engines.samples.relations import Bounds, Sampled, opened, sample_readers
from headwater.edges.sources.lakes.driver import DatasetUnreadable, LakeDriver, Listed, VersionFile, VersionGone
from headwater.model.errors import AmbiguousNode, UnknownNode
from headwater.model.sensitivity.classification import Classification, DatasetColumn, FileGap


def classify_lake(home: Path, name: str, bounds: Bounds) -> Classification:
    """The verdicts of every column of a lake.

    Raises:  UnknownLake, ConfigFault, LakeUnreachable; ClassifierNotInstalled.
    """
    require_validators()
    with closing(open_lake(name, find_place(home, name))) as driver:
        return _all([(driver, listed) for listed in driver.listed()], bounds)


def classify_dataset(home: Path, dataset: str, bounds: Bounds) -> Classification:
    """The verdicts of one dataset's columns, found by its name or the end of it in any lake of the home.

    Raises:  UnknownNode, AmbiguousNode; ConfigFault, LakeUnreachable; ClassifierNotInstalled.
    """
    require_validators()
    drivers = {name: open_lake(name, place) for name, place in sorted(read_places(home).items())}
    try:
        found = [
            (name, driver, listed) for name, driver in drivers.items() for listed in driver.listed() if _is_called(listed.name, dataset)
        ]
        exact = [each for each in found if each[2].name == dataset] or found
        if not exact:
            problem = (
                f"cannot classify `{dataset}`: expected a file, a folder or a dataset of a lake that is watched, got none of this name"
            )
            raise UnknownNode(problem, next_step="headwater lake list")
        if len(exact) > 1:
            named = ", ".join(f"`{listed.name}` of `{name}`" for name, _, listed in exact[:5])
            raise AmbiguousNode(
                f"cannot classify `{dataset}`: expected one dataset, got {named}", next_step="headwater classify --lake NAME"
            )
        return _all([(exact[0][1], exact[0][2])], bounds)
    finally:
        for driver in drivers.values():
            driver.close()


def _is_called(name: str, asked: str) -> bool:
    return name == asked or name.endswith((f".{asked}", f"/{asked}"))


def _all(datasets: Sequence[tuple[LakeDriver, Listed]], bounds: Bounds) -> Classification:
    columns: list[DatasetColumn] = []
    gaps: list[FileGap] = []
    with opened() as connection:
        for driver, listed in datasets:
            try:
                sampled = _sampled(connection, driver, listed, bounds)
            except (DatasetUnreadable, VersionGone, duckdb.Error, pa.ArrowException, OSError):
                gaps.append(FileGap(dataset=listed.name, file="", code="DATASET-UNREADABLE"))
                continue
            columns += verdicts_of(listed.name, sampled)
            gaps += [FileGap(dataset=listed.name, file=file, code=code) for file, code in sampled.gaps]
    return gathered(columns, gaps)


def _sampled(connection: duckdb.DuckDBPyConnection, driver: LakeDriver, listed: Listed, bounds: Bounds) -> Sampled:
    """The samples of a dataset's current version; one without files has no columns to speak of."""
    files = driver.files(listed.name, driver.look(listed, None).current)
    if not files:
        return Sampled((), 0)
    return sample_readers(connection, _chained(files), bounds)


def _chained(files: Sequence[VersionFile]) -> Callable[[], pa.RecordBatchReader]:
    """One reader after the other, all in the columns of the last file; a column that an older file lacks is null in it."""

    def opened_all() -> pa.RecordBatchReader:
        schema = pa.unify_schemas([_schema(file) for file in (files[0], files[-1])], promote_options="permissive")
        return pa.RecordBatchReader.from_batches(schema, _batches(files, schema))

    return opened_all


def _schema(file: VersionFile) -> pa.Schema:
    with file.opened() as reader:
        return reader.schema.remove_metadata()


def _batches(files: Sequence[VersionFile], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for file in files:
        with file.opened() as reader:
            for batch in reader:
                yield pa.RecordBatch.from_arrays([_column(batch, field) for field in schema], schema=schema)


def _column(batch: pa.RecordBatch, field: pa.Field) -> pa.Array:
    place = batch.schema.get_field_index(field.name)
    return pa.nulls(batch.num_rows, field.type) if place < 0 else batch.column(place).cast(field.type)
