"""A process that reads SQL texts for another: frames of requests on standard input, frames of lineage on standard output.

Started by `apart`. The frames hold msgpack; the first says that we are ready.
"""

from __future__ import annotations

import ctypes
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

import msgspec

from headwater.app.frames import read_frame, write_frame
from headwater.app.sql.catalog import Catalog
from headwater.model.lineage import Reason, Script, Statement, StatementLineage

if TYPE_CHECKING:
    from headwater.capture.sql import Cache

PATIENCE_SECONDS = 60
"""A process silent for this long is taken for dead. A safety net: texts are bounded by steps, not by time."""
_GRACE_SECONDS = 5
SHAPES_BYTES = 32 * 1024 * 1024
"""Room for what was read: texts that differ in redaction's tokens alone, or come with schemas that differ in other tables, share it."""
_DIE_WITH_PARENT = 1
"""Linux' number for `PR_SET_PDEATHSIG`."""


READY = b"ready"
"""The first frame: from here on, what goes wrong has to do with a text."""
NO_TABLES = msgspec.msgpack.encode({})
"""What a process knows of tables before it is told any."""
Mode = Literal["bound", "kept"]
"""`bound` to the thread that started us, with which we end; `kept` until standard input closes, whatever threads come and go."""


class Ask(msgspec.Struct, frozen=True):
    """A text to read; `tables`, in msgpack, None stands for those of the request before.

    With `asks`, tables are known by exactly these names, None for one that is known to be unknown; the answer names those not told of.
    """

    statement: Statement
    tables: bytes | None
    by_statement: bool = False
    asks: bool = False


class Told(msgspec.Struct, frozen=True):
    """What a text says, and the tables that it names beside those told of."""

    script: Script
    missing: tuple[str, ...] = ()


class Exactly:
    """The tables told of, by the names that texts use; notes those that are missing."""

    def __init__(self, tables: Mapping[str, dict[str, str] | None]) -> None:
        self.tables = tables
        self.missing: dict[str, None] = {}

    def columns(self, table: str) -> Mapping[str, str] | None:
        """As told."""
        if table not in self.tables:
            self.missing[table] = None
            return None
        return self.tables[table]


Read = Callable[[Statement, Catalog], StatementLineage]


def failed(code: str, subject: str = "") -> StatementLineage:
    """The lineage of a text of which nothing is known but why."""
    return StatementLineage(status="failed", reasons=(Reason(code, subject),), fingerprint="", analyser="")


def main(mode: str = "bound") -> None:
    """Serve until standard input closes."""
    from headwater.capture.sql import Cache

    if mode == "bound":
        _die_with_parent()
    reader = Reader(Cache(SHAPES_BYTES))
    asks = msgspec.msgpack.Decoder(Ask)
    with suppress(BrokenPipeError):  # whoever asked is gone
        write_frame(sys.stdout.buffer, READY)
        while (frame := read_frame(sys.stdin.buffer)) is not None:
            write_frame(sys.stdout.buffer, msgspec.msgpack.encode(reader.answer(asks.decode(frame))))


class Reader:
    """Answers requests; knows the tables of the one before."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._tables: dict[str, dict[str, str] | None] = {}
        self._catalog = Catalog({})

    def answer(self, ask: Ask) -> StatementLineage | Told:
        """What a text says."""
        if ask.tables is not None:
            self._tables = _TABLES.decode(ask.tables)
            self._catalog = Catalog({table: columns for table, columns in self._tables.items() if columns is not None})
        signal.alarm(PATIENCE_SECONDS + _GRACE_SECONDS)  # not handled, so that it ends us whatever we are at
        try:
            return self._read(ask)
        except Exception as error:  # noqa: BLE001  # because this is the rim: whoever asked has a right to an answer
            lineage = failed("analyser-fault", type(error).__name__)
            return Told(Script(lineage)) if ask.by_statement else lineage
        finally:
            signal.alarm(0)

    def _read(self, ask: Ask) -> StatementLineage | Told:
        from headwater.capture.sql import analyse_script, remembered

        if not ask.by_statement:
            return remembered(ask.statement, self._catalog, self._cache)
        if not ask.asks:
            return Told(analyse_script(ask.statement, self._catalog))
        known = Exactly(self._tables)
        return Told(analyse_script(ask.statement, known), tuple(known.missing))


def _die_with_parent() -> None:
    """Ask the kernel to end us with whoever started us; where it cannot, the alarm does it, or the end of standard input."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


_TABLES = msgspec.msgpack.Decoder(dict[str, dict[str, str] | None])
