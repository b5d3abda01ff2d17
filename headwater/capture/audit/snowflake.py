"""Snowflake: ACCOUNT_USAGE.QUERY_HISTORY, joined with ACCESS_HISTORY where the edition has it.

A record is one query: `query_id`, `query_text`, `query_type`, `user_name`, `query_tag`, `start_time`, `end_time`, `execution_status`,
`database_name`, `schema_name`, `rows_inserted`, `rows_updated`, `rows_deleted`; of ACCESS_HISTORY `objects_modified` and
`object_modified_by_ddl`. Members' names may be in any case, times and lists in any of the forms in which they are unloaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from headwater.capture.audit.writes import AuditedWrite, Changed, Unfit, instant, listed, needed, number, plain, stamps, text

_TABLES = frozenset(
    {"table", "external table", "dynamic table", "iceberg table", "event table", "hybrid table", "materialized view", "view"}
)
_WRITING = (
    *("INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "CREATE_TABLE_AS", "TRUNCATE", "MULTI_TABLE_INSERT"),
    *("CTAS", "DROP", "UNDROP", "SWAP", "REPLACE"),
)
_COUNTS = ("rows_inserted", "rows_updated", "rows_deleted")


class SnowflakeLog:
    """Queries of Snowflake, by their ids."""

    def __init__(self) -> None:
        self._writes: dict[str, AuditedWrite] = {}

    def take(self, record: object) -> None:
        """One query.

        Raises:  Unfit.
        """
        told = plain(record)
        query = needed(told, "query_id")
        status = text(told, "execution_status").upper()
        kind = text(told, "query_type").upper()
        counts = {name: number(told, name) for name in _COUNTS}
        changed = _changed(told, counts)
        may_write = bool(changed) or any(counts.values()) or kind.startswith(_WRITING)
        if not may_write or status not in ("", "SUCCESS"):
            return
        started = instant(told, "start_time", "query_start_time")
        sql, tag = text(told, "query_text"), text(told, "query_tag")
        self._writes[query] = AuditedWrite(
            id=query,
            started=started,
            ended=max(started, instant(told, "end_time", "start_time", "query_start_time")),
            author=text(told, "user_name"),
            operation=kind or "WRITE",
            changed=changed,
            statement=sql,
            catalog=text(told, "database_name"),
            schema=text(told, "schema_name"),
            engine="snowflake",
            stamps=stamps(sql, tag),
        )

    def writes(self) -> Iterator[AuditedWrite]:
        """Queries that changed tables."""
        yield from self._writes.values()


def _changed(told: Mapping[str, Any], counts: Mapping[str, int | None]) -> tuple[Changed, ...]:
    """The tables that ACCESS_HISTORY names; rows can only be told where there is one."""
    names = [
        str(member.get("objectName") or member.get("objectname") or "")
        for member in listed(told.get("objects_modified"))
        if str(member.get("objectDomain", member.get("objectdomain", "table"))).lower() in _TABLES
    ]
    ddl = told.get("object_modified_by_ddl")
    defined = listed(f"[{ddl}]" if isinstance(ddl, str) and ddl.strip() else [ddl])
    names.extend(str(member.get("objectName") or "") for member in defined if str(member.get("objectDomain", "")).lower() in _TABLES)
    names = [name for name in dict.fromkeys(names) if name]
    if any(len(name) > 2_000 for name in names):
        raise Unfit("it names an object at too great length")
    if len(names) != 1 or all(value is None for value in counts.values()):
        return tuple(Changed(name) for name in names)
    inserted, updated, deleted = (counts[name] or 0 for name in _COUNTS)
    return (Changed(names[0], inserted + updated, updated + deleted),)
