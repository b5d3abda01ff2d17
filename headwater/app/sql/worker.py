"""A process that reads SQL texts for another: frames of requests on standard input, frames of lineage on standard output.

Started by `apart` as `python -m headwater.app.sql.worker`. The frames hold msgpack.
"""

from __future__ import annotations

import ctypes
import signal
import sys
from collections.abc import Callable
from contextlib import suppress

import msgspec

from headwater.app.frames import read_frame, write_frame
from headwater.app.sql.catalog import Catalog
from headwater.model.lineage import Reason, Statement, StatementLineage

PATIENCE_SECONDS = 60
"""A process silent for this long is taken for dead. A safety net: texts are bounded by steps, not by time."""
_GRACE_SECONDS = 5
SHAPES_BYTES = 32 * 1024 * 1024
"""Room for what was read: texts that differ in redaction's tokens alone, or come with schemas that differ in other tables, share it."""
_DIE_WITH_PARENT = 1
"""Linux' number for `PR_SET_PDEATHSIG`."""


class Ask(msgspec.Struct, frozen=True):
    """A text to read; `tables` None stands for those of the request before."""

    statement: Statement
    tables: dict[str, dict[str, str]] | None


Read = Callable[[Statement, Catalog], StatementLineage]


def failed(code: str, subject: str = "") -> StatementLineage:
    """The lineage of a text of which nothing is known but why."""
    return StatementLineage(status="failed", reasons=(Reason(code, subject),), fingerprint="", analyser="")


def main() -> None:
    """Serve until standard input closes."""
    from headwater.capture.sql import Cache, remembered

    _die_with_parent()
    cache = Cache(SHAPES_BYTES)
    decoder = msgspec.msgpack.Decoder(Ask)
    schemas = Catalog({})
    with suppress(BrokenPipeError):  # whoever asked is gone
        while (frame := read_frame(sys.stdin.buffer)) is not None:
            ask = decoder.decode(frame)
            schemas = schemas if ask.tables is None else Catalog(ask.tables)
            write_frame(
                sys.stdout.buffer,
                msgspec.msgpack.encode(_read(lambda statement, known: remembered(statement, known, cache), ask.statement, schemas)),
            )


def _read(read: Read, statement: Statement, schemas: Catalog) -> StatementLineage:
    signal.alarm(PATIENCE_SECONDS + _GRACE_SECONDS)  # not handled, so that it ends us whatever we are at
    try:
        return read(statement, schemas)
    except Exception as error:  # noqa: BLE001  # because this is the rim: whoever asked has a right to an answer
        return failed("analyser-fault", type(error).__name__)
    finally:
        signal.alarm(0)


def _die_with_parent() -> None:
    """Ask the kernel to end us with whoever started us; where it cannot, the alarm does it, or the end of standard input."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


if __name__ == "__main__":
    main()
