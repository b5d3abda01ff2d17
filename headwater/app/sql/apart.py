"""Reads SQL texts in a process of its own, so that no text, however it is made, can end the one that asked."""

from __future__ import annotations

import select
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Self

import msgspec

from headwater.app.frames import read_frame, write_frame
from headwater.app.sql.catalog import Catalog
from headwater.app.sql.worker import PATIENCE_SECONDS, Ask, failed
from headwater.model.lineage import Statement, StatementLineage

TRIES = 2
"""Whatever ends a process might have come from outside; a text that ends two has done it itself."""

COMMAND = (sys.executable, "-P", "-m", "headwater.app.sql.worker")
"""`-P`, because the directory we were called in may hold anything, modules with the names of ours too."""
_LINEAGE = msgspec.msgpack.Decoder(StatementLineage)


class Apart:
    """One process at work, started on first use and again after it died; use it in a `with` block."""

    def __init__(self, command: Sequence[str] = COMMAND, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._command = command
        self._patience = patience_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._schemas: Catalog | None = None
        """What the process knows; sent anew only when it changes."""

    def read(self, statement: Statement, schemas: Catalog) -> StatementLineage:
        """The lineage of a text; `failed` with `analyser-died` for one that no process survives."""
        with suppress(TimeoutError):  # because a second process would be as slow
            for _ in range(TRIES):
                frame = self._ask(statement, schemas)
                if frame is not None:
                    return _LINEAGE.decode(frame)
                self.close()
        self.close()
        return failed("analyser-died")

    def close(self) -> None:
        """End the process."""
        process, self._process, self._schemas = self._process, None, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with suppress(OSError):  # because what was still to be sent has nobody to read it
                        stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ended: object) -> None:
        self.close()

    def _ask(self, statement: Statement, schemas: Catalog) -> bytes | None:
        """One frame for another; None where the process is dead.

        Raises:  TimeoutError: it is silent.
        """
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        tables = None if schemas is self._schemas else {table: dict(columns) for table, columns in schemas.tables.items()}
        try:
            write_frame(process.stdin, msgspec.msgpack.encode(Ask(statement, tables)))  # type: ignore[arg-type]  # because Popen types IO, not BinaryIO
            self._schemas = schemas
            listening = select.poll()
            listening.register(process.stdout, select.POLLIN)
            answered = listening.poll(self._patience * 1000)
            frame = read_frame(process.stdout) if answered else b""  # type: ignore[arg-type]  # because as above
        except OSError:
            return None
        if frame == b"":
            raise TimeoutError
        return frame

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            # A group of its own, because an interrupt from the keyboard is for us to handle and would only break a worker.
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0)  # noqa: S603  # because the command is our own
        return self._process
