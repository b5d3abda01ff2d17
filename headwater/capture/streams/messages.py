"""Messages of a topic as rows: their fields as columns, and beside them where each stood in the topic.

A field's type is the one that the table has already, else that of its first value. A value that does not fit stands beside as text, in
a column named `…__v_text`, as with every source; a message that cannot be read is counted by its offset and left out. An object within
a message becomes columns `outer__inner`; a list stands as JSON.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import msgspec
import pyarrow as pa

from headwater.capture.streams.offsets import UNREADABLE, left_out
from headwater.model.lakes import ScanGap

PARTITION, OFFSET, TIMESTAMP, KEY, TOMBSTONE = "_kafka_partition", "_kafka_offset", "_kafka_timestamp", "_kafka_key", "_kafka_tombstone"
Format = Literal["json", "text"]
VARIANT = "__v_text"
VALUE = "value"
OWN: dict[str, pa.DataType] = {
    PARTITION: pa.int32(),
    OFFSET: pa.int64(),
    TIMESTAMP: pa.timestamp("us", "UTC"),
    KEY: pa.string(),
    TOMBSTONE: pa.bool_(),
}
_KEPT = ("_kafka_", "_dlt_")
_DEPTH, _FIELDS, _NAME = 6, 500, 255
_WHOLE = 2**53
_NESTED = frozenset({dict, list})
_CHANGED = "values of column `{0}` are of another type than before; they stand in `{0}" + VARIANT + "`"


class Unreadable(ValueError):
    """A message cannot be read; the words say why, `{are}` for is or are, and hold nothing of it."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it came; `timestamp` is in milliseconds, None where it has none; a `value` of None is a tombstone."""

    partition: int
    offset: int
    timestamp: int | None
    key: bytes | None
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Rows:
    """What messages said: rows, how many of each partition, and what could not be read."""

    table: pa.Table
    counts: Mapping[int, int]
    gaps: tuple[ScanGap, ...]


def key_text(key: bytes | None) -> str | None:
    """A key as text; one that is not UTF-8 as base64, which says so."""
    if key is None:
        return None
    try:
        return key.decode()
    except UnicodeDecodeError:
        return f"base64:{base64.b64encode(key).decode()}"


def read_messages(messages: Sequence[Message], form: Format, topic: str, schema: pa.Schema | None, *, needs_key: bool = False) -> Rows:
    """Read messages as rows that fit a table of this schema, where there is one."""
    read = _READERS[form]
    fields: list[dict[str, Any]] = []
    kept: list[Message] = []
    faults: dict[tuple[int, str], list[int]] = defaultdict(list)
    names: dict[str, None] = dict.fromkeys(name for name in (schema.names if schema is not None else ()) if not name.startswith(_KEPT))
    for message in messages:
        try:
            if needs_key and message.key is None:
                raise Unreadable("cannot be merged without a key")
            told = read(message.value) if message.value is not None else {}
            if not names.keys() >= told.keys():
                _widen(names, told)
            fields.append(told)
            kept.append(message)
        except Unreadable as fault:
            faults[message.partition, str(fault)].append(message.offset)
    counts: dict[int, int] = defaultdict(int)
    for message in kept:
        counts[message.partition] += 1
    columns, changed = _columns(fields, names, schema)
    unreadable = [
        ScanGap(UNREADABLE, f"partition {partition} of topic `{topic}`: {left_out(offsets, why)}"[:2_000])
        for (partition, why), offsets in sorted(faults.items())
    ]
    moved = [ScanGap("COLUMN-CHANGED-TYPE", _CHANGED.format(name)) for name in changed]
    return Rows(pa.table({**columns, **_own(kept)}), counts, (*unreadable, *moved))


def _own(messages: Sequence[Message]) -> dict[str, pa.Array]:
    values: dict[str, list[Any]] = {
        PARTITION: [message.partition for message in messages],
        OFFSET: [message.offset for message in messages],
        TIMESTAMP: [message.timestamp * 1_000 if message.timestamp is not None else None for message in messages],
        KEY: [key_text(message.key) for message in messages],
        TOMBSTONE: [message.value is None for message in messages],
    }
    return {name: pa.array(values[name], kind) for name, kind in OWN.items()}


def _widen(names: dict[str, None], told: Mapping[str, Any]) -> None:
    fresh = [name for name in told if name not in names]
    if len(names) + len(fresh) > _FIELDS:
        raise Unreadable(f"would bring the table beyond {_FIELDS} columns")
    if any(len(name) > _NAME for name in fresh):
        raise Unreadable(f"would make a column whose name has more than {_NAME} characters")
    names.update(dict.fromkeys(fresh))


def _read_text(value: bytes) -> dict[str, Any]:
    try:
        return {VALUE: value.decode()}
    except UnicodeDecodeError:
        raise Unreadable("{are} no UTF-8 text") from None


def _read_json(value: bytes) -> dict[str, Any]:
    is_framed = value[:1] == b"\x00" and len(value) > 5  # because schema registries put five bytes before what they know the schema of
    try:
        told = msgspec.json.decode(value[5:] if is_framed else value)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise Unreadable("{are} packed with a schema (Avro or Protobuf)" if is_framed else "{are} no JSON") from None
    if not isinstance(told, dict):
        raise Unreadable("{are} JSON and no object")
    for name, field in told.items():
        if type(field) in _NESTED or _is_kept(name):
            flat: dict[str, Any] = {}
            _flatten(told, "", _DEPTH, flat)
            return flat
    return told


@lru_cache(4_096)
def _is_kept(name: str) -> bool:
    return not name or name.startswith(_KEPT) or name.endswith(VARIANT)


def _flatten(told: Mapping[str, Any], before: str, depth: int, into: dict[str, Any]) -> None:
    for name, value in told.items():
        column = f"{before}{name}"
        if type(value) is dict and value and depth:
            _flatten(value, f"{column}__", depth - 1, into)
            continue
        column = f"field_{column}" if _is_kept(column) else column
        if column in into:
            raise Unreadable("would make two columns of one name")
        into[column] = msgspec.json.encode(value).decode() if type(value) in (dict, list) else value


_READERS: dict[Format, Callable[[bytes], dict[str, Any]]] = {"json": _read_json, "text": _read_text}


def _columns(fields: Sequence[Mapping[str, Any]], names: Mapping[str, None], schema: pa.Schema | None) -> tuple[dict[str, Any], list[str]]:
    """Values by column, in the types that the table has or their own; and the columns of which some did not fit."""
    columns: dict[str, Any] = {}
    beside: dict[str, Any] = {}
    changed: list[str] = []
    for name in names:
        values = [told.get(name) for told in fields]
        has = schema.field(name).type if schema is not None and name in schema.names else None
        kind = has if has is not None else _kind(values)
        if kind is None:
            continue
        fit: Callable[[Any], Any] = _FITS.get(kind, _fit_text)
        fitted = [None if value is None else fit(value) for value in values]
        odd = [index for index, value in enumerate(values) if value is not None and fitted[index] is None]
        columns[name] = pa.array(fitted, kind if kind in _FITS else pa.string())
        if odd:
            changed.append(name)
            texts: list[str | None] = [None] * len(values)
            for index in odd:
                texts[index] = _fit_text(values[index])
            beside[f"{name}{VARIANT}"] = pa.array(texts, pa.string())
    return {**columns, **beside}, changed


def _kind(values: Sequence[Any]) -> pa.DataType | None:
    """The type of a new column: that of its first value; numbers of both sorts are floating-point ones."""
    first = next((value for value in values if value is not None), None)
    if first is None:
        return None
    if type(first) is int and any(type(value) is float for value in values):
        return pa.float64()
    return _KINDS[type(first)]


def _fit_long(value: Any) -> int | None:
    if type(value) is float and value.is_integer() and abs(value) < _WHOLE:
        return int(value)
    return value if type(value) is int and -(2**63) <= value < 2**63 else None


def _fit_int(value: Any) -> int | None:
    whole = _fit_long(value)
    return whole if whole is not None and -(2**31) <= whole < 2**31 else None


def _fit_double(value: Any) -> float | None:
    return float(value) if type(value) is float or (type(value) is int and abs(value) <= _WHOLE) else None


def _fit_text(value: Any) -> str:
    return value if type(value) is str else msgspec.json.encode(value).decode()


def _fit_bool(value: Any) -> bool | None:
    return value if type(value) is bool else None


_KINDS: dict[type, pa.DataType] = {bool: pa.bool_(), int: pa.int64(), float: pa.float64(), str: pa.string()}
_FITS: dict[pa.DataType, Callable[[Any], Any]] = {
    pa.bool_(): _fit_bool,
    pa.int32(): _fit_int,
    pa.int64(): _fit_long,
    pa.float64(): _fit_double,
    pa.string(): _fit_text,
    pa.large_string(): _fit_text,
}
