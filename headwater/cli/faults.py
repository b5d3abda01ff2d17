"""How the command line ends when it cannot answer: one form for every fault, never a traceback.

What is no fault of ours is written to a log by kind and place; its text may hold values, so it is left out.
"""

from __future__ import annotations

import logging
import os
import secrets
import sys
import tempfile
import traceback
from pathlib import Path

from headwater.cli.render.wording import visible
from headwater.model.errors import HeadwaterError

USAGE = 2
FAULT = 3
INTERRUPTED = 130


class _Notes(logging.Formatter):
    """What a server would log, as a note for a person."""

    def format(self, record: logging.LogRecord) -> str:
        """The event in words."""
        return f"note: {visible(record.getMessage().replace('-', ' '))}"


def note_warnings() -> None:
    """Let warnings stand on standard error as notes, wherever nobody set up a log."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(_Notes())


def let_go_of_output() -> None:
    """The reader of our output is gone: write nothing more, and nothing about it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


def say(problem: str, next_step: str, code: str) -> None:
    """Write the three lines of a fault to standard error."""
    print(f"{visible(problem)}\n  next: {visible(next_step)}\n  code: {code}", file=sys.stderr)


def say_fault(fault: HeadwaterError) -> int:
    """Tell one of our own faults; its exit code."""
    say(fault.problem, fault.next_step, fault.code)
    return fault.exit_code


def say_unexpected(error: BaseException, home: Path) -> int:
    """Tell a fault that nobody foresaw, with the path of its log; its exit code."""
    written = _write_log(error, home)
    where = f"report it with {written}" if written else "report it"
    say(f"cannot finish: an unexpected {type(error).__name__}", where, HeadwaterError.code)
    return FAULT


def _write_log(error: BaseException, home: Path) -> Path | None:
    """Kind and places of an error, in the home or, where there is none, among temporary files."""
    folder = home if home.is_dir() else Path(tempfile.gettempdir())
    path = folder / f"fault-{secrets.token_hex(4)}.log"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as log:
            log.write(_places(error))
    except OSError:
        return None
    return path


def _places(error: BaseException) -> str:
    lines: list[str] = []
    link: BaseException | None = error
    while link is not None:
        lines.append(type(link).__name__)
        lines += [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(link.__traceback__)]
        link = link.__cause__ or link.__context__
    return "\n".join(lines) + "\n"
