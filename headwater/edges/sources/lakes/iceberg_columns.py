"""Columns of an Iceberg schema as its JSON has them, and what manifests say of them. No PyIceberg is needed for it.

Source:  https://iceberg.apache.org/spec/#appendix-c-json-serialization; appendix D for the binary form of bounds.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from headwater.edges.sources.lakes.manifests import Metrics
from headwater.model.lakes import ColumnStatistics, count, rounded
from headwater.model.schemas import Column

_DAY_SECONDS = 86_400.0
_TICKS = {"timestamp": 1e6, "timestamptz": 1e6, "timestamp_ns": 1e9, "timestamptz_ns": 1e9}
_WHOLE = frozenset({"int", "long", "date", *_TICKS})
_BROKEN = ("float", "double")


@dataclass(frozen=True, slots=True)
class Field:
    """A column with its id; nested ones have dots after their parent."""

    id: int
    column: Column
    is_primitive: bool
    required: bool = False


def fields_of(schema: Mapping[str, Any]) -> tuple[Field, ...]:
    """A schema's columns in their order, each struct before what is in it.

    Raises:  ValueError, LookupError, TypeError, AttributeError: it is no schema.
    """
    return tuple(_fields(schema["fields"], ""))


def _fields(told: Any, prefix: str) -> Iterator[Field]:
    for field in told:
        required = field.get("required") is True
        yield from _field(int(field["id"]), f"{prefix}{field['name']}", field["type"], str(field.get("doc") or ""), required=required)


def _field(number: int, name: str, kind: Any, doc: str, *, required: bool) -> Iterator[Field]:
    if isinstance(kind, str):
        yield Field(number, Column(name, kind, doc), True, required)
        return
    yield Field(number, Column(name, str(kind["type"]), doc), False, required)
    match kind["type"]:
        case "struct":
            yield from _fields(kind["fields"], f"{name}.")
        case "list":
            required = kind.get("element-required") is True
            yield from _field(int(kind["element-id"]), f"{name}.element", kind["element"], "", required=required)
        case "map":
            required = kind.get("value-required") is True
            yield from _field(int(kind["key-id"]), f"{name}.key", kind["key"], "", required=True)
            yield from _field(int(kind["value-id"]), f"{name}.value", kind["value"], "", required=required)


def summed(files: list[Metrics], fields: tuple[Field, ...]) -> tuple[ColumnStatistics, ...]:
    """Statistics of columns over several files; a count that one of them lacks is not known."""
    return tuple(_summed(files, field) for field in fields if field.is_primitive)


def _summed(files: list[Metrics], field: Field) -> ColumnStatistics:
    number, kind = field.id, field.column.type
    bounds = (
        []
        if not _is_numeric(kind)
        else [bound for file in files for raw in (file.lower, file.upper) for bound in _bound(raw, number, kind)]
    )
    return ColumnStatistics(
        column=field.column.name,
        values=_total([file.values.get(number) for file in files]),
        nulls=_total([file.nulls.get(number) for file in files]),
        size_bytes=_total([file.sizes.get(number) for file in files]),
        low=rounded(min(bounds)) if bounds else None,
        high=rounded(max(bounds)) if bounds else None,
    )


def _total(told: list[int | None]) -> int | None:
    counts = [known for each in told if (known := count(each)) is not None]
    return sum(counts) if len(counts) == len(told) else None


def _is_numeric(kind: str) -> bool:
    return kind in _WHOLE or kind in _BROKEN or kind.startswith("decimal")


def _bound(bounds: dict[int, bytes], number: int, kind: str) -> Iterator[float]:
    raw = bounds.get(number)
    if raw is None or not 0 < len(raw) <= 16:
        return
    value = _value(bytes(raw), kind)
    if value is not None and value == value:  # because only what is not a number differs from itself
        yield value


def _value(raw: bytes, kind: str) -> float | None:
    """A bound as a number; times in seconds since 1970."""
    if kind in _BROKEN:
        form = {4: "<f", 8: "<d"}.get(len(raw))
        return float(struct.unpack(form, raw)[0]) if form is not None else None
    if kind.startswith("decimal"):
        scale = kind.rstrip(")").rpartition(",")[2].strip()
        return int.from_bytes(raw, "big", signed=True) / 10 ** int(scale) if scale.isdigit() and len(scale) < 3 else None
    whole = int.from_bytes(raw, "little", signed=True)
    return whole * _DAY_SECONDS if kind == "date" else whole / _TICKS.get(kind, 1.0)
