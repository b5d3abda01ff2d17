"""What a file of a folder holds: its rows, columns and ranges, as far as its kind tells without reading more than it must.

A text is never kept: bounds are those of numbers and times only, and the first line of a CSV file counts as names only where it cannot be
a row.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.json as pa_json

from headwater.edges.sources.content.footer import Chunk, Footer, leaves
from headwater.edges.sources.content.nesting import Nesting
from headwater.model.lakes import ColumnStatistics, SchemaSeen, count, rounded
from headwater.model.schemas import Column

_BLOCK = 1024 * 1024
_HEAD = 256 * 1024
_UNPACKED_BYTES, _UNPACKED_RATIO = 1024**3, 200
"""A packed file that holds more than this, and so many times its own bytes, is not read on."""
_PACKED = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd"}
_KINDS = {".parquet": "parquet", ".csv": "csv", ".tsv": "csv", ".json": "json", ".jsonl": "json", ".ndjson": "json"}
_TICKS = {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}
_NAME = re.compile(r"[^\W\d][\w .:/()%#$*+-]{0,127}")


class Inside:
    """What a file holds, as far as its kind tells without reading all of it."""

    def __init__(self, rows: int | None = None, schema: SchemaSeen | None = None, columns: tuple[ColumnStatistics, ...] = ()) -> None:
        self.rows, self.schema, self.columns = rows, schema, columns


def kind_of(path: str) -> str:
    """What a file is by its name; nothing where it holds no data that we read."""
    suffixes = PurePosixPath(path).suffixes
    if suffixes and suffixes[-1].lower() in _PACKED:
        suffixes = suffixes[:-1]
    return _KINDS.get(suffixes[-1].lower(), "") if suffixes else ""


def look_inside(path: str, stream: BinaryIO) -> Inside:
    """Rows, schema and statistics of a file, as far as its kind has them.

    Raises:  OSError, ValueError, EOFError, ArrowException: it is not what its name says.
    """
    match kind_of(path):
        case "parquet":
            return _parquet(stream)
        case "csv":
            return _csv(path, stream)
        case "json":
            return _json(path, stream)
    return Inside()


def _parquet(stream: BinaryIO) -> Inside:
    footer = Footer(stream)
    schema = footer.metadata.schema.to_arrow_schema()
    return Inside(count(footer.metadata.num_rows), _schema(schema), _footer_statistics(footer, schema))


def _footer_statistics(footer: Footer, schema: pa.Schema) -> tuple[ColumnStatistics, ...]:
    kinds = [kind for field in schema for kind in leaves(field.type)]
    columns = zip(*footer.groups(), strict=True)
    return tuple(_of_column([chunk for chunk in told if chunk], kind) for kind, told in zip(kinds, columns, strict=False) if all(told))


def _of_column(told: list[Chunk], kind: pa.DataType) -> ColumnStatistics:
    nulls = [count(chunk.nulls) for chunk in told]
    bounds = [number for chunk in told for stored in (chunk.low, chunk.high) for number in _number(stored, kind)]
    return ColumnStatistics(
        column=told[0].path,
        values=count(sum(chunk.values for chunk in told)),
        nulls=sum(known for known in nulls if known is not None) if None not in nulls else None,
        size_bytes=count(sum(chunk.packed_bytes for chunk in told)),
        low=rounded(min(bounds)) if bounds else None,
        high=rounded(max(bounds)) if bounds else None,
    )


def _number(stored: float | None, kind: pa.DataType) -> Iterator[float]:
    """A bound as it is meant; times in seconds since 1970."""
    if stored is None or stored != stored:  # because only what is not a number differs from itself
        return
    if pa.types.is_timestamp(kind):
        yield stored / _TICKS[kind.unit]
    elif pa.types.is_unsigned_integer(kind):
        yield float(int(stored) % 2**kind.bit_width)
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_duration(kind):
        yield float(stored)


def _blocks(path: str, stream: BinaryIO) -> Iterator[bytes]:
    """The text in a file, unpacked, in pieces; the first one is longer than what is read for columns, where there is so much.

    Raises:  ValueError: a small file unpacks to so much that nobody can have meant it.
    """
    packed = _PACKED.get(PurePosixPath(path).suffix.lower())
    source = pa.PythonFile(stream, mode="r")
    opened = pa.CompressedInputStream(source, packed) if packed else source
    size, total = _HEAD, 0
    while block := opened.read(size):
        yield block
        size, total = _BLOCK, total + len(block)
        if packed and total > _UNPACKED_BYTES and total > _UNPACKED_RATIO * (stream.tell() or 1):
            raise ValueError("it unpacks to more than any data does")


def _csv(path: str, stream: BinaryIO) -> Inside:
    """The columns of a CSV file, from its first rows, and how many rows there are.

    Raises:  ValueError, ArrowException: it is no CSV, or its first line is too long to be read for columns.
    """
    head, rows, is_whole = b"", _Rows(), True
    for block in _blocks(path, stream):
        head, is_whole = head or block, not head
        rows.count(block)
    if not head.strip():
        return Inside(0)
    text = head + b"\n" if is_whole else head[: head.rfind(b"\n") + 1]
    if not text:
        raise ValueError("a first line longer than what is read for columns")
    delimiter = "\t" if ".tsv" in path.lower() else ","
    parsing = pa_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=lambda _: "skip")
    first = pa_csv.read_csv(pa.BufferReader(text), parse_options=parsing)
    if is_header(first.schema.names):
        return Inside(max(0, rows.total() - 1), _schema(first.schema))
    nameless = pa_csv.ReadOptions(autogenerate_column_names=True)
    return Inside(rows.total(), _schema(pa_csv.read_csv(pa.BufferReader(text), read_options=nameless, parse_options=parsing).schema))


class _Rows:
    """Rows of a CSV text: line ends outside quotes; a doubled quote goes in and out again."""

    def __init__(self) -> None:
        self._ends, self._is_quoted, self._last = 0, False, b""

    def count(self, block: bytes) -> None:
        """The next part."""
        parts = block.split(b'"')
        start = 1 if self._is_quoted else 0
        self._ends += sum(part.count(b"\n") for part in parts[start::2])
        self._is_quoted ^= len(parts) % 2 == 0
        self._last = block[-1:] or self._last

    def total(self) -> int:
        """All of them, a last one without line end too."""
        return self._ends + (self._last not in (b"\n", b""))


def is_header(cells: list[str]) -> bool:
    """Whether the first line of a CSV file names columns; where it may be a row, its cells are values and are never recorded."""
    if len(set(cells)) < len(cells):
        return False
    return all(_NAME.fullmatch(cell.strip()) is not None for cell in cells)


def _json(path: str, stream: BinaryIO) -> Inside:
    """The columns of lines of JSON, from the first of them, and how many lines there are; of one whole text, where it is short.

    Raises:  ValueError, ArrowException: it is not JSON, or one text too long to be read for its columns.
    """
    head, lines, last, is_whole = b"", 0, b"", True
    for block in _blocks(path, stream):
        head, is_whole = head or block, not head
        lines, last = lines + block.count(b"\n"), block[-1:]
    if not head.strip():
        return Inside(0)
    Nesting().follow(head)
    text = head if is_whole else head[: head.rfind(b"\n") + 1]
    with suppress(pa.ArrowException):  # because it may be one text over several lines
        if head.lstrip()[:1] == b"{":
            told = pa_json.read_json(pa.BufferReader(text))
            if is_whole:
                return Inside(told.num_rows, _schema(told.schema))
            are_lines = told.num_rows == text.count(b"\n")
            return Inside(lines + (last != b"\n") if are_lines else None, _schema(told.schema))
    if not is_whole:
        raise ValueError("one text of JSON, longer than what is read for its columns")
    value = json.loads(head)
    rows = value if isinstance(value, list) else [value]
    return Inside(len(rows), _schema(pa.Table.from_pylist(rows).schema) if all(isinstance(row, dict) for row in rows) else None)


def _schema(schema: pa.Schema) -> SchemaSeen:
    columns = tuple(_columns(schema, ""))
    told = hashlib.sha256("\n".join(f"{column.name}\0{column.type}" for column in columns).encode())
    return SchemaSeen(id=told.hexdigest()[:12], columns=columns)


def _columns(fields: Any, prefix: str) -> Iterator[Column]:
    for field in fields:
        yield Column(f"{prefix}{field.name}", str(field.type))
        if pa.types.is_struct(field.type):
            yield from _columns([field.type.field(index) for index in range(field.type.num_fields)], f"{prefix}{field.name}.")
