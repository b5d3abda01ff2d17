"""Classifies the datasets of lakes that a home watches: Iceberg, Delta and folders, as their readers see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa

from headwater.app.classify.verdicts import Alone, Beside, Gathering, require_validators
from headwater.app.lakes.drivers import open_lake
from headwater.app.lakes.places import LakePlace, find_place, read_places
from headwater.edges.engines.samples.relations import Bounds, Sampled, opened, sample_readers
from headwater.edges.sources.lakes.driver import DatasetUnreadable, LakeDriver, Listed, VersionFile, VersionGone
from headwater.model.errors import AmbiguousNode, ContentFault, UnknownNode
from headwater.model.ids import DatasetId
from headwater.model.sensitivity.classification import Classification, FileGap

BesideLake = Callable[[LakePlace], Beside]
"""What stands beside the classification of a lake."""


def classify_lake(home: Path, name: str, bounds: Bounds, beside: BesideLake = lambda place: Alone()) -> Classification:
    """The verdicts of every column of a lake.

    Raises:  UnknownLake, ConfigFault, LakeUnreachable; ClassifierNotInstalled.
    """
    require_validators()
    place = find_place(home, name)
    with closing(open_lake(name, place)) as driver:
        datasets = [(driver, listed) for listed in driver.listed()]
        unseen = [FileGap(dataset=name, file="", code=seen.gap.code) for seen in driver.unseen()]
        return _all(datasets, bounds, beside(place), unseen)


def classify_dataset(home: Path, dataset: str, bounds: Bounds, beside: BesideLake = lambda place: Alone()) -> Classification:
    """The verdicts of one dataset's columns, found by its id, its name or the end of that in any lake of the home.

    Raises:  UnknownNode, AmbiguousNode; ConfigFault, LakeUnreachable; ClassifierNotInstalled.
    """
    require_validators()
    places = dict(sorted(read_places(home).items()))
    drivers = {name: open_lake(name, place) for name, place in places.items()}
    try:
        found = [
            (name, driver, listed)
            for name, driver in drivers.items()
            for listed in driver.listed()
            if _is_called(listed.name, dataset) or _id(places[name], listed) == dataset
        ]
        exact = [each for each in found if dataset in (each[2].name, _id(places[each[0]], each[2]))] or found
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
        return _all([(exact[0][1], exact[0][2])], bounds, beside(places[exact[0][0]]))
    finally:
        for driver in drivers.values():
            driver.close()


def _id(place: LakePlace, listed: Listed) -> str:
    return str(DatasetId(place.namespace, listed.name))


def _is_called(name: str, asked: str) -> bool:
    return name == asked or name.endswith((f".{asked}", f"/{asked}"))


def _all(datasets: Sequence[tuple[LakeDriver, Listed]], bounds: Bounds, beside: Beside, unseen: Sequence[FileGap] = ()) -> Classification:
    gathering = Gathering(beside, len(datasets))
    gathering.note(unseen)
    with opened() as connection:
        for driver, listed in datasets:
            version = ""
            try:
                version = driver.look(listed, None).current
                if not gathering.stands(listed.name, version):
                    gathering.take(listed.name, _sampled(connection, driver, listed.name, version, bounds), version)
            except (DatasetUnreadable, VersionGone, ContentFault, duckdb.Error, pa.ArrowException, OSError):
                gathering.miss(listed.name, [FileGap(dataset=listed.name, file="", code="DATASET-UNREADABLE")], version)
    return gathering.classification()


def _sampled(connection: duckdb.DuckDBPyConnection, driver: LakeDriver, dataset: str, version: str, bounds: Bounds) -> Sampled:
    """The samples of a version of a dataset; one without files has no columns to speak of."""
    files = driver.files(dataset, version)
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
