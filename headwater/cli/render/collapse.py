"""What to do when there is more than a person can look at: long boxes are cut, and many boxes stand as one per namespace.

Nothing is left out in silence: whatever is folded away is counted in the picture and said in its notes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

from headwater.cli.render.diagram import ALL_ROWS, MORE, Box, Diagram, End, Wire, all_masked
from headwater.cli.render.kinds import in_order
from headwater.cli.render.wording import counted

MAX_BOXES = 300
MAX_ROWS = 40
MAX_WIRES = 6_000


def collapsed(diagram: Diagram, advice: str = "narrow with --depth or --direct") -> Diagram:
    """The same diagram, small enough to be read; `advice` says how to see singly what is folded away."""
    if sum(not box.is_job for box in diagram.boxes) > MAX_BOXES:
        diagram = _by_namespace(diagram, advice)
    diagram = _cut_rows(diagram)
    return _without_rows(diagram) if len(diagram.wires) > MAX_WIRES else diagram


def _by_namespace(diagram: Diagram, advice: str) -> Diagram:
    """One box per namespace, what was asked about apart; past the limit the smallest namespaces share one box."""
    datasets = [box for box in diagram.boxes if not box.is_job]
    members: dict[str, list[Box]] = defaultdict(list)
    for box in datasets:
        if not box.root:
            members[box.subtitle].append(box)
    kept = sorted(members, key=lambda name: (-len(members[name]), name))[: MAX_BOXES - 2]
    home = {box.key: f"{box.subtitle if box.subtitle in kept else ''}\n" for box in datasets}
    boxes = [box for box in diagram.boxes if box.root]
    home.update({box.key: box.key for box in boxes})
    boxes += [_namespace_box(name, members[name]) for name in sorted(kept)]
    rest = [box for name in members if name not in kept for box in members[name]]
    if rest:
        title = counted(len(members) - len(kept), "further namespace")
        boxes.append(Box("\n", title, counted(len(rest), "dataset"), stands_for=len(rest), tier=_tier(rest)))
    folded = f"{counted(len(datasets), 'dataset')}, shown as {counted(len(members), 'namespace')}"
    note = f"{folded}: {advice} to see them singly"
    wires = _rewired(_past_jobs(diagram), lambda end: End(home[end.box]) if home[end.box] != end.box else end)
    return Diagram(tuple(boxes), wires, (*diagram.notes, note))


def _namespace_box(name: str, members: Sequence[Box]) -> Box:
    return Box(f"{name}\n", name, counted(len(members), "dataset"), stands_for=len(members), tier=_tier(members))


def _tier(boxes: Sequence[Box]) -> str:
    return "confirmed" if any(box.tier == "confirmed" for box in boxes) else "possible"


def _past_jobs(diagram: Diagram) -> tuple[Wire, ...]:
    """Wires from dataset to dataset, the small boxes of jobs taken out again."""
    onward = {wire.source.box: wire for wire in diagram.wires if wire.from_job}
    return tuple(
        replace(wire, target=onward[wire.target.box].target, into_job=False) if wire.into_job else wire
        for wire in diagram.wires
        if not wire.from_job
    )


def _cut_rows(diagram: Diagram) -> Diagram:
    """Show at most `MAX_ROWS` columns of a box, the asked-for and the most connected first; the rest is one row with a count."""
    weight: dict[tuple[str, str], int] = defaultdict(int)
    for wire in diagram.wires:
        for end in (wire.source, wire.target):
            weight[end.box, end.row] += 1
    shown: dict[str, frozenset[str]] = {}
    for box in diagram.boxes:
        if len(box.rows) > MAX_ROWS:
            ranked = sorted(box.rows, key=lambda row: (row not in box.root_rows, -weight[box.key, row], row))
            shown[box.key] = frozenset(ranked[: MAX_ROWS - 1])
    if not shown:
        return diagram
    boxes = tuple(
        replace(box, rows=(*sorted(shown[box.key]), MORE), stands_for=len(box.rows)) if box.key in shown else box for box in diagram.boxes
    )
    wires = _rewired(diagram.wires, lambda end: _folded(end, shown))
    return Diagram(boxes, wires, diagram.notes)


def _folded(end: End, shown: dict[str, frozenset[str]]) -> End:
    rows = shown.get(end.box)
    return end if rows is None or end.row == ALL_ROWS or end.row in rows else End(end.box, MORE)


def _without_rows(diagram: Diagram) -> Diagram:
    """Wires between boxes only, where wires between columns would be a solid block."""
    note = f"{counted(len(diagram.wires), 'wire')} between columns, shown between datasets"
    wires = _rewired(diagram.wires, lambda end: End(end.box))
    return Diagram(diagram.boxes, wires, (*diagram.notes, note))


def _rewired(wires: Sequence[Wire], move: Callable[[End], End]) -> tuple[Wire, ...]:
    """Wires between moved ends, those that now run side by side joined, those within one box dropped."""
    bundles: dict[tuple[End, End, bool], list[Wire]] = defaultdict(list)
    for wire in wires:
        source, target = move(wire.source), move(wire.target)
        if source.box != target.box or (source, target) == (wire.source, wire.target):
            bundles[source, target, wire.same].append(wire)
    return tuple(_joined(source, target, bundle) for (source, target, _), bundle in bundles.items())


def _joined(source: End, target: End, bundle: Sequence[Wire]) -> Wire:
    return replace(
        bundle[0],
        source=source,
        target=target,
        kinds=in_order(kind for wire in bundle for kind in wire.kinds),
        possible=all(wire.possible for wire in bundle),
        masking=tuple(sorted({name for wire in bundle for name in wire.masking})),
        masked=all_masked(bundle),
        functions=tuple(dict.fromkeys(name for wire in bundle for name in wire.functions)),
        places=tuple(dict.fromkeys(place for wire in bundle for place in wire.places)),
        derivations=tuple(sorted({number for wire in bundle for number in wire.derivations})),
    )
