"""The console that tables are written to."""

from __future__ import annotations

import shutil
import sys

from rich.console import Console

_UNASKED = (120, 40)
"""Width and height where there is no terminal and COLUMNS says nothing: names should be whole."""


def console() -> Console:
    """Standard output: as wide as the terminal, coloured unless NO_COLOR or a pipe says otherwise."""
    width = None if sys.stdout.isatty() else shutil.get_terminal_size(_UNASKED).columns
    return Console(highlight=False, emoji=False, markup=False, width=width, soft_wrap=False)
