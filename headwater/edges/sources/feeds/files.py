"""Reads one file of a delivery: Parquet, CSV or TSV, lines or an array of JSON; compressed or not, and never more than memory should take.

What cannot be read as it is meant is a fault in words rather than a guess: other encodings and separators are said by who sets the feed up.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.json as pa_json
import pyarrow.parquet as pq

from headwater.edges.sources.content.footer import Footer
from headwater.edges.sources.content.nesting import Nesting

LARGEST_BYTES = 4 * 1024**3
"""What a file may be when unpacked."""
LARGEST_ARRAY_BYTES = 256 * 1024**2
LONGEST_LINE_BYTES = 64 * 1024**2
_BLOCK = 4 * 1024**2
_UNPACKED_BYTES, _UNPACKED_RATIO = 256 * 1024**2, 200
"""A packed file that holds more than this, and so many times its own bytes, was made to be one."""
_WIDTHS, _WIDTH = {0: 1, 1: 4, 4: 4}, 8
"""Bytes that a value takes in memory, by its physical type."""
_BATCH_ROWS = 8_192
_PACKED = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd"}
_LEADING_ZERO = r"^[+-]?0[0-9]"

Opened = Callable[[], AbstractContextManager[BinaryIO]]


@dataclass(frozen=True, slots=True)
class Form:
    """What a supplier's text files are like; without a delimiter it is a comma, or a tab where the name ends in `.tsv`."""

    encoding: str = "utf-8"
    delimiter: str = ""


def read_rows(opened: Opened, path: str, form: Form) -> pa.Table:
    """The rows of a file, by what its name says it is.

    Raises:  OSError, ArrowException: it is not what its name says. ValueError: the same, in words that hold no value.
    """
    suffixes = [suffix.lower() for suffix in PurePosixPath(path).suffixes]
    packed = _PACKED.get(suffixes[-1]) if suffixes else None
    kind = suffixes[-2] if packed and len(suffixes) > 1 else suffixes[-1] if suffixes else ""
    if kind == ".parquet":
        return _parquet(opened, packed)
    reading = {".csv": _delimited, ".tsv": _delimited, ".json": _json, ".jsonl": _json, ".ndjson": _json}.get(kind)
    if reading is None:
        raise ValueError("it is neither Parquet nor CSV nor JSON by its name")
    form = Form(form.encoding, form.delimiter or ("\t" if kind == ".tsv" else ","))
    rows = reading(opened, packed, form)
    twice = sorted(name for name, times in Counter(rows.column_names).items() if times > 1)
    if twice:
        raise ValueError(f"it has several columns of the name `{twice[0][:80]}`")
    return rows


def _parquet(opened: Opened, packed: str | None) -> pa.Table:
    with opened() as stream:
        if packed:
            return _bounded_parquet(io.BytesIO(_unpacked(stream, packed).read()))
        return _bounded_parquet(stream)


def _bounded_parquet(stream: BinaryIO) -> pa.Table:
    """The rows of a Parquet file. Values that repeat take next to no place in it, so what they come to is counted before they are made."""
    footer = Footer(stream)
    chunks = [chunk for group in footer.groups() for chunk in group if chunk is not None]
    size = sum(max(chunk.unpacked_bytes, chunk.values * _WIDTHS.get(chunk.physical, _WIDTH)) for chunk in chunks)
    coded = {chunk.path for chunk in chunks if chunk.is_text and chunk.has_dictionary and "." not in chunk.path}
    file = pq.ParquetFile(stream, metadata=footer.metadata, read_dictionary=sorted(coded))
    batches: list[pa.RecordBatch] = []
    for batch in file.iter_batches(_BATCH_ROWS) if size <= LARGEST_BYTES else ():
        size += sum(_spelt_out(column) for column in batch.columns if pa.types.is_dictionary(column.type))
        size += sum(column.nbytes for column in batch.columns if pa.types.is_nested(column.type))
        if size > LARGEST_BYTES:
            break
        batches.append(batch)
    if size > LARGEST_BYTES:
        raise ValueError(_too_large())
    rows = pa.Table.from_batches(batches, batches[0].schema if batches else file.schema_arrow)
    plain = [
        field.with_type(field.type.value_type) if field.name in coded and pa.types.is_dictionary(field.type) else field
        for field in rows.schema
    ]
    return rows.cast(pa.schema(plain, metadata=rows.schema.metadata))


def _spelt_out(column: pa.DictionaryArray) -> int:
    """Bytes that a column takes when each row has its own copy of its text."""
    lengths = pc.binary_length(column.dictionary) if not pa.types.is_nested(column.dictionary.type) else None
    return pc.sum(lengths.take(column.indices)).as_py() or 0 if lengths is not None else 0


def _delimited(opened: Opened, packed: str | None, form: Form) -> pa.Table:
    rows = _csv(opened, packed, form, pa_csv.ConvertOptions())
    if form.encoding == "utf-8" and any(pa.types.is_binary(field.type) for field in rows.schema):
        raise ValueError('its text is not UTF-8: say encoding = "latin-1", or what it is, in lake.toml')
    if rows.num_columns == 1 and (other := next((sign for sign in ";\t|" if sign in rows.column_names[0]), None)):
        raise ValueError(f"its header is one column with {json.dumps(other)} in it: say delimiter = {json.dumps(other)} in lake.toml")
    numbers = [field.name for field in rows.schema if pa.types.is_integer(field.type)]
    if not numbers or len(set(rows.column_names)) < rows.num_columns:
        return rows
    told = dict.fromkeys(numbers, pa.string())
    texts = _csv(opened, packed, form, pa_csv.ConvertOptions(column_types=told, include_columns=numbers, strings_can_be_null=True))
    padded = {name for name in numbers if pc.any(pc.match_substring_regex(texts.column(name), _LEADING_ZERO)).as_py()}
    columns = {name: (texts if name in padded else rows).column(name) for name in rows.column_names}
    return pa.table(columns) if padded else rows


def _csv(opened: Opened, packed: str | None, form: Form, convert: Any) -> pa.Table:
    options = pa_csv.ParseOptions(delimiter=form.delimiter, newlines_in_values=True)

    def read(stream: Any, block: int) -> pa.Table:
        return pa_csv.read_csv(
            stream, pa_csv.ReadOptions(encoding=form.encoding, block_size=block), parse_options=options, convert_options=convert
        )

    return _by_lines(opened, packed, read)


def _json(opened: Opened, packed: str | None, form: Form) -> pa.Table:
    with opened() as stream:
        head = _unpacked(stream, packed).read(1024).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"["):
        return _array(opened, packed, form)
    options = pa_json.ParseOptions(newlines_in_values=True)
    return _by_lines(
        opened, packed, lambda stream, block: pa_json.read_json(stream, pa_json.ReadOptions(block_size=block), options), is_nested=True
    )


def _array(opened: Opened, packed: str | None, form: Form) -> pa.Table:
    """A file that is one array of objects."""
    with opened() as stream:
        content = _unpacked(stream, packed).read(LARGEST_ARRAY_BYTES + 1)
    if len(content) > LARGEST_ARRAY_BYTES:
        raise ValueError(f"it is one JSON array of more than {LARGEST_ARRAY_BYTES // 1024**2} MB: expected a row on each line")
    Nesting().follow(content)
    try:
        told = json.loads(content.decode("utf-8-sig" if form.encoding == "utf-8" else form.encoding))
    except (ValueError, RecursionError, LookupError):
        raise ValueError("it is not JSON") from None
    if not all(isinstance(row, dict) for row in told):
        raise ValueError("it is an array of other things than objects")
    return pa.Table.from_pylist(told)


def _by_lines(opened: Opened, packed: str | None, read: Callable[[Any, int], pa.Table], *, is_nested: bool = False) -> pa.Table:
    """Read, and where a line is longer than a block, with the largest blocks that are allowed."""
    for block in (_BLOCK, LONGEST_LINE_BYTES):
        with opened() as stream:
            bounded = _unpacked(stream, packed, Nesting() if is_nested else None)
            try:
                return read(pa.PythonFile(bounded, mode="r"), block)
            except LookupError:
                raise ValueError("nobody knows the encoding that lake.toml names for it") from None
            except UnicodeDecodeError:
                raise ValueError("its text is in another encoding than lake.toml says") from None
            except pa.ArrowInvalid as fault:
                words = str(fault)
                if words.startswith("Empty "):
                    raise ValueError("it is empty, and has not even a header") from None
                if "straddling" not in words:
                    raise
    raise ValueError(f"it has a line of more than {LONGEST_LINE_BYTES // 1024**2} MB")


def _unpacked(stream: BinaryIO, packed: str | None, nesting: Nesting | None = None) -> _Bounded:
    if not packed:
        return _Bounded(stream, nesting)
    return _Bounded(pa.CompressedInputStream(pa.PythonFile(stream, mode="r"), packed), nesting, packed_bytes=stream.tell)


def _too_large() -> str:
    return f"unpacked it is larger than {LARGEST_BYTES / 1024**3:.0f} GB"


class _Bounded(io.RawIOBase):
    """A stream that ends with a fault where it holds more than a file may: a small file may unpack to any size.

    With `nesting` also where its text of JSON is nested deeper than data is.
    """

    def __init__(self, stream: Any, nesting: Nesting | None, *, packed_bytes: Callable[[], int] | None = None) -> None:
        self._stream, self._nesting, self._packed_bytes, self._given = stream, nesting, packed_bytes, 0

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """The next bytes, in the end none.

        Raises:  ValueError: it holds more than a file may, or is nested too deep.
        """
        if size is None or size < 0:
            parts = list(iter(lambda: self.read(_BLOCK), b""))
            return b"".join(parts)
        part: bytes = self._stream.read(size)
        self._given += len(part)
        if self._given > LARGEST_BYTES:
            raise ValueError(_too_large())
        if self._packed_bytes is not None and self._given > _UNPACKED_BYTES and self._given > _UNPACKED_RATIO * self._packed_bytes():
            raise ValueError(f"it unpacks to more than {_UNPACKED_RATIO} times its size")
        if self._nesting is not None:
            self._nesting.follow(part)
        return part
