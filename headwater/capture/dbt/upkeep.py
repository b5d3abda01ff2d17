"""What dbt itself does to a table that it keeps from run to run, beside the SQL of its model.

A snapshot's own columns come of its key and of what tells that a row changed; which rows an incremental model has depends on its key,
its predicates and its event time. All of it is told of the table's own columns, into which the model's SQL flows.

Source: https://docs.getdbt.com/docs/build/snapshots, https://docs.getdbt.com/docs/build/incremental-strategy.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from headwater.capture.dbt.artifacts import inner, text
from headwater.capture.dbt.naming import column_of
from headwater.capture.openlineage.dialects import dialect_named
from headwater.capture.sql import NoSchemas, analyse
from headwater.model.ids import DatasetId
from headwater.model.lineage import Flow, Kind, Statement

SETTINGS = (
    "materialized",
    "incremental_strategy",
    "unique_key",
    "strategy",
    "updated_at",
    "check_cols",
    "hard_deletes",
    "invalidate_hard_deletes",
    "dbt_valid_to_current",
    "snapshot_meta_column_names",
    "merge_update_columns",
    "merge_exclude_columns",
    "incremental_predicates",
    "predicates",
    "partition_by",
    "event_time",
    "batch_size",
    "lookback",
    "begin",
    "on_schema_change",
    "full_refresh",
)
"""The settings of a node by which dbt keeps its table."""

_COLUMNS = ("dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to")
_PLAIN = re.compile(r"[A-Za-z_][\w$]*")
_QUOTED = re.compile(r'"([^"]+)"|`([^`]+)`|\[([^\]]+)\]')
_TABLE = "this_table"
_SIDE = re.compile(r"\b(?:dbt_internal_(?:dest|source))\s*\.\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """Influences within a dataset, the columns that dbt adds to it, and what of the settings could not be read."""

    flows: tuple[Flow, ...] = ()
    adds: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def upkeep_of(node: Mapping[str, Any], dataset: DatasetId, adapter: str, columns: Iterable[str] = ()) -> Upkeep:
    """What dbt does to a node's table; `columns` are those that its SQL gives, as far as known."""
    config = inner(node, "config")
    kind = "snapshot" if node.get("resource_type") == "snapshot" else str(config.get("materialized") or "")
    if kind not in ("snapshot", "incremental"):
        return Upkeep()
    keeping = _Keeping(dataset, adapter, config, tuple(columns))
    if kind == "snapshot":
        return keeping.snapshot()
    return keeping.incremental()


@dataclass(slots=True)
class _Keeping:
    """One table's settings being read."""

    dataset: DatasetId
    adapter: str
    config: Mapping[str, Any]
    columns: tuple[str, ...]

    def snapshot(self) -> Upkeep:
        config, unread = self.config, list[str]()
        key = self._named("unique_key", unread)
        updated_at = self._named("updated_at", unread)
        checked = self._checked(unread) if config.get("strategy") == "check" else []
        scd_id, updated, valid_from, valid_to = (self._own(name) for name in _COLUMNS)
        flows = list(self._decide((*key, *checked, *updated_at), key))
        flows += (self._flow(column, scd_id, Kind.TRANSFORMATION, "md5") for column in (*key, *updated_at))
        flows += (self._flow(column, target, Kind.IDENTITY) for column in updated_at for target in (updated, valid_from))
        flows += (self._flow(column, valid_to, Kind.TRANSFORMATION) for column in updated_at)
        is_deleted = (self._own("dbt_is_deleted"),) if config.get("hard_deletes") == "new_record" else ()
        flows += (self._flow(column, target, Kind.CONDITIONAL) for column in (*key, *checked) for target in (valid_to, *is_deleted))
        return Upkeep(tuple(dict.fromkeys(flows)), (scd_id, updated, valid_from, valid_to, *is_deleted), tuple(unread))

    def incremental(self) -> Upkeep:
        config, unread = self.config, list[str]()
        strategy = str(config.get("incremental_strategy") or "")
        key = self._named("unique_key", unread) if strategy != "append" else []
        others = [*self._named("event_time", unread)] if strategy == "microbatch" else []
        if strategy == "insert_overwrite":
            others += self._partitions(unread)
        flows = [*self._decide((*key, *others), key), *self._predicates(unread)]
        return Upkeep(tuple(dict.fromkeys(flows)), (), tuple(unread))

    def _decide(self, columns: Iterable[str], key: list[str]) -> Iterator[Flow]:
        """These columns decide which rows the table has: the key by what it matches, others by what they say."""
        for column in columns:
            yield self._flow(column, None, Kind.JOIN if column in key else Kind.FILTER)

    def _flow(self, column: str, target: str | None, kind: Kind, masking: str | None = None) -> Flow:
        return Flow(self.dataset, column, target, kind, masking)

    def _own(self, name: str) -> str:
        renamed = inner(self.config, "snapshot_meta_column_names").get(name)
        return column_of(str(renamed or name), self.adapter, quoted=False)

    def _checked(self, unread: list[str]) -> list[str]:
        if self.config.get("check_cols") != "all":
            return self._named("check_cols", unread)
        own = {self._own(name) for name in (*_COLUMNS, "dbt_is_deleted")}
        if not self.columns:
            unread.append("check_cols")
        return [column for column in self.columns if column not in own]

    def _named(self, setting: str, unread: list[str]) -> list[str]:
        """The columns that a setting names: a name, an expression, or a list of them."""
        told = self.config.get(setting)
        found: list[str] = []
        for each in told if isinstance(told, list) else [told]:
            if isinstance(each, str) and each.strip():
                found += self._of_expression(each.strip(), setting, unread)
        return list(dict.fromkeys(found))

    def _of_expression(self, written: str, setting: str, unread: list[str]) -> list[str]:
        quoted = _QUOTED.fullmatch(written)
        if quoted is not None:
            return [quoted[1] or quoted[2] or quoted[3]]
        if _PLAIN.fullmatch(written):
            return [self._spelled(column_of(written, self.adapter, quoted=False))]
        columns = self._read(" ".join(("select", written, "as told from", _TABLE)))
        if columns is None:
            unread.append(setting)
        return columns or []

    def _predicates(self, unread: list[str]) -> Iterator[Flow]:
        told = self.config.get("incremental_predicates") or self.config.get("predicates")
        for each in told if isinstance(told, list) else [told]:
            if isinstance(each, str) and each.strip():
                columns = self._read(" ".join(("select 1 as told from", _TABLE, "where", _SIDE.sub("", each))))
                if columns is None:
                    unread.append("incremental_predicates")
                yield from (self._flow(column, None, Kind.FILTER) for column in columns or ())

    def _partitions(self, unread: list[str]) -> list[str]:
        told = self.config.get("partition_by")
        field = text(told, "field") if isinstance(told, dict) else None
        return [field] if field is not None else self._named("partition_by", unread)

    def _read(self, sql: str) -> list[str] | None:
        """The table's columns that a piece of SQL reads; None where not all can be told."""
        lineage = analyse(Statement(sql, dialect_named(self.adapter)), NoSchemas())
        if lineage.status != "complete" or len(lineage.sources) != 1:
            return None
        return list(dict.fromkeys(self._spelled(edge.source_column) for edge in lineage.edges if edge.source_column is not None))

    def _spelled(self, column: str) -> str:
        """A column as the table spells it, where that is known."""
        return next((each for each in self.columns if each.casefold() == column.casefold()), column)
