"""What of a node changed that is no lineage: how dbt makes and keeps its table, types that a contract holds it to, and tests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from headwater.capture.dbt.artifacts import CatalogTable, inner, text
from headwater.capture.dbt.project import Node, Project
from headwater.capture.dbt.upkeep import SETTINGS
from headwater.model.dbt import RemovedTest

_DEFAULTS = {"on_schema_change": "ignore", "lookback": 1, "hard_deletes": "ignore"}
"""What a setting is where nobody says otherwise."""
_NOTHING: tuple[Any, ...] = (None, "", [], {})


def setting_notes(old: Node, new: Node) -> Iterator[str]:
    """Settings by which dbt makes and keeps the table that are others, in the order of importance."""
    before, after = inner(old.raw, "config"), inner(new.raw, "config")
    if old.materialized != new.materialized:
        yield f"materialized as {new.materialized}, was {old.materialized}"
    for setting in SETTINGS:
        if setting != "materialized" and (was := _set(before, setting)) != (now := _set(after, setting)):
            yield f"`{setting}` is {_shown(now)}, was {_shown(was)}"
    enforced = [inner(each, "contract").get("enforced") is True for each in (before, after)]
    if enforced[0] != enforced[1]:
        yield "its contract is enforced now" if enforced[1] else "its contract is enforced no longer"


def type_notes(base: Project, head: Project, old: Node, new: Node) -> Iterator[str]:
    """Columns of another type: as the catalogs of both sides say, else as the models declare them."""
    tables = base.table(old), head.table(new)
    before, after = (_types(node, table if all(tables) else None) for node, table in zip((old, new), tables, strict=True))
    for name, now in after.items():
        was = before.get(name)
        if was and now and was.casefold() != now.casefold():
            yield f"`{name}` is of type {now}, was {was}"


def tests_gone(base: Project, head: Project) -> Iterator[RemovedTest]:
    """Tests that only the first project has, of what the second still has."""
    names = {_test_name(node) for node in head.nodes.values() if node.kind == "test"}
    for node in base.nodes.values():
        if node.kind != "test" or node.id in head.nodes or _test_name(node) in names:
            continue
        tested = [name for name in node.depends_on if name in head.nodes]
        if tested:
            yield RemovedTest(node.name, tuple(sorted(tested)), text(node.raw, "column_name") or "")


def _test_name(node: Node) -> tuple[str, tuple[str, ...], str]:
    """What a test is besides its id, which holds a digest of its settings."""
    return (
        str(inner(node.raw, "test_metadata").get("name") or node.name),
        tuple(sorted(node.depends_on)),
        text(node.raw, "column_name") or "",
    )


def _set(config: Mapping[str, Any], setting: str) -> Any:
    told = config.get(setting)
    if isinstance(told, dict):
        told = {key: value for key, value in told.items() if value not in _NOTHING}
    return None if told in _NOTHING or told == _DEFAULTS.get(setting) else told


def _shown(told: Any) -> str:
    if told is None:
        return "not set"
    return f"`{told if isinstance(told, str) else json.dumps(told, sort_keys=True, default=str)}`"


def _types(node: Node, table: CatalogTable | None) -> dict[str, str]:
    if table is not None and table.columns:
        return {column.name.casefold(): column.type or "" for column in table.columns.values()}
    declared = (column for column in inner(node.raw, "columns").values() if isinstance(column, dict))
    return {str(column.get("name")).casefold(): text(column, "data_type") or "" for column in declared}
