"""Redshift: SYS_QUERY_HISTORY, with the steps of SYS_QUERY_DETAIL where they were exported beside.

A record is one query, or one query and one of its steps: `query_id`, `query_text`, `query_type`, `username`, `database_name`,
`query_label`, `start_time`, `end_time`, `status`; of a step `step_name`, `table_name` (database.schema.table) and `output_rows`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from headwater.capture.audit.writes import AuditedWrite, Changed, instant, needed, number, plain, stamps, text

_WRITING = frozenset({"INSERT", "UPDATE", "DELETE", "COPY", "CTAS", "MERGE", "TRUNCATE", "ALTER", "DDL"})
_READING = ("select", "with", "show", "set", "explain", "analyze", "unload", "fetch", "declare", "begin", "commit", "end", "rollback")
_SHORTENED = 4_000
"""Characters that SYS_QUERY_HISTORY keeps of a text."""


class RedshiftLog:
    """Queries of Redshift, by their ids."""

    def __init__(self) -> None:
        self._writes: dict[str, AuditedWrite] = {}
        self._steps: dict[str, dict[tuple[str, str, str], int]] = {}

    def take(self, record: object) -> None:
        """One query, or one of its steps.

        Raises:  Unfit.
        """
        told = plain(record)
        query = needed(told, "query_id")
        kind, sql = text(told, "query_type").upper(), text(told, "query_text")
        if kind not in _WRITING or (kind == "DDL" and not _is_filled(sql)) or text(told, "status").lower() not in ("", "success"):
            return
        step, table = text(told, "step_name").lower(), text(told, "table_name")
        if table and step in ("insert", "delete"):
            place = (table, step, f"{text(told, 'segment_id')}/{text(told, 'step_id')}/{text(told, 'slice_id')}")
            self._steps.setdefault(query, {})[place] = number(told, "output_rows") or 0
        started = instant(told, "start_time")
        self._writes[query] = AuditedWrite(
            id=query,
            started=started,
            ended=max(started, instant(told, "end_time", "start_time")),
            author=text(told, "username", "user_name").strip(),
            operation=kind,
            statement=sql if len(sql) < _SHORTENED else "",
            catalog=text(told, "database_name").strip(),
            schema="public",
            engine="redshift",
            stamps=stamps(sql, text(told, "query_label")),
        )

    def writes(self) -> Iterator[AuditedWrite]:
        """Queries that changed tables, with the rows of all their steps."""
        for query, write in self._writes.items():
            rows: dict[str, list[int]] = {}
            for (table, step, _), count in self._steps.get(query, {}).items():
                rows.setdefault(table, [0, 0])[step == "delete"] += count
            yield replace(write, changed=tuple(Changed(table, added, removed) for table, (added, removed) in sorted(rows.items())))


def _is_filled(sql: str) -> bool:
    """Whether a definition brings rows with it, or takes all away."""
    words = sql.lower().split(None, 2)
    return bool(words) and (words[0] in ("truncate", "drop") or " as " in f" {' '.join(sql.lower().split())} ") and words[0] not in _READING
