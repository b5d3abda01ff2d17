"""Records in exported files: lines of JSON, one JSON list, CSV with a heading, Parquet; plain or compressed with gzip.

Reads piece by piece. What cannot be read is told by number, never shown.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, BinaryIO

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

LINE_BYTES_AT_MOST = 16 * 1024 * 1024
LIST_BYTES_AT_MOST = 256 * 1024 * 1024
_JSON = frozenset({".json", ".jsonl", ".ndjson", ".log"})


class NotRecords(ValueError):
    """A file as a whole holds no records; says in words why."""


def holds_records(path: str) -> bool:
    """Whether a file's name says that records are in it."""
    return _kind(path) in _JSON | {".csv", ".parquet"}


def records_of(path: str, stream: BinaryIO, columns: Sequence[str] = ()) -> Iterator[Any]:
    """Each record of a file, or None for one that cannot be read. `columns` are those of a CSV without a heading.

    Raises:  NotRecords, OSError: also in the middle.
    """
    opened: Any = gzip.GzipFile(fileobj=stream) if path.endswith(".gz") else stream
    try:
        match _kind(path):
            case ".parquet":
                yield from _parquet(opened)
            case ".csv":
                yield from _csv(opened, columns)
            case _:
                yield from _json(opened)
    except (EOFError, gzip.BadGzipFile, pa.ArrowException, csv.Error, UnicodeDecodeError) as fault:
        raise NotRecords(type(fault).__name__) from None


def _kind(path: str) -> str:
    return PurePosixPath(path.removesuffix(".gz")).suffix.lower()


def _parquet(stream: Any) -> Iterator[Any]:
    # because Arrow may still hold a piece of a file when it fails, and then the file cannot be closed
    for batch in pq.ParquetFile(io.BytesIO(stream.read())).iter_batches(batch_size=1_000):
        yield from batch.to_pylist()


def _csv(stream: Any, columns: Sequence[str]) -> Iterator[Any]:
    csv.field_size_limit(LINE_BYTES_AT_MOST)
    reader = csv.reader(codecs.iterdecode(stream, "utf-8-sig"))
    heading = list(columns) or next(reader, [])
    for row in reader:
        if row:
            yield dict(zip(heading, row, strict=False))


def _json(stream: Any) -> Iterator[Any]:
    first = stream.readline(LINE_BYTES_AT_MOST + 1)
    while first and not first.strip():
        first = stream.readline(LINE_BYTES_AT_MOST + 1)
    if first.lstrip().startswith(b"["):
        whole = first + stream.read(LIST_BYTES_AT_MOST + 1)
        if len(whole) > LIST_BYTES_AT_MOST:
            raise NotRecords(f"one list of more than {LIST_BYTES_AT_MOST // 2**20} MiB; write one record a line")
        try:
            yield from msgspec.json.decode(whole, type=list)
        except (msgspec.DecodeError, RecursionError):
            raise NotRecords("not JSON") from None
        return
    line = first
    while line:
        if len(line) > LINE_BYTES_AT_MOST:
            while (rest := stream.readline(LINE_BYTES_AT_MOST)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif line.strip():
            try:
                yield msgspec.json.decode(line)
            except (msgspec.DecodeError, RecursionError):
                yield None
        line = stream.readline(LINE_BYTES_AT_MOST + 1)
