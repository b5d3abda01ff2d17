"""One Iceberg table, read from its metadata file: snapshots, rollbacks, schema changes, and what its manifests say of columns.

A snapshot's rows, files and stamps are those of its summary; statistics of columns come from the manifests that it added.
Metadata may say anything: what cannot be is a gap, and the rest is told.

Source:  https://iceberg.apache.org/spec/#table-metadata; #snapshots (summaries).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from headwater.edges.sources.lakes.driver import Looked
from headwater.edges.sources.lakes.iceberg_columns import Field, fields_of, summed
from headwater.edges.sources.lakes.manifests import Manifest, Metrics, read_added, read_list
from headwater.model.lake_answers import DatasetState
from headwater.model.lakes import STAMPS, ColumnStatistics, DatasetName, ScanGap, SchemaSeen, VersionSeen, count

FORMAT = "iceberg"
_AUTHORS = ("lineage.author", "author", "user", "user-name", "trino_user", "trino-user", "committed-by")
_ENGINES = ("engine-name", "app-name", "spark.app.name", "created-by")
_COUNTS = {
    "added_rows": "added-records",
    "removed_rows": "deleted-records",
    "rows": "total-records",
    "added_files": "added-data-files",
    "removed_files": "deleted-data-files",
    "changed_files": "added-delete-files",
    "files_total": "total-data-files",
    "size_bytes": "total-files-size",
}
_WAP, _STAGED = "wap.id", "staged (wap.id)"
"""What a writer puts into the summary of a snapshot that is to be audited before it is published, and what its line is called."""
_ODD = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
_AHEAD = timedelta(days=1)

Read = Callable[[str], bytes]


def look_at(place: str, metadata: dict[str, Any], read: Read, known: DatasetState | None) -> Looked:
    """What is new of a table whose metadata file, at `place`, says this."""
    return _Table(place, metadata, read, known).told()


class _Table:
    """One look at one table."""

    def __init__(self, place: str, metadata: dict[str, Any], read: Read, known: DatasetState | None) -> None:
        self._place, self._metadata, self._read = place, metadata, read
        self._known = set(known.versions) if known is not None else set()
        self._since = known.seen_at if known is not None else ""
        self._known_schemas = set(known.schemas) if known is not None else set()
        self._gone = set(known.gone) if known is not None else set()
        self._gaps: list[ScanGap] = []
        self._manifests: dict[int, list[Manifest]] | None = None
        self._schemas = self._read_schemas()
        self._snapshots = [told for told in _listed(metadata, "snapshots") if self._is_snapshot(told)]
        self._written = self._times_written()
        self._branches = _branches(metadata, self._snapshots)

    def told(self) -> Looked:
        """What is new."""
        location = str(self._metadata.get("location") or self._place.rpartition("/metadata/")[0])
        ids = {_version(snapshot) for snapshot in self._snapshots}
        fresh = [self._snapshot(snapshot) for snapshot in self._snapshots if _version(snapshot) not in self._known]
        rollbacks = [version for version in self._rollbacks() if version.version not in self._known]
        versions = sorted([*fresh, *rollbacks, *self._schema_changes()], key=lambda seen: (seen.at, seen.version))
        snapshot = self._metadata.get("current-snapshot-id")
        properties = self._metadata.get("properties")
        lost = {version for version in self._known if version.isdigit()} - ids - self._gone
        return Looked(
            format=FORMAT,
            location=location,
            cursor=self._place,
            current=str(snapshot) if snapshot not in (None, -1) else "",
            schemas=tuple(self._seen_schema(name) for name in self._schemas if name not in self._known_schemas),
            partitioning=self._partitioning(),
            owner=str(properties.get("owner") or "") if isinstance(properties, dict) else "",
            aliases=_stored_under(location),
            versions=tuple(versions),
            gone=tuple(sorted(lost)),
            gaps=tuple(self._gaps),
        )

    def _read_schemas(self) -> dict[str, tuple[Field, ...]]:
        """Columns by the id of their schema; tables of the first format have one schema and no list of them."""
        told = _listed(self._metadata, "schemas")
        if not told and isinstance(self._metadata.get("schema"), dict):
            told = [{"schema-id": 0, **self._metadata["schema"]}]
        found: dict[str, tuple[Field, ...]] = {}
        for schema in told:
            try:
                found[str(int(schema["schema-id"]))] = fields_of(schema)
            except _ODD:
                self._tell("SCHEMA-UNREADABLE", "a schema in the metadata file cannot be read: its columns are not known")
        return found

    def _is_snapshot(self, told: Any) -> bool:
        if isinstance(told, dict) and count(told.get("snapshot-id")) is not None:
            return True
        self._tell("SNAPSHOT-UNREADABLE", "a snapshot in the metadata file has no id: it is not recorded")
        return False

    def _snapshot(self, snapshot: dict[str, Any]) -> VersionSeen:
        summary, version = _summary(snapshot), _version(snapshot)
        counts = {name: self._count(summary, key, version) for name, key in _COUNTS.items()}
        operation = str(summary.get("operation", "unknown"))
        if counts["added_rows"] is not None or counts["removed_rows"] is not None or operation == "append":
            for name in ("added_rows", "removed_rows"):
                if _COUNTS[name] not in summary:
                    counts[name] = 0
        for name in ("added_files", "removed_files", "changed_files"):
            counts[name] = counts[name] or 0
        seen = VersionSeen(
            version=version,
            at=self._time(snapshot.get("timestamp-ms"), f"version {version}"),
            operation=operation,
            parent=str(snapshot.get("parent-snapshot-id") or ""),
            author=next((str(summary[key]) for key in _AUTHORS if summary.get(key)), ""),
            engine=next((str(summary[key]) for key in _ENGINES if summary.get(key)), ""),
            schema=str(snapshot.get("schema-id", "")),
            stamps={key: str(summary[key]) for key in STAMPS if summary.get(key)},
            together=self._together(snapshot.get("timestamp-ms")),
            branch=self._branches.get(version, ""),
            columns=self._statistics(snapshot, counts["added_files"]),
        )
        return msgspec.structs.replace(seen, **counts)

    def _times_written(self) -> list[int]:
        """When each metadata file that is still known was written, the present one last."""
        entries = [count(entry.get("timestamp-ms")) for entry in _listed(self._metadata, "metadata-log") if isinstance(entry, dict)]
        told = [*entries, count(self._metadata.get("last-updated-ms"))]
        return sorted(milliseconds for milliseconds in told if milliseconds is not None)

    def _together(self, milliseconds: Any) -> str:
        """A mark of the metadata file that came with a snapshot; several of one transaction come with the same.

        What came with the oldest file that is known, or before, cannot be told apart.
        """
        made = count(milliseconds)
        if made is None or len(self._written) < 2 or not self._written[0] < made <= self._written[-1]:
            return ""
        return str(self._written[bisect_left(self._written, made)])

    def _count(self, summary: Mapping[str, Any], key: str, version: str) -> int | None:
        told = summary.get(key)
        number = count(told)
        if told is not None and number is None:
            self._tell("METADATA-IMPOSSIBLE", f"`{key}` of version {version} is no count: it is not known")
        return number

    def _time(self, milliseconds: Any, whose: str) -> str:
        """A time of the metadata; one that cannot be is a gap, and the time of the metadata file itself, or now, stands for it."""
        now = datetime.now(UTC)
        told: Any
        for told in (milliseconds, self._metadata.get("last-updated-ms")):
            with suppress(*_ODD, OSError):  # because metadata may say anything
                moment = datetime.fromtimestamp(int(told) / 1000, UTC)
                if moment <= now + _AHEAD:
                    return moment.isoformat()
            if told is milliseconds:
                self._tell("METADATA-IMPOSSIBLE", f"the time of {whose} cannot be: it is not known when it came to be")
        return now.isoformat()

    def _tell(self, code: str, detail: str) -> None:
        gap = ScanGap(code, detail)
        if gap not in self._gaps:
            self._gaps.append(gap)

    def _statistics(self, snapshot: dict[str, Any], added_files: int | None) -> tuple[ColumnStatistics, ...]:
        """Of the files that a snapshot added; what cannot be read leaves a gap and nothing else."""
        fields = self._schemas.get(str(snapshot.get("schema-id", self._metadata.get("current-schema-id", 0))))
        if not fields or not added_files or not isinstance(snapshot.get("manifest-list"), str):
            return ()
        try:
            files = self._added_files(snapshot)
            return summed(files, fields) if files else ()
        except Exception as fault:  # noqa: BLE001  # because a manifest that is missing or damaged is a gap, whatever the reader raises
            detail = f"the manifests of version {_version(snapshot)} cannot be read ({type(fault).__name__}): its statistics are not known"
            self._tell("MANIFEST-UNREADABLE", detail)
            return ()

    def _added_files(self, snapshot: dict[str, Any]) -> list[Metrics]:
        own = int(snapshot["snapshot-id"])
        if self._manifests is None:
            self._manifests = {}
            with suppress(Exception):  # because each snapshot's own list is read where the newest is no help
                self._manifests = self._listed_manifests(self._snapshots[-1])
        manifests = self._manifests.get(own) or self._listed_manifests(snapshot).get(own, [])
        return [metrics for manifest in manifests for metrics in read_added(self._read(manifest.path), own)]

    def _listed_manifests(self, snapshot: dict[str, Any]) -> dict[int, list[Manifest]]:
        """The manifests of data that a snapshot lists, by the snapshot that added them: the newest lists most of those before it."""
        found: dict[int, list[Manifest]] = {}
        for manifest in read_list(self._read(snapshot["manifest-list"])):
            found.setdefault(manifest.added_by, []).append(manifest)
        return found

    def _rollbacks(self) -> Iterator[VersionSeen]:
        """Where the table was set to a snapshot that is not a child of the one before: readers got other rows without a commit."""
        parents = {int(snapshot["snapshot-id"]): snapshot.get("parent-snapshot-id") for snapshot in self._snapshots}
        log = [entry for entry in _listed(self._metadata, "snapshot-log") if _is_logged(entry)]
        seen: set[int] = set()
        for before, entry in zip([None, *log], log, strict=False):
            target = int(entry["snapshot-id"])
            parent = parents.get(target)
            is_told = parent is not None and parent in parents  # because an expired parent left the log too, and writers forget it
            moved = before is not None and is_told and parent != int(before["snapshot-id"])
            if before is not None and (target in seen or (moved and int(before["snapshot-id"]) in parents)):
                yield VersionSeen(
                    version=f"set-{entry['timestamp-ms']}-{target}",
                    at=self._time(entry["timestamp-ms"], f"the setting to version {target}"),
                    operation="set current version",
                    parent=str(before["snapshot-id"]),
                )
            seen.add(target)

    def _schema_changes(self) -> Iterator[VersionSeen]:
        """Schemas that came since, each as a change of its own that touches no row; the first schema is the table's beginning."""
        fresh = [name for name in self._schemas if f"schema-{name}" not in self._known and int(name) > 0]
        times, since_last = self._schema_times(fresh) if fresh else ({}, "")
        for name in fresh:
            since, at = times.get(name) or (since_last, self._time(self._metadata.get("last-updated-ms"), "the metadata file"))
            yield VersionSeen(
                version=f"schema-{name}",
                at=at,
                not_before=since if since < at else "",
                operation="schema",
                schema=name,
                added_rows=0,
                removed_rows=0,
                added_files=0,
                removed_files=0,
                changed_files=0,
            )

    def _schema_times(self, names: list[str]) -> tuple[dict[str, tuple[str, str]], str]:
        """When each schema came to be: the time of the first metadata file that has it, as far as those are kept.

        Where none before it is kept, also since when that may have been; so too for those that only the present file has.
        """
        found: dict[str, tuple[str, str]] = {}
        since = self._since
        for entry in _listed(self._metadata, "metadata-log"):
            with suppress(Exception):  # because older metadata files may be gone; the time is then that of the first one that is not
                told = msgspec.json.decode(self._read(entry["metadata-file"]), type=dict[str, Any])
                at = self._time(entry["timestamp-ms"], "a metadata file")
                for schema in told.get("schemas", ()):
                    found.setdefault(str(schema["schema-id"]), (since, at))
                since = ""
            if all(name in found for name in names):
                break
        return found, since

    def _seen_schema(self, name: str) -> SchemaSeen:
        first = next((snapshot for snapshot in self._snapshots if str(snapshot.get("schema-id")) == name), self._metadata)
        at = self._time(first.get("timestamp-ms", self._metadata.get("last-updated-ms")), f"schema {name}")
        fields = self._schemas[name]
        return SchemaSeen(
            id=name,
            columns=tuple(field.column for field in fields),
            at=at,
            ids=tuple(field.id for field in fields),
            required=tuple(field.required for field in fields),
        )

    def _partitioning(self) -> tuple[str, ...]:
        fields = self._schemas.get(str(self._metadata.get("current-schema-id", 0)), ())
        names = {field.id: field.column.name for field in fields}
        with suppress(*_ODD):  # because a partitioning that cannot be read is only not known
            for spec in _listed(self._metadata, "partition-specs"):
                if spec["spec-id"] == self._metadata.get("default-spec-id"):
                    return tuple(f"{field['transform']}({names[field['source-id']]})" for field in spec["fields"])
        return ()


def _branches(metadata: Mapping[str, Any], snapshots: list[dict[str, Any]]) -> dict[str, str]:
    """The branch of each snapshot that was never on the main line; of those on several, the one whose name comes first.

    One that was only staged, to be audited before it is published, is on none and counts as on a line of its own.
    """
    parents = {_version(snapshot): str(snapshot.get("parent-snapshot-id") or "") for snapshot in snapshots}

    def line(version: str, known: Container[str]) -> set[str]:
        found: set[str] = set()
        while version in parents and version not in found and version not in known:
            found.add(version)
            version = parents[version]
        return found

    main = set[str]()
    for entry in (
        metadata.get("current-snapshot-id"),
        *(each["snapshot-id"] for each in _listed(metadata, "snapshot-log") if _is_logged(each)),
    ):
        main |= line(str(entry), main)
    told, found = metadata.get("refs"), dict[str, str]()
    for name, ref in sorted(told.items()) if isinstance(told, dict) else ():
        if isinstance(ref, dict) and ref.get("type") == "branch":
            found = dict.fromkeys(line(str(ref.get("snapshot-id")), main), str(name)) | found
    staged = {_version(snapshot) for snapshot in snapshots if _WAP in _summary(snapshot)} - main
    return dict.fromkeys(staged, _STAGED) | found


def _summary(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    told = snapshot.get("summary")
    return told if isinstance(told, dict) else {}


def _listed(told: Mapping[str, Any], key: str) -> list[Any]:
    value = told.get(key)
    return value if isinstance(value, list) else []


def _is_logged(entry: Any) -> bool:
    return isinstance(entry, dict) and count(entry.get("snapshot-id")) is not None and count(entry.get("timestamp-ms")) is not None


def _version(snapshot: Mapping[str, Any]) -> str:
    return str(snapshot["snapshot-id"])


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
