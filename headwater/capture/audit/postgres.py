"""PostgreSQL: the server's log in JSON or CSV, with `log_statement = 'mod'` (or `all`, which also shows what was rolled back), or pgaudit.

The log names statements and not how many rows they changed. Where pgaudit writes to the same log, its records count and the others do not.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from headwater.capture.audit.writes import AuditedWrite, Changed, Unfit, needed, plain, read_instant, stamps, text

CSV_COLUMNS = (
    *("timestamp", "user", "dbname", "pid", "connection_from", "session_id", "line_num", "ps", "session_start", "vxid", "txid"),
    *("error_severity", "state_code", "message", "detail", "hint", "internal_query", "internal_position", "context", "statement"),
    *("cursor_position", "func_name", "application_name", "backend_type", "leader_pid", "query_id"),
)
"""The columns of a log in CSV, which has no heading."""
_RAN = re.compile(r"(?:statement|execute [^:]{0,80}|duration: [\d.]+ ms  (?:statement|execute [^:]{0,80})): ", re.DOTALL)
_FIRST = re.compile(r"(?:\s|--[^\n]*\n|/\*.*?\*/|\()*([A-Za-z]+)", re.DOTALL)
_WRITING = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "COPY", "CREATE", "SELECT", "WITH", "REFRESH", "DROP"})
_BODY = re.compile(r"\b(?:insert|update|delete|merge|into|as|refresh|drop|from\s+(?:stdin|program|')|truncate)\b", re.IGNORECASE)
_ENDS = {"ROLLBACK": False, "ABORT": False, "COMMIT": True, "END": True}
_FILLED = frozenset(
    {"INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "TRUNCATE TABLE", "COPY", "CREATE TABLE AS", "SELECT INTO", "DROP TABLE"}
)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a session that counts: a statement, the end of a transaction, or an error."""

    number: int
    what: str
    write: AuditedWrite | None = None
    error_of: str = ""


class PostgresLog:
    """Lines of a server's log, by session."""

    def __init__(self) -> None:
        self._sessions: dict[str, dict[tuple[int, str], _Line]] = {}
        self._audited: dict[str, AuditedWrite] = {}

    def take(self, record: object) -> None:
        """One line.

        Raises:  Unfit.
        """
        told = plain(record)
        if "message" not in told or "error_severity" not in told:
            raise Unfit("it has no `message` and `error_severity`")
        severity, message = text(told, "error_severity").upper(), text(told, "message")
        if severity in ("ERROR", "FATAL", "PANIC"):
            self._add(told, _Line(_line_number(told), "error", error_of=text(told, "statement")))
        elif message.startswith("AUDIT: "):
            self._take_audited(told, message)
        elif severity == "LOG" and (ran := _RAN.match(message)) is not None:
            self._take_statement(told, message[ran.end() :])

    def writes(self) -> Iterator[AuditedWrite]:
        """What pgaudit tells where it tells anything; else the statements of transactions that were not rolled back."""
        if self._audited:
            yield from self._audited.values()
            return
        for lines in self._sessions.values():
            yield from _kept([lines[place] for place in sorted(lines)])

    def _take_statement(self, told: dict[str, Any], sql: str) -> None:
        first = _FIRST.match(sql)
        word = first[1].upper() if first is not None else ""
        if word in ("BEGIN", "START") or word in _ENDS:
            self._add(told, _Line(_line_number(told), word))
        elif word in _WRITING and (word in ("INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE") or _BODY.search(sql) is not None):
            self._add(told, _Line(_line_number(told), "write", _write(told, word, sql)))

    def _take_audited(self, told: dict[str, Any], message: str) -> None:
        """`AUDIT: SESSION,1,1,WRITE,INSERT,TABLE,public.visits,"insert into …",<none>`."""
        fields = next(csv.reader([message.removeprefix("AUDIT: ").replace("\n", " ")], skipinitialspace=True), [])
        if len(fields) < 8:
            raise Unfit("its audit message has not the fields that pgaudit writes")
        _, statement, part, _, command, kind, name, sql = fields[:8]
        if command.upper() not in _FILLED:
            return
        number = f"{_line_number(told)}.{statement}.{part}"
        database = text(told, "dbname")
        table = f"{database}.{name}" if name and kind.upper() in ("TABLE", "MATERIALIZED VIEW", "FOREIGN TABLE", "") else ""
        write = _write(told, command.upper(), sql if sql != "<previously logged>" else "", number, (Changed(table),) if table else ())
        self._audited[write.id] = write

    def _add(self, told: dict[str, Any], line: _Line) -> None:
        self._sessions.setdefault(needed(told, "session_id"), {})[line.number, line.what] = line


def _kept(lines: list[_Line]) -> Iterator[AuditedWrite]:
    """What of a session's writes stayed: not what failed, nor what was taken back."""
    waiting: list[AuditedWrite] = []
    last: AuditedWrite | None = None
    is_open = False
    for line in lines:
        if line.what == "write" and line.write is not None:
            last = line.write
            waiting.append(last)
        elif line.what == "error":
            if last is not None and (not line.error_of or line.error_of.strip() == last.statement.strip()):
                waiting.remove(last) if last in waiting else None
            last = None
            continue
        elif line.what in _ENDS:
            yield from waiting if _ENDS[line.what] else ()
            waiting, is_open, last = [], False, None
            continue
        else:
            is_open = True
        if not is_open and len(waiting) > 1:
            yield from waiting[:-1]
            waiting = waiting[-1:]
    yield from waiting


def _write(told: dict[str, Any], operation: str, sql: str, number: str = "", changed: tuple[Changed, ...] = ()) -> AuditedWrite:
    at = read_instant(needed(told, "timestamp"), "timestamp")
    return AuditedWrite(
        id=f"{needed(told, 'session_id')}-{number or _line_number(told)}",
        started=at,
        ended=at,
        author=text(told, "user"),
        operation=operation,
        changed=changed,
        statement=sql,
        catalog=text(told, "dbname"),
        schema="public",
        engine=text(told, "application_name")[:200],
        stamps=stamps(sql, text(told, "application_name")),
    )


def _line_number(told: dict[str, Any]) -> int:
    line = text(told, "line_num")
    if not (line.isascii() and line.isdigit() and len(line) < 19):
        raise Unfit("it has no `line_num`")
    return int(line)
