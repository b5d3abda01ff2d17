"""Iceberg, through PyIceberg: any catalog it knows. Everything but column statistics is read from the metadata file alone.

For a catalog in an SQL database the metadata locations of all tables come from one query, so a scan without changes opens no table.
A snapshot's rows, files and stamps are those of its summary; statistics of columns come from the manifests that it added.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, BinaryIO

import msgspec
import pyarrow as pa

from headwater.edges.sources.lakes.driver import DatasetUnreadable, LakeUnreachable, Listed, Looked, VersionFile, VersionGone
from headwater.edges.sources.lakes.rewriting import LARGEST_BYTES, may_be_rewriting, same_content
from headwater.model.errors import UsageError
from headwater.model.lake_answers import DatasetState
from headwater.model.lakes import STAMPS, ColumnStatistics, DatasetName, ScanGap, SchemaSeen, VersionSeen, rounded
from headwater.model.schemas import Column

try:
    from pyiceberg.catalog import load_catalog
    from pyiceberg.conversions import from_bytes
    from pyiceberg.exceptions import NoSuchTableError
    from pyiceberg.io import FileIO, load_file_io
    from pyiceberg.manifest import DataFile, ManifestFile, read_manifest_list
    from pyiceberg.schema import Schema
    from pyiceberg.types import PrimitiveType
except ImportError:
    raise UsageError("cannot read Iceberg: expected the package pyiceberg", next_step='pip install "headwater[iceberg]"') from None

FORMAT = "iceberg"
_AUTHORS = ("lineage.author", "author", "user", "user-name", "trino_user", "trino-user", "committed-by")
_ENGINES = ("engine-name", "app-name", "spark.app.name", "created-by")
_SQL_TABLES = "SELECT table_namespace, table_name, metadata_location FROM iceberg_tables WHERE catalog_name = :name"
_SQL_CATALOGS = "SELECT DISTINCT catalog_name FROM iceberg_tables"
_NUMERIC = ("int", "long", "float", "double", "decimal", "date", "timestamp", "timestamptz", "timestamp_ns", "timestamptz_ns")
_ADDED, _DELETED = 1, 2
_EPOCH = datetime(1970, 1, 1)  # because PyIceberg gives times of `timestamp` columns without a zone


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
        self._io: dict[str, FileIO] = {}

    def listed(self) -> Iterator[Listed]:
        """Tables of all namespaces, nested ones too, by name; views hold no data and are left out."""
        engine = getattr(self._catalog, "engine", None)
        try:
            yield from self._from_database(engine) if engine is not None else self._from_catalog(())
        except Exception as fault:  # noqa: BLE001  # because each kind of catalog has faults of its own
            raise self._unreachable(fault) from None

    def look(self, listed: Listed, known: DatasetState | None) -> Looked:
        """Snapshots, rollbacks and schema changes that are not known yet.

        Raises:  DatasetUnreadable: its metadata cannot be read. LakeUnreachable: the catalog does not answer.
        """
        place = listed.place or self._place(listed.name)
        try:
            metadata = _decoded(self._read(place))
        except Exception as fault:  # noqa: BLE001  # because each storage has faults of its own
            raise DatasetUnreadable(
                f"cannot read table `{listed.name}`: its metadata file is missing or damaged ({type(fault).__name__})",
                next_step=f"look at {place}",
            ) from None
        return _Look(listed.name, place, metadata, self._opened(place), known).told()

    def files(self, name: str, version: str) -> list[VersionFile]:
        """The data files of a snapshot with the delete files that concern them, read as PyIceberg reads them.

        Raises:  VersionGone: it has expired. DatasetUnreadable: there is no such table, or its metadata cannot be read.
        """
        try:
            table = self._catalog.load_table(name)
            snapshot = table.snapshot_by_id(int(version)) if version.isdigit() else None
            if snapshot is None:
                raise VersionGone(
                    f"cannot read version `{version}` of `{name}`: its lake no longer holds it", next_step=f"headwater lake history {name}"
                )
            tasks = list(table.scan(snapshot_id=snapshot.snapshot_id).plan_files())
        except VersionGone:
            raise
        except Exception as fault:  # noqa: BLE001  # because each kind of catalog has faults of its own
            raise DatasetUnreadable(f"cannot read table `{name}` ({type(fault).__name__})", next_step="headwater lake scan") from None
        return [_version_file(table, snapshot.snapshot_id, task) for task in tasks]

    def close(self) -> None:
        """Let go of the catalog's connections."""
        with suppress(Exception):
            self._catalog.close()

    def _from_database(self, engine: Any) -> Iterator[Listed]:
        from sqlalchemy import text

        with engine.connect() as connection:
            rows = connection.execute(text(_SQL_TABLES), {"name": self._catalog.name}).fetchall()
        for namespace, table, place in sorted(map(tuple, rows)):
            yield Listed(f"{namespace}.{table}", place, place)

    def _from_catalog(self, parent: tuple[str, ...]) -> Iterator[Listed]:
        for namespace in sorted(self._catalog.list_namespaces(parent)):
            for table in sorted(self._catalog.list_tables(namespace)):
                yield Listed(".".join(table))
            yield from self._from_catalog(namespace)

    def _place(self, name: str) -> str:
        try:
            return str(self._catalog.load_table(name).metadata_location)
        except NoSuchTableError:
            raise DatasetUnreadable(f"cannot read table `{name}`: it went away during the scan", next_step="headwater lake scan") from None
        except FileNotFoundError:
            raise DatasetUnreadable(f"cannot read table `{name}`: its metadata file is missing", next_step="headwater lake scan") from None
        except Exception as fault:  # noqa: BLE001  # because each kind of catalog has faults of its own
            raise self._unreachable(fault) from None

    def _read(self, place: str) -> bytes:
        with self._opened(place).new_input(place).open() as stream:
            return bytes(stream.read())

    def _opened(self, place: str) -> FileIO:
        scheme = place.partition(":")[0]
        if scheme not in self._io:
            self._io[scheme] = load_file_io({**self._catalog.properties, **self._properties}, place)
        return self._io[scheme]

    def _unreachable(self, fault: Exception) -> LakeUnreachable:
        return LakeUnreachable(
            f"cannot reach the catalog of lake `{self._name}`: it does not answer as an Iceberg catalog ({type(fault).__name__})",
            next_step="headwater lake list",
        )


class _Look:
    """One look at one table."""

    def __init__(self, name: str, place: str, metadata: dict[str, Any], io: FileIO, known: DatasetState | None) -> None:
        self._name, self._place, self._metadata, self._io = name, place, metadata, io
        self._known = set(known.versions) if known is not None else set()
        self._known_schemas = set(known.schemas) if known is not None else set()
        self._gone = set(known.gone) if known is not None else set()
        self._is_first = known is None
        self._gaps: list[ScanGap] = []
        self._manifests: dict[int, list[ManifestFile]] | None = None
        self._schemas = {str(schema["schema-id"]): Schema.model_validate(schema) for schema in metadata.get("schemas", ())}
        self._snapshots: list[dict[str, Any]] = metadata.get("snapshots") or []

    def told(self) -> Looked:
        """What is new."""
        location = str(self._metadata.get("location", ""))
        ids = {_version(snapshot) for snapshot in self._snapshots}
        rollbacks = [version for version in self._rollbacks() if version.version not in self._known]
        fresh = [self._snapshot(snapshot) for snapshot in self._snapshots if _version(snapshot) not in self._known]
        versions = sorted([*fresh, *rollbacks, *self._schema_changes()], key=lambda seen: (seen.at, seen.version))
        snapshot = self._metadata.get("current-snapshot-id")
        properties = self._metadata.get("properties") or {}
        lost = {version for version in self._known if version.isdigit()} - ids - self._gone
        return Looked(
            format=FORMAT,
            location=location,
            cursor=self._place,
            current=str(snapshot) if snapshot not in (None, -1) else "",
            schemas=tuple(self._seen_schema(name) for name in self._schemas if name not in self._known_schemas),
            partitioning=self._partitioning(),
            owner=str(properties.get("owner", "")),
            aliases=_stored_under(location),
            versions=tuple(versions),
            gone=tuple(sorted(lost)),
            gaps=tuple(self._gaps),
        )

    def _snapshot(self, snapshot: dict[str, Any]) -> VersionSeen:
        summary = snapshot.get("summary") or {}
        version = _version(snapshot)
        added_rows, removed_rows = _count(summary, "added-records"), _count(summary, "deleted-records")
        operation = str(summary.get("operation", "unknown"))
        moved = added_rows is not None or removed_rows is not None or operation == "append"
        seen = VersionSeen(
            version=version,
            at=_time(snapshot["timestamp-ms"]),
            operation=operation,
            parent=str(snapshot.get("parent-snapshot-id") or ""),
            author=next((str(summary[key]) for key in _AUTHORS if summary.get(key)), ""),
            engine=next((str(summary[key]) for key in _ENGINES if summary.get(key)), ""),
            schema=str(snapshot.get("schema-id", "")),
            stamps={key: str(summary[key]) for key in STAMPS if summary.get(key)},
            added_rows=added_rows or (0 if moved else None),
            removed_rows=removed_rows or (0 if moved else None),
            rows=_count(summary, "total-records"),
            added_files=_count(summary, "added-data-files") or 0,
            removed_files=_count(summary, "deleted-data-files") or 0,
            changed_files=_count(summary, "added-delete-files") or 0,
            files_total=_count(summary, "total-data-files"),
            size_bytes=_count(summary, "total-files-size"),
            columns=self._statistics(snapshot),
        )
        return msgspec.structs.replace(seen, same_content=self._same_content(snapshot)) if may_be_rewriting(seen) else seen

    def _same_content(self, snapshot: dict[str, Any]) -> bool | None:
        """Whether a snapshot that put as many rows back as it took away holds the same ones; None where that cannot be read."""
        try:
            entries = [
                (entry.status, entry.data_file)
                for manifest in read_manifest_list(self._io.new_input(snapshot["manifest-list"]))
                if manifest.added_snapshot_id == int(snapshot["snapshot-id"])
                for entry in manifest.fetch_manifest_entry(self._io, discard_deleted=False)
            ]
        except Exception:  # noqa: BLE001  # because a manifest that cannot be read proves nothing, and leaves its gap elsewhere
            return None
        if any(file.content != 0 for _, file in entries) or sum(file.file_size_in_bytes for _, file in entries) > LARGEST_BYTES:
            return None
        openers = [(status, partial(_opened, self._io, file.file_path)) for status, file in entries]
        return same_content([one for status, one in openers if status == _DELETED], [one for status, one in openers if status == _ADDED])

    def _statistics(self, snapshot: dict[str, Any]) -> tuple[ColumnStatistics, ...]:
        """Of the files that a snapshot added; what cannot be read leaves a gap and nothing else."""
        schema = self._schemas.get(str(snapshot.get("schema-id", self._metadata.get("current-schema-id"))))
        if schema is None or "manifest-list" not in snapshot:
            return ()
        if not _count(snapshot.get("summary") or {}, "added-data-files"):
            return ()
        try:
            files = list(self._added_files(snapshot))
        except Exception as fault:  # noqa: BLE001  # because a manifest that is missing or damaged is a gap, whatever the reader raises
            detail = f"the manifests of version {_version(snapshot)} cannot be read ({type(fault).__name__}): its statistics are not known"
            self._gaps.append(ScanGap("MANIFEST-UNREADABLE", detail))
            return ()
        return _summed(files, schema) if files else ()

    def _added_files(self, snapshot: dict[str, Any]) -> Iterator[DataFile]:
        own = int(snapshot["snapshot-id"])
        if self._manifests is None:
            self._manifests = self._listed_manifests(self._snapshots[-1])
        for manifest in self._manifests.get(own) or self._listed_manifests(snapshot).get(own, []):
            for entry in manifest.fetch_manifest_entry(self._io, discard_deleted=True):
                if entry.snapshot_id in (None, own) and entry.status == _ADDED:
                    yield entry.data_file

    def _listed_manifests(self, snapshot: dict[str, Any]) -> dict[int, list[ManifestFile]]:
        """The manifests of data that a snapshot lists, by the snapshot that added them: the newest lists most of those before it."""
        found: dict[int, list[ManifestFile]] = {}
        listed: Iterator[ManifestFile] = read_manifest_list(self._io.new_input(snapshot["manifest-list"]))
        for manifest in listed:
            if manifest.content == 0 and manifest.added_files_count and manifest.added_snapshot_id is not None:
                found.setdefault(manifest.added_snapshot_id, []).append(manifest)
        return found

    def _rollbacks(self) -> Iterator[VersionSeen]:
        """Where the table was set to a snapshot that is not a child of the one before: readers got other rows without a commit."""
        parents = {int(snapshot["snapshot-id"]): snapshot.get("parent-snapshot-id") for snapshot in self._snapshots}
        log = self._metadata.get("snapshot-log") or []
        seen: set[int] = set()
        for before, entry in zip([None, *log], log, strict=False):
            target = int(entry["snapshot-id"])
            moved = before is not None and target in parents and parents[target] != int(before["snapshot-id"])
            if before is not None and (target in seen or (moved and int(before["snapshot-id"]) in parents)):
                yield VersionSeen(
                    version=f"set-{entry['timestamp-ms']}-{target}",
                    at=_time(entry["timestamp-ms"]),
                    operation="set current version",
                    parent=str(before["snapshot-id"]),
                )
            seen.add(target)

    def _schema_changes(self) -> Iterator[VersionSeen]:
        """Schemas that came since, each as a change of its own that touches no row; the first schema is the table's beginning."""
        fresh = [name for name in self._schemas if f"schema-{name}" not in self._known and int(name) > 0]
        if not fresh:
            return
        times = self._schema_times(fresh)
        for name in fresh:
            yield VersionSeen(
                version=f"schema-{name}",
                at=times.get(name) or _time(self._metadata["last-updated-ms"]),
                operation="schema",
                schema=name,
                added_rows=0,
                removed_rows=0,
                added_files=0,
                removed_files=0,
                changed_files=0,
            )

    def _schema_times(self, names: list[str]) -> dict[str, str]:
        """When each schema came to be: the time of the first metadata file that has it, as far as those are kept."""
        found: dict[str, str] = {}
        for entry in self._metadata.get("metadata-log") or ():
            with suppress(Exception):  # because older metadata files may be gone; the time is then that of the first one that is not
                with self._io.new_input(entry["metadata-file"]).open() as stream:
                    told = _decoded(bytes(stream.read()))
                for schema in told.get("schemas", ()):
                    found.setdefault(str(schema["schema-id"]), _time(entry["timestamp-ms"]))
            if all(name in found for name in names):
                break
        return found

    def _seen_schema(self, name: str) -> SchemaSeen:
        schema = self._schemas[name]
        first = next((snapshot for snapshot in self._snapshots if str(snapshot.get("schema-id")) == name), None)
        at = _time(first["timestamp-ms"]) if first is not None else _time(self._metadata["last-updated-ms"])
        return SchemaSeen(id=name, columns=tuple(_columns(schema)), at=at)

    def _partitioning(self) -> tuple[str, ...]:
        schema = self._schemas.get(str(self._metadata.get("current-schema-id")))
        for spec in self._metadata.get("partition-specs") or ():
            if spec.get("spec-id") == self._metadata.get("default-spec-id") and schema is not None:
                return tuple(f"{field['transform']}({schema.find_column_name(field['source-id'])})" for field in spec.get("fields", ()))
        return ()


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
    return pa.PythonFile(stream) if not hasattr(stream, "readinto") else stream  # type: ignore[no-any-return]  # because each kind of FileIO has a stream of its own


def _version_file(table: Any, snapshot: int, task: Any) -> VersionFile:
    """A data file as readers see it."""

    def opened() -> pa.RecordBatchReader:
        from pyiceberg.io.pyarrow import ArrowScan, schema_to_pyarrow

        scan = table.scan(snapshot_id=snapshot)
        schema = schema_to_pyarrow(scan.projection(), include_field_ids=False)
        batches = ArrowScan(table.metadata, table.io, scan.projection(), scan.row_filter).to_record_batches([task])
        return pa.RecordBatchReader.from_batches(schema, (batch.cast(schema) for batch in batches))

    deletes = sorted(file.file_path for file in task.delete_files)
    return VersionFile(task.file.file_path, "\n".join([task.file.file_path, *deletes]), opened)


def _decoded(raw: bytes) -> dict[str, Any]:
    value = msgspec.json.decode(raw, type=dict[str, Any])
    if "table-uuid" not in value and "format-version" not in value:
        raise ValueError("no table metadata")
    return value


def _version(snapshot: Mapping[str, Any]) -> str:
    return str(snapshot["snapshot-id"])


def _time(milliseconds: int) -> str:
    return datetime.fromtimestamp(int(milliseconds) / 1000, UTC).isoformat()


def _count(summary: Mapping[str, Any], key: str) -> int | None:
    text = str(summary.get(key, ""))
    return int(text) if text.isdigit() else None


def _columns(schema: Schema) -> Iterator[Column]:
    """A schema's columns, nested ones with dots after their parent."""
    for field_id, name in sorted(schema._lazy_id_to_name.items(), key=lambda item: item[0]):
        field = schema.find_field(field_id)
        yield Column(
            name, str(field.field_type) if isinstance(field.field_type, PrimitiveType) else _kind(field.field_type), field.doc or ""
        )


def _kind(nested: Any) -> str:
    return type(nested).__name__.removesuffix("Type").lower()


def _summed(files: list[DataFile], schema: Schema) -> tuple[ColumnStatistics, ...]:
    """Statistics of columns over several files."""
    found: list[ColumnStatistics] = []
    for field_id, name in sorted(schema._lazy_id_to_name.items()):
        kind = schema.find_type(field_id)
        if not isinstance(kind, PrimitiveType):
            continue
        bounds = [number for file in files for number in _bounds(file, field_id, kind)]
        found.append(
            ColumnStatistics(
                column=name,
                values=_total(files, "value_counts", field_id),
                nulls=_total(files, "null_value_counts", field_id),
                size_bytes=_total(files, "column_sizes", field_id),
                low=rounded(min(bounds)) if bounds else None,
                high=rounded(max(bounds)) if bounds else None,
            )
        )
    return tuple(found)


def _total(files: list[DataFile], counts: str, field_id: int) -> int | None:
    told = [known[field_id] for file in files if (known := getattr(file, counts)) and field_id in known]
    return sum(told) if len(told) == len(files) else None


def _bounds(file: DataFile, field_id: int, kind: PrimitiveType) -> Iterator[float]:
    if not str(kind).startswith(_NUMERIC):
        return
    for told in (file.lower_bounds, file.upper_bounds):
        if told and field_id in told:
            with suppress(Exception):  # because a bound that is not of its column's type says nothing
                number = _number(from_bytes(kind, told[field_id]))
                if str(kind).startswith("timestamp"):
                    number /= 1e9 if "_ns" in str(kind) else 1e6
                yield number * 86_400 if str(kind) == "date" else number


def _number(value: Any) -> float:
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) - _EPOCH).total_seconds()
    if isinstance(value, date):
        return float((value - _EPOCH.date()).days)
    return float(value) if isinstance(value, int | float | Decimal) else float("nan")


def _stored_under(location: str) -> tuple[DatasetName, ...]:
    """The name that engines which know only the storage give a table, as the naming specification has it."""
    scheme, separator, rest = location.partition("://")
    if scheme.startswith("file:") or not separator:
        path = location.removeprefix("file:").rstrip("/")
        return (DatasetName("file", path),) if path.startswith("/") else ()
    bucket, _, path = rest.partition("/")
    if scheme == "file":
        return (DatasetName("file", f"/{path.rstrip('/')}"),)
    return (DatasetName(f"{scheme}://{bucket}", path.rstrip("/")),) if path else ()
