"""Names of types that say what values mean and nothing of how they are stored."""

from __future__ import annotations

import json
from collections.abc import Callable

import pyarrow as pa
from pyarrow import types

from headwater.edges.sources.content.faults import unsupported_type

Named = Callable[[pa.DataType], str]
_PLAIN = {
    pa.null(): "null",
    pa.bool_(): "bool",
    pa.date32(): "date",
    pa.date64(): "date",
    pa.month_day_nano_interval(): "interval",
}
_SMALL_INTEGERS = (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32())
LONGEST_DECIMAL = 38
"""Digits that fit into 128 bits."""


def logical_type(kind: pa.DataType) -> str:
    """The logical type: equal for a dictionary and its values, all layouts of text and lists, and all units of one kind of time.

    Raises:  ContentFault: unions and other types that no lake format writes.
    """
    if kind in _PLAIN:
        return _PLAIN[kind]
    if types.is_integer(kind) or types.is_floating(kind):
        return str(kind).replace("halffloat", "float16").replace("double", "float64")
    return _of_several(kind, logical_type)


def row_type(kind: pa.DataType) -> str:
    """The type as rows know it: widening an integer, a floating number or a decimal is no other type, so it changes no row.

    Within lists widths count.
    """
    if kind in _SMALL_INTEGERS:
        return "integer"
    if types.is_floating(kind):
        return "floating"
    if types.is_decimal(kind) and kind.precision <= LONGEST_DECIMAL:
        return f"decimal(scale {kind.scale})"
    if types.is_struct(kind):
        return "struct"  # its fields are told apart one by one, so that a new one that is null changes no row either
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        return row_type(kind.value_type)
    return logical_type(kind)


def _of_several(kind: pa.DataType, named: Named) -> str:
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind):
        return "string"
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind):
        return "binary"
    if types.is_fixed_size_binary(kind):
        return f"fixed[{kind.byte_width}]"
    if types.is_decimal(kind):
        return f"decimal({kind.precision},{kind.scale})"
    if types.is_timestamp(kind):
        return "instant" if kind.tz else "timestamp"
    if types.is_time(kind):
        return "time"
    if types.is_duration(kind):
        return "duration"
    return _nested(kind, named)


def _nested(kind: pa.DataType, named: Named) -> str:
    if types.is_dictionary(kind) or types.is_run_end_encoded(kind):
        return named(kind.value_type)
    if isinstance(kind, pa.BaseExtensionType):
        return f"{json.dumps(kind.extension_name)}<{named(kind.storage_type)}>"
    if types.is_map(kind):
        return f"map<{named(kind.key_type)},{named(kind.item_type)}>"
    if is_listed(kind):
        return f"list<{named(kind.value_type)}>"
    if types.is_struct(kind):
        return f"struct<{','.join(f'{json.dumps(field.name)}:{named(field.type)}' for field in kind)}>"
    raise unsupported_type(str(kind))


def is_listed(kind: pa.DataType) -> bool:
    """Whether it is a list in any layout; a map is not."""
    return bool(
        types.is_list(kind)
        or types.is_large_list(kind)
        or types.is_fixed_size_list(kind)
        or types.is_list_view(kind)
        or types.is_large_list_view(kind)
    )
