"""A staging folder: what was fetched and is not in the lake yet, batch by batch, as Parquet files.

    staging/1764181234.56/batch.json            which batch this is, written last: without it the batch is not whole
    staging/1764181234.56/visits/table.json     what is known of one table: how its rows go in, where they come from
    staging/1764181234.56/visits/3f2a.parquet   rows of it

A batch stays until it is in the lake and recorded. A load that was cut short leaves what it fetched, and the next one brings it in first.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from headwater.model.lakes import DatasetName, ScanGap
from headwater.model.loads import BatchPiece, StreamPosition

_MARK = "batch.json"
_TABLE = "table.json"
KEYS = "keys.parquet"
BELOW = "below"
"""How rows of a nested list go in: those of rows that are no longer in the table above them go."""
LOAD_COLUMN = "_dlt_load_id"


class StagedTable(msgspec.Struct, frozen=True, kw_only=True):
    """One table of a batch: its name in the lake, how its rows go in, and where they come from. `files` are names in its folder."""

    name: str
    write: str
    origin: DatasetName
    key: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    pieces: tuple[BatchPiece, ...] = ()
    gaps: tuple[ScanGap, ...] = ()
    keys_file: str = ""
    """A file with the keys that the source holds now, where what is not among them is to go."""
    delivered_at: str = ""
    due_at: str = ""
    before: StreamPosition | None = None
    after: StreamPosition | None = None
    """Of a stream: where the table stands before this batch and after it."""
    gone_file: str = ""
    """A file with keys that tombstones take away."""


class StagedBatch(msgspec.Struct, frozen=True, kw_only=True):
    """A whole batch, fetched by one run. `notes` are documents to record with it; one without tables brings only those."""

    batch: str
    run: str
    started_at: str
    tables: tuple[StagedTable, ...]
    notes: tuple[msgspec.Raw, ...] = ()


class Staging:
    """The staging folder of one source."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def folder(self, batch: str, table: str) -> Path:
        """Where files of a table of a batch go, made if it is not there."""
        place = self._folder / batch / table
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        return place

    def describe(self, batch: str, table: StagedTable) -> None:
        """Keep what is known of a table beside its files, for the case that this process ends before the batch is whole."""
        (self.folder(batch, table.name) / _TABLE).write_bytes(msgspec.json.encode(table))

    def described(self, batch: str) -> tuple[StagedTable, ...]:
        """The tables of a batch with the files that are there."""
        found: list[StagedTable] = []
        for place in sorted((self._folder / batch).glob(f"*/{_TABLE}")):
            table = msgspec.json.decode(place.read_bytes(), type=StagedTable)
            files = sorted(file.name for file in place.parent.glob("*.parquet") if file.name != KEYS)
            keys = KEYS if (place.parent / KEYS).is_file() else ""
            found.append(msgspec.structs.replace(table, files=tuple(files), keys_file=keys))
        return tuple(found)

    def seal(self, batch: StagedBatch) -> None:
        """Say that a batch is whole; from here on it survives a crash."""
        place = self._folder / batch.batch
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        for file in place.rglob("*"):
            if file.is_file():
                _sync(file)
        scratch = place / f"{_MARK}.new"
        scratch.write_bytes(msgspec.json.encode(batch))
        _sync(scratch)
        scratch.rename(place / _MARK)
        _sync(place)

    def whole(self) -> list[StagedBatch]:
        """Batches that are whole and not taken away yet, oldest first."""
        found = [
            msgspec.json.decode((place / _MARK).read_bytes(), type=StagedBatch)
            for place in sorted(self._folder.glob("*"))
            if (place / _MARK).is_file()
        ]
        return sorted(found, key=lambda batch: (batch.started_at, batch.batch))

    def rows(self, batch: str, table: StagedTable) -> pa.Table:
        """All rows of a table of a batch, of one schema and without dictionaries, which lakes do not know."""
        place = self._folder / batch / table.name
        read = [_without_dictionaries(pq.read_table(place / file)) for file in table.files]
        return pa.concat_tables(read, promote_options="permissive") if read else pa.table({})

    def keys(self, batch: str, table: StagedTable) -> pa.Table | None:
        """The keys that the source holds, where they were fetched."""
        return pq.read_table(self._folder / batch / table.name / table.keys_file) if table.keys_file else None

    def gone(self, batch: str, table: StagedTable) -> pa.Table | None:
        """The keys that tombstones take away."""
        return pq.read_table(self._folder / batch / table.name / table.gone_file) if table.gone_file else None

    def paths(self, batch: str, table: StagedTable) -> list[Path]:
        """The files of a table of a batch."""
        return [self._folder / batch / table.name / file for file in table.files]

    def done(self, batch: str) -> None:
        """Take a batch away: it is in the lake and recorded."""
        shutil.rmtree(self._folder / batch, ignore_errors=True)

    def unsealed(self) -> Iterator[str]:
        """Remains of fetches that were cut short."""
        return (place.name for place in self._folder.glob("*") if place.is_dir() and not (place / _MARK).is_file())


def _without_dictionaries(rows: pa.Table) -> pa.Table:
    plain = [field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field for field in rows.schema]
    return rows.cast(pa.schema(plain))


def with_load_id(rows: pa.Table, batch: str) -> pa.Table:
    """Rows that all say which batch they came with; dlt's own already do."""
    if LOAD_COLUMN in rows.column_names:
        return rows
    return rows.append_column(LOAD_COLUMN, pa.array([batch] * rows.num_rows, pa.string()))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
