"""Folders of Parquet, CSV and JSON files: a version is the state of a folder that a scan found other than the one before.

A folder that holds data files, or parts of a partitioned set (`day=2026-11-01/`), is one dataset; a data file directly in the root is
one by itself.
Every file of a dataset counts, whatever its kind; names that begin with `_` or `.` are an engine's own and do not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.json as pa_json
import pyarrow.parquet as pq

from headwater.edges.sources.lakes.driver import DatasetUnreadable, Listed, Looked, VersionFile, VersionGone
from headwater.edges.sources.lakes.storage import Storage, Stored, open_storage
from headwater.model.lake_answers import DatasetState
from headwater.model.lakes import ColumnStatistics, DatasetName, FileSeen, ScanGap, SchemaSeen, VersionSeen, rounded
from headwater.model.schemas import Column

FORMAT = "folder"
_BLOCK = 1024 * 1024
_HEAD = 256 * 1024
_PACKED = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd"}
_KINDS = {".parquet": "parquet", ".csv": "csv", ".tsv": "csv", ".json": "json", ".jsonl": "json", ".ndjson": "json"}
_GAPS_AT_MOST = 50


class FolderLake:
    """A root folder with datasets in it.

    Raises:  LakeUnreachable, UsageError: the location cannot be opened.
    """

    def __init__(self, location: str, options: Mapping[str, str]) -> None:
        self._storage = open_storage(location, options)
        self._datasets: dict[str, list[Stored]] = {}

    def listed(self) -> Iterator[Listed]:
        """Datasets by name. One listing serves for all looks that follow."""
        self._datasets = _grouped(self._storage.listed())
        for name, files in sorted(self._datasets.items()):
            yield Listed(name, _cursor(files), _place(self._storage, name, files))

    def look(self, listed: Listed, known: DatasetState | None) -> Looked:
        """The files that came, went or changed since; each of them is read once, for its digest.

        Raises:  DatasetUnreadable: a file cannot be read at all.
        """
        files = self._datasets.get(listed.name, [])
        gaps: list[ScanGap] = []
        before = {file.path: file for file in known.files} if known is not None else {}
        read = [seen for file in files if (seen := self._read(file, before.get(file.path), gaps)) is not None]
        present = {file.path for file in files}
        removed = [
            FileSeen(path=path, change="removed", rows=file.rows, size_bytes=file.size_bytes)
            for path, file in before.items()
            if path not in present
        ]
        changes = [*(seen.file for seen in read), *removed]
        schema = next((seen.schema for seen in reversed(read) if seen.schema is not None), None)
        versions = (self._version(listed, known, before, files, read, removed, schema),) if changes else ()
        if links := [path for path in self._storage.links if path.startswith(f"{listed.name}/") or listed.name == path]:
            gaps.append(
                ScanGap("LINK-NOT-FOLLOWED", f"{len(links)} links are not followed, as they may lead out of the lake: `{links[0]}`")
            )
        fresh = schema is not None and (known is None or schema.id not in known.schemas)
        return Looked(
            format=FORMAT,
            location=listed.place,
            cursor=listed.cursor,
            current=versions[-1].version if versions else known.current if known is not None else "",
            schemas=(schema,) if schema is not None and fresh else (),
            partitioning=_partitioning(files),
            aliases=_aliases(self._storage.root, listed.name),
            versions=versions,
            gaps=tuple(gaps[:_GAPS_AT_MOST]),
        )

    def files(self, name: str, version: str) -> list[VersionFile]:
        """The Parquet files of the present state; a folder holds no other.

        Raises:  VersionGone: another version is asked for than the one that lies there. DatasetUnreadable: there is no such dataset.
        """
        if not self._datasets:
            list(self.listed())
        if name not in self._datasets:
            raise DatasetUnreadable(f"cannot read folder `{name}`: expected one in this lake", next_step="headwater lake scan")
        raise VersionGone(
            f"cannot read version `{version}` of `{name}`: a folder keeps no older files than those that lie there",
            next_step=f"headwater lake history {name}",
        )

    def close(self) -> None:
        """Nothing is held."""

    def _read(self, file: Stored, before: FileSeen | None, gaps: list[ScanGap]) -> _Read | None:
        """A file that is new or may have changed; None where it is as it was."""
        at = file.at.isoformat()
        if before is not None and before.size_bytes == file.size_bytes and before.at == at:
            return None
        try:
            digest = self._digest(file.path)
        except OSError as error:
            raise DatasetUnreadable(
                f"cannot read file `{file.path}`: {error.strerror or 'it cannot be opened'}",
                next_step="check its permissions, then headwater lake scan",
            ) from None
        if before is not None and before.digest == digest:
            return None
        inside = _Inside()
        try:
            with self._storage.opened(file.path) as stream:
                inside = _looked_into(file.path, stream)
        except (OSError, ValueError, EOFError, pa.ArrowException) as fault:
            if before is None or before.digest != digest:
                gaps.append(
                    ScanGap(
                        "FILE-UNREADABLE",
                        f"file `{file.path}` cannot be read as what its name says ({type(fault).__name__}): it counts by its bytes only",
                    )
                )
        change = "changed" if before is not None else "added"
        seen = FileSeen(path=file.path, change=change, at=at, rows=inside.rows, size_bytes=file.size_bytes, digest=digest)  # type: ignore[arg-type]  # because it is one of two literals
        return _Read(seen, inside.schema, inside.columns)

    def _digest(self, path: str) -> str:
        told = hashlib.sha256()
        with self._storage.opened(path) as stream:
            while block := stream.read(_BLOCK):
                told.update(block)
        return told.hexdigest()

    def _version(
        self,
        listed: Listed,
        known: DatasetState | None,
        before: Mapping[str, FileSeen],
        files: list[Stored],
        read: list[_Read],
        removed: list[FileSeen],
        schema: SchemaSeen | None,
    ) -> VersionSeen:
        added = [seen.file for seen in read if seen.file.change == "added"]
        changed = [seen.file for seen in read if seen.file.change == "changed"]
        state = dict(before) | {seen.file.path: seen.file for seen in read}
        for gone in removed:
            state.pop(gone.path, None)
        now = datetime.now(UTC)
        at = now if removed else min(now, max(datetime.fromisoformat(file.at) for file in (*added, *changed)))
        digest = _state_digest(state)
        return VersionSeen(
            version=f"{digest[:12]}-{int(at.timestamp() * 1e6)}",
            at=at.isoformat(),
            not_before=known.seen_at if known is not None else "",
            operation="files",
            parent=known.current if known is not None else "",
            schema=schema.id if schema is not None else "",
            added_rows=_sum([file.rows for file in (*added, *changed)]),
            removed_rows=_sum([file.rows for file in removed] + [before[file.path].rows for file in changed]),
            rows=_sum([file.rows for file in state.values()]),
            added_files=len(added),
            removed_files=len(removed),
            changed_files=len(changed),
            files_total=len(state),
            size_bytes=sum(file.size_bytes for file in files),
            columns=_merged([seen.columns for seen in read]),
            files=tuple(sorted((*added, *changed, *removed), key=lambda file: file.path)),
            digest=digest,
        )


class _Inside:
    """What a file holds, as far as its kind tells without reading all of it."""

    def __init__(self, rows: int | None = None, schema: SchemaSeen | None = None, columns: tuple[ColumnStatistics, ...] = ()) -> None:
        self.rows, self.schema, self.columns = rows, schema, columns


class _Read:
    """A file that was read."""

    def __init__(self, file: FileSeen, schema: SchemaSeen | None, columns: tuple[ColumnStatistics, ...]) -> None:
        self.file, self.schema, self.columns = file, schema, columns


def _grouped(files: Iterator[Stored]) -> dict[str, list[Stored]]:
    """Files by dataset; folders without any data file are none."""
    found: dict[str, list[Stored]] = {}
    for file in files:
        parts = PurePosixPath(file.path).parts
        if any(part.startswith(("_", ".")) for part in parts):
            continue
        folders = parts[:-1]
        first = next((index for index, part in enumerate(folders) if "=" in part), len(folders))
        found.setdefault("/".join(folders[:first]) or file.path, []).append(file)
    return {name: told for name, told in found.items() if any(_kind(file.path) for file in told)}


def _kind(path: str) -> str:
    suffixes = PurePosixPath(path).suffixes
    if suffixes and suffixes[-1].lower() in _PACKED:
        suffixes = suffixes[:-1]
    return _KINDS.get(suffixes[-1].lower(), "") if suffixes else ""


def _cursor(files: list[Stored]) -> str:
    told = hashlib.sha256()
    for file in files:
        told.update(f"{file.path}\0{file.size_bytes}\0{file.mark}\n".encode())
    return told.hexdigest()[:32]


def _state_digest(state: Mapping[str, FileSeen]) -> str:
    told = hashlib.sha256()
    for path in sorted(state):
        told.update(f"{path}\0{state[path].digest}\n".encode())
    return told.hexdigest()


def _place(storage: Storage, name: str, files: list[Stored]) -> str:
    return f"{storage.root}/{name}" if name else storage.root


def _partitioning(files: list[Stored]) -> tuple[str, ...]:
    """The keys of `key=value` folders."""
    folders = PurePosixPath(files[0].path).parts[:-1] if files else ()
    return tuple(part.partition("=")[0] for part in folders if "=" in part)


def _aliases(root: str, name: str) -> tuple[DatasetName, ...]:
    """The name that engines give a dataset by its place."""
    scheme, separator, rest = root.partition("://")
    if not separator:
        return (DatasetName("file", f"{root}/{name}"),)
    bucket, _, prefix = rest.partition("/")
    return (DatasetName(f"{scheme}://{bucket}", f"{prefix.rstrip('/')}/{name}".strip("/")),)


def _sum(counts: list[int | None]) -> int | None:
    return None if any(count is None for count in counts) else sum(count or 0 for count in counts)


def _looked_into(path: str, stream: BinaryIO) -> _Inside:
    """Rows, schema and statistics of a file, as far as its kind has them.

    Raises:  OSError, ValueError, EOFError, ArrowException: it is not what its name says.
    """
    match _kind(path):
        case "parquet":
            return _parquet(stream)
        case "csv":
            return _Inside(None, _schema(_csv_head(path, stream)))
        case "json":
            return _json(path, stream)
    return _Inside()


def _parquet(stream: BinaryIO) -> _Inside:
    with pq.ParquetFile(stream) as file:
        metadata = file.metadata
        return _Inside(metadata.num_rows, _schema(file.schema_arrow), _footer_statistics(metadata))


def _footer_statistics(metadata: Any) -> tuple[ColumnStatistics, ...]:
    groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
    found: list[ColumnStatistics] = []
    for index in range(metadata.num_columns if groups else 0):
        told = [group.column(index) for group in groups]
        statistics = [column.statistics for column in told]
        nulls = [known.null_count if known is not None and known.has_null_count else None for known in statistics]
        bounds = [number for known in statistics if known is not None and known.has_min_max for number in _numbers(known.min, known.max)]
        found.append(
            ColumnStatistics(
                column=told[0].path_in_schema,
                values=sum(column.num_values for column in told),
                nulls=_sum(nulls),
                size_bytes=sum(column.total_compressed_size for column in told),
                low=rounded(min(bounds)) if bounds else None,
                high=rounded(max(bounds)) if bounds else None,
            )
        )
    return tuple(found)


def _numbers(*values: Any) -> Iterator[float]:
    for value in values:
        if isinstance(value, bool) or value is None:
            continue
        if isinstance(value, int | float):
            yield float(value)
        elif isinstance(value, datetime):
            yield (value if value.tzinfo is not None else value.replace(tzinfo=UTC)).timestamp()


def _unpacked(path: str, stream: BinaryIO) -> Any:
    packed = _PACKED.get(PurePosixPath(path).suffix.lower())
    source = pa.PythonFile(stream, mode="r")
    return pa.CompressedInputStream(source, packed) if packed else source


def _csv_head(path: str, stream: BinaryIO) -> pa.Schema:
    """The columns of a CSV file, from its first rows."""
    text = _unpacked(path, stream).read(_HEAD)
    head = text[: text.rfind(b"\n") + 1] or text
    delimiter = "\t" if ".tsv" in path.lower() else ","
    options = pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True)
    return pa_csv.read_csv(pa.BufferReader(head), parse_options=options).schema


def _json(path: str, stream: BinaryIO) -> _Inside:
    """The columns of lines of JSON, from the first of them, and how many lines there are."""
    unpacked = _unpacked(path, stream)
    head = unpacked.read(_HEAD)
    lines, last = head.count(b"\n"), head[-1:]
    while block := unpacked.read(_BLOCK):
        lines, last = lines + block.count(b"\n"), block[-1:]
    rows = lines + (last not in (b"\n", b""))
    if head.lstrip()[:1] == b"[":
        return _Inside()
    whole = head[: head.rfind(b"\n") + 1] or head
    schema = None
    with suppress(pa.ArrowInvalid):  # because lines of objects over several lines are JSON too, and their schema is only not known
        schema = _schema(pa_json.read_json(pa.BufferReader(whole)).schema)
    return _Inside(rows if schema is not None else None, schema)


def _schema(schema: pa.Schema) -> SchemaSeen:
    columns = tuple(_columns(schema, ""))
    told = hashlib.sha256("\n".join(f"{column.name}\0{column.type}" for column in columns).encode())
    return SchemaSeen(id=told.hexdigest()[:12], columns=columns)


def _columns(fields: Any, prefix: str) -> Iterator[Column]:
    for field in fields:
        yield Column(f"{prefix}{field.name}", str(field.type))
        if pa.types.is_struct(field.type):
            yield from _columns([field.type.field(index) for index in range(field.type.num_fields)], f"{prefix}{field.name}.")


def _merged(told: list[tuple[ColumnStatistics, ...]]) -> tuple[ColumnStatistics, ...]:
    """Statistics of several files; a column that one of them does not count is not counted."""
    by_column: dict[str, list[ColumnStatistics]] = {}
    for columns in told:
        for column in columns:
            by_column.setdefault(column.column, []).append(column)
    return tuple(
        ColumnStatistics(
            column=name,
            values=_sum([known.values for known in several]),
            nulls=_sum([known.nulls for known in several]),
            size_bytes=_sum([known.size_bytes for known in several]),
            low=min((known.low for known in several if known.low is not None), default=None),
            high=max((known.high for known in several if known.high is not None), default=None),
        )
        for name, several in by_column.items()
    )
