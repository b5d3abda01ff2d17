"""Which platform's log is read by what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from headwater.capture.audit.bigquery import BigQueryLog
from headwater.capture.audit.postgres import PostgresLog
from headwater.capture.audit.redshift import RedshiftLog
from headwater.capture.audit.snowflake import SnowflakeLog
from headwater.capture.audit.writes import AuditedWrite
from headwater.model.lakes import AuditKind


class Log(Protocol):
    """A platform's log.

    Guarantees: records may come in any order and more than once; each write is told once, and reads and failed statements are not.
    """

    def take(self, record: object) -> None:
        """Take in one record.

        Raises:  Unfit: it is none of this log.
        """

    def writes(self) -> Iterator[AuditedWrite]:
        """Every write of what was taken."""


def log_of(kind: AuditKind) -> Log:
    """An empty log of a platform."""
    return _LOGS[kind]()


_LOGS: dict[AuditKind, type[Log]] = {
    "bigquery": BigQueryLog,
    "postgres": PostgresLog,
    "redshift": RedshiftLog,
    "snowflake": SnowflakeLog,
}
