"""What the footer of a Parquet file says of its columns, decoded here: pyarrow ends the whole process where one says what cannot be.

A damaged footer, or one whose columns are encrypted under keys of their own, raises in C++ beyond what Python could catch as soon as
pyarrow is asked for a column of a row group. Of pyarrow's own reading only what reports its faults is used.

Source:  https://github.com/apache/parquet-format (parquet.thrift); Thrift's compact protocol.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import types

_MAGIC = b"PAR1"
_DAMAGED = "its footer is damaged"
_TAIL_BYTES = 64 * 1024
_LARGEST_BYTES = 512 * 1024 * 1024
_END = 8
_BYTE_ARRAY = 6
_NUMBERS = {1: struct.Struct("<i"), 2: struct.Struct("<q"), 4: struct.Struct("<f"), 5: struct.Struct("<d")}
"""Physical types of numbers, and how they are unpacked."""

_BINARY, _LIST, _SET, _STRUCT = 8, 9, 10, 12
_VARIABLE = frozenset({4, 5, 6, _BINARY})
"""Kinds of values that begin with a number of variable length: numbers themselves, and strings of bytes."""
_FIXED = {1: 0, 2: 0, 3: 1, 7: 8}
"""Bytes that other kinds take: booleans, which stand in the header of a member, single bytes, and doubles."""
_Plan = Mapping[int, Any]
"""Members of a struct that are wanted, each with those of what is in it, or None for a plain one."""
_STATISTICS: _Plan = {1: None, 2: None, 3: None, 5: None, 6: None}
_COLUMN: _Plan = {3: {1: None, 3: None, 5: None, 6: None, 7: None, 11: None, 12: _STATISTICS}}
_FILE: _Plan = {4: {1: _COLUMN}}


@dataclass(frozen=True, slots=True)
class Chunk:
    """A column within a group of rows; `low` and `high` are bounds of numbers, as they are stored."""

    path: str
    physical: int
    values: int
    packed_bytes: int
    unpacked_bytes: int
    has_dictionary: bool
    nulls: int | None
    low: float | None
    high: float | None

    @property
    def is_text(self) -> bool:
        """Whether strings of bytes are in it."""
        return self.physical == _BYTE_ARRAY


class Footer:
    """The footer of one file.

    Raises:  ValueError, OSError, ArrowException: the stream ends with none.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._raw = _read(stream)
        ended = len(self._raw).to_bytes(4, "little") + _MAGIC
        self.metadata = pq.read_metadata(pa.BufferReader(_MAGIC + self._raw + ended))

    def groups(self) -> list[list[Chunk | None]]:
        """The columns of each group of rows, None for one that is encrypted beyond the footer.

        Raises:  ValueError: it says what cannot be.
        """
        try:
            told, _ = _struct(self._raw, 0, _FILE)
            groups = [[_chunk(column[3]) if 3 in column else None for column in group.get(1, ())] for group in told.get(4, ())]
        except (LookupError, TypeError, AttributeError, struct.error, UnicodeDecodeError):
            raise ValueError(_DAMAGED) from None
        if len(groups) != self.metadata.num_row_groups or any(len(group) != self.metadata.num_columns for group in groups):
            raise ValueError(_DAMAGED)
        return groups


def leaves(kind: pa.DataType) -> Iterator[pa.DataType]:
    """The types of the columns of a file that hold a column of this type."""
    if isinstance(kind, pa.BaseExtensionType):
        yield from leaves(kind.storage_type)
    elif types.is_dictionary(kind):
        yield from leaves(kind.value_type)
    elif types.is_struct(kind):
        for inner in kind:
            yield from leaves(inner.type)
    elif types.is_map(kind):
        yield from leaves(kind.key_type)
        yield from leaves(kind.item_type)
    elif types.is_nested(kind):
        yield from leaves(kind.value_type)
    else:
        yield kind


def _read(stream: BinaryIO) -> bytes:
    """The bytes of a footer, without what ends it."""
    if isinstance(stream, BytesIO):
        whole = stream.getvalue()
        return whole[-_END - _length(whole[-_END:], len(whole)) : -_END]
    size = stream.seek(0, 2)
    stream.seek(max(0, size - _TAIL_BYTES))
    tail = stream.read(_TAIL_BYTES)
    length = _length(tail[-_END:], size)
    if length + _END > len(tail):
        stream.seek(size - _END - length)
        tail = stream.read(length + _END)
    return tail[-_END - length : -_END]


def _length(end: bytes, size: int) -> int:
    length = int.from_bytes(end[:4], "little")
    if end[4:] != _MAGIC or not 0 < length <= min(_LARGEST_BYTES, size - _END):
        raise ValueError("it does not end as a Parquet file does")
    return length


def _chunk(told: dict[int, Any]) -> Chunk:
    physical, statistics = told[1], told.get(12) or {}
    low, high = statistics.get(6, statistics.get(2)), statistics.get(5, statistics.get(1))
    return Chunk(
        path=".".join([part.decode() for part in told[3]]),
        physical=physical,
        values=told[5],
        packed_bytes=told[7],
        unpacked_bytes=told.get(6, 0),
        has_dictionary=told.get(11, 0) > 0,
        nulls=statistics.get(3),
        low=_number(low, physical) if low else None,
        high=_number(high, physical) if high else None,
    )


def _number(raw: bytes, physical: int) -> float | None:
    form = _NUMBERS.get(physical)
    return form.unpack(raw)[0] if form is not None else None


def _struct(raw: bytes, at: int, plan: _Plan) -> tuple[dict[int, Any], int]:
    """The wanted members of a struct by their numbers, and where it ends.

    One loop for numbers and strings, as a scan reads very many: a call for each member takes twice the time.
    """
    found: dict[int, Any] = {}
    number = 0
    while header := raw[at]:
        at += 1
        kind = header & 15
        if header >> 4:
            number += header >> 4
        else:
            number, at = _signed(raw, at)
        if kind in _VARIABLE:
            told, at = raw[at], at + 1
            if told > 127:
                told, at = _unsigned(raw, at - 1)
            if kind == _BINARY:
                at += told
            if number in plan:
                found[number] = raw[at - told : at] if kind == _BINARY else (told >> 1) ^ -(told & 1)
        elif number in plan:
            found[number], at = _value(raw, at, kind, plan[number])
        else:
            at = _after(raw, at, kind)
    return found, at + 1


def _value(raw: bytes, at: int, kind: int, plan: Any) -> tuple[Any, int]:
    """A wanted list or struct, or an element of a list."""
    if kind == _STRUCT:
        return _struct(raw, at, plan or {})
    if kind == _BINARY:
        length, at = _unsigned(raw, at)
        return raw[at : at + length], at + length
    if kind != _LIST:
        return None, _after(raw, at, kind)
    size, inner, at = _elements(raw, at)
    values = []
    for _ in range(size):
        value, at = _value(raw, at, inner, plan)
        values.append(value)
    return values, at


def _after(raw: bytes, at: int, kind: int) -> int:
    """Where a value ends that nobody wants."""
    if kind in _VARIABLE:
        length, at = _unsigned(raw, at)
        return at + length if kind == _BINARY else at
    if kind == _STRUCT:
        return _struct(raw, at, {})[1]
    if kind in (_LIST, _SET):
        size, inner, at = _elements(raw, at)
        if inner in _FIXED:
            return at + size * max(1, _FIXED[inner])
        for _ in range(size):
            at = _after(raw, at, inner)
        return at
    return at + _FIXED[kind]


def _elements(raw: bytes, at: int) -> tuple[int, int, int]:
    """How many elements a list has, of which kind, and where they begin."""
    header = raw[at]
    size, at = (header >> 4, at + 1) if header < 0xF0 else _unsigned(raw, at + 1)
    if size > len(raw):
        raise ValueError(_DAMAGED)
    return size, header & 15, at


def _signed(raw: bytes, at: int) -> tuple[int, int]:
    value, at = _unsigned(raw, at)
    return (value >> 1) ^ -(value & 1), at


def _unsigned(raw: bytes, at: int) -> tuple[int, int]:
    byte = raw[at]
    if byte < 128:
        return byte, at + 1
    value, shift = byte & 127, 7
    while True:
        at += 1
        byte = raw[at]
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at + 1
        shift += 7
