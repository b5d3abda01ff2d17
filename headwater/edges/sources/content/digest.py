"""The door: the digest of a file's content, and the sum over a stream of rows."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import BinaryIO

import msgspec
import pyarrow as pa

from headwater.edges.sources.content.delimited import compression, read_csv, read_json
from headwater.edges.sources.content.faults import decoding, fault
from headwater.edges.sources.content.parquet import read_parquet
from headwater.edges.sources.content.reading import Reading, sum_rows
from headwater.edges.sources.content.rows import RowKey
from headwater.model.content import FileDigest, FileFormat, RowGroupDigest, RowSum, Sha256
from headwater.model.errors import ContentFault

_CHUNK_BYTES = 1024 * 1024
NOTHING_KNOWN: Mapping[Sha256, FileDigest] = MappingProxyType({})
_FORMATS: dict[str, FileFormat] = {".parquet": "parquet", ".csv": "csv", ".json": "json", ".jsonl": "json", ".ndjson": "json"}


def format_of(path: str) -> FileFormat | None:
    """What a file holds, by its name; None for one that is no data."""
    name = PurePosixPath(path)
    return _FORMATS.get((name.with_suffix("") if compression(path) else name).suffix.lower())


def digest_file(
    location: Path, *, path: str, key: RowKey | None, holds: FileFormat = "parquet", known: Mapping[Sha256, FileDigest] = NOTHING_KNOWN
) -> FileDigest:
    """The content of a file on disk, which is known to its dataset as `path`; as `digest_opened`.

    Memory is not mapped: a file that is cut short while it is read is a fault then, and not the end of the process.
    """
    try:
        with location.open("rb", buffering=0) as file:
            before = os.fstat(file.fileno())
            digest = digest_opened(file, path=path, key=key, holds=holds, known=known)
            after = os.fstat(file.fileno())
    except OSError as error:
        raise fault("changing", f"expected a file that can be read, got {_reason(error)}", path) from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or digest.size_bytes != after.st_size:
        raise fault("changing", "expected a file that stays as it is, got one that changed while it was read", path)
    return digest


def _reason(error: OSError) -> str:
    return os.strerror(error.errno).lower() if error.errno else "an error"


def digest_opened(
    file: BinaryIO, *, path: str, key: RowKey | None, holds: FileFormat = "parquet", known: Mapping[Sha256, FileDigest] = NOTHING_KNOWN
) -> FileDigest:
    """The content of a file that can be read at any place, such as an object in a store.

    The bytes are hashed first and the values after; a file whose values cannot be read has a digest of its bytes and says why not.
    Without a key there is no sum over its rows. Values of bytes that are `known` already, by their SHA-256, are not read again.

    Raises:  ContentFault: the bytes cannot be read.
    Cost:    one pass over the bytes, one over the decoded values; memory as in `parquet`.
    """
    try:
        sha256, size = _bytes_digest(file)
    except OSError as error:
        raise fault("changing", f"expected a file that can be read, got {_reason(error)}", path) from None
    digest = FileDigest(path=path, format=holds, size_bytes=size, sha256=sha256)
    before = known.get(sha256)
    if before is not None and before.format == holds and _is_under(before, key):
        return msgspec.structs.replace(before, path=path)
    try:
        with decoding("its values"):
            reading, groups = _values(file, digest, key)
    except ContentFault as found:
        return msgspec.structs.replace(digest, unread=found.unread)
    return msgspec.structs.replace(digest, columns=reading.columns, row_groups=tuple(groups), row_sum=reading.row_sum())


def _is_under(digest: FileDigest, key: RowKey | None) -> bool:
    return digest.unread is None and (key is None or (digest.row_sum is not None and digest.row_sum.key == key.id))


def _bytes_digest(file: BinaryIO) -> tuple[Sha256, int]:
    running, size, chunk = hashlib.sha256(), 0, memoryview(bytearray(_CHUNK_BYTES))
    while read := file.readinto(chunk):  # type: ignore[attr-defined]  # every binary file has it, its protocol in typeshed does not
        running.update(chunk[:read])
        size += read
    return Sha256(running.hexdigest()), size


def _values(file: BinaryIO, digest: FileDigest, key: RowKey | None) -> tuple[Reading, list[RowGroupDigest]]:
    if digest.format == "parquet":
        return read_parquet(file, digest.size_bytes, key)
    return (read_csv if digest.format == "csv" else read_json)(file, digest.path, key)


def digest_rows(schema: pa.Schema, batches: Iterable[pa.RecordBatch], *, key: RowKey, name: str) -> RowSum:
    """The sum over a stream of rows, such as those a reader sees of a version whose delete files take some away.

    Raises:  ContentFault: a column's type has no digest, or the stream breaks; `name` is what the message calls it.
    """
    try:
        with decoding("a stream of rows"):
            return sum_rows(schema, batches, key)
    except ContentFault as broken:
        raise fault(broken.unread.kind, broken.unread.reason, name) from None
