"""An exclusive lock on a file, given back by the operating system when its holder dies."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from headwater.model.errors import HomeFault


class FileLock:
    """Hold a file for this process; a second holder is refused at once rather than made to wait."""

    def __init__(self, path: Path, problem: str) -> None:
        self._path = path
        self._problem = problem
        self._descriptor: int | None = None

    def __enter__(self) -> FileLock:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise HomeFault(self._problem, next_step="headwater status") from None
        self._descriptor = descriptor
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
