"""How deep JSON is nested, followed as it is read: a parser that calls itself for each level ends the process where there are too many."""

from __future__ import annotations

import numpy as np

_Signs = np.ndarray[tuple[int], np.dtype[np.uint8]]
DEEPEST = 100
"""Levels that a value may have."""
_OPENS, _CLOSES, _QUOTES = 1, 2, 3
_MEANS = np.zeros(256, np.uint8)
for _signs, _meaning in ((b"[{", _OPENS), (b"]}", _CLOSES), (b'"', _QUOTES)):
    _MEANS[list(_signs)] = _meaning


class Nesting:
    """Follows a text of JSON block by block; brackets within strings do not count."""

    def __init__(self) -> None:
        self._depth = 0
        self._is_quoted = self._is_escaped = False

    def follow(self, block: bytes) -> None:
        """The next part of the text.

        Raises:  ValueError: it is nested deeper than any data.
        """
        signs = self._signs(block)
        quotes = signs == _QUOTES
        is_quoted = np.logical_xor.accumulate(quotes) ^ self._is_quoted
        brackets = signs[~quotes & ~is_quoted]
        if len(signs):
            self._is_quoted = bool(is_quoted[-1])
        if len(brackets):
            levels = self._depth + np.cumsum(np.where(brackets == _OPENS, 1, -1))
            levels -= np.minimum(np.minimum.accumulate(levels), 0)  # because what is closed too often opens nothing
            if levels.max() > DEEPEST:
                raise ValueError(f"it is nested deeper than {DEEPEST} levels")
            self._depth = int(levels[-1])

    def _signs(self, block: bytes) -> _Signs:
        """What the brackets and quotes of a block mean, in their order; escaped ones mean nothing."""
        block = block[1:] if self._is_escaped else block
        if b"\\" in block:
            block = block.replace(b"\\\\", b"").replace(b'\\"', b"")
        self._is_escaped = block.endswith(b"\\")
        found = _MEANS[np.frombuffer(block, np.uint8)]
        return np.extract(found != 0, found)
