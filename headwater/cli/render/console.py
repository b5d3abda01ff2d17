"""The console that tables are written to."""

from __future__ import annotations

import re
import shutil
import sys
from io import TextIOBase
from typing import IO, cast

from rich.console import Console

_UNASKED = (10_000, 40)
"""Width and height where there is no terminal and COLUMNS says nothing: a program that reads on must find every id whole."""
_TRAILING = re.compile(r" +$", re.MULTILINE)


def console() -> Console:
    """Standard output: as wide as the terminal, coloured unless NO_COLOR or a pipe says otherwise."""
    if sys.stdout.isatty():
        return Console(highlight=False, emoji=False, markup=False)
    width = shutil.get_terminal_size(_UNASKED).columns
    return Console(file=cast(IO[str], Trimmed(sys.stdout)), highlight=False, emoji=False, markup=False, width=width)


class Trimmed(TextIOBase):
    """Passes text on without the blanks at line ends that tables are padded with."""

    def __init__(self, sink: IO[str]) -> None:
        self._sink = sink

    def write(self, text: str) -> int:
        """Pass on whole lines, trimmed; the console writes nothing less."""
        self._sink.write(_TRAILING.sub("", text))
        return len(text)

    def flush(self) -> None:
        """Flush what it passes to."""
        self._sink.flush()
