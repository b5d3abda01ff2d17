"""Reads Parquet row group by row group, column by column; held at once are one column chunk and 16 bytes for each row of the group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from headwater.edges.sources.content.faults import decoding, fault
from headwater.edges.sources.content.footer import Footer, leaves
from headwater.edges.sources.content.reading import BATCH_ROWS, Reading
from headwater.edges.sources.content.rows import RowKey
from headwater.model.content import RowGroupDigest

_MAGIC = b"PAR1"
_ENCRYPTED = b"PARE"
_SHORTEST = 12
_BATCH_BYTES = 64 * 1024 * 1024
_SPARSE_BYTES = 6
"""Bytes a value takes on average in a column whose text is worth hashing once per distinct value."""


def read_parquet(file: BinaryIO, size_bytes: int, key: RowKey | None) -> tuple[Reading, list[RowGroupDigest]]:
    """Hash everything in a Parquet file.

    Raises:  ContentFault: it is no whole Parquet file, or some of it cannot be decoded.
    """
    _check_ends(file, size_bytes)
    with decoding("the footer"):
        footer = Footer(file)
        metadata = footer.metadata
        opened = pq.ParquetFile(file, metadata=metadata, read_dictionary=_coded_columns(footer), pre_buffer=False)
        schema = opened.schema_arrow
    reading = Reading(schema, key)
    return reading, [reading.group(metadata.row_group(index).num_rows, _columns(opened, index)) for index in range(metadata.num_row_groups)]


def _check_ends(file: BinaryIO, size_bytes: int) -> None:
    if not size_bytes:
        raise fault("empty", "expected a Parquet file, got no bytes")
    file.seek(0)
    begins = file.read(4)
    file.seek(max(0, size_bytes - 4))
    ends = file.read(4)
    file.seek(0)
    if _ENCRYPTED in (begins, ends):
        raise fault("unsupported", "expected a Parquet file that can be read, got an encrypted one")
    if begins != _MAGIC:
        raise fault("corrupt", "expected a Parquet file, got other bytes at its start")
    if ends != _MAGIC or size_bytes < _SHORTEST:
        raise fault("truncated", "expected the end of a Parquet file, got other bytes there")


def _coded_columns(footer: Footer) -> list[str]:
    """Flat text columns that repeat few values, by the sizes the footer tells."""
    groups = footer.groups()
    return [
        chunk.path
        for chunk in (groups[0] if groups else ())
        if chunk is not None
        and chunk.is_text
        and chunk.has_dictionary
        and chunk.unpacked_bytes < _SPARSE_BYTES * chunk.values
        and "." not in chunk.path
    ]


def _columns(opened: pq.ParquetFile, group: int) -> Iterator[Iterator[pa.Array]]:
    schema = opened.schema_arrow
    rows, size = opened.metadata.row_group(group).num_rows, opened.metadata.row_group(group).total_byte_size
    batch_rows = max(1, min(BATCH_ROWS, _BATCH_BYTES * rows // max(1, size)))
    first = 0
    for column in schema:
        after = first + sum(1 for _ in leaves(column.type))
        yield _column(opened, group, list(range(first, after)), column.name, batch_rows)
        first = after


def _column(opened: pq.ParquetFile, group: int, leaves: list[int], name: str, batch_rows: int) -> Iterator[pa.Array]:
    with decoding(f"column `{name}` of row group {group}"):
        batches = opened.reader.iter_batches(batch_rows, row_groups=[group], column_indices=leaves, use_threads=False)
        for batch in batches:
            if batch.num_columns != 1:
                raise fault("corrupt", f"expected column `{name}` of row group {group}, got {batch.num_columns} columns")
            yield batch.column(0)
