"""Brings Arrow arrays into one plain form, whatever their layout: dictionaries, views, offsets, slices, units and unused bytes are gone.

Null slots hold zero, or nothing in text and lists. Every NaN is the same NaN; -0.0 and 0.0 stay two values.
Numbers are little-endian, as on every machine that is supported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from headwater.edges.sources.content.faults import fault, unsupported_type
from headwater.edges.sources.content.logical import LONGEST_DECIMAL, is_listed

Numbers = np.ndarray[Any, np.dtype[Any]]
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_DAY_MS = 86_400_000
LONGEST_VALUE = 2**31 - 1
"""Bytes of one value; no format writes longer ones."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Values of one width: a number each, or two words each; `rest` is what of a time is below a microsecond, in nanoseconds."""

    values: Numbers
    nulls: Numbers | None
    rest: Numbers | None = None

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True, slots=True)
class Text:
    """Bytes of any length: value i is data[starts[i]:starts[i + 1]]."""

    data: Numbers
    starts: Numbers
    nulls: Numbers | None

    def __len__(self) -> int:
        return len(self.starts) - 1


@dataclass(frozen=True, slots=True)
class Coded:
    """Text of which each distinct value is known once; a code of a null points anywhere."""

    codes: Numbers
    distinct: Text
    spelled: Text

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, slots=True)
class Listed:
    """Lists: element values one after another, and how many belong to each list."""

    lengths: Numbers
    elements: Plain
    nulls: Numbers | None

    def __len__(self) -> int:
        return len(self.lengths)


@dataclass(frozen=True, slots=True)
class Record:
    """Structs: one plain array per field; the fields of a null struct are null."""

    size: int
    fields: tuple[Plain, ...]
    nulls: Numbers | None

    def __len__(self) -> int:
        return self.size


Plain = Fixed | Text | Coded | Listed | Record


def plain(array: pa.Array) -> Plain:
    """The plain form of an array.

    Raises:  ContentFault: a type no digest is defined for, or a time too far away to be told in microseconds.
    """
    kind = array.type
    if isinstance(kind, pa.BaseExtensionType):
        return plain(array.storage)
    if types.is_dictionary(kind):
        return _coded(array)
    if types.is_run_end_encoded(kind):
        return plain(pc.run_end_decode(array))
    if types.is_struct(kind):
        return Record(len(array), tuple(plain(field) for field in array.flatten()), _nulls(array))
    if types.is_map(kind):
        return plain(array.cast(pa.list_(pa.struct([pa.field("key", kind.key_type, nullable=False), ("value", kind.item_type)]))))
    if is_listed(kind):
        lengths = pc.fill_null(pc.list_value_length(array), 0)
        return Listed(_buffer(lengths).astype(np.int64), plain(array.flatten()), _nulls(array))
    if types.is_fixed_size_binary(kind) and not types.is_decimal(kind):
        return _text(array.cast(pa.binary()) if kind.byte_width else pc.binary_repeat(_empty(array), 1))
    if _is_text(kind):
        return _text(array)
    return _fixed(array)


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        types.is_string(kind)
        or types.is_binary(kind)
        or types.is_large_string(kind)
        or types.is_large_binary(kind)
        or types.is_string_view(kind)
        or types.is_binary_view(kind)
    )


def _empty(array: pa.Array) -> pa.Array:
    return pa.array([None if null else b"" for null in array.is_null().to_pylist()], pa.binary())


def _nulls(array: pa.Array) -> Numbers | None:
    if not array.null_count:
        return None
    mask: Numbers = array.is_null().to_numpy(zero_copy_only=False)
    return mask


def _buffer(array: pa.Array, dtype: str | None = None) -> Numbers:
    """The numbers of an array as they lie in memory, unused ones too."""
    found = np.dtype(dtype if dtype is not None else array.type.to_pandas_dtype())
    values = array.buffers()[1]
    if values is None or not len(array):
        return np.zeros(len(array), found)
    return np.frombuffer(values, found, count=array.offset + len(array))[array.offset :]


def _zeroed(values: Numbers, nulls: Numbers | None) -> Numbers:
    if nulls is None:
        return values
    return np.where(nulls if values.ndim == 1 else nulls[:, None], np.zeros((), values.dtype), values)


def _coded(array: pa.DictionaryArray) -> Plain:
    spelled = plain(array.dictionary_decode())
    if not isinstance(spelled, Text) or array.dictionary.null_count:
        return spelled
    distinct = plain(array.dictionary)
    codes = _buffer(pc.fill_null(array.indices, 0)).astype(np.int64)
    if not isinstance(distinct, Text) or not len(distinct):
        return spelled
    return Coded(codes, distinct, spelled)


def _text(array: pa.Array) -> Text:
    if types.is_string_view(array.type) or types.is_binary_view(array.type):
        array = array.cast(pa.large_binary())
    nulls = _nulls(array)
    starts = _starts(array)
    if nulls is not None and np.diff(starts)[nulls].any():
        array = pc.fill_null(array.cast(pa.large_binary()), b"")
        starts = _starts(array)
    data = array.buffers()[2]
    first = int(starts[0])
    used = np.zeros(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)[first : int(starts[-1])]
    return Text(used, starts - first, nulls)


def _starts(array: pa.Array) -> Numbers:
    wide = types.is_large_string(array.type) or types.is_large_binary(array.type)
    offsets = array.buffers()[1]
    if offsets is None or not len(array):
        return np.zeros(len(array) + 1, np.int64)
    found = np.frombuffer(offsets, "<i8" if wide else "<i4", count=array.offset + len(array) + 1)[array.offset :].astype(np.int64)
    if np.diff(found).max() > LONGEST_VALUE:
        raise fault("unsupported", f"expected values of at most {LONGEST_VALUE} bytes, got a longer one")
    return found


def _fixed(array: pa.Array) -> Fixed:
    kind, nulls = array.type, _nulls(array)
    if types.is_null(kind):
        return Fixed(np.zeros(len(array), np.uint8), np.ones(len(array), np.bool_))
    if types.is_boolean(kind):
        return Fixed(_zeroed(_buffer(array.cast(pa.uint8())), nulls), nulls)
    if types.is_integer(kind):
        return Fixed(_zeroed(_buffer(array), nulls), nulls)
    if types.is_floating(kind):
        return Fixed(_one_nan(_zeroed(_buffer(array), nulls)), nulls)
    if types.is_decimal(kind):
        return Fixed(_zeroed(_decimal_words(array), nulls), nulls)
    if kind == pa.month_day_nano_interval():
        return Fixed(_zeroed(_buffer(array, "V16").view("<u8").reshape(-1, 2), nulls), nulls)
    return _time(array, nulls)


def _one_nan(values: Numbers) -> Numbers:
    odd = values != values  # NaN is what differs from itself
    return np.where(odd, np.array(np.nan, values.dtype), values) if odd.any() else values


def _decimal_words(array: pa.Array) -> Numbers:
    kind = array.type
    wide = kind.precision > LONGEST_DECIMAL
    cast = array.cast(pa.decimal256(kind.precision, kind.scale) if wide else pa.decimal128(kind.precision, kind.scale))
    return _buffer(cast, "V32" if wide else "V16").view("<u8").reshape(len(array), -1)


def _time(array: pa.Array, nulls: Numbers | None) -> Fixed:
    kind = array.type
    if types.is_date32(kind):
        return Fixed(_zeroed(_buffer(array, "<i4").astype(np.int64), nulls), nulls)
    if types.is_date64(kind):
        return Fixed(_zeroed(_buffer(array, "<i8") // _DAY_MS, nulls), nulls)
    if types.is_time32(kind) or types.is_time64(kind):
        values = _zeroed(_buffer(array, "<i4" if types.is_time32(kind) else "<i8").astype(np.int64), nulls)
        return Fixed(values * (10**9 // _PER_SECOND[kind.unit]), nulls)
    if types.is_timestamp(kind) or types.is_duration(kind):
        return _micros(_zeroed(_buffer(array, "<i8"), nulls), kind.unit, nulls)
    raise unsupported_type(str(kind))


def _micros(values: Numbers, unit: str, nulls: Numbers | None) -> Fixed:
    if unit == "us":
        return Fixed(values, nulls)
    if unit == "ns":
        micros = values // 1000
        rest = (values - micros * 1000).astype(np.uint16)
        return Fixed(micros, nulls, rest if rest.any() else None)
    factor = 10**6 // _PER_SECOND[unit]
    limit = (2**63 - 1) // factor
    if len(values) and (int(values.max()) > limit or int(values.min()) < -limit):
        raise fault("unsupported", "expected times within 290,000 years, got one further away")
    return Fixed(values * factor, nulls)
