"""Random bytes from the operating system, drawn in blocks: every call into it would hand the interpreter to another thread."""

from __future__ import annotations

import secrets
import threading

_BLOCK_BYTES = 64 * 1024


class Randomness:
    """A source of unpredictable bytes; no byte is given twice. Safe to share among threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._block = b""
        self._used = 0

    def take(self, count: int) -> bytes:
        """So many random bytes, at most a block."""
        with self._guard:
            if self._used + count > len(self._block):
                self._block, self._used = secrets.token_bytes(_BLOCK_BYTES), 0
            begin = self._used
            self._used += count
            return self._block[begin : begin + count]
