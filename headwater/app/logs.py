"""Logs: one JSON object per line on standard error. Names, counts and codes only; never a payload, a query, or a secret."""

from __future__ import annotations

import logging
import sys
from typing import Any

import msgspec

from headwater.model.errors import HeadwaterError
from headwater.model.times import Instant, format_instant

_LOGGER = logging.getLogger("headwater")

Field = str | int | float | bool | None


def log(event: str, *, level: int = logging.INFO, **fields: Field) -> None:
    """Write one line: what happened, in kebab case, and named facts about it."""
    if _LOGGER.isEnabledFor(level):
        _LOGGER.log(level, event, extra={"fields": fields})


def log_fault(event: str, error: BaseException, **fields: Field) -> None:
    """Write what went wrong: our own faults in words, others by kind and place, since their text may hold values."""
    if isinstance(error, HeadwaterError):
        log(event, level=logging.ERROR, code=error.code, problem=error.problem, cause=_kind(error.__cause__), **fields)
    else:
        log(event, level=logging.ERROR, code="INTERNAL", cause=_kind(error), where=_place(error), **fields)


def start_logging(level: str) -> None:
    """Send our lines and the web server's to standard error, each as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    for name in ("headwater", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(level.upper())
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


class _Lines(logging.Formatter):
    """A record as JSON. Tracebacks are reduced to kind and place."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"at": format_instant(Instant(int(record.created * 1_000_000))), "level": record.levelname.lower()}
        if record.name.startswith("headwater"):
            line |= {"event": record.getMessage(), **getattr(record, "fields", {})}
        else:
            line |= {"event": "web-server", "source": record.name, "message": str(record.msg)}
        if record.exc_info and record.exc_info[1] is not None:
            line |= {"cause": _kind(record.exc_info[1]), "where": _place(record.exc_info[1])}
        return msgspec.json.encode(line).decode()


def _kind(error: BaseException | None) -> str | None:
    return type(error).__name__ if error is not None else None


def _place(error: BaseException) -> str | None:
    """File and line where an error was raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace is not None else None
