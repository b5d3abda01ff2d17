"""Iceberg, through PyIceberg: any catalog it knows. What a table's metadata file says is read in `iceberg_table.py`.

For a catalog in an SQL database the metadata locations of all tables come from one query, so a scan without changes opens no table.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, BinaryIO

import msgspec
import pyarrow as pa

from headwater.edges.sources.lakes.driver import DatasetUnreadable, LakeUnreachable, Listed, Looked, Unseen, VersionFile, VersionGone
from headwater.edges.sources.lakes.rewriting import LARGEST_BYTES, may_be_rewriting, same_content
from headwater.model.errors import UsageError
from headwater.model.lake_answers import DatasetState
from headwater.model.lakes import ScanGap, VersionSeen

try:
    from pyiceberg.catalog import load_catalog
    from pyiceberg.exceptions import NoSuchNamespaceError, NoSuchTableError
    from pyiceberg.io import FileIO, load_file_io
    from pyiceberg.manifest import read_manifest_list

    from headwater.edges.sources.lakes.iceberg_table import FORMAT, look_at
except ImportError:
    raise UsageError("cannot read Iceberg: expected the package pyiceberg", next_step='pip install "headwater[iceberg]"') from None

_SQL_TABLES = "SELECT table_namespace, table_name, metadata_location FROM iceberg_tables WHERE catalog_name = :name"
_SQL_NO_VIEWS = " AND (iceberg_type IS NULL OR iceberg_type = 'TABLE')"
_SQL_CATALOGS = "SELECT DISTINCT catalog_name FROM iceberg_tables"
_ADDED, _DELETED = 1, 2
_GZIP = b"\x1f\x8b"


class Files:
    """Files by their location: local ones directly, all others through PyIceberg, with what a catalog lent for it."""

    def __init__(self, properties: Mapping[str, str]) -> None:
        self._properties = dict(properties)
        self._opened: dict[str, FileIO] = {}

    def read(self, place: str, lent: FileIO | None = None) -> bytes:
        """All bytes of a file.

        Raises:  OSError and what each storage raises.
        """
        if place.startswith(("/", "file:")):
            path = place.removeprefix("file:")
            with open(f"/{path.lstrip('/')}", "rb") as stream:
                return stream.read()
        with (lent or self.io(place)).new_input(place).open() as stream:
            return bytes(stream.read())

    def io(self, place: str) -> FileIO:
        """PyIceberg's way to files of a place, made once for each kind of storage."""
        scheme = place.partition(":")[0]
        if scheme not in self._opened:
            self._opened[scheme] = load_file_io(self._properties, place)
        return self._opened[scheme]


class IcebergLake:
    """One catalog. `properties` are those of PyIceberg, secrets filled in; `catalog` names one of several in a database.

    Raises:  LakeUnreachable: the catalog does not answer. UsageError: a database holds several and none is named.
    """

    def __init__(self, name: str, properties: Mapping[str, str]) -> None:
        self._name = name
        self._properties = dict(properties)
        catalog = self._properties.pop("catalog", "")
        try:
            self._catalog = load_catalog(catalog or name, **self._properties)
            engine = getattr(self._catalog, "engine", None)
            if engine is not None and not catalog and (only := _only_catalog(engine)):
                self._catalog = load_catalog(only, **self._properties)
        except UsageError:
            raise
        except Exception as fault:  # noqa: BLE001  # because each kind of catalog has faults of its own
            raise self._unreachable(fault) from None
        self._files = Files({**self._catalog.properties, **self._properties})
        self._unseen: list[Unseen] = []

    def listed(self) -> Iterator[Listed]:
        """Tables of all namespaces, nested ones too, by name; views hold no data and are left out."""
        self._unseen = []
        engine = getattr(self._catalog, "engine", None)
        try:
            yield from self._from_database(engine) if engine is not None else self._from_catalog(())
        except Exception as fault:  # noqa: BLE001  # because each kind of catalog has faults of its own
            raise self._unreachable(fault) from None

    def look(self, listed: Listed, known: DatasetState | None) -> Looked:
        """Snapshots, rollbacks and schema changes that are not known yet.

        Raises:  DatasetUnreadable: its metadata cannot be read. LakeUnreachable: the catalog does not answer.
        """
        place, lent = (listed.place, None) if listed.place else self._loaded(listed.name)
        if known is not None and known.cursor == place:
            return Looked(format=FORMAT, location="", cursor=place, current=known.current)
        try:
            metadata = _decoded(self._files.read(place, lent))
        except Exception as fault:  # noqa: BLE001  # because each storage has faults of its own
            raise DatasetUnreadable(
                f"cannot read table `{listed.name}`: its metadata file is missing or damaged ({type(fault).__name__})",
                next_step=f"look at {place}",
            ) from None
        looked = look_at(place, metadata, lambda path: self._files.read(path, lent), known)
        return replace(looked, versions=tuple(self._proved(seen, metadata, lent) for seen in looked.versions))

    def unseen(self) -> tuple[Unseen, ...]:
        """Namespaces that went away while they were listed."""
        return tuple(self._unseen)

    def files(self, name: str, version: str) -> list[VersionFile]:
        """The data files of a snapshot with the delete files that concern them, read as PyIceberg reads them.

        Raises:  VersionGone: it has expired. DatasetUnreadable: there is no such table, or its metadata cannot be read.
        """
        try:
            table = self._catalog.load_table(name)
            snapshot = table.snapshot_by_id(int(version)) if version.isdigit() else None
            if snapshot is None:
                problem = f"cannot read version `{version}` of `{name}`: its lake no longer holds it"
                raise VersionGone(problem, next_step=f"headwater lake history {name}")
            scan = table.scan(snapshot_id=snapshot.snapshot_id)
            tasks, ids = list(scan.plan_files()), {field.name: field.field_id for field in scan.projection().fields}
        except VersionGone:
            raise
        except Exception as fault:  # noqa: BLE001  # because each kind of catalog has faults of its own
            raise DatasetUnreadable(f"cannot read table `{name}` ({type(fault).__name__})", next_step="headwater lake scan") from None
        return [_version_file(table, snapshot.snapshot_id, task, ids) for task in tasks]

    def _proved(self, seen: VersionSeen, metadata: dict[str, Any], lent: FileIO | None) -> VersionSeen:
        """A version that put as many rows back as it took away, with whether they are the same, as far as that can be read."""
        snapshot = next((told for told in metadata.get("snapshots") or () if str(told.get("snapshot-id")) == seen.version), None)
        if snapshot is None or not may_be_rewriting(seen):
            return seen
        try:
            io = lent or self._files.io(snapshot["manifest-list"])
            entries = [
                (entry.status, entry.data_file)
                for manifest in read_manifest_list(io.new_input(snapshot["manifest-list"]))
                if manifest.added_snapshot_id == int(seen.version)
                for entry in manifest.fetch_manifest_entry(io, discard_deleted=False)
            ]
        except Exception:  # noqa: BLE001  # because a manifest that cannot be read proves nothing, and leaves its gap elsewhere
            return seen
        if any(file.content != 0 for _, file in entries) or sum(file.file_size_in_bytes for _, file in entries) > LARGEST_BYTES:
            return seen
        openers = [(status, partial(_opened, io, file.file_path)) for status, file in entries]
        removed, added = ([one for status, one in openers if status == wanted] for wanted in (_DELETED, _ADDED))
        return msgspec.structs.replace(seen, same_content=same_content(removed, added))

    def close(self) -> None:
        """Let go of the catalog's connections."""
        with suppress(Exception):
            self._catalog.close()

    def _from_database(self, engine: Any) -> Iterator[Listed]:
        from sqlalchemy import inspect, text

        has_types = any(column["name"] == "iceberg_type" for column in inspect(engine).get_columns("iceberg_tables"))
        with engine.connect() as connection:
            query = _SQL_TABLES + (_SQL_NO_VIEWS if has_types else "")
            rows = connection.execute(text(query), {"name": self._catalog.name}).fetchall()
        for namespace, table, place in sorted(map(tuple, rows)):
            yield Listed(f"{namespace}.{table}", place, place)

    def _from_catalog(self, parent: tuple[str, ...]) -> Iterator[Listed]:
        for namespace in sorted(tuple(told) for told in self._catalog.list_namespaces(parent)):
            if len(namespace) <= len(parent):
                continue  # because a catalog without nested namespaces may answer with those at its top
            try:
                tables = sorted(self._catalog.list_tables(namespace))
            except NoSuchNamespaceError:
                detail = f"namespace `{'.'.join(namespace)}` went away while the catalog was listed"
                self._unseen.append(Unseen(ScanGap("NAMESPACE-GONE", detail)))
                continue
            for table in tables:
                yield Listed(".".join(table))
            yield from self._from_catalog(namespace)

    def _loaded(self, name: str) -> tuple[str, FileIO]:
        """Where a table's metadata is, and how the catalog lets it be read."""
        try:
            table = self._catalog.load_table(name)
            return str(table.metadata_location), table.io
        except NoSuchTableError:
            raise DatasetUnreadable(f"cannot read table `{name}`: it went away during the scan", next_step="headwater lake scan") from None
        except FileNotFoundError:
            raise DatasetUnreadable(f"cannot read table `{name}`: its metadata file is missing", next_step="headwater lake scan") from None
        except ValueError:
            raise DatasetUnreadable(f"cannot read table `{name}`: its metadata is damaged", next_step="headwater lake scan") from None
        except Exception as fault:  # noqa: BLE001  # because each kind of catalog has faults of its own
            raise self._unreachable(fault) from None

    def _unreachable(self, fault: Exception) -> LakeUnreachable:
        return LakeUnreachable(
            f"cannot reach the catalog of lake `{self._name}`: it does not answer as an Iceberg catalog ({type(fault).__name__})",
            next_step="headwater lake list",
        )


def _only_catalog(engine: Any) -> str:
    """The name under which a database holds a catalog; it may hold several, and then one must be named.

    Raises:  UsageError: it holds several.
    """
    from sqlalchemy import text

    with engine.connect() as connection:
        names = sorted(str(name) for (name,) in connection.execute(text(_SQL_CATALOGS)).fetchall())
    if len(names) > 1:
        problem = f"cannot tell which catalog is meant: expected one in the database, got {', '.join(f'`{name}`' for name in names[:10])}"
        raise UsageError(problem, next_step="pass --property catalog=NAME")
    return names[0] if names else ""


def _opened(io: FileIO, path: str) -> BinaryIO:
    stream: Any = io.new_input(path).open()
    return stream  # type: ignore[no-any-return]  # because each kind of storage has a stream of its own


def _version_file(table: Any, snapshot: int, task: Any, ids: dict[str, int]) -> VersionFile:
    """A data file as readers see it."""

    def opened() -> pa.RecordBatchReader:
        from pyiceberg.io.pyarrow import ArrowScan, schema_to_pyarrow

        scan = table.scan(snapshot_id=snapshot)
        schema = schema_to_pyarrow(scan.projection(), include_field_ids=False)
        batches = ArrowScan(table.metadata, table.io, scan.projection(), scan.row_filter).to_record_batches([task])
        return pa.RecordBatchReader.from_batches(schema, (batch.cast(schema) for batch in batches))

    deletes = sorted(file.file_path for file in task.delete_files)
    return VersionFile(task.file.file_path, "\n".join([task.file.file_path, *deletes]), opened, ids)


def _decoded(raw: bytes) -> dict[str, Any]:
    """A table's metadata; writers may pack it.

    Raises:  ValueError, OSError, EOFError: it is none.
    """
    value = msgspec.json.decode(gzip.decompress(raw) if raw.startswith(_GZIP) else raw, type=dict[str, Any])
    if "table-uuid" not in value and "format-version" not in value:
        raise ValueError("no table metadata")
    return value
