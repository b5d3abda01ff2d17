"""Where the marks of wires stand: on the wire, and clear of each other as far as there is room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from headwater.cli.render.kinds import style_of
from headwater.cli.render.wording import fitted, text_width, visible

if TYPE_CHECKING:
    from headwater.cli.render.diagram import Wire
    from headwater.cli.render.placement import Run

MARK_SIZE = 8.5
HEIGHT = 13.0
_CELL = 40.0
_MASK_ROOM = 76.0
"""The width of a masking function's name; its middle is left out where it is longer."""
_SHARES = (0.3, 0.22, 0.4, 0.5, 0.6, 0.7, 0.78)
BULGE = 44.0
"""How far out a loop is pulled; its own line reaches three quarters of that."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """A wire's marks and their middle."""

    text: str
    x: float
    y: float
    width: float

    def meets(self, other: Label) -> bool:
        """Whether two labels overlap."""
        return abs(self.x - other.x) * 2 < self.width + other.width + 4 and abs(self.y - other.y) < HEIGHT + 1


def label_wires(runs: Sequence[Run]) -> list[Label]:
    """A label for each wire, in order: the first of its places that is free, or the first of all.

    A wire from a job to what it wrote has no words: the wires into the job have said it.
    """
    cells: dict[tuple[int, int], list[Label]] = defaultdict(list)
    labels: list[Label] = []
    for run in runs:
        text = "" if run.wire.from_job else marks_of(run.wire)
        width = text_width(text, MARK_SIZE) * 1.12 + 7
        choices = [Label(text, x, y, width) for x, y in _places(run)]
        chosen = next((label for label in choices if not any(map(label.meets, _near(label, cells)))), choices[0])
        if text:
            cells[_cell(chosen)].append(chosen)
        labels.append(chosen)
    return labels


def marks_of(wire: Wire) -> str:
    """The marks of a wire's kinds, and the function that masks; of several, the first and how many more."""
    more = f" +{len(wire.masking) - 1}" if len(wire.masking) > 1 else ""
    masks = [fitted(visible(wire.masking[0]), MARK_SIZE, _MASK_ROOM) + more] if wire.masking else []
    return " ".join([*(style_of(kind).mark for kind in wire.kinds), *masks])


def _places(run: Run) -> list[Point]:
    """Points along a wire: on its first bend, then on its last."""
    points = run.points
    if run.is_loop:
        return [(max(points[0][0], points[1][0]) + BULGE * 0.75, (points[0][1] + points[1][1]) / 2)]
    first = [_along(points[0], points[1], share) for share in _SHARES]
    return first if len(points) == 2 else [*first, *(_along(points[-2], points[-1], share) for share in _SHARES)]


def _along(start: Point, end: Point, share: float) -> Point:
    """A point on the even bend between two points."""
    bend = (end[0] - start[0]) / 2
    rest = 1 - share
    weights = (rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3)
    across = (start[0], start[0] + bend, end[0] - bend, end[0])
    down = (start[1], start[1], end[1], end[1])
    return sum(w * v for w, v in zip(weights, across, strict=True)), sum(w * v for w, v in zip(weights, down, strict=True))


def _cell(label: Label) -> tuple[int, int]:
    return int(label.x // _CELL), int(label.y // _CELL)


def _near(label: Label, cells: dict[tuple[int, int], list[Label]]) -> list[Label]:
    column, row = _cell(label)
    reach = 1 + int(label.width // _CELL)
    return [
        other
        for across in range(column - reach, column + reach + 1)
        for down in (row - 1, row, row + 1)
        for other in cells.get((across, down), ())
    ]
