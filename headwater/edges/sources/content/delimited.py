"""Reads CSV and JSON lines, compressed or not, in blocks, each file as one group of rows.

CSV has no types, so its columns are text and no guess can be wrong. JSON has some: a first pass over the blocks finds the schema that all
of them fit, a second one reads them under it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.json as arrow_json

from headwater.edges.sources.content.faults import decoding, fault
from headwater.edges.sources.content.nesting import Nesting
from headwater.edges.sources.content.reading import Reading
from headwater.edges.sources.content.rows import RowKey
from headwater.model.content import RowGroupDigest

_BLOCK_BYTES = 4 * 1024 * 1024
LONGEST_LINE = 64 * 1024 * 1024
_COMPRESSED = {".gz": "gzip", ".zst": "zstd", ".bz2": "bz2", ".lz4": "lz4"}


def compression(path: str) -> str | None:
    """How a file is compressed, by its name."""
    return _COMPRESSED.get(PurePosixPath(path).suffix.lower())


def read_csv(file: BinaryIO, path: str, key: RowKey | None) -> tuple[Reading, list[RowGroupDigest]]:
    """Hash a CSV file: first line the columns' names, every value text.

    Raises:  ContentFault: lines have different numbers of values, or it is not UTF-8.
    """
    opened = _opened_csv(file, path)
    reading = Reading(opened.schema if opened is not None else pa.schema([]), key)
    return reading, [reading.stream(_batches(opened))] if opened is not None else []


def csv_schema(file: BinaryIO, path: str) -> pa.Schema:
    """The columns of a CSV file, all text.

    Raises:  ContentFault.
    """
    opened = _opened_csv(file, path)
    return opened.schema if opened is not None else pa.schema([])


def csv_rows(file: BinaryIO, path: str) -> Iterator[pa.RecordBatch]:
    """The rows of a CSV file.

    Raises:  ContentFault.
    """
    opened = _opened_csv(file, path)
    if opened is not None:
        yield from _batches(opened)


def _opened_csv(file: BinaryIO, path: str) -> arrow_csv.CSVStreamingReader | None:
    """A reader of a CSV file, which is None where it has no first line."""
    if not (header := _first_line(file, path)).strip():
        return None
    with decoding("the first line"):
        names = arrow_csv.read_csv(io.BytesIO(header), read_options=arrow_csv.ReadOptions(use_threads=False)).column_names
    with decoding("a line"):
        return arrow_csv.open_csv(
            _plain_bytes(file, path),
            read_options=arrow_csv.ReadOptions(use_threads=False, block_size=max(_BLOCK_BYTES, 2 * len(header))),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )


def _batches(opened: arrow_csv.CSVStreamingReader) -> Iterator[pa.RecordBatch]:
    while True:
        with decoding("a line"):
            try:
                batch = opened.read_next_batch()
            except StopIteration:
                return
        yield batch


def read_json(file: BinaryIO, path: str, key: RowKey | None) -> tuple[Reading, list[RowGroupDigest]]:
    """Hash a file of JSON objects, one per line.

    Raises:  ContentFault: a line is no object or too long, or a field holds values of types that have none in common.
    """
    schema = json_schema(file, path)
    reading = Reading(schema, key)
    return reading, [reading.stream(json_rows(file, path, schema))] if len(schema) else []


def json_schema(file: BinaryIO, path: str) -> pa.Schema:
    """The schema that all lines of a file of JSON objects fit.

    Raises:  ContentFault.
    """
    schema, nesting = pa.schema([]), Nesting()
    for block in _blocks(file, path):
        with decoding("a line"):
            nesting.follow(block)
            found = arrow_json.read_json(io.BytesIO(block), read_options=_json_options(block)).schema
        try:
            schema = pa.unify_schemas([schema, found], promote_options="permissive")
        except pa.ArrowException:
            raise fault("mixed", "expected values of one type in each field, got several") from None
    return schema


def json_rows(file: BinaryIO, path: str, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The lines of a file of JSON objects under their schema.

    Raises:  ContentFault.
    """
    options = arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error")
    for block in _blocks(file, path):
        with decoding("a line"):
            table = arrow_json.read_json(io.BytesIO(block), read_options=_json_options(block), parse_options=options)
        yield from table.select(schema.names).to_batches()


def _json_options(block: bytes) -> arrow_json.ReadOptions:
    return arrow_json.ReadOptions(use_threads=False, block_size=len(block) + 1)


def _blocks(file: BinaryIO, path: str) -> Iterator[bytes]:
    """Whole lines, a few megabytes at a time; empty ones are left out."""
    stream, rest = _plain_bytes(file, path), b""
    while True:
        with decoding("its compressed bytes"):
            read = stream.read(_BLOCK_BYTES)
        cut = (read.rfind(b"\n") + 1) if read else 0
        block, rest = (rest + read[:cut], read[cut:]) if cut else ((rest, b"") if not read else (b"", rest + read))
        if block.strip():
            yield block
        if len(rest) > LONGEST_LINE:
            raise fault("not-text", f"expected lines of at most {LONGEST_LINE} bytes, got a longer one")
        if not read:
            return


def _first_line(file: BinaryIO, path: str) -> bytes:
    """The bytes up to the first line's end, which no quoted value spans in a header."""
    stream, line = _plain_bytes(file, path), b""
    while b"\n" not in line:
        with decoding("its compressed bytes"):
            read = stream.read(_BLOCK_BYTES)
        line += read
        if not read:
            break
        if len(line) > LONGEST_LINE:
            raise fault("not-text", f"expected lines of at most {LONGEST_LINE} bytes, got a longer one")
    return line.partition(b"\n")[0] + b"\n"


class _LeftOpen(io.RawIOBase):
    """Reads another file and does not close it, as a stream that unpacks would."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._file.read(size)


def _plain_bytes(file: BinaryIO, path: str) -> pa.NativeFile:
    file.seek(0)
    how = compression(path)
    source = pa.PythonFile(_LeftOpen(file), mode="r")
    return source if how is None else pa.CompressedInputStream(source, how)
