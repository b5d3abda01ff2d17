"""Reads SQL texts in a process of its own, so that no text, however it is made, can end the one that asked."""

from __future__ import annotations

import select
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Self

import msgspec

from headwater.app.frames import read_frame, write_frame
from headwater.app.sql.catalog import Catalog
from headwater.app.sql.worker import NO_TABLES, PATIENCE_SECONDS, READY, Ask, Mode, Told, failed
from headwater.model.errors import HeadwaterError
from headwater.model.lineage import Script, Statement, StatementLineage

TRIES = 2
"""Whatever ends a process might have come from outside; a text that ends two has done it itself."""
_LINEAGE = msgspec.msgpack.Decoder(StatementLineage)
_TOLD = msgspec.msgpack.Decoder(Told)
_NEEDED = ("headwater", "msgspec", "sqlglot")
"""What the process loads, from where we did, also where a program put that on its path itself."""
_START = (
    "import sys; at = next((at for at, path in enumerate(sys.path) if path.endswith('-packages')), len(sys.path)); "
    "sys.path[at:at] = sys.argv[2:]; from headwater.app.sql.worker import main; main(sys.argv[1])"
)
"""Behind the standard library, so that nothing beside those packages stands in for a part of it."""


class NotStarted(HeadwaterError):
    """The process that reads SQL texts does not come up, whatever the text."""

    code = "SQL-READER-NOT-STARTED"

    def __init__(self, got: str) -> None:
        super().__init__(
            f"cannot read SQL in a process of its own: expected a Python interpreter that loads headwater, got {got}",
            next_step=f"headwater explain {self.code}",
        )


def interpreter() -> str | None:
    """A Python to start; None where there is none, as in a program frozen into one file."""
    if getattr(sys, "frozen", False):
        return None
    beside = Path(sys.exec_prefix, "bin")
    candidates = (Path(sys.executable or ""), beside / f"python{sys.version_info.major}.{sys.version_info.minor}", beside / "python3")
    # A server may embed Python and tell its own program as the executable.
    return next((str(each) for each in candidates if each.name.startswith(("python", "pypy")) and each.is_file()), None)


def command(mode: Mode = "bound") -> tuple[str, ...]:
    """What starts the process; `-P`, because the directory we were called in may hold anything, modules with the names of ours too.

    Raises:  NotStarted: there is no interpreter.
    """
    python = interpreter()
    if python is None:
        raise NotStarted("none")
    found = [spec.origin for name in _NEEDED if (spec := find_spec(name)) is not None and spec.origin is not None]
    return (python, "-P", "-c", _START, mode, *dict.fromkeys(str(Path(origin).parents[1]) for origin in found))


class Apart:
    """One process at work, started on first use and again after it died; use it in a `with` block. Not for several threads at once."""

    def __init__(
        self, started_by: Sequence[str] | None = None, *, patience_seconds: float = PATIENCE_SECONDS, mode: Mode = "bound"
    ) -> None:
        self._command = started_by
        self._mode: Mode = mode
        self._patience = patience_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._tables = NO_TABLES
        """What the process knows; sent anew only when it changes."""
        self._schemas: Catalog | None = None
        self._encoded_tables = NO_TABLES
        """The last catalog asked by, and the same in msgpack."""

    def read(self, statement: Statement, schemas: Catalog) -> StatementLineage:
        """The lineage of a text; `failed` with `analyser-died` for one that no process survives."""
        frame = self._told(statement, self._encoded(schemas), by_statement=False)
        return failed("analyser-died") if frame is None else _LINEAGE.decode(frame)

    def read_script(self, statement: Statement, schemas: Catalog) -> Script:
        """The same, with what each statement of a script says."""
        frame = self._told(statement, self._encoded(schemas), by_statement=True)
        return Script(failed("analyser-died")) if frame is None else _TOLD.decode(frame).script

    def read_with(self, statement: Statement, known: dict[str, dict[str, str] | None]) -> Told:
        """The same by tables named as the text names them, and which it names besides; None stands for a table that nobody knows."""
        frame = self._told(statement, msgspec.msgpack.encode(known), by_statement=True, asks=True)
        return Told(Script(failed("analyser-died"))) if frame is None else _TOLD.decode(frame)

    @property
    def process(self) -> int | None:
        """The id of the process at work, while there is one."""
        return None if self._process is None else self._process.pid

    def close(self) -> None:
        """End the process."""
        process = self._let_go()
        if process is not None:
            process.kill()
            process.wait()
            _close_streams(process)

    def abandon(self) -> None:
        """Let go of a process that is not ours: after a fork it goes on working for whoever started it."""
        process = self._let_go()
        if process is not None:
            process.returncode = 0  # nobody here may wait for it, or miss it
            _close_streams(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ended: object) -> None:
        self.close()

    def _let_go(self) -> subprocess.Popen[bytes] | None:
        process, self._process = self._process, None
        self._tables = NO_TABLES
        return process

    def _encoded(self, schemas: Catalog) -> bytes:
        if schemas is not self._schemas:
            self._schemas = schemas
            self._encoded_tables = msgspec.msgpack.encode({table: dict(columns) for table, columns in schemas.tables.items()})
        return self._encoded_tables

    def _told(self, statement: Statement, tables: bytes, *, by_statement: bool, asks: bool = False) -> bytes | None:
        """What a process says of a text; None where none survives it or the one at work is silent.

        Raises:  NotStarted: no process comes up.
        """
        with suppress(TimeoutError):  # because a second process would be as slow
            for _ in range(TRIES):
                frame = self._ask(statement, tables, by_statement=by_statement, asks=asks)
                if frame is not None:
                    return frame
                self.close()
        self.close()
        return None

    def _ask(self, statement: Statement, tables: bytes, *, by_statement: bool, asks: bool) -> bytes | None:
        """One frame for another; None where the process is dead.

        Raises:  TimeoutError: it is silent. NotStarted: it does not come up.
        """
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        sent = tables if tables != self._tables else None
        asked = msgspec.msgpack.encode(Ask(statement, sent, by_statement, asks))
        try:
            write_frame(process.stdin, asked)  # type: ignore[arg-type]  # because Popen types IO, not BinaryIO
            self._tables = tables
            frame = self._heard(process)
        except OSError:
            return None
        except BaseException:  # an interrupt: what the process still says of this text must never be taken for an answer to the next
            self.close()
            raise
        return frame

    def _heard(self, process: subprocess.Popen[bytes]) -> bytes | None:
        """The next frame; None where the process is dead.

        Raises:  TimeoutError: it is silent.
        """
        assert process.stdout is not None
        listening = select.poll()
        listening.register(process.stdout, select.POLLIN)
        if not listening.poll(self._patience * 1000):
            raise TimeoutError
        return read_frame(process.stdout)  # type: ignore[arg-type]  # because as above

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            started_by = self._command if self._command is not None else command(self._mode)
            try:
                # A group of its own, because an interrupt from the keyboard is for us to handle and would only break a worker.
                self._process = subprocess.Popen(  # noqa: S603  # because the command is our own
                    started_by, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
                )
            except OSError as error:
                raise NotStarted((error.strerror or "none").lower()) from None
            self._await_ready(self._process)
        return self._process

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        """Raises:  NotStarted: the process ends, or stays silent, before any text could have to do with it."""
        try:
            heard = self._heard(process)
        except TimeoutError:
            heard = None
        except BaseException:
            self.close()
            raise
        if heard != READY:
            self.close()
            raise NotStarted("one that ends at once")


def _close_streams(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):  # because what was still to be sent has nobody to read it
                stream.close()
