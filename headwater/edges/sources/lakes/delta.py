"""Delta tables below one root: every commit of their logs, read as the protocol writes them; older states through deltalake.

Source: https://github.com/delta-io/delta/blob/master/PROTOCOL.md (actions, commit provenance, file statistics).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from shlex import quote
from typing import Any, BinaryIO
from urllib.parse import unquote

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from headwater.edges.sources.lakes.driver import DatasetUnreadable, Listed, Looked, Unseen, VersionFile, VersionGone
from headwater.edges.sources.lakes.rewriting import may_be_rewriting, same_content
from headwater.edges.sources.lakes.storage import Storage, Stored, open_storage
from headwater.model.errors import UsageError
from headwater.model.lake_answers import DatasetState
from headwater.model.lakes import STAMPS, ColumnStatistics, DatasetName, FileSeen, ScanGap, SchemaSeen, VersionSeen, count, rounded
from headwater.model.schemas import Column

try:
    from deltalake import DeltaTable
except ImportError:
    raise UsageError("cannot read Delta: expected the package deltalake", next_step='pip install "headwater[delta]"') from None

FORMAT = "delta"
_LOG = "_delta_log/"
_COMMIT = re.compile(r"(\d{20})\.json")
_AUTHORS = ("lineage.author", "userName", "userId", "user", "author")
_TELLS_ONLY = frozenset({"commitInfo", "txn"})
"""Actions that touch neither rows nor columns: what vacuuming tells of itself, and how far a stream has come."""
_FILES_SHOWN = 200
_NEW = "num_added_rows"
_COPIED = ("numCopiedRows", "num_copied_rows", "numTargetRowsCopied", "num_target_rows_copied")
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

    def unseen(self) -> tuple[Unseen, ...]:
        """Links and folders that the listing did not look into."""
        return tuple(self._storage.unseen)

    def look(self, listed: Listed, known: DatasetState | None) -> Looked:
        """The commits that are not known yet."""
        folder = listed.place.removeprefix(self._storage.root).strip("/")
        log = {_number_of(file): file for file in self._logs.get(folder, [])}
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
            held = _partitions(table)
            schema = pa.schema(table.schema().to_arrow())
        except Exception:  # noqa: BLE001  # because deltalake has faults of many kinds, and all of them mean that this version cannot be read
            problem = f"cannot read version `{version}` of `{name}`: its lake no longer holds it"
            raise VersionGone(problem, next_step=f"headwater lake history {quote(name)}") from None
        return [
            VersionFile(path, path, partial(self._rows, f"{folder}/{path}".lstrip("/"), schema, values)) for path, values in held.items()
        ]

    def _rows(self, path: str, schema: pa.Schema, partition: Mapping[str, Any]) -> pa.RecordBatchReader:
        """The rows of one file of a table; the log says the values of partition columns, which the file does not hold."""
        with self._storage.opened(path) as stream, pq.ParquetFile(stream) as file:
            own = pa.schema([field for field in schema if field.name in partition or field.name in file.schema_arrow.names])
        return pa.RecordBatchReader.from_batches(own, self._batches(path, own, partition))

    def _batches(self, path: str, own: pa.Schema, partition: Mapping[str, Any]) -> Iterator[pa.RecordBatch]:
        """The rows of a file, which is open only while they are read."""
        same = {field.name: pa.scalar(partition[field.name], field.type) for field in own if field.name in partition}
        with self._storage.opened(path) as stream, pq.ParquetFile(stream) as file:
            for batch in file.iter_batches():
                columns = [
                    pa.repeat(same[field.name], batch.num_rows) if field.name in same else batch.column(field.name).cast(field.type)
                    for field in own
                ]
                yield pa.RecordBatch.from_arrays(columns, schema=own)

    def close(self) -> None:
        """Nothing is held."""


def _number_of(file: Stored) -> int:
    return int(file.path.rpartition("/")[2].removesuffix(".json"))


def _cursor(log: Collection[Stored]) -> str:
    """Which commits there are, the first and the last by number, and that none of them was written again."""
    told = hashlib.sha256()
    for file in log:
        told.update(f"{file.path.rpartition('/')[2]}\0{file.size_bytes}\0{file.mark}\n".encode())
    numbers = [_number_of(file) for file in log]
    return f"{min(numbers)}-{max(numbers)}-{told.hexdigest()[:32]}"


@dataclass(slots=True)
class _Held:
    """The files of a table at one version, by path: rows without those a vector deletes, and bytes."""

    files: dict[str, tuple[int | None, int]] = field(default_factory=dict)
    schema: str = ""
    is_known: bool = True

    def totals(self, seen: VersionSeen) -> VersionSeen:
        """A version that ends with these files, with what they sum up to."""
        if not self.is_known:
            return seen
        rows, size = _sum([rows for rows, _ in self.files.values()]), sum(size for _, size in self.files.values())
        return msgspec.structs.replace(seen, rows=rows, files_total=len(self.files), size_bytes=size)


class _Look:
    """One look at one table."""

    def __init__(
        self, listed: Listed, log: dict[int, Stored], storage: Storage, options: dict[str, str], known: DatasetState | None
    ) -> None:
        self._listed, self._log, self._storage, self._options, self._known = listed, log, storage, options, known
        self._gaps: list[ScanGap] = []
        self._schemas: dict[str, SchemaSeen] = {}
        self._fields: dict[str, tuple[tuple[Column, tuple[str, ...]], ...]] = {}
        self._partitioning: tuple[str, ...] = ()

    def told(self) -> Looked:
        """What is new."""
        recorded = {int(version) for version in self._known.versions} if self._known is not None else set()
        fresh = sorted(set(self._log) - recorded)
        held = self._before(fresh[0]) if fresh else _Held()
        expected = fresh[0] if fresh else 0
        if fresh and not held.is_known and expected - 1 not in recorded and not self._before(max(self._log) + 1).is_known:
            self._broken(f"the log begins at commit {expected}, and no checkpoint stands for what was there before: it is not known")
        versions: list[VersionSeen] = []
        for version in fresh:
            if version != expected:
                held = self._before(version)
                if missed := [number for number in range(expected, version) if number not in recorded]:
                    self._broken(f"commits {missed[0]} to {missed[-1]} are missing from the log: what they did is not known")
            was_known = held.is_known
            seen = self._readable(version, held)
            if not held.is_known:
                held = self._before(version + 1)
            if seen is not None:
                versions.append(seen if was_known else held.totals(seen))
            expected = version + 1
        gone = self._gone()
        self._check_recorded(recorded)
        known_schemas = set(self._known.schemas) if self._known is not None else set()
        return Looked(
            format=FORMAT,
            location=self._listed.place,
            cursor=self._listed.cursor,
            current=str(max(self._log, default=-1)),
            schemas=tuple(schema for name, schema in self._schemas.items() if name not in known_schemas),
            partitioning=self._partitioning,
            aliases=_stored_under(self._listed.place),
            versions=tuple(versions),
            gone=gone,
            gaps=tuple(self._gaps),
        )

    def _gone(self) -> tuple[str, ...]:
        """Recorded commits whose files are there no more. A log is cleaned from its beginning; elsewhere one that is missing is a gap."""
        if self._known is None:
            return ()
        gone = [name for name in self._known.versions if int(name) not in self._log and name not in self._known.gone]
        later = [name for name in gone if int(name) > max(self._log, default=-1)]
        between = [name for name in gone if name not in later and int(name) > min(self._log, default=0)]
        if later:
            self._broken(f"{len(later)} commits at the end of the log that were there before are gone: the first is {later[0]}")
        if between:
            self._broken(f"{len(between)} commits in the middle of the log that were there before are gone: the first is {between[0]}")
        return tuple(gone)

    def _check_recorded(self, recorded: set[int]) -> None:
        """Commits that were recorded are never written again by a writer that keeps to the protocol."""
        if self._known is None or not recorded:
            return
        first, _, rest = self._known.cursor.partition("-")
        last = rest.partition("-")[0]
        if not (first.isdigit() and last.isdigit()):
            return
        same = [file for number, file in self._log.items() if int(first) <= number <= int(last)]
        if len(same) == int(last) - int(first) + 1 and _cursor(same) != self._known.cursor:
            detail = f"commits between {first} and {last} were written again after they were recorded: what they say now is not known"
            self._gaps.append(ScanGap("LOG-REWRITTEN", detail))

    def _broken(self, detail: str) -> None:
        self._gaps.append(ScanGap("LOG-BROKEN", detail))

    def _readable(self, version: int, held: _Held) -> VersionSeen | None:
        """A commit; one that cannot be read leaves a gap, and what the table holds after it is asked of its checkpoints."""
        try:
            return self._version(version, held)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as fault:
            detail = f"commit {version} is missing or damaged ({type(fault).__name__}): what it did is not known"
            self._gaps.append(ScanGap("COMMIT-UNREADABLE", detail))
            held.is_known = False
            return None

    def _before(self, version: int) -> _Held:
        """The table as it was before a commit; where that can no longer be read, counts of what is removed are not known."""
        if version == 0:
            return _Held()
        try:
            table = self._opened(version - 1)
            added = table.get_add_actions(flatten=True)
            read = pa.table(added).to_pydict()
            nothing = [None] * len(read["path"])
            rows, cut = read.get("num_records") or nothing, read.get("deletionVector.cardinality") or nothing
            counts = [None if count is None else count - (deleted or 0) for count, deleted in zip(rows, cut, strict=True)]
            files = {unquote(path): (count, size) for path, count, size in zip(read["path"], counts, read["size_bytes"], strict=True)}
            return _Held(files, self._keep_schema(table.schema().to_json(), ""))
        except Exception:  # noqa: BLE001  # because deltalake has faults of many kinds, and all of them mean that older states cannot be read
            return _Held(is_known=False)

    def _version(self, version: int, held: _Held) -> VersionSeen:
        file = self._log[version]
        actions = self._actions(file)
        info: _Action = next((action["commitInfo"] for action in actions if "commitInfo" in action), {})
        when = _time(info.get("inCommitTimestamp") or info.get("timestamp")) or file.at.isoformat()
        for action in actions:
            if "metaData" in action:
                held.schema = self._keep_schema(action["metaData"].get("schemaString", ""), when)
                self._partitioning = tuple(action["metaData"].get("partitionColumns") or ())
        added = [action["add"] for action in actions if "add" in action]
        new = {unquote(add["path"]): (_rows(add), count(add.get("size")) or 0) for add in added}
        removed = [unquote(action["remove"]["path"]) for action in actions if "remove" in action]
        old = {path: held.files.pop(path, (None, 0)) for path in removed}
        held.files.update(new)
        changes = _Changes(new, old)
        listed = changes.files()
        seen = VersionSeen(
            version=str(version),
            at=when,
            operation=str(info.get("operation") or "unknown"),
            parent=str(version - 1) if version else "",
            author=next((str(info[key]) for key in _AUTHORS if info.get(key)), ""),
            engine=str(info.get("engineInfo") or ""),
            schema=held.schema,
            stamps=_stamps(info),
            added_rows=changes.added_rows,
            removed_rows=changes.removed_rows,
            copied_rows=_copied(info, changes.added_rows),
            added_files=len(changes.added),
            removed_files=len(changes.removed),
            changed_files=len(changes.changed),
            columns=self._column_statistics(added, held.schema),
            files=tuple(listed[:_FILES_SHOWN]),
            listed=len(listed) <= _FILES_SHOWN,
        )
        told = held.totals(seen)
        if actions and all(_TELLS_ONLY.issuperset(action) for action in actions):
            return msgspec.structs.replace(told, same_content=True)
        if not may_be_rewriting(told):
            return told
        return msgspec.structs.replace(told, same_content=self._same_content(version, removed, list(new)))

    def _same_content(self, version: int, removed: list[str], added: list[str]) -> bool | None:
        """Whether the files that a commit added hold the rows of those it removed, each partition by itself.

        None where they are gone or too large.
        """
        try:
            after = self._opened(version)
            known = _partitions(after)
            if after.metadata().partition_columns:
                known = _partitions(self._opened(version - 1)) | known
            before_by, after_by = (_by_partition(paths, known) for paths in (removed, added))
        except Exception:  # noqa: BLE001  # because deltalake has faults of many kinds, and all of them mean that this cannot be told
            return None
        if before_by.keys() != after_by.keys():
            return False
        told = [same_content(self._openers(before_by[values]), self._openers(after_by[values])) for values in before_by]
        return False if False in told else None if None in told else True

    def _opened(self, version: int) -> DeltaTable:
        return DeltaTable(self._listed.place, version=version, storage_options=self._options or None)

    def _openers(self, paths: list[str]) -> list[Callable[[], BinaryIO]]:
        folder = self._listed.place.removeprefix(self._storage.root).strip("/")
        return [partial(self._storage.opened, f"{folder}/{path}".lstrip("/")) for path in paths]

    def _actions(self, file: Stored) -> list[_Action]:
        with self._storage.opened(file.path) as stream:
            return [msgspec.json.decode(line, type=dict[str, Any]) for line in stream.read().splitlines() if line.strip()]

    def _keep_schema(self, text: str, at: str) -> str:
        """Keep a schema for the record, and give the id it is known by."""
        try:
            told = msgspec.json.decode(text, type=dict[str, Any])
            fields = tuple(_fields(told.get("fields", ()), "", ()))
            marks = tuple(_marks(told.get("fields", ())))
        except (msgspec.DecodeError, TypeError, AttributeError):
            self._gaps.append(ScanGap("SCHEMA-UNREADABLE", "a schema in the log cannot be read: its columns are not known"))
            return ""
        columns = tuple(column for column, _ in fields)
        ids, required = tuple(number for number, _ in marks if number is not None), tuple(required for _, required in marks)
        told_apart = f"\n{ids}{required}" if ids or any(required) else ""
        listed = "\n".join(f"{column.name}\0{column.type}" for column in columns)
        name = hashlib.sha256(f"{listed}{told_apart}".encode()).hexdigest()[:12]
        ids = ids if len(ids) == len(columns) else ()
        self._schemas.setdefault(name, SchemaSeen(id=name, columns=columns, at=at, ids=ids, required=required))
        self._fields[name] = fields
        return name

    def _column_statistics(self, added: list[_Action], schema: str) -> tuple[ColumnStatistics, ...]:
        """What the added files say of columns; numbers only, as bounds of texts are values."""
        told = [_statistics(add) for add in added]
        if not told:
            return ()
        return tuple(_of_column(column, path, told) for column, path in self._fields.get(schema, ()))


@dataclass(frozen=True, slots=True)
class _Changes:
    """What a commit did to files: those it added and those it removed; one under both keeps its bytes and gets a deletion vector."""

    new: dict[str, tuple[int | None, int]]
    old: dict[str, tuple[int | None, int]]

    @property
    def added(self) -> list[str]:
        return [path for path in self.new if path not in self.old]

    @property
    def removed(self) -> list[str]:
        return [path for path in self.old if path not in self.new]

    @property
    def changed(self) -> list[str]:
        return [path for path in self.new if path in self.old]

    @property
    def added_rows(self) -> int | None:
        return _sum([self.new[path][0] for path in self.added] + [self._more(path, 1) for path in self.changed])

    @property
    def removed_rows(self) -> int | None:
        return _sum([self.old[path][0] for path in self.removed] + [self._more(path, -1) for path in self.changed])

    def _more(self, path: str, sign: int) -> int | None:
        after, before = self.new[path][0], self.old[path][0]
        return None if after is None or before is None else max(0, sign * (after - before))

    def files(self) -> list[FileSeen]:
        """One line for each file."""
        told = [FileSeen(path=path, change="added", rows=self.new[path][0], size_bytes=self.new[path][1]) for path in self.added]
        told += [FileSeen(path=path, change="changed", rows=self.new[path][0], size_bytes=self.new[path][1]) for path in self.changed]
        return told + [FileSeen(path=path, change="removed", rows=self.old[path][0]) for path in self.removed]


def _partitions(table: DeltaTable) -> dict[str, dict[str, Any]]:
    """The files of a version, each with its values of the partition columns."""
    columns = table.metadata().partition_columns
    added = pa.table(table.get_add_actions(flatten=True)).to_pylist()
    return {unquote(add["path"]): {column: add[f"partition.{column}"] for column in columns} for add in added}


def _by_partition(paths: list[str], known: Mapping[str, Mapping[str, Any]]) -> dict[tuple[Any, ...], list[str]]:
    """Files by their values of the partition columns; in a table without any, all under one."""
    found: dict[tuple[Any, ...], list[str]] = {}
    partitioned = any(known.values())
    for path in paths:
        found.setdefault(tuple(known[path].values()) if partitioned else (), []).append(path)
    return found


def _of_column(column: Column, path: tuple[str, ...], told: list[_Action]) -> ColumnStatistics:
    nulls = [count(_nested(known.get("nullCount"), path)) for known in told]
    numbers = [_number(_nested(known.get(part), path), column.type) for known in told for part in ("minValues", "maxValues")]
    bounds = [number for number in numbers if number is not None]
    return ColumnStatistics(
        column=column.name,
        nulls=_sum(nulls),
        low=rounded(min(bounds)) if bounds else None,
        high=rounded(max(bounds)) if bounds else None,
    )


def _rows(add: _Action) -> int | None:
    """Rows of an added file that readers get."""
    rows, vector = count(_statistics(add).get("numRecords")), add.get("deletionVector")
    deleted = count(vector.get("cardinality")) if isinstance(vector, dict) else 0
    return None if rows is None or deleted is None else max(0, rows - deleted)


def _copied(info: _Action, added_rows: int | None) -> int | None:
    """Rows that were put into other files as they were, as the commit says. Spark writes its numbers as texts.

    Where part of a table is overwritten, deltalake says how many rows are new; the rest of its files' rows were there before.
    """
    told = info.get("operationMetrics")
    if not isinstance(told, dict):
        return None
    found = next((number for key in _COPIED if (number := count(told.get(key))) is not None), None)
    new = count(told.get(_NEW))
    if found is None and new is not None and added_rows is not None and new < added_rows:
        return added_rows - new
    return found


def _time(milliseconds: Any) -> str:
    """A time of the log, or nothing where it can be none."""
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int | float):
        return ""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


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


def _fields(fields: Any, prefix: str, above: tuple[str, ...]) -> Iterator[tuple[Column, tuple[str, ...]]]:
    """Columns with the path under which statistics have them: of physical names, where names are mapped."""
    for told in fields:
        kind, name = told.get("type"), f"{prefix}{told.get('name')}"
        physical = (told.get("metadata") or {}).get("delta.columnMapping.physicalName") or told.get("name")
        path = (*above, str(physical))
        yield Column(name, kind if isinstance(kind, str) else str(kind.get("type", ""))), path
        if isinstance(kind, dict) and kind.get("type") == "struct":
            yield from _fields(kind.get("fields", ()), f"{name}.", path)


def _marks(fields: Any) -> Iterator[tuple[int | None, bool]]:
    """Of columns, in the order of `_fields`: the id by which a mapped one is known, and whether it may not be null."""
    for told in fields:
        kind = told.get("type")
        yield count((told.get("metadata") or {}).get("delta.columnMapping.id")), told.get("nullable") is False
        if isinstance(kind, dict) and kind.get("type") == "struct":
            yield from _marks(kind.get("fields", ()))


def _nested(told: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        told = told.get(part) if isinstance(told, dict) else None
    return told


def _number(value: Any, kind: str) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str) and kind in ("date", "timestamp", "timestamp_ntz"):
        with suppress(ValueError, OverflowError):  # because a bound that is no time says nothing
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
