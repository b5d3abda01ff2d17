"""Delta tables below one root: every commit of their logs, read as the protocol writes them; older states through deltalake.

Source: https://github.com/delta-io/delta/blob/master/PROTOCOL.md (actions, commit provenance, file statistics).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import unquote

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from headwater.edges.sources.lakes.driver import DatasetUnreadable, Listed, Looked, VersionFile, VersionGone
from headwater.edges.sources.lakes.rewriting import may_be_rewriting, same_content
from headwater.edges.sources.lakes.storage import Storage, Stored, open_storage
from headwater.model.errors import UsageError
from headwater.model.lake_answers import DatasetState
from headwater.model.lakes import STAMPS, ColumnStatistics, DatasetName, FileSeen, ScanGap, SchemaSeen, VersionSeen, rounded
from headwater.model.schemas import Column

try:
    from deltalake import DeltaTable
except ImportError:
    raise UsageError("cannot read Delta: expected the package deltalake", next_step='pip install "headwater[delta]"') from None

FORMAT = "delta"
_LOG = "_delta_log/"
_COMMIT = re.compile(r"(\d{20})\.json")
_AUTHORS = ("lineage.author", "userName", "userId", "user", "author")
_FILES_SHOWN = 200
_ADDED = ("num_added_rows", "numOutputRows", "num_inserted_rows")
_Action = dict[str, Any]


class DeltaLake:
    """Delta tables at and below a location. `options` are those of the object store.

    Raises:  LakeUnreachable, UsageError: the location cannot be opened.
    """

    def __init__(self, location: str, options: Mapping[str, str]) -> None:
        self._storage = open_storage(location, options)
        self._options = dict(options)
        self._logs: dict[str, list[Stored]] = {}

    def listed(self) -> Iterator[Listed]:
        """Tables by name: their path below the location, or the location's own last part for a table right there."""
        self._logs = {}
        for file in self._storage.listed():
            folder, found, name = file.path.rpartition(_LOG)
            if found and "/" not in name and _COMMIT.fullmatch(name):
                self._logs.setdefault(folder.rstrip("/"), []).append(file)
        for folder, log in sorted(self._logs.items()):
            name = folder or self._storage.root.rstrip("/").rpartition("/")[2]
            yield Listed(name, _cursor(log), f"{self._storage.root}/{folder}".rstrip("/"))

    def look(self, listed: Listed, known: DatasetState | None) -> Looked:
        """The commits that are not known yet.

        Raises:  DatasetUnreadable: a commit cannot be read.
        """
        folder = listed.place.removeprefix(self._storage.root).strip("/")
        log = {int(_COMMIT.fullmatch(file.path.rpartition("/")[2]).group(1)): file for file in self._logs.get(folder, [])}  # type: ignore[union-attr]  # because only such names were listed
        return _Look(listed, log, self._storage, self._options, known).told()

    def files(self, name: str, version: str) -> list[VersionFile]:
        """The files of a version, read by deltalake.

        Raises:  VersionGone: the log or the files no longer reach so far back. DatasetUnreadable: there is no such table.
        """
        if not self._logs:
            list(self.listed())
        folder = next((known for known in self._logs if (known or self._storage.root.rstrip("/").rpartition("/")[2]) == name), None)
        if folder is None:
            raise DatasetUnreadable(f"cannot read table `{name}`: expected one in this lake", next_step="headwater lake scan")
        try:
            table = DeltaTable(f"{self._storage.root}/{folder}".rstrip("/"), version=int(version), storage_options=self._options or None)
            paths = [unquote(path) for path in pa.table(table.get_add_actions(flatten=True)).column("path").to_pylist()]
            schema = pa.schema(table.schema().to_arrow())
        except Exception:  # noqa: BLE001  # because deltalake has faults of many kinds, and all of them mean that this version cannot be read
            raise VersionGone(
                f"cannot read version `{version}` of `{name}`: its lake no longer holds it", next_step=f"headwater lake history {name}"
            ) from None
        return [VersionFile(path, path, partial(self._rows, f"{folder}/{path}".lstrip("/"), schema)) for path in paths]

    def _rows(self, path: str, schema: pa.Schema) -> pa.RecordBatchReader:
        """The rows of one file of a table; partition columns, which the file does not hold, are left out."""
        with self._storage.opened(path) as stream, pq.ParquetFile(stream) as file:
            own = pa.schema([field for field in schema if field.name in file.schema_arrow.names])
        return pa.RecordBatchReader.from_batches(own, self._batches(path, own))

    def _batches(self, path: str, own: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The rows of a file, which is open only while they are read."""
        with self._storage.opened(path) as stream, pq.ParquetFile(stream) as file:
            for batch in file.iter_batches():
                yield batch.select(own.names).cast(own)

    def close(self) -> None:
        """Nothing is held."""


def _cursor(log: list[Stored]) -> str:
    """Which commits there are and that none of them was written again."""
    told = hashlib.sha256()
    for file in log:
        told.update(f"{file.path.rpartition('/')[2]}\0{file.size_bytes}\0{file.mark}\n".encode())
    return told.hexdigest()[:32]


@dataclass(slots=True)
class _Held:
    """The files of a table at one version, by path: rows and bytes."""

    files: dict[str, tuple[int | None, int]] = field(default_factory=dict)
    schema: str = ""
    is_known: bool = True


class _Look:
    """One look at one table."""

    def __init__(
        self, listed: Listed, log: dict[int, Stored], storage: Storage, options: dict[str, str], known: DatasetState | None
    ) -> None:
        self._listed, self._log, self._storage, self._options, self._known = listed, log, storage, options, known
        self._gaps: list[ScanGap] = []
        self._schemas: dict[str, SchemaSeen] = {}
        self._partitioning: tuple[str, ...] = ()

    def told(self) -> Looked:
        """What is new."""
        recorded = {int(version) for version in self._known.versions} if self._known is not None else set()
        fresh = sorted(set(self._log) - recorded)
        held = self._before(fresh[0]) if fresh else _Held()
        expected = fresh[0] if fresh else 0
        versions: list[VersionSeen] = []
        for version in fresh:
            if version in recorded:
                continue
            if version != expected and not all(missed in recorded for missed in range(expected, version)):
                self._gaps.append(
                    ScanGap("LOG-BROKEN", f"commits {expected} to {version - 1} are missing from the log: what they did is not known")
                )
                held = self._before(version)
            versions.append(self._version(version, held))
            expected = version + 1
        recent = max(self._log, default=-1)
        gone = (
            []
            if self._known is None
            else [name for name in self._known.versions if int(name) not in self._log and name not in self._known.gone]
        )
        later = [name for name in gone if int(name) > recent]
        if later:
            self._gaps.append(ScanGap("LOG-BROKEN", f"{len(later)} commits at the end of the log that were there before are gone"))
        known_schemas = set(self._known.schemas) if self._known is not None else set()
        return Looked(
            format=FORMAT,
            location=self._listed.place,
            cursor=self._listed.cursor,
            current=str(recent),
            schemas=tuple(schema for name, schema in self._schemas.items() if name not in known_schemas),
            partitioning=self._partitioning,
            aliases=_stored_under(self._listed.place),
            versions=tuple(versions),
            gone=tuple(gone),
            gaps=tuple(self._gaps),
        )

    def _before(self, version: int) -> _Held:
        """The table as it was before a commit; where that can no longer be read, counts of what is removed are not known."""
        if version == 0:
            return _Held()
        try:
            table = DeltaTable(self._listed.place, version=version - 1, storage_options=self._options or None)
            added = table.get_add_actions(flatten=True)
            read = pa.table(added).to_pydict()
            rows = read.get("num_records") or [None] * len(read["path"])
            files = {unquote(path): (count, size) for path, count, size in zip(read["path"], rows, read["size_bytes"], strict=True)}
            return _Held(files, self._keep_schema(table.schema().to_json(), ""))
        except Exception:  # noqa: BLE001  # because deltalake has faults of many kinds, and all of them mean that older states cannot be read
            return _Held(is_known=False)

    def _version(self, version: int, held: _Held) -> VersionSeen:
        file = self._log[version]
        actions = self._actions(file)
        info: _Action = next((action["commitInfo"] for action in actions if "commitInfo" in action), {})
        at = info.get("inCommitTimestamp") or info.get("timestamp")
        when = datetime.fromtimestamp(at / 1000, UTC).isoformat() if isinstance(at, int | float) else file.at.isoformat()
        for action in actions:
            if "metaData" in action:
                held.schema = self._keep_schema(action["metaData"].get("schemaString", ""), when)
                self._partitioning = tuple(action["metaData"].get("partitionColumns") or ())
        added = [action["add"] for action in actions if "add" in action]
        removed = [unquote(action["remove"]["path"]) for action in actions if "remove" in action]
        gone = [held.files.pop(path, (None, 0)) for path in removed]
        new = {unquote(add["path"]): (_statistics(add).get("numRecords"), int(add.get("size") or 0)) for add in added}
        held.files.update(new)
        listed = [FileSeen(path=path, change="added", rows=rows, size_bytes=size) for path, (rows, size) in new.items()]
        listed += [FileSeen(path=path, change="removed", rows=rows) for path, (rows, _) in zip(removed, gone, strict=True)]
        seen = VersionSeen(
            version=str(version),
            at=when,
            operation=str(info.get("operation") or "unknown"),
            parent=str(version - 1) if version else "",
            author=next((str(info[key]) for key in _AUTHORS if info.get(key)), ""),
            engine=str(info.get("engineInfo") or ""),
            schema=held.schema,
            stamps=_stamps(info),
            added_rows=_sum([rows for rows, _ in new.values()]),
            removed_rows=_sum([rows for rows, _ in gone]),
            rows=_sum([rows for rows, _ in held.files.values()]) if held.is_known else None,
            added_files=len(new),
            removed_files=len(removed),
            changed_files=0,
            files_total=len(held.files) if held.is_known else None,
            size_bytes=sum(size for _, size in held.files.values()) if held.is_known else None,
            columns=self._column_statistics(added, held.schema),
            files=tuple(listed[:_FILES_SHOWN]),
            listed=len(listed) <= _FILES_SHOWN,
        )
        return msgspec.structs.replace(seen, same_content=self._same_content(removed, list(new))) if may_be_rewriting(seen) else seen

    def _same_content(self, removed: list[str], added: list[str]) -> bool | None:
        """Whether the files that a commit added hold the rows of those it removed; None where they are gone or too large."""
        folder = self._listed.place.removeprefix(self._storage.root).strip("/")
        openers = [[partial(self._storage.opened, f"{folder}/{path}".lstrip("/")) for path in paths] for paths in (removed, added)]
        return same_content(*openers)

    def _actions(self, file: Stored) -> list[_Action]:
        try:
            with self._storage.opened(file.path) as stream:
                return [msgspec.json.decode(line, type=dict[str, Any]) for line in stream.read().splitlines() if line.strip()]
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as fault:
            raise DatasetUnreadable(
                f"cannot read table `{self._listed.name}`: commit `{file.path}` is missing or damaged ({type(fault).__name__})",
                next_step="headwater lake scan",
            ) from None

    def _keep_schema(self, text: str, at: str) -> str:
        """Keep a schema for the record, and give the id it is known by."""
        try:
            told = msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.DecodeError:
            return ""
        columns = tuple(_columns(told.get("fields", ()), ""))
        name = hashlib.sha256("\n".join(f"{column.name}\0{column.type}" for column in columns).encode()).hexdigest()[:12]
        self._schemas.setdefault(name, SchemaSeen(id=name, columns=columns, at=at))
        return name

    def _column_statistics(self, added: list[_Action], schema: str) -> tuple[ColumnStatistics, ...]:
        """What the added files say of columns; numbers only, as bounds of texts are values."""
        told = [_statistics(add) for add in added]
        if not told or schema not in self._schemas:
            return ()
        found: list[ColumnStatistics] = []
        for column in self._schemas[schema].columns:
            nulls = [_nested(known.get("nullCount"), column.name) for known in told]
            bounds = [
                number
                for known in told
                for part in ("minValues", "maxValues")
                if (number := _number(_nested(known.get(part), column.name), column.type)) is not None
            ]
            found.append(
                ColumnStatistics(
                    column=column.name,
                    nulls=_sum([count if isinstance(count, int) else None for count in nulls]),
                    low=rounded(min(bounds)) if bounds else None,
                    high=rounded(max(bounds)) if bounds else None,
                )
            )
        return tuple(found)


def _statistics(add: _Action) -> _Action:
    with suppress(msgspec.DecodeError, TypeError):  # because statistics are optional, and one that cannot be read says nothing
        return msgspec.json.decode(add.get("stats") or "{}", type=dict[str, Any])
    return {}


def _stamps(info: _Action) -> dict[str, str]:
    """The stamps of a commit: members of its provenance, or of the JSON that Spark puts into `userMetadata`."""
    told = dict(info)
    with suppress(msgspec.DecodeError, TypeError):  # because `userMetadata` may be any text
        told |= msgspec.json.decode(info.get("userMetadata") or "{}", type=dict[str, Any])
    return {key: str(told[key]) for key in STAMPS if told.get(key)}


def _columns(fields: Any, prefix: str) -> Iterator[Column]:
    for told in fields:
        kind = told.get("type")
        yield Column(f"{prefix}{told.get('name')}", kind if isinstance(kind, str) else str(kind.get("type", "")))
        if isinstance(kind, dict) and kind.get("type") == "struct":
            yield from _columns(kind.get("fields", ()), f"{prefix}{told.get('name')}.")


def _nested(told: Any, path: str) -> Any:
    for part in path.split("."):
        told = told.get(part) if isinstance(told, dict) else None
    return told


def _number(value: Any, kind: str) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str) and kind in ("date", "timestamp", "timestamp_ntz"):
        with suppress(ValueError):  # because a bound that is no time says nothing
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).timestamp()
    return None


def _sum(counts: list[int | None]) -> int | None:
    return None if any(count is None for count in counts) else sum(count or 0 for count in counts)


def _stored_under(place: str) -> tuple[DatasetName, ...]:
    """The name that engines give a table by its place."""
    scheme, separator, rest = place.partition("://")
    if not separator:
        return (DatasetName("file", place),)
    bucket, _, prefix = rest.partition("/")
    return (DatasetName(f"{scheme}://{bucket}", prefix),) if prefix else ()
