"""Where boxes and wires go: the second half of layered drawing, from an order to coordinates.

Layers become columns of the picture, left to right. Within a layer, places keep their order and move as near to their neighbours as
the gaps between them allow; the nearest such arrangement is found exactly, by pooling neighbours that push on each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from headwater.cli.render.diagram import MORE, Box, Diagram, Wire
from headwater.cli.render.labels import BULGE, HEIGHT, Label, label_wires
from headwater.cli.render.layers import Joint, Layering, Place, layered
from headwater.cli.render.wording import text_width

TITLE_SIZE, SMALL_SIZE = 13.0, 10.5
ROW_HEIGHT, HEAD_HEIGHT, JOB_LINE, CHIP_HEIGHT = 22.0, 44.0, 15.0, 26.0
PAD = 12.0
NARROWEST, WIDEST = 120.0, 300.0
BETWEEN_BOXES, BETWEEN_JOINTS = 22.0, 12.0
NEAREST_LAYERS, FARTHEST_LAYERS, JOB_TO_DATASET = 70.0, 200.0, 34.0
SWEEPS = 12
SHOWN_JOBS = 2
SHEETS = 6.0
BOLD = 1.22
"""How much wider bold text is."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A box with its place; `rows` holds each row's height within the picture."""

    box: Box
    x: float
    y: float
    width: float
    height: float
    rows: Mapping[str, float]

    @property
    def depth(self) -> float:
        """How far the sheets behind a box that stands for several look out."""
        return SHEETS if self.box.stands_for > 1 and not self.box.rows else 0.0

    @property
    def middle(self) -> float:
        """Height at which wires to the box as a whole are fastened."""
        return self.y + (self.height / 2 if self.box.is_job or not self.box.rows else HEAD_HEIGHT / 2)

    def port(self, row: str) -> float:
        """Height at which wires to a row are fastened."""
        return self.rows.get(row, self.middle)


@dataclass(frozen=True, slots=True)
class Run:
    """A wire with its course: points it passes, from source to target; a loop bulges out between its two."""

    wire: Wire
    points: tuple[tuple[float, float], ...]
    is_loop: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything in its place, from (0, 0) to (width, height)."""

    boxes: tuple[Placed, ...]
    runs: tuple[Run, ...]
    labels: tuple[Label, ...]
    width: float
    height: float


def place(diagram: Diagram) -> Drawing:
    """Lay a diagram out.

    Law:   the same diagram gives the same drawing.
    """
    flows = [wire for wire in diagram.wires if not wire.same]
    layering = layered([box.key for box in diagram.boxes], ((wire.source.box, wire.target.box) for wire in flows))
    boxes = {box.key: box for box in _rows_in_order(diagram, layering)}
    sizes = {key: _size(box) for key, box in boxes.items()}
    heights = _heights(layering, boxes, sizes, flows)
    lefts, widths = _columns(layering, sizes, diagram.wires)
    placed = {
        key: _placed(box, lefts[layering.layer_of[key]], widths[layering.layer_of[key]], heights[key], sizes[key])
        for key, box in boxes.items()
    }
    runs = tuple(_run(wire, placed, layering, heights, lefts, widths) for wire in diagram.wires)
    labels = tuple(label_wires(runs))
    return Drawing(tuple(placed[box.key] for box in diagram.boxes), runs, labels, *_extent(placed.values(), runs, labels))


def _extent(boxes: Iterable[Placed], runs: Iterable[Run], labels: Iterable[Label]) -> tuple[float, float]:
    """How far to the right and down anything reaches."""
    corners = [(box.x + box.width + box.depth, box.y + box.height + box.depth) for box in boxes]
    corners += [(x + (BULGE * 0.75 + 2 if run.is_loop else 0.0), y) for run in runs for x, y in run.points]
    corners += [(label.x + label.width / 2 + 1, label.y + HEIGHT / 2 + 1) for label in labels if label.text]
    return max((x for x, _ in corners), default=0.0), max((y for _, y in corners), default=0.0)


def _rows_in_order(diagram: Diagram, layering: Layering) -> list[Box]:
    """Boxes with their rows in the order in which their wires arrive, names where that says nothing."""
    height = {place: index for layer in layering.layers for index, place in enumerate(layer)}
    rank = {(box.key, row): float(index) for box in diagram.boxes for index, row in enumerate(box.rows)}
    near: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for wire in diagram.wires:
        near[wire.target.box, wire.target.row].append((wire.source.box, wire.source.row))
    ordered: dict[str, Box] = {box.key: box for box in diagram.boxes}
    for layer in layering.layers:
        for key in (place for place in layer if isinstance(place, str) and ordered[place].rows):
            box = ordered[key]
            arrival = {row: _arrival(near[key, row], height, rank, rank[key, row]) for row in box.rows}
            rows = tuple(sorted(box.rows, key=lambda row: (row == MORE, arrival[row], row)))
            ordered[key] = replace(box, rows=rows)
            rank.update({(key, row): float(index) for index, row in enumerate(rows)})
    return [ordered[box.key] for box in diagram.boxes]


def _arrival(
    sources: Sequence[tuple[str, str]], height: Mapping[Place, int], rank: Mapping[tuple[str, str], float], otherwise: float
) -> float:
    if not sources:
        return otherwise * 0.001
    return sum(height[box] + rank.get((box, row), 0.0) / 100.0 for box, row in sources) / len(sources)


def _size(box: Box) -> tuple[float, float]:
    """Width and height a box wants."""
    if box.is_job:
        return min(max(text_width(box.title, SMALL_SIZE + 1) + 34, 60.0), 270.0), CHIP_HEIGHT
    lines = [text_width(box.title, TITLE_SIZE) * BOLD, text_width(box.below_title, SMALL_SIZE)]
    lines += [text_width(row, 12.0) + 10 for row in box.rows]
    lines += [text_width(job, SMALL_SIZE) + 22 for job in box.jobs[:SHOWN_JOBS]]
    width = min(max([*lines, NARROWEST]) + 2 * PAD + 1, WIDEST)
    return width, head_height(box) + len(box.rows) * ROW_HEIGHT + (6 if box.rows else 0)


def head_height(box: Box) -> float:
    """Height of a box above its rows: title, namespace, and the jobs that wrote it."""
    jobs = min(len(box.jobs), SHOWN_JOBS + 1)
    return HEAD_HEIGHT + jobs * JOB_LINE + (4 if jobs else 0)


def _columns(layering: Layering, sizes: Mapping[str, tuple[float, float]], wires: Iterable[Wire]) -> tuple[list[float], list[float]]:
    """Left edge and width of each layer; the more wires pass between two, the wider the gap."""
    widths = [max((sizes[place][0] for place in layer if isinstance(place, str)), default=0.0) for layer in layering.layers]
    passing: dict[int, int] = defaultdict(int)
    for wire in wires:
        if wire.from_job or wire.same:
            continue
        for layer in range(*sorted((layering.layer_of[wire.source.box], layering.layer_of[wire.target.box]))):
            passing[layer] += 1
    lefts: list[float] = []
    left = 0.0
    for number, width in enumerate(widths):
        lefts.append(left)
        left += width + (min(NEAREST_LAYERS + 3.0 * passing[number], FARTHEST_LAYERS) if passing[number] else JOB_TO_DATASET)
    return lefts, widths


def _heights(
    layering: Layering, boxes: Mapping[str, Box], sizes: Mapping[str, tuple[float, float]], wires: Sequence[Wire]
) -> dict[Place, float]:
    """The top of every place: packed first, then pulled towards its neighbours sweep by sweep."""
    offsets = {(key, row): offset for key, box in boxes.items() for row, offset in _offsets(box).items()}
    pulls = _pulls(layering, wires, offsets, boxes, sizes)
    tops: dict[Place, float] = {}
    for layer in layering.layers:
        tops.update(_settled(layer, dict.fromkeys(layer, 0.0), sizes))
    for sweep in range(SWEEPS):
        side = sweep % 2
        for layer in layering.layers if side == 0 else layering.layers[::-1]:
            wanted = {
                place: _mean(
                    [tops[other] + pull for other, pull in pulls[place][side]]
                    or [tops[other] + pull for other, pull in pulls[place][1 - side]],
                    tops[place],
                )
                for place in layer
            }
            tops.update(_settled(layer, wanted, sizes))
    highest = min(tops.values(), default=0.0)
    return {place: top - highest for place, top in tops.items()}


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _offsets(box: Box) -> dict[str, float]:
    """How far below the top of a box each of its rows is fastened."""
    head = head_height(box)
    return {row: head + (index + 0.5) * ROW_HEIGHT for index, row in enumerate(box.rows)}


Pulls = dict[Place, tuple[list[tuple[Place, float]], list[tuple[Place, float]]]]


def _pulls(
    layering: Layering,
    wires: Sequence[Wire],
    offsets: Mapping[tuple[str, str], float],
    boxes: Mapping[str, Box],
    sizes: Mapping[str, tuple[float, float]],
) -> Pulls:
    """For each place, its neighbours on either side and where, measured from a neighbour's top, its own top would be level with it."""

    def offset(box: str, row: str) -> float:
        whole = HEAD_HEIGHT / 2 if boxes[box].rows else sizes[box][1] / 2
        return offsets.get((box, row), whole)

    pulls: Pulls = {place: ([], []) for layer in layering.layers for place in layer}
    for wire in wires:
        link = (wire.source.box, wire.target.box)
        if link[0] == link[1]:
            continue
        ends = [(wire.source.box, offset(wire.source.box, wire.source.row)), (wire.target.box, offset(wire.target.box, wire.target.row))]
        if link in layering.turned:
            link, ends = (link[1], link[0]), ends[::-1]
        layers = range(layering.layer_of[link[0]] + 1, layering.layer_of[link[1]])
        path: list[tuple[Place, float]] = [ends[0], *((Joint(link, layer), 0.0) for layer in layers), ends[1]]
        for (left, left_offset), (right, right_offset) in pairwise(path):
            pulls[left][1].append((right, right_offset - left_offset))
            pulls[right][0].append((left, left_offset - right_offset))
    return pulls


def _settled(layer: Sequence[Place], wanted: Mapping[Place, float], sizes: Mapping[str, tuple[float, float]]) -> dict[Place, float]:
    """Tops in order, far enough apart, and together as near to what is wanted as can be (least squares).

    Source:  pool adjacent violators, Ayer et al. 1955, on tops less the room above them.
    """
    room: list[float] = []
    below = 0.0
    for index, place in enumerate(layer):
        gap = 0.0 if index == 0 else BETWEEN_BOXES if isinstance(place, str) or isinstance(layer[index - 1], str) else BETWEEN_JOINTS
        room.append(below + gap)
        below = room[-1] + (sizes[place][1] if isinstance(place, str) else 0.0)
    pools: list[tuple[float, int]] = []
    for place, above in zip(layer, room, strict=True):
        total, count = wanted[place] - above, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            before, number = pools.pop()
            total, count = total + before, count + number
        pools.append((total, count))
    levels = [total / count for total, count in pools for _ in range(count)]
    return {place: level + above for place, level, above in zip(layer, levels, room, strict=True)}


def _placed(box: Box, left: float, room: float, top: float, size: tuple[float, float]) -> Placed:
    """A box in the middle of its layer if it is a job's, otherwise as wide as its layer."""
    width = size[0] if box.is_job else min(room, max(size[0], room * 0.8))
    rows = {row: top + offset for row, offset in _offsets(box).items()}
    return Placed(box, left + (room - width) / 2, top, width, size[1], rows)


def _run(
    wire: Wire,
    placed: Mapping[str, Placed],
    layering: Layering,
    heights: Mapping[Place, float],
    lefts: Sequence[float],
    widths: Sequence[float],
) -> Run:
    """The course of a wire: out of one box, straight across the layers between, into the other."""
    source, target = placed[wire.source.box], placed[wire.target.box]
    begin, end = source.port(wire.source.row), target.port(wire.target.row)
    link = (wire.source.box, wire.target.box)
    if link[0] == link[1]:
        right = source.x + source.width
        return Run(wire, ((right, begin), (right, end if end != begin else begin + ROW_HEIGHT * 0.6)), is_loop=True)
    if wire.same:
        return _between(wire, source, target)
    turned = link in layering.turned
    if turned:
        link = (link[1], link[0])
    crossings = [
        point
        for layer in range(layering.layer_of[link[0]] + 1, layering.layer_of[link[1]])
        for point in _across(lefts[layer], widths[layer], heights[Joint(link, layer)])
    ]
    if turned:
        return Run(wire, ((source.x, begin), *crossings[::-1], (target.x + target.width, end)))
    return Run(wire, ((source.x + source.width, begin), *crossings, (target.x, end)))


def _between(wire: Wire, one: Placed, other: Placed) -> Run:
    """The course of a wire that runs neither way, past all layers: bulging on the right where its boxes stand in one layer."""
    left, right = sorted((one, other), key=lambda placed: placed.x + placed.width / 2)
    if right.x >= left.x + left.width:
        points = ((left.x + left.width, left.middle), (right.x, right.middle))
        return Run(wire, points if left is one else points[::-1])
    return Run(wire, ((one.x + one.width, one.middle), (other.x + other.width, other.middle)), is_loop=True)


def _across(left: float, width: float, height: float) -> tuple[tuple[float, float], tuple[float, float]]:
    return (left, height), (left + width, height)
