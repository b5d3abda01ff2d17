"""The files of a version as streams of rows, and which of them two versions do not share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from headwater.model.content import Unread
from headwater.model.errors import ContentFault

_BATCH_ROWS = 32_768


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a version: its path, what it holds, and how to read it.

    `identity` is equal for two parts only if a reader sees equal rows in them: the SHA-256 of the file's bytes, together with those of the
    delete files that take rows away from it.
    """

    path: str
    identity: str
    opened: Callable[[], pa.RecordBatchReader]


def parquet_part(location: Path, *, path: str, identity: str) -> Part:
    """A Parquet file on disk, of which a few thousand rows are held at once."""

    def opened() -> pa.RecordBatchReader:
        file = pq.ParquetFile(location, pre_buffer=False)
        return pa.RecordBatchReader.from_batches(file.schema_arrow, file.iter_batches(_BATCH_ROWS, use_threads=False))

    return Part(path, identity, opened)


@dataclass(frozen=True, slots=True)
class Unshared:
    """The parts that only one of two versions has, and one that both have, if any; it lends its columns where a version has no others."""

    old: Sequence[Part]
    new: Sequence[Part]
    shared: Part | None


def unshared(old: Sequence[Part], new: Sequence[Part]) -> Unshared:
    """Tell parts apart by identity; one that a version holds twice is shared as often as both hold it."""
    shared = Counter(part.identity for part in old) & Counter(part.identity for part in new)
    return Unshared(_without(old, shared), _without(new, shared), next((part for part in old if shared[part.identity]), None))


def _without(parts: Sequence[Part], shared: Counter[str]) -> list[Part]:
    left, rest = Counter(shared), list[Part]()
    for part in parts:
        if left[part.identity]:
            left[part.identity] -= 1
        else:
            rest.append(part)
    return rest


@dataclass(frozen=True, slots=True)
class Opened:
    """A part that was opened."""

    part: Part
    reader: pa.RecordBatchReader

    @property
    def fields(self) -> dict[str, pa.DataType]:
        """The types of its columns, as they are compared."""
        return {field.name: _comparable_type(field.type) for field in self.reader.schema}

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Its rows, in types that can be compared.

        Raises:  ContentFault: they cannot be decoded.
        """
        schema = pa.schema(list(self.fields.items()))
        try:
            for batch in self.reader:
                yield batch.cast(schema) if schema.types != batch.schema.types else batch
        except (pa.ArrowException, OSError, ValueError, NotImplementedError):
            raise unreadable(self.part.path) from None


def open_part(part: Part) -> Opened:
    """Open a part.

    Raises:  ContentFault: it cannot be opened, or has two columns of one name.
    """
    try:
        opened = Opened(part, part.opened())
    except (pa.ArrowException, OSError, ValueError, NotImplementedError):
        raise unreadable(part.path) from None
    if len(opened.fields) < len(opened.reader.schema):
        raise ContentFault(Unread(kind="unsupported", reason="expected columns of distinct names, got one twice"), part.path)
    return opened


def unreadable(path: str) -> ContentFault:
    """The fault of a part whose rows cannot be read; what a decoder says may quote values and is dropped."""
    return ContentFault(Unread(kind="corrupt", reason="expected rows that can be read, got none"), path)


def _comparable_type(kind: pa.DataType) -> pa.DataType:
    """What DuckDB takes in; for the few types it does not know, one that holds the same values."""
    if pa.types.is_float16(kind):
        return pa.float32()
    if pa.types.is_dictionary(kind):
        return _comparable_type(kind.value_type)
    return pa.string() if pa.types.is_decimal256(kind) else kind
