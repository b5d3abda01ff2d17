"""Under which names a home may know what is classified: as OpenLineage names tables of databases, and files by their path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from headwater.app.classify.recording import Naming
from headwater.app.lakes.places import LakePlace
from headwater.model.lakes import DatasetName

POSTGRES_PORT = 5432
FILES = "file"
_OBJECTS = ("s3", "s3a", "s3n")


def in_lake(place: LakePlace) -> Naming:
    """A dataset of a lake has the lake's namespace."""

    def named(dataset: str) -> Iterator[DatasetName]:
        yield DatasetName(place.namespace, dataset)

    return named


def in_database(address: str) -> Naming:
    """A table is `{database}.{schema}.{table}` of its server, or of its file."""
    return _in_postgres(address) if address.startswith(("postgresql://", "postgres://")) else _in_duckdb(address)


def by_location(locations: Mapping[str, str]) -> Naming:
    """A table of an engine over files is named by where these lie, which comes to be known while it is read."""

    def named(dataset: str) -> Iterator[DatasetName]:
        parts = urlsplit(locations.get(dataset, ""))
        path = unquote(parts.path)
        if not path:
            return
        spaces = [FILES] if parts.scheme in ("", FILES) else [f"{scheme}://{parts.netloc}" for scheme in _spelled(parts.scheme)]
        for space in spaces:
            yield DatasetName(space, path)
            yield DatasetName(space, path.lstrip("/"))

    return named


def _spelled(scheme: str) -> tuple[str, ...]:
    """The ways to write one store."""
    return _OBJECTS if scheme in _OBJECTS else (scheme,)


def in_files(place: Path) -> Naming:
    """A file is named by its path, several of one folder by the folder's."""

    def named(dataset: str) -> Iterator[DatasetName]:
        path = (place if place.is_file() else place / dataset).absolute()
        for each in (str(path), str(path.parent)) if dataset.endswith("*") else (str(path),):
            yield DatasetName(FILES, each)
            yield DatasetName(FILES, each.lstrip("/"))

    return named


def _in_postgres(address: str) -> Naming:
    parts = urlsplit(address)
    server = f"postgres://{parts.hostname or 'localhost'}:{parts.port or POSTGRES_PORT}"
    database = unquote(parts.path.lstrip("/"))

    def named(dataset: str) -> Iterator[DatasetName]:
        yield DatasetName(server, f"{database}.{dataset}")

    return named


def _in_duckdb(address: str) -> Naming:
    path = Path(address.removeprefix("duckdb:"))

    def named(dataset: str) -> Iterator[DatasetName]:
        for place in dict.fromkeys((str(path.absolute()), str(path))):
            yield DatasetName(f"duckdb://{place}", f"{path.stem}.{dataset}")

    return named
