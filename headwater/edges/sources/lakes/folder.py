"""Folders of Parquet, CSV and JSON files: a version is the state of a folder that a scan found other than the one before.

A folder that holds files, or parts of a partitioned set (`day=2026-11-01/`), is one dataset; a file directly in the root is one by itself.
Every file counts, one that is no data by its bytes alone; names that begin with `_` or `.` are an engine's own and do not.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import PurePosixPath
from shlex import quote

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from headwater.edges.sources.content.delimited import csv_rows, csv_schema, json_rows, json_schema
from headwater.edges.sources.content.digest import format_of
from headwater.edges.sources.lakes.driver import DatasetUnreadable, Listed, Looked, Unseen, VersionFile, VersionGone
from headwater.edges.sources.lakes.inside import Inside, kind_of, look_inside
from headwater.edges.sources.lakes.row_sums import RowSums
from headwater.edges.sources.lakes.storage import Storage, Stored, open_storage
from headwater.model.lake_answers import DatasetState
from headwater.model.lakes import ColumnStatistics, DatasetName, FileSeen, ScanGap, SchemaSeen, VersionSeen

FORMAT = "folder"
_BLOCK = 1024 * 1024
_OWN = ("_", ".")
_GAPS_AT_MOST = 50
_NAMED = 12
"""Digits of its digest by which a state is named."""
_ADDED_AT_MOST = 1_000
"""Files that may have been added since a version that is still read."""
_SMALL = 4 * 1024 * 1024
_TICK = timedelta(seconds=2)


class FolderLake:
    """A root folder with datasets in it. With `sums`, files that only take the place of others are told apart.

    Raises:  LakeUnreachable, UsageError: the location cannot be opened.
    """

    def __init__(self, location: str, options: Mapping[str, str], sums: RowSums | None = None) -> None:
        self._storage = open_storage(location, options)
        self._sums = sums
        self._datasets: dict[str, list[Stored]] = {}

    def listed(self) -> Iterator[Listed]:
        """Datasets by name. One listing serves for all looks that follow."""
        self._datasets = _grouped(self._storage.listed())
        for name, files in sorted(self._datasets.items()):
            yield Listed(name, _cursor(files), _place(self._storage, name, files))

    def look(self, listed: Listed, known: DatasetState | None) -> Looked:
        """The files that came, went or changed since; each of them is read once, for its digest.

        One that cannot be read is a gap, and the cursor says so, which makes the next scan try again.
        """
        files = self._datasets.get(listed.name, [])
        gaps: list[ScanGap] = []
        before = {file.path: file for file in known.files} if known is not None else {}
        read: list[_Read] = []
        unread: set[str] = set()
        for file in files:
            try:
                seen = self._read(file, before.get(file.path), known, gaps)
            except OSError as fault:
                unread.add(file.path)
                gaps.append(ScanGap("FILE-UNREADABLE", f"file `{file.path}` cannot be read ({_words(fault)}): what it holds is not known"))
                continue
            if seen is not None:
                read.append(seen)
        present = {file.path for file in files}
        removed = [
            FileSeen(path=path, change="removed", rows=file.rows, size_bytes=file.size_bytes)
            for path, file in before.items()
            if path not in present
        ]
        changes = [*(seen.file for seen in read), *removed]
        schema = next((seen.schema for seen in reversed(read) if seen.schema is not None), None)
        versions = self._versions(listed, known, before, files, read, removed, schema) if changes else ()
        fresh = schema is not None and (known is None or schema.id not in known.schemas)
        return Looked(
            format=FORMAT,
            location=listed.place,
            cursor=f"{listed.cursor}-without-{len(unread)}" if unread else listed.cursor,
            current=versions[-1].version if versions else known.current if known is not None else "",
            schemas=(schema,) if schema is not None and fresh else (),
            partitioning=_partitioning(files),
            aliases=_aliases(self._storage.root, listed.name),
            versions=versions,
            gaps=_bounded(gaps),
        )

    def files(self, name: str, version: str) -> list[VersionFile]:
        """The files of the present state, or of an earlier one to which files were only added since; columns of CSV are text.

        Raises:  VersionGone: files of that version were changed or taken away. DatasetUnreadable: no such dataset, or files of other kinds.
        """
        if not self._datasets:
            list(self.listed())
        if name not in self._datasets:
            raise DatasetUnreadable(f"cannot read folder `{name}`: expected one in this lake", next_step="headwater lake scan")
        try:
            told = [(file, self._digest(file.path)) for file in sorted(self._datasets[name], key=lambda file: (file.at, file.path))]
        except OSError as fault:
            raise DatasetUnreadable(f"cannot read folder `{name}` ({_words(fault)})", next_step="headwater lake scan") from None
        for count in range(len(told), max(-1, len(told) - _ADDED_AT_MOST), -1):
            if _digest_of((file.path, digest) for file, digest in told[:count])[:_NAMED] == version.partition("-")[0]:
                break
        else:
            raise VersionGone(
                f"cannot read version `{version}` of `{name}`: a folder keeps no older files than those that lie there",
                next_step=f"headwater lake history {quote(name)}",
            )
        if any(format_of(file.path) is None for file, _ in told[:count]):
            raise DatasetUnreadable(
                f"cannot read rows of folder `{name}`: expected Parquet, CSV or JSON lines, got files of other kinds",
                next_step="headwater lake list",
            )
        return [VersionFile(file.path, digest, partial(self._rows, file.path)) for file, digest in told[:count]]

    def _rows(self, path: str) -> pa.RecordBatchReader:
        schema = self._schema(path)
        return pa.RecordBatchReader.from_batches(schema, self._batches(path, schema))

    def _schema(self, path: str) -> pa.Schema:
        with self._storage.opened(path) as stream:
            match format_of(path):
                case "csv":
                    return csv_schema(stream, path)
                case "json":
                    return json_schema(stream, path)
            with pq.ParquetFile(stream) as file:
                return file.schema_arrow

    def _batches(self, path: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The rows of a file, which is open only while they are read."""
        with self._storage.opened(path) as stream:
            match format_of(path):
                case "csv":
                    yield from csv_rows(stream, path)
                case "json":
                    yield from json_rows(stream, path, schema)
                case _:
                    with pq.ParquetFile(stream) as file:
                        yield from file.iter_batches()

    def close(self) -> None:
        """Let go of the sums."""
        if self._sums is not None:
            self._sums.close()

    def unseen(self) -> tuple[Unseen, ...]:
        """Links, folders and names that the listing left out."""
        return tuple(self._storage.unseen)

    def _read(self, file: Stored, before: FileSeen | None, known: DatasetState | None, gaps: list[ScanGap]) -> _Read | None:
        """A file that is new or may have changed; None where it is as it was.

        Raises:  OSError: it cannot be read.
        """
        at = file.at.isoformat()
        is_same = before is not None and before.size_bytes == file.size_bytes and before.at == at
        if is_same and known is not None and not _is_fresh(at, known.seen_at):
            return None
        small = self._whole(file)
        digest = hashlib.sha256(small).hexdigest() if small is not None else self._digest(file.path)
        if before is not None and before.digest == digest:
            return None
        inside = Inside()
        try:
            # because Arrow may still hold a piece of a small file when it fails, and then its bytes cannot be closed
            with nullcontext(io.BytesIO(small)) if small is not None else self._storage.opened(file.path) as stream:
                inside = look_inside(file.path, stream)
        except (OSError, ValueError, EOFError, OverflowError, RecursionError, pa.ArrowException) as fault:
            detail = f"file `{file.path}` cannot be read as what its name says{_why(fault)}: it counts by its bytes only"
            gaps.append(ScanGap("FILE-UNREADABLE", detail))
        if self._sums is not None and kind_of(file.path) == "parquet" and inside.rows:
            opened = partial(io.BytesIO, small) if small is not None else partial(self._storage.opened, file.path)
            self._sums.keep(digest, file.size_bytes, opened, at_first=known is None)
        change = "changed" if before is not None else "added"
        seen = FileSeen(path=file.path, change=change, at=at, rows=inside.rows, size_bytes=file.size_bytes, digest=digest)  # type: ignore[arg-type]  # because it is one of two literals
        return _Read(seen, inside.schema, inside.columns)

    def _whole(self, file: Stored) -> bytes | None:
        """All of a small file, so that it is asked for once; None of a larger one, which is read in pieces."""
        if file.size_bytes > _SMALL:
            return None
        with self._storage.opened(file.path) as stream:
            raw = stream.read(_SMALL + 1)
        return raw if len(raw) <= _SMALL else None

    def _digest(self, path: str) -> str:
        told = hashlib.sha256()
        with self._storage.opened(path) as stream:
            while block := stream.read(_BLOCK):
                told.update(block)
        return told.hexdigest()

    def _versions(
        self,
        listed: Listed,
        known: DatasetState | None,
        before: Mapping[str, FileSeen],
        files: list[Stored],
        read: list[_Read],
        removed: list[FileSeen],
        schema: SchemaSeen | None,
    ) -> tuple[VersionSeen, ...]:
        """What came since, as one version; files that hold just the rows of those they took the place of are one of their own."""
        replaced = [*(before[file.path] for file in removed), *(before[seen.file.path] for seen in read if seen.file.path in before)]
        whole = self._version(listed, known, before, files, read, removed, schema)
        rewriting = self._sums.rewriting(replaced, [seen.file for seen in read]) if self._sums is not None and replaced else None
        if rewriting is None:
            return (whole,)
        paths = {file.path for file in rewriting}
        theirs = [seen for seen in read if seen.file.path in paths or seen.file.path in before]
        rest = [seen for seen in read if seen not in theirs]
        if not rest:
            return (msgspec.structs.replace(whole, same_content=True),)
        if any(seen.file.path not in paths for seen in theirs):
            return (whole,)
        first = msgspec.structs.replace(self._version(listed, known, before, files, theirs, removed, schema), same_content=True)
        state = {path: file for path, file in before.items() if path not in {gone.path for gone in removed}}
        state |= {seen.file.path: seen.file for seen in theirs}
        second = self._version(listed, known, state, files, rest, [], schema)
        return (first, msgspec.structs.replace(second, parent=first.version))

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
        now = _now()
        at = now if removed else min(now, max(datetime.fromisoformat(file.at) for file in (*added, *changed)))
        digest = _state_digest(state)
        name = f"{digest[:_NAMED]}-{int(at.timestamp() * 1e6)}"
        return VersionSeen(
            version=name if known is None or name not in known.versions else f"{name}-after-{len(known.versions)}",
            at=at.isoformat(),
            not_before=known.unchanged_at or known.seen_at if known is not None else "",
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


def _now() -> datetime:
    return datetime.now(UTC)


def _is_fresh(at: str, seen_at: str) -> bool:
    """Whether a file was written so shortly before it was seen that it may have been written again with the same time.

    Object stores give times in seconds, and file systems in ticks of a clock.
    """
    return datetime.fromisoformat(at) + _TICK >= datetime.fromisoformat(seen_at)


def _words(fault: OSError) -> str:
    return (fault.strerror or "it cannot be opened").lower()


def _why(fault: Exception) -> str:
    """What we ourselves say of a file; what libraries say may quote its values and is not told."""
    return f" ({fault})" if type(fault) is ValueError else ""


def _bounded(gaps: list[ScanGap]) -> tuple[ScanGap, ...]:
    if len(gaps) <= _GAPS_AT_MOST:
        return tuple(gaps)
    rest = ScanGap("FILE-UNREADABLE", f"{len(gaps) - _GAPS_AT_MOST} further files cannot be read")
    return (*gaps[:_GAPS_AT_MOST], rest)


class _Read:
    """A file that was read."""

    def __init__(self, file: FileSeen, schema: SchemaSeen | None, columns: tuple[ColumnStatistics, ...]) -> None:
        self.file, self.schema, self.columns = file, schema, columns


def _grouped(files: Iterator[Stored]) -> dict[str, list[Stored]]:
    """Files by dataset; what is no file of data counts by its bytes, so that nobody takes it for unchanged."""
    found: dict[str, list[Stored]] = {}
    owners: dict[str, str | None] = {}
    for file in files:
        folder, _, name = file.path.rpartition("/")
        if name[:1] in _OWN:
            continue
        if folder not in owners:
            owners[folder] = _owner(folder)
        owner = owners[folder]
        if owner is not None:
            found.setdefault(owner or file.path, []).append(file)
    return found


def _owner(folder: str) -> str | None:
    """The dataset that files of a folder belong to, nothing for one by itself; None in an engine's own folder."""
    parts = folder.split("/")
    if any(part[:1] in _OWN for part in parts if part):
        return None
    first = next((index for index, part in enumerate(parts) if "=" in part), len(parts))
    return "/".join(parts[:first])


def _cursor(files: list[Stored]) -> str:
    told = "".join([f"{path}\0{size_bytes}\0{mark}\n" for path, size_bytes, _, mark in files])
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _state_digest(state: Mapping[str, FileSeen]) -> str:
    return _digest_of((path, file.digest) for path, file in state.items())


def _digest_of(files: Iterable[tuple[str, str]]) -> str:
    """One digest of files by their paths and digests."""
    told = hashlib.sha256()
    for path, digest in sorted(files):
        told.update(f"{path}\0{digest}\n".encode())
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
