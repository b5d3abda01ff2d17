"""Pictures into files."""

from __future__ import annotations

from pathlib import Path

import typer

from headwater.model.errors import UsageError


def write_picture(path: Path, text: str) -> None:
    """Write a picture and say so.

    Raises:  UsageError: the file cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        problem = f"cannot write picture `{path}`: {(error.strerror or 'unwritable').lower()}"
        raise UsageError(problem, next_step="name a file in a directory that exists") from None
    typer.echo(f"wrote {path}", err=True)
