"""Marks per node that walks borrow: allocated once, wiped where they were used, so that a small answer stays small."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_KEPT = 4
SPARSE_SHARE = 48
"""Below one node in this many, sorting the few beats sweeping over the marks of all; measured, not critical."""


class Marks:
    """A pool of unset marks. Readers may borrow at the same time: each borrow hands out another array."""

    __slots__ = ("_idle",)

    def __init__(self) -> None:
        self._idle: list[NDArray[np.bool_]] = []

    def borrow(self, size: int) -> NDArray[np.bool_]:
        """Marks for `size` nodes, none set. One that is never given back is only lost, not wrong."""
        try:
            marks = self._idle.pop()
        except IndexError:
            return np.zeros(_roomy(size), dtype=np.bool_)
        return marks if len(marks) >= size else np.zeros(_roomy(size), dtype=np.bool_)

    def give_back(self, marks: NDArray[np.bool_], used: NDArray[np.int64]) -> None:
        """Take marks back, of which at most those of `used` are set."""
        if len(used) * SPARSE_SHARE < len(marks):
            marks[used] = False
        else:
            marks.fill(False)
        if len(self._idle) < _KEPT:
            self._idle.append(marks)


def _roomy(size: int) -> int:
    return size + size // 8 + 64
