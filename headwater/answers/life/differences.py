"""What is different between two schemas of a dataset: columns by their ids where the format has them, else by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headwater.model.lakes import SchemaSeen
from headwater.model.life_answers import ColumnChange, ColumnChangeKind
from headwater.model.schemas import Column

_CHAINS = (
    ("byte", "tinyint", "int8"),
    ("short", "smallint", "int16"),
    ("integer", "int", "int32"),
    ("long", "bigint", "int64"),
)
_WHOLE = {name: rank for rank, names in enumerate(_CHAINS) for name in names}
_BROKEN = {"float": 0, "real": 0, "float32": 0, "double": 1, "float64": 1}
_TIMES = {"date": 0, "date32[day]": 0, "timestamp": 1, "timestamp_ntz": 1}
_DECIMAL = re.compile(r"decimal(?:128|256)?\((\d+),\s*(\d+)\)")


def differences(old: SchemaSeen, new: SchemaSeen) -> list[ColumnChange]:
    """Every change of a column: dropped and renamed ones first in the old order, then what is new, then a new order of what stayed.

    A column that is in a struct that came, went or was renamed is not told again.
    """
    before, after = _keyed(old, new), _keyed(new, old)
    found = [change for key, (index, column) in before.items() for change in _changes(old, new, index, column, after.get(key))]
    found += [ColumnChange(kind="added", column=column.name, to=column.type) for key, (_, column) in after.items() if key not in before]
    found = [change for change in found if not _is_inside(change, found)]
    stayed = [key for key in before if key in after and "." not in before[key][1].name]
    order = [key for key in after if key in before and "." not in before[key][1].name]
    if stayed != order:
        moved = [after[key][1].name for key, other in zip(order, stayed, strict=True) if key != other]
        found.append(ColumnChange(kind="reordered", column=", ".join(moved)))
    return found


def _keyed(schema: SchemaSeen, other: SchemaSeen) -> dict[int | str, tuple[int, Column]]:
    by_id = _has_ids(schema) and _has_ids(other)
    return {schema.ids[index] if by_id else column.name: (index, column) for index, column in enumerate(schema.columns)}


def _has_ids(schema: SchemaSeen) -> bool:
    return bool(schema.ids) and len(schema.ids) == len(schema.columns) == len(set(schema.ids))


def _changes(old: SchemaSeen, new: SchemaSeen, index: int, column: Column, now: tuple[int, Column] | None) -> Iterator[ColumnChange]:
    if now is None:
        yield ColumnChange(kind="dropped", column=column.name, was=column.type)
        return
    place, present = now
    if present.name != column.name:
        yield ColumnChange(kind="renamed", column=column.name, was=column.name, to=present.name)
    if present.type != column.type:
        yield ColumnChange(kind=_retyped(column.type, present.type), column=present.name, was=column.type, to=present.type)
    if index < len(old.required) and place < len(new.required) and old.required[index] != new.required[place]:
        yield ColumnChange(kind="required" if new.required[place] else "nullable", column=present.name)


def _retyped(old: str, new: str) -> ColumnChangeKind:
    old, new = old.lower(), new.lower()
    for ranks in (_WHOLE, _BROKEN, _TIMES):
        if old in ranks and new in ranks:
            return "widened" if ranks[old] < ranks[new] else "narrowed" if ranks[old] > ranks[new] else "retyped"
    before, after = _DECIMAL.fullmatch(old), _DECIMAL.fullmatch(new)
    if before is not None and after is not None:
        (precision, scale), (precision_now, scale_now) = (tuple(map(int, told.groups())) for told in (before, after))
        whole, whole_now = precision - scale, precision_now - scale_now
        if whole_now >= whole and scale_now >= scale:
            return "widened"
        return "narrowed" if whole_now <= whole and scale_now <= scale else "retyped"
    return "retyped"


def _is_inside(change: ColumnChange, changes: list[ColumnChange]) -> bool:
    """Whether the struct around a column changed in the same way, so that the column says nothing more."""
    return change.kind in ("added", "dropped", "renamed") and any(
        other.kind == change.kind
        and change.column.startswith(f"{other.column}.")
        and (change.kind != "renamed" or change.to == f"{other.to}{change.column.removeprefix(other.column)}")
        for other in changes
    )
