"""Which layer each box of a picture stands in, and in which order: the first half of layered drawing.

Source:  Sugiyama, Tagawa, Toda 1981: break cycles, layer by longest path, order by barycentre.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Link = tuple[str, str]
SWEEPS = 16


@dataclass(frozen=True, slots=True)
class Joint:
    """Where a link that spans several layers passes through one of them."""

    link: Link
    layer: int


Place = str | Joint


@dataclass(frozen=True, slots=True)
class Layering:
    """Boxes and joints by layer, top to bottom; `turned` are links that run against the layers, drawn backwards."""

    layers: tuple[tuple[Place, ...], ...]
    layer_of: Mapping[str, int]
    turned: frozenset[Link]


def layered(boxes: Sequence[str], links: Iterable[Link]) -> Layering:
    """Give every box a layer to the right of everything it comes from, and an order with few crossings.

    Law:   the same boxes and links in the same order give the same layering.
    Cost:  O(sweeps * links * log links).
    """
    distinct = sorted({link for link in links if link[0] != link[1]})
    turned = _turned(boxes, distinct)
    forward = sorted({(link[1], link[0]) if link in turned else link for link in distinct})
    layer_of = _layers(boxes, forward)
    layers, neighbours = _with_joints(boxes, forward, layer_of)
    return Layering(tuple(map(tuple, _ordered(layers, neighbours))), layer_of, turned)


def _turned(boxes: Sequence[str], links: Sequence[Link]) -> frozenset[Link]:
    """The links that close a cycle, met depth first."""
    onward = _onward(links)
    state: dict[str, int] = {}
    closing: set[Link] = set()
    for start in boxes:
        stack = [(start, iter(onward[start]))] if start not in state else []
        state.setdefault(start, 1)
        while stack:
            box, remaining = stack[-1]
            for after in remaining:
                if state.get(after) == 1:
                    closing.add((box, after))
                elif after not in state:
                    state[after] = 1
                    stack.append((after, iter(onward[after])))
                    break
            else:
                state[box] = 2
                stack.pop()
    return frozenset(closing)


def _onward(links: Iterable[Link]) -> dict[str, list[str]]:
    onward: dict[str, list[str]] = defaultdict(list)
    for source, target in links:
        onward[source].append(target)
    return onward


def _layers(boxes: Sequence[str], links: Sequence[Link]) -> dict[str, int]:
    """The longest path from the left; what nothing leads to moves right, next to what it leads to."""
    onward, waiting = _onward(links), dict.fromkeys(boxes, 0)
    for _, target in links:
        waiting[target] += 1
    origins = [box for box in boxes if not waiting[box]]
    layer_of = dict.fromkeys(boxes, 0)
    ready = list(origins)
    for box in ready:
        for after in onward[box]:
            layer_of[after] = max(layer_of[after], layer_of[box] + 1)
            waiting[after] -= 1
            if not waiting[after]:
                ready.append(after)
    for box in origins:
        if onward[box]:
            layer_of[box] = min(layer_of[after] for after in onward[box]) - 1
    return layer_of


def _with_joints(
    boxes: Sequence[str], links: Sequence[Link], layer_of: Mapping[str, int]
) -> tuple[list[list[Place]], dict[Place, tuple[list[Place], list[Place]]]]:
    """Layers with a joint wherever a link passes through, and each place's neighbours to the left and right."""
    layers: list[list[Place]] = [[] for _ in range(max(layer_of.values(), default=-1) + 1)]
    neighbours: dict[Place, tuple[list[Place], list[Place]]] = {box: ([], []) for box in boxes}
    for box in boxes:
        layers[layer_of[box]].append(box)
    for link in links:
        path: list[Place] = [link[0], *(Joint(link, layer) for layer in range(layer_of[link[0]] + 1, layer_of[link[1]])), link[1]]
        for joint in path[1:-1]:
            assert isinstance(joint, Joint)
            layers[joint.layer].append(joint)
            neighbours[joint] = ([], [])
        for left, right in pairwise(path):
            neighbours[left][1].append(right)
            neighbours[right][0].append(left)
    return layers, neighbours


def _ordered(layers: list[list[Place]], neighbours: Mapping[Place, tuple[list[Place], list[Place]]]) -> list[list[Place]]:
    """Sweep to and fro, each place moving to the middle of its neighbours; keep the order with the fewest crossings."""
    best, fewest = [list(layer) for layer in layers], _crossings(layers, neighbours)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        rightward = sweep % 2 == 0
        sequence = range(1, len(layers)) if rightward else range(len(layers) - 2, -1, -1)
        for number in sequence:
            beside = {place: index for index, place in enumerate(layers[number - 1 if rightward else number + 1])}
            layers[number] = _by_middle(layers[number], neighbours, beside, 0 if rightward else 1)
        crossings = _crossings(layers, neighbours)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    return best


def _by_middle(
    layer: Sequence[Place], neighbours: Mapping[Place, tuple[list[Place], list[Place]]], beside: Mapping[Place, int], side: int
) -> list[Place]:
    """A layer by the mean place of each one's neighbours; those without any keep their height."""

    def middle(item: tuple[int, Place]) -> float:
        index, place = item
        near = [beside[other] for other in neighbours[place][side]]
        return sum(near) / len(near) if near else index * max(len(beside), 1) / len(layer)

    return [place for _, place in sorted(enumerate(layer), key=middle)]


def _crossings(layers: Sequence[Sequence[Place]], neighbours: Mapping[Place, tuple[list[Place], list[Place]]]) -> int:
    total = 0
    for number in range(len(layers) - 1):
        right = {place: index for index, place in enumerate(layers[number + 1])}
        met: list[int] = []
        for place in layers[number]:
            ends = sorted(right[other] for other in neighbours[place][1])
            total += sum(len(met) - bisect_right(met, end) for end in ends)
            for end in ends:
                insort(met, end)
    return total
