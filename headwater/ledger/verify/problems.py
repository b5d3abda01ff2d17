"""What a verification collects: problems with their places, counted in full and kept up to a limit."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nsmallest

KEPT = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not fit. `position` is the first entry concerned, None where no single entry can be named."""

    position: int | None
    what: str


class Problems:
    """Problems found so far; the lowest positions are kept when there are too many."""

    def __init__(self) -> None:
        self.count = 0
        self.first: int | None = None
        self._kept: list[Problem] = []

    def add(self, position: int | None, what: str) -> None:
        """Note one more problem."""
        self.count += 1
        if position is not None and (self.first is None or position < self.first):
            self.first = position
        self._kept.append(Problem(position, what))
        if len(self._kept) >= 2 * KEPT:
            self._kept = nsmallest(KEPT, self._kept, key=_place)

    def sorted(self) -> tuple[Problem, ...]:
        """The first thousand, by position; those without one come last."""
        return tuple(nsmallest(KEPT, self._kept, key=_place))


def _place(problem: Problem) -> tuple[bool, int]:
    return problem.position is None, problem.position or 0
